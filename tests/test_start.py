"""start.py: the first thing a student runs. Fakes stand for pip, uv and Jupyter; one slow test does it all for real."""
import ast
import errno
import importlib.util
import io
import json
import os
import shutil
import signal
import socket
import string
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from crmlib import language, opening
from crmlib.opening import jupyter, ports, session, surroundings

SOURCE = Path(__file__).resolve().parent.parent / "start.py"
LOCK = "jupyterlab==4.6.6 \\\n    --hash=sha256:aa\nuv==0.13.9 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\nzipp==1 \\\n    --hash=sha256:dd\n"


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start.py as if it lay in an empty course folder."""
    spec = importlib.util.spec_from_file_location("start_under_test", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path / "my course 课程"
    (folder / "tests").mkdir(parents=True)
    (folder / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    (folder / "requirements.lock.txt").write_text(LOCK, encoding="utf-8")
    (folder / "requirements-test.lock.txt").write_text(LOCK + "pytest==9.2 --hash=sha256:ee\n", encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", str(folder))
    monkeypatch.setattr(module, "detect_language", lambda: "en")
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    return module


class Tools:
    """Stands for `run`: remembers the steps; a step can be told to fail, or to be interrupted."""

    def __init__(self, start):
        self.start, self.steps, self.commands, self.environments = start, [], [], []
        self.answers = {}       # step -> (code, output), or an exception

    def __call__(self, command, env=None):
        step = self.name(command)
        self.commands.append(command)
        self.environments.append(env)
        self.steps.append(step)
        answer = self.answers.get(step, (0, ""))
        if isinstance(answer, BaseException):
            raise answer
        if step == "venv" and answer[0] == 0:
            python = Path(self.start.venv_python())
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        if step == "probe" and answer == (0, ""):
            return 0, str(tuple(sys.version_info[:2]))
        return answer

    @staticmethod
    def name(command):
        text = " ".join(command)
        for step, mark in [("venv", " -m venv "), ("probe", "import sys, pip"), ("settings", "pip config list"),
                           ("uv", "uv.txt"), ("sync", "uv pip sync"), ("crmlib", "--editable"),
                           ("pip", "pip install --require-hashes -r"), ("compile", "uv pip compile")]:
            if mark in text:
                return step
        raise AssertionError("an unknown command: " + text)


@pytest.fixture
def tools(start, monkeypatch):
    fake = Tools(start)
    monkeypatch.setattr(start, "run", fake)
    return fake


FIRST_SET_UP = ["venv", "settings", "uv", "sync", "crmlib"]


def forget(tools):
    tools.steps.clear()
    tools.commands.clear()


def outcome(start, capsys, arguments):
    """Exit code and everything said; a traceback would be an exception here."""
    code = start.main(arguments)
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, captured.out


# --- an old Python ----------------------------------------------------------------------------
def test_an_old_python_can_read_the_file_at_all():
    ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 6))
    with pytest.raises(SyntaxError):    # feature_version does look: this needs 3.8
        ast.parse("if (a := 1): pass", feature_version=(3, 6))


def test_only_the_standard_library_is_imported():
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    names = {alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    # The library is imported only after the set-up, by a Python that has been found fit.
    assert names and names - {"crmlib"} <= set(sys.stdlib_module_names)
    at_the_top = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert "crmlib" not in ast.dump(ast.Module(at_the_top, []))


@pytest.mark.parametrize("version, key", [((3, 6, 15), "python_too_old"), ((3, 10, 99), "python_too_old"),
                                          ((3, 15, 0), "python_too_new"), ((4, 0, 0), "python_too_new")])
def test_a_python_that_does_not_fit_is_named(start, monkeypatch, capsys, version, key):
    monkeypatch.setattr(start, "python_hint", lambda: "python3.13 start.py")     # looking for others takes time
    monkeypatch.setattr(start.sys, "version_info", version)
    code, said = outcome(start, capsys, [])
    assert code == 1
    assert ".".join(map(str, version)) in said and "start.py" in said and "3.11" in said
    with pytest.raises(start.Trouble) as caught:
        start.check_python(version)
    assert caught.value.key == key


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 4), (3, 14, 9)])
def test_a_python_that_fits_passes(start, version):
    start.check_python(version)


def test_another_python_that_fits_is_suggested(start, monkeypatch):
    def answers(command, **_):
        if command[0] != "python3.12":
            raise FileNotFoundError
    monkeypatch.setattr(start.subprocess, "check_output", answers)
    assert "python3.12 start.py" in start.python_hint()


def test_without_another_python_one_is_to_be_installed(start, monkeypatch):
    def absent(command, **_):
        raise FileNotFoundError
    monkeypatch.setattr(start.subprocess, "check_output", absent)
    assert "install Python 3.13" in start.python_hint()
    monkeypatch.setattr(start.os, "name", "nt")
    assert "py -3.13 start.py" in start.python_hint()


# --- languages --------------------------------------------------------------------------------
def fields(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_message_says_the_same_in_both_languages(start):
    for key, (english, chinese) in start.MESSAGES.items():
        assert english.isascii() or set(c for c in english if not c.isascii()) <= {"…"}, key
        assert any("\u4e00" <= c <= "\u9fff" for c in chinese), key
        assert fields(english) == fields(chinese), key


@pytest.mark.parametrize("key", ["python_too_old", "python_too_new", "no_venv", "no_network", "disk_full", "no_write",
                                 "bad_lock", "set_up_failed", "incomplete", "opening.port_taken", "opening.port_range", "opening.jupyter_failed"])
def test_every_error_message_says_what_to_do(start, key):
    room, _, name = key.rpartition(".")
    text = language._catalogue(room)[name] if room else None
    english, chinese = (text.en, text.zh) if text else start.MESSAGES[key]
    assert "What to do:" in english and "解决办法：" in chinese


def test_every_message_that_is_used_exists_and_none_is_left_over(start):
    source = SOURCE.read_text(encoding="utf-8")
    body = source[source.index("language = "):]
    assert [key for key in start.MESSAGES if f'"{key}"' not in body] == []
    tree = ast.parse(source)
    used = {node.args[0].value for node in ast.walk(tree)
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "text_of", "Trouble")
            and isinstance(node.args[0], ast.Constant)}
    assert used - set(start.MESSAGES) == set()


def test_its_messages_are_read_as_toml_is_read(start):
    """What start.py does not find in the file, because it has another form than start.py knows, would be missed when it is said."""
    file = SOURCE.parent / "crmlib" / "messages" / "start.toml"
    read = {key: (text["en"], text["zh"]) for key, text in tomllib.loads(file.read_text(encoding="utf-8")).items()}
    assert {key: texts for key, texts in start.MESSAGES.items() if key != "incomplete"} == read


@pytest.mark.parametrize("missing", ["crmlib", "crmlib/messages", "crmlib/messages/start.toml"])
@pytest.mark.parametrize("speaks, words", [("en_GB.UTF-8", "unpack the whole zip"), ("zh_CN.UTF-8", "把压缩包完整解压")])
def test_alone_it_says_that_the_course_is_not_whole(tmp_path, missing, speaks, words):
    """A double click inside a zip file unpacks start.py and nothing else."""
    (tmp_path / "crmlib" / "messages").mkdir(parents=True)
    shutil.rmtree(tmp_path / missing, ignore_errors=True)
    shutil.copy(SOURCE, tmp_path)
    env = {**os.environ, "LC_ALL": speaks, "PYTHONUTF8": "1"}
    for arguments in ([], ["--help"]):
        told = subprocess.run([sys.executable, "start.py", *arguments], cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert told.returncode == 1 and told.stderr == "" and words in told.stdout, arguments


@pytest.mark.parametrize("name, expected", [
    ("zh_CN.UTF-8", True), ("zh", True), ("zh-Hans_CN", True), ("zh_TW", True), ("Chinese (Simplified)_China", True),
    ("en_US.UTF-8", False), ("en_CN", False), ("C", False), ("", False), (None, False), ("zha_CN", False)])
def test_chinese_locales_are_recognised(start, name, expected):
    assert start.is_chinese(name) is expected


@pytest.fixture
def real_detection(start, monkeypatch):
    spec = importlib.util.spec_from_file_location("start_detecting", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setattr(module.locale, "getlocale", lambda: (None, None))
    return module


def test_on_linux_the_environment_decides(real_detection, monkeypatch):
    assert real_detection.detect_language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert real_detection.detect_language() == "zh"
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert real_detection.detect_language() == "en"


def test_on_macos_the_system_decides_and_not_the_terminal(real_detection, monkeypatch):
    monkeypatch.setattr(real_detection.sys, "platform", "darwin")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setattr(real_detection.subprocess, "check_output", lambda *a, **k: b"zh_CN\n")
    assert real_detection.detect_language() == "zh"


def test_on_windows_the_interface_language_decides(real_detection, monkeypatch):
    import ctypes
    code = {"zh-CN": 0x0804, "en-US": 0x0409}
    for name, expected in (("zh-CN", "zh"), ("en-US", "en")):
        kernel32 = SimpleNamespace(GetUserDefaultUILanguage=lambda: code[name])
        monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel32), raising=False)
        monkeypatch.setattr(real_detection.os, "name", "nt")
        assert real_detection.detect_language() == expected


def test_a_failing_system_tool_does_not_stop_the_course(real_detection, monkeypatch):
    def broken(*_, **__):
        raise OSError("no such tool")
    monkeypatch.setattr(real_detection.sys, "platform", "darwin")
    monkeypatch.setattr(real_detection.subprocess, "check_output", broken)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert real_detection.detect_language() == "zh"


def test_a_console_without_chinese_gets_english_and_no_crash(start, monkeypatch):
    for encoding in ("cp1252", "ascii"):
        console = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(start.sys, "stdout", console)
        start.language = "zh"
        start.say("no_write", folder="C:\\课程")
        console.flush()
        shown = console.buffer.getvalue().decode(encoding)
        assert "The course may not write" in shown and "C:\\??" in shown


def test_a_chinese_console_gets_chinese(start, monkeypatch):
    for encoding in ("gbk", "utf-8"):
        console = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(start.sys, "stdout", console)
        start.language = "zh"
        for key, (_, chinese) in start.MESSAGES.items():
            start.say(key, **{name: "x" for name in fields(chinese)})
        console.flush()
        shown = console.buffer.getvalue().decode(encoding)
        assert "解决办法" in shown and "?" not in shown


# --- the set-up -------------------------------------------------------------------------------
def test_the_first_start_makes_everything_in_order(start, tools, capsys):
    start.set_up()
    assert tools.steps == FIRST_SET_UP
    assert start.is_set_up(start.wanted_stamp(False))
    said = capsys.readouterr().out
    assert said.index("Setting up") < said.index("1/3") < said.index("2/3") < said.index("3/3") < said.index("complete")


def test_packages_come_from_the_lock_with_hashes(start, tools):
    start.set_up()
    for step in ("uv", "sync"):
        assert "--require-hashes" in tools.commands[tools.steps.index(step)]
    assert tools.commands[tools.steps.index("sync")][-1] == start.LOCK
    assert Path(start.venv_folder(), "uv.txt").read_text() == "uv==0.13.9 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"


def test_a_second_start_does_nothing_and_says_nothing(start, tools, capsys):
    start.set_up()
    capsys.readouterr()
    forget(tools)
    start.set_up()
    assert tools.steps == [] and capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock.txt"])
def test_a_changed_file_brings_the_set_up_up_to_date(start, tools, name):
    start.set_up()
    forget(tools)
    with open(Path(start.ROOT, name), "a") as stream:
        stream.write("# changed\n")
    start.set_up()
    assert tools.steps == ["probe", "settings", "uv", "sync", "crmlib"]
    forget(tools)
    start.set_up()
    assert tools.steps == []


def test_another_python_gets_a_new_venv(start, tools, monkeypatch):
    start.set_up()
    forget(tools)
    tools.answers["probe"] = (0, "(3, 11)")
    monkeypatch.setattr(start.sys, "version_info", (3, 12, 1, "final", 0))
    start.set_up()
    assert tools.steps == ["probe", *FIRST_SET_UP]


def test_a_moved_folder_is_set_up_again(start, tools, monkeypatch, tmp_path):
    start.set_up()
    forget(tools)
    shutil.move(start.ROOT, tmp_path / "elsewhere")
    monkeypatch.setattr(start, "ROOT", str(tmp_path / "elsewhere"))
    start.set_up()
    assert "crmlib" in tools.steps


@pytest.mark.parametrize("step", ["settings", "uv", "sync", "crmlib"])
def test_an_interrupted_set_up_is_finished_by_the_next_start(start, tools, capsys, step):
    tools.answers[step] = KeyboardInterrupt()
    code, said = outcome(start, capsys, [])
    assert code == 130 and "goes on" in said
    assert not start.is_set_up(start.wanted_stamp(False))
    tools.answers.clear()
    forget(tools)
    start.set_up()
    assert tools.steps == ["probe", "settings", "uv", "sync", "crmlib"]
    assert start.is_set_up(start.wanted_stamp(False))


def test_an_interrupted_update_does_not_look_complete(start, tools):
    start.set_up()
    Path(start.ROOT, "pyproject.toml").write_text("changed")
    tools.answers["sync"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        start.set_up()
    Path(start.ROOT, "pyproject.toml").write_text("[project]\n")      # even when the change is undone
    assert not start.is_set_up(start.wanted_stamp(False))


def test_half_a_venv_is_replaced(start, tools):
    Path(start.venv_python()).parent.mkdir(parents=True)
    Path(start.venv_python()).touch()
    tools.answers["probe"] = (1, "No module named pip")
    start.set_up()
    assert tools.steps == ["probe", *FIRST_SET_UP]
    assert "--clear" in tools.commands[1]


def test_a_deleted_python_is_noticed_in_spite_of_the_stamp(start, tools):
    start.set_up()
    shutil.rmtree(Path(start.venv_python()).parent)
    forget(tools)
    start.set_up()
    assert tools.steps == FIRST_SET_UP


@pytest.mark.parametrize("stamp", ["", "{", "[]", '"x"', "null"])
def test_a_damaged_stamp_is_no_stamp(start, stamp):
    os.makedirs(start.venv_folder())
    Path(start.stamp_file()).write_text(stamp)
    assert start.read_stamp() == {}


# --- students' set-up and tests' set-up -------------------------------------------------------
def test_after_the_tests_set_up_a_start_needs_none(start, tools):
    start.set_up(for_tests=True)
    assert tools.commands[tools.steps.index("sync")][-1] == start.TEST_LOCK
    forget(tools)
    start.set_up()
    start.set_up(for_tests=True)
    assert tools.steps == []


def test_after_a_students_set_up_the_tests_add_theirs(start, tools):
    start.set_up()
    forget(tools)
    start.set_up(for_tests=True)
    assert tools.commands[tools.steps.index("sync")][-1] == start.TEST_LOCK


def test_the_tests_get_their_arguments_and_return_their_code(start, tools, monkeypatch):
    seen = []

    class Pytest:
        def __init__(self, command, **_):
            seen.append(command)
            self.waits = iter([KeyboardInterrupt(), 5])

        def wait(self):
            answer = next(self.waits)
            if isinstance(answer, BaseException):
                raise answer
            return answer

    monkeypatch.setattr(start.subprocess, "Popen", Pytest)
    assert start.main(["test", "-k", "a b", "--lang"]) == 5
    assert seen == [[start.venv_python(), "-m", "pytest", "-k", "a b", "--lang"]]


@pytest.mark.parametrize("missing", ["tests", "requirements-test.lock.txt"])
@pytest.mark.parametrize("command", ["test", "lock"])
def test_a_handout_says_politely_that_it_has_no_tests(start, tools, capsys, missing, command):
    path = Path(start.ROOT, missing)
    path.rmdir() if path.is_dir() else path.unlink()
    code, said = outcome(start, capsys, [command])
    assert code == 1 and "not part of this handout" in said and "python start.py" in said
    assert tools.steps == []


def test_the_lock_command_compiles_both_locks_the_second_bound_to_the_first(start, tools, capsys):
    start.set_up()
    forget(tools)
    assert start.main(["lock"]) == 0
    course, tests = [command for command in tools.commands if "compile" in command]
    for command in (course, tests):
        assert {"--universal", "--generate-hashes", "--no-emit-index-url"} <= set(command) and "--upgrade" not in command
    assert course[-1] == start.LOCK and "test" not in course
    assert tests[-1] == start.TEST_LOCK and tests[tests.index("--constraints") + 1] == start.LOCK
    assert start.main(["lock", "--upgrade"]) == 0
    assert "--upgrade" in tools.commands[-1]


# --- what can go wrong ------------------------------------------------------------------------
PIP_OFFLINE = ("WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError: [Errno -3] "
               "Temporary failure in name resolution'\nERROR: No matching distribution found for uv")
PIP_HASH = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."


@pytest.mark.parametrize("step, output, key", [
    ("venv", "The virtual environment was not created successfully because ensurepip is not available.", "no_venv"),
    ("venv", "/usr/bin/python3: No module named venv", "no_venv"),
    ("venv", "Error: [Errno 28] No space left on device", "disk_full"),
    ("venv", "Error: [Errno 13] Permission denied: '.venv'", "no_write"),
    ("venv", "Error: [WinError 5] Access is denied", "no_write"),
    ("venv", "Error: [Errno 30] Read-only file system", "no_write"),
    ("uv", PIP_OFFLINE, "no_network"),
    ("uv", "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk_full"),
    ("uv", PIP_HASH, "bad_lock"),
    ("sync", "error: Hash mismatch for `numpy==2.4.6`\n\nExpected:\n  sha256:00", "bad_lock"),
    ("sync", "error: Couldn't parse requirement in `requirements.lock.txt` at position 3", "bad_lock"),
    ("sync", "  cause: failed to write: No space left on device (os error 28)", "disk_full"),
    ("sync", "磁盘空间不足。 (os error 112)", "disk_full"),
    ("sync", "error: failed to remove file: Access is denied. (os error 5)", "no_write"),
    ("sync", "The process cannot access the file because it is being used by another process. (os error 32)", "no_write"),
    ("crmlib", "error: [Errno 28] No space left on device", "disk_full"),
])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_failing_step_ends_in_a_clear_message(start, tools, capsys, monkeypatch, step, output, key, lang):
    monkeypatch.setattr(start, "detect_language", lambda: lang)
    tools.answers[step] = (1, output)
    code, said = outcome(start, capsys, [])
    assert code == 1
    wanted = start.MESSAGES[key][lang == "zh"].format(folder=start.ROOT, lock=start.LOCK)
    assert said.endswith(wanted + "\n")
    assert start.read_stamp() == {}


def test_the_message_of_a_bad_test_lock_names_that_file(start, tools, capsys):
    tools.answers["sync"] = (1, "Hash mismatch")
    code, said = outcome(start, capsys, ["test"])
    assert code == 1 and "git checkout requirements-test.lock.txt" in said


def test_an_unknown_failure_shows_the_last_lines(start, tools, capsys):
    tools.answers["crmlib"] = (1, "\n".join("line %d" % n for n in range(50)))
    code, said = outcome(start, capsys, [])
    assert code == 1 and "line 49" in said and "line 20" not in said and "delete the folder .venv" in said


def test_a_failure_without_a_reason_on_a_full_disk_is_the_disk(start, tools, capsys, monkeypatch):
    monkeypatch.setattr(start.shutil, "disk_usage", lambda folder: SimpleNamespace(free=4096))
    tools.answers["venv"] = (1, "ensurepip returned non-zero exit status 1")
    code, said = outcome(start, capsys, [])
    assert code == 1 and "The disk is full" in said


@pytest.mark.parametrize("number, key", [(errno.ENOSPC, "disk_full"), (errno.EACCES, "no_write"),
                                         (errno.EROFS, "no_write"), (errno.EPERM, "no_write")])
def test_our_own_failing_writes_end_in_a_clear_message(start, tools, capsys, monkeypatch, number, key):
    def refuse(stamp):
        raise OSError(number, os.strerror(number))
    monkeypatch.setattr(start, "write_stamp", refuse)
    code, said = outcome(start, capsys, [])
    assert code == 1 and start.MESSAGES[key][0].format(folder=start.ROOT) in said


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00", b"<html>not found</html>"])
def test_a_lock_that_is_none_stops_before_anything_is_made(start, tools, capsys, content):
    path = Path(start.ROOT, start.LOCK)
    path.unlink() if content is None else path.write_bytes(content)
    code, said = outcome(start, capsys, [])
    assert code == 1 and "requirements.lock.txt is missing, damaged or was edited" in said
    assert tools.steps == [] and not os.path.exists(start.venv_folder())


def test_without_a_ready_made_uv_plain_pip_does_it(start, tools, capsys):
    tools.answers["uv"] = (1, "ERROR: No matching distribution found for uv==0.13.9 (from versions: none)")
    start.set_up()
    assert tools.steps == ["venv", "settings", "uv", "pip", "crmlib"]
    assert "slower" in capsys.readouterr().out


def test_where_uv_gets_no_connection_pip_is_tried(start, tools):
    tools.answers["sync"] = (1, "error sending request: invalid peer certificate: UnknownIssuer")
    start.set_up()
    assert tools.steps == ["venv", "settings", "uv", "sync", "pip", "crmlib"]
    pip = tools.commands[tools.steps.index("pip")]
    assert "--require-hashes" in pip and pip[-1] == start.LOCK


def test_when_pip_gets_no_connection_either_it_is_the_network(start, tools, capsys):
    tools.answers["sync"] = (1, "error sending request")
    tools.answers["pip"] = (1, PIP_OFFLINE)
    code, said = outcome(start, capsys, [])
    assert code == 1 and "check your internet connection" in said


# --- mirrors and proxies ----------------------------------------------------------------------
def test_uv_uses_the_index_that_pip_uses(start, tools):
    tools.answers["settings"] = (0, "global.index-url='https://mirror.invalid/simple'\nglobal.proxy='http://proxy.invalid:8080'\n")
    start.set_up()
    env = tools.environments[tools.steps.index("sync")]
    assert env["UV_DEFAULT_INDEX"] == "https://mirror.invalid/simple"
    assert env["HTTPS_PROXY"] == "http://proxy.invalid:8080"
    assert env["UV_PYTHON_DOWNLOADS"] == "never"


def test_the_environment_beats_pips_files_as_in_pip(start, tools):
    tools.answers["settings"] = (0, ":env:.index-url='https://env.invalid'\nglobal.index-url='https://file.invalid'\n"
                                    "install.index-url='https://install.invalid'\nglobal.timeout=oops\n")
    assert start.read_pip_settings()["index-url"] == "https://env.invalid"


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_uvs_own_setting_stays(start, monkeypatch, name):
    monkeypatch.setenv(name, "https://own.invalid")
    env = start.tool_environment({"index-url": "https://mirror.invalid"})
    assert env[name] == "https://own.invalid"
    assert "https://mirror.invalid" not in [value for key, value in env.items() if key.startswith("UV_")]


def test_without_settings_of_pip_uv_keeps_its_default(start):
    assert "UV_DEFAULT_INDEX" not in start.tool_environment({})


# --- settings of the user's own ---------------------------------------------------------------
STRANGE = ["PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONSAFEPATH",
           "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIRE_VIRTUALENV", "PIP_CONSTRAINT", "PIP_NO_BINARY", "PIP_PYTHON",
           "UV_PROJECT_ENVIRONMENT", "UV_SYSTEM_PYTHON", "UV_PYTHON", "UV_CONSTRAINT", "UV_NO_BINARY", "UV_TARGET", "UV_EXCLUDE_NEWER",
           "JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTER_TOKEN", "JUPYTER_NO_CONFIG", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_DIR",
           "MPLBACKEND", "MATPLOTLIBRC", "__PYVENV_LAUNCHER__"]  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_a_setting_that_leads_elsewhere_reaches_no_tool(start, monkeypatch, name):
    monkeypatch.setenv(name, "/somewhere/else")
    assert name not in start.tool_environment({})


@pytest.mark.parametrize("name", ["PIP_INDEX_URL", "PIP_CERT", "PIP_PROXY", "UV_CACHE_DIR", "UV_INDEX_SCHOOL_PASSWORD", "UV_HTTP_TIMEOUT", "HTTPS_PROXY"])
def test_a_setting_that_says_where_packages_come_from_stays(start, monkeypatch, name):
    monkeypatch.setenv(name, "as it was")
    assert start.tool_environment({})[name] == "as it was"


def test_of_pips_files_only_what_says_where_packages_come_from_is_used(start, tools):
    tools.answers["settings"] = (0, "global.target='/elsewhere'\nglobal.user='true'\nglobal.index-url='https://mirror.invalid'\n")
    tools.answers["uv"] = (1, "no uv for this machine")
    start.set_up()
    for step in ("uv", "pip", "crmlib"):
        env = tools.environments[tools.steps.index(step)]
        assert env["PIP_CONFIG_FILE"] == os.devnull and "/elsewhere" not in env.values()
    assert tools.environments[tools.steps.index("pip")]["PIP_INDEX_URL"] == "https://mirror.invalid"


UV_FILE = """
index-url = "https://mirror.invalid/simple"
no-binary = true
exclude-newer = "2015-01-01T00:00:00Z"
cache-dir = 'D:\\uv'
[[index]]
name = "school"
url = "https://school.invalid/simple"
default = true
[pip]
target = "/elsewhere"
prefix = "/elsewhere"
python-platform = "windows"
extra-index-url = ["https://more.invalid/简单"]
"""
UV_COUNTS = {
    "index-url": "https://mirror.invalid/simple",
    "cache-dir": "D:\\uv",
    "index": [{"name": "school", "url": "https://school.invalid/simple", "default": True}],
    "pip": {"extra-index-url": ["https://more.invalid/简单"]},
}


def uv_file(folder, text):
    (folder / "uv").mkdir(parents=True)
    (folder / "uv" / "uv.toml").write_text(text, encoding="utf-8")
    return folder / "uv" / "uv.toml"


@pytest.mark.parametrize("named", [True, False])
def test_of_uvs_files_only_what_says_where_packages_come_from_is_used(start, tools, tmp_path, monkeypatch, named):
    file = uv_file(tmp_path / "settings", UV_FILE)
    monkeypatch.setenv(*(("UV_CONFIG_FILE", str(file)) if named else ("XDG_CONFIG_HOME", str(tmp_path / "settings"))))
    start.set_up()
    used = tools.environments[tools.steps.index("sync")]["UV_CONFIG_FILE"]
    assert Path(used).parent == Path(start.venv_folder())
    assert tomllib.loads(Path(used).read_text(encoding="utf-8")) == UV_COUNTS


def test_the_users_file_of_uv_wins_over_the_systems_and_a_damaged_one_counts_for_nothing(tmp_path):
    uv_file(tmp_path / "system", 'index-url = "https://system.invalid"\nlink-mode = "copy"\n')
    file = uv_file(tmp_path / "user", 'index-url = "https://user.invalid"\n')
    places = {"PROGRAMDATA": str(tmp_path / "system"), "APPDATA": str(tmp_path / "user")}
    assert surroundings.uv_settings(places, windows=True) == {"index-url": "https://user.invalid", "link-mode": "copy"}
    places = {"XDG_CONFIG_DIRS": str(tmp_path / "system"), "XDG_CONFIG_HOME": str(tmp_path / "user")}
    assert surroundings.uv_settings(places, windows=False) == {"index-url": "https://user.invalid", "link-mode": "copy"}
    for damaged in (b"index-url = ", b"\xff\xfe", b'pip = "no table"'):
        file.write_bytes(damaged)
        assert surroundings.uv_settings(places, windows=False) == {"index-url": "https://system.invalid", "link-mode": "copy"}


@pytest.mark.slow
def test_uv_itself_installs_into_the_environment_whatever_the_users_file_says(tmp_path):
    """The real uv: it reads the file that is written for it, and no other."""
    uv_file(tmp_path / "settings", '[pip]\ntarget = "%s"\n' % (tmp_path / "elsewhere").as_posix())
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "pyproject.toml").write_text('[project]\nname = "here"\nversion = "1"\n[tool.setuptools]\npackages = []\n')
    built = subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-index", "--no-build-isolation", "-w", tmp_path, tmp_path / "package"], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    known = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "settings")}
    env = surroundings.for_uv(known, tmp_path / ".venv")
    command = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-index", "--python", tmp_path / ".venv", next(tmp_path.glob("*.whl"))]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and not (tmp_path / "elsewhere").exists(), done.stderr
    assert list((tmp_path / ".venv").rglob("here-1.dist-info"))
    subprocess.run(command, env=known, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "elsewhere").exists(), "with the user's own settings it would go elsewhere, or this test tests nothing"


@pytest.mark.parametrize("name", ["argparse", "json", "socket", "venv", "crmlib", "tomllib"])
def test_a_module_on_pythonpath_does_not_hide_pythons_own(tmp_path, name):
    (tmp_path / f"{name}.py").write_text("raise ImportError('an unrelated file of this name')", encoding="utf-8")
    told = subprocess.run([sys.executable, str(SOURCE), "--help"], env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


# --- Windows ----------------------------------------------------------------------------------
def test_on_windows_python_is_in_scripts(start, monkeypatch):
    assert start.venv_python().endswith("/bin/python")
    monkeypatch.setattr(start.os, "name", "nt")
    assert start.venv_python().replace("\\", "/").endswith(".venv/Scripts/python.exe")


def test_on_windows_packages_are_copied_because_onedrive_refuses_links(start, monkeypatch):
    assert "UV_LINK_MODE" not in start.tool_environment() or "UV_LINK_MODE" in os.environ
    monkeypatch.setattr(start.os, "name", "nt")
    monkeypatch.delenv("UV_LINK_MODE", raising=False)
    assert start.tool_environment()["UV_LINK_MODE"] == "copy"


@pytest.mark.parametrize("system, prompt, waits", [("nt", None, True), ("nt", "$P$G", False), ("posix", None, False)])
def test_only_a_double_clicked_window_waits_for_enter(start, tools, capsys, monkeypatch, system, prompt, waits):
    monkeypatch.delenv("PROMPT", raising=False)
    if prompt:
        monkeypatch.setenv("PROMPT", prompt)
    console = io.StringIO("\n")
    console.isatty = lambda: True
    monkeypatch.setattr(start.sys, "stdin", console)
    monkeypatch.setattr(start.os, "name", system)
    start.wait_for_enter()
    assert ("Press Enter" in capsys.readouterr().out) is waits


# --- ports ------------------------------------------------------------------------------------
@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_named_and_another_suggested_before_any_set_up(start, tools, capsys, taken_port):
    code, said = outcome(start, capsys, ["--port", str(taken_port)])
    assert code == 1 and "Port %d is already in use" % taken_port in said
    suggested = int(said.rsplit("--port ", 1)[1])
    assert suggested != taken_port and opening.port_is_free(suggested)
    assert tools.steps == []


@pytest.mark.parametrize("port", [-1, 0, 80, 65536])
def test_an_impossible_port_is_refused(start, tools, capsys, port):
    code, said = outcome(start, capsys, ["--port=%d" % port])
    assert code == 1 and "%d is not a port" % port in said


def test_without_a_port_a_free_one_is_chosen(start, monkeypatch, taken_port):
    chosen = opening.free_port(taken_port - 1)
    assert chosen != taken_port and opening.port_is_free(chosen)


def test_when_a_hundred_ports_are_taken_the_system_chooses(start, monkeypatch):
    monkeypatch.setattr(ports, "port_is_free", lambda port: False)
    assert opening.free_port() > 1024


# --- JupyterLab -------------------------------------------------------------------------------
def test_the_options_reach_jupyter(start, tools, monkeypatch):
    opened = []
    monkeypatch.setattr(opening, "open_course", lambda setting, **options: opened.append((setting.language, setting.instructor, options)))
    port = opening.free_port(20000)
    assert start.main(["--lang", "zh", "--no-browser", "--port", str(port)]) == 0
    assert start.main(["--instructor"]) == 0
    assert opened[0] == ("zh", False, {"port": port, "browser": False})
    assert opened[1][:2] == ("en", True) and opened[1][2]["browser"] is True


@pytest.fixture
def signals():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in (signal.SIGTERM, signal.SIGHUP):      # so that a failing test does not end pytest
        signal.signal(number, lambda *_: None)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


class Jupyter:
    """Stands for the process of JupyterLab; `waits` are what its wait() does one after the other."""
    pid = 4711

    def __init__(self, *waits):
        self.waits, self.got = iter(waits), []

    def __call__(self, command, **options):
        self.options = options
        return self

    def wait(self, timeout=None):
        answer = next(self.waits)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def send_signal(self, number):
        self.got.append(number)


ADDRESS = "http://127.0.0.1:9999/doc/tree/notebooks/en/00-start.ipynb?token=secret"


def open_with(start, tools, monkeypatch, process, browser=False):
    """Jupyter runs already; what happens from there on."""
    monkeypatch.setattr(session, "prepare", lambda setting: SimpleNamespace(settings=Path("settings")))
    monkeypatch.setattr(jupyter, "start", lambda view, **options: (process("jupyter"), ADDRESS))
    monkeypatch.setattr(session.webbrowser, "open", process.got.append)
    monkeypatch.setattr(opening, "port_is_free", lambda port: True)
    return start.main(["--port", "9999"] + ([] if browser else ["--no-browser"]))


@pytest.mark.parametrize("browser", [True, False])
def test_one_address_is_said_and_nothing_about_a_browser_that_is_not_wanted(start, tools, monkeypatch, capsys, signals, browser):
    process = Jupyter(0)
    open_with(start, tools, monkeypatch, process, browser)
    said = capsys.readouterr().out
    assert said.count("http") == 1 and ADDRESS in said
    assert ("browser" in said) is browser and process.got == ([ADDRESS] if browser else [])


def test_ctrl_c_ends_jupyter_and_is_a_success(start, tools, monkeypatch, capsys, signals):
    process = Jupyter(KeyboardInterrupt(), 0)
    assert open_with(start, tools, monkeypatch, process) == 0
    assert process.got == [signal.SIGTERM]
    assert "See you next time" in capsys.readouterr().out


@pytest.mark.parametrize("stopped_in", ["prepare", "opening"])
def test_ctrl_c_before_jupyter_answers_is_no_broken_set_up(start, tools, monkeypatch, capsys, signals, stopped_in):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "prepare", stopped if stopped_in == "prepare" else lambda setting: SimpleNamespace(settings=Path("settings")))
    monkeypatch.setattr(jupyter, "start", stopped)
    assert start.main(["--no-browser"]) == 0
    said = capsys.readouterr().out.split("Set-up is complete.")[1]
    assert "See you next time" in said and "set-up" not in said


def test_a_jupyter_that_does_not_end_is_ended_with_all_it_started(start, tools, monkeypatch, signals):
    killed = []
    monkeypatch.setattr(session.os, "killpg", lambda group, number: killed.append((group, number)))
    process = Jupyter(KeyboardInterrupt(), subprocess.TimeoutExpired("jupyter", 15), -9)
    assert open_with(start, tools, monkeypatch, process) == 0
    assert killed == [(4711, signal.SIGKILL)]


def test_a_jupyter_that_fails_is_an_error(start, tools, monkeypatch, capsys, signals):
    assert open_with(start, tools, monkeypatch, Jupyter(3)) == 1
    said = capsys.readouterr().out
    assert "(code 3)" in said and str(Path("settings") / "jupyter.log") in said and "See you" not in said


def test_closing_the_terminal_counts_as_ctrl_c(start, tools, monkeypatch, signals):
    open_with(start, tools, monkeypatch, Jupyter(0))
    for number in (signal.SIGHUP, signal.SIGTERM):
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
            time.sleep(1)


# --- running a tool, really -------------------------------------------------------------------
def test_a_tools_output_and_code_come_back_and_only_downloads_are_shown(start, capsys):
    code = "print('Downloading numpy (16 MiB)'); print('Resolved 9'); import sys; sys.exit(4)"
    assert start.run([sys.executable, "-c", code]) == (4, "Downloading numpy (16 MiB)\nResolved 9\n")
    assert capsys.readouterr().out.strip() == "Downloading numpy (16 MiB)"


def test_output_that_is_not_utf8_does_no_harm(start):
    code = "import sys; sys.stdout.buffer.write(b'Downloading \\xff\\xc4\\n')"
    assert start.run([sys.executable, "-c", code])[0] == 0


# --- the whole thing --------------------------------------------------------------------------
def copy_of_the_course(target):
    """What a student gets: the files, without .venv and whatever else lies about."""
    ignore = shutil.ignore_patterns(".venv", ".git", "__pycache__", ".ipynb_checkpoints", "*.egg-info", ".pytest_cache",
                                    "submitted", "autograded", "feedback", "gradebook.db*")
    shutil.copytree(SOURCE.parent, target, ignore=ignore)


def run_course(folder, port, patience, **settings):
    """Start, wait until JupyterLab answers, press Ctrl-C. Returns (exit code, everything said)."""
    env = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"} | settings
    python = getattr(sys, "_base_executable", sys.executable)       # as on a fresh machine: not this test's .venv
    process = subprocess.Popen([python, "start.py", "--lang", "en", "--no-browser", "--port", str(port)],
                               cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    answer, deadline = None, time.monotonic() + patience
    try:
        while answer is None and process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen("http://127.0.0.1:%d/api" % port, timeout=5) as reply:
                    answer = json.load(reply)
            except OSError:
                time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[0].decode("utf-8")
    finally:
        if process.poll() is None:
            process.kill()
    assert answer and "version" in answer, said
    return process.returncode, said


def odd_settings(folder):
    """A user's own settings, each of which once led a package or JupyterLab elsewhere."""
    for name, text in {
        "shadow/venv.py": "raise ImportError('an unrelated file of this name')",
        "pip.conf": f"[global]\ntarget = {folder}/elsewhere\n",
        "uv/uv.toml": f'[pip]\ntarget = "{folder}/elsewhere"\n',
        "startup.py": "raise SystemExit('not for the course')",
        "jupyter/jupyter_server_config.json": '{"ServerApp": {"jpserver_extensions": {"jupyterlab": false}}}',
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {
        "PYTHONPATH": str(folder / "shadow"), "PYTHONSTARTUP": str(folder / "startup.py"), "PIP_CONFIG_FILE": str(folder / "pip.conf"), "XDG_CONFIG_HOME": str(folder),
        "PIP_PREFIX": str(folder / "elsewhere"), "PIP_REQUIRE_VIRTUALENV": "1", "UV_SYSTEM_PYTHON": "1", "UV_NO_BINARY": "1",
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"), "JUPYTER_TOKEN": "", "MPLBACKEND": "no-such-backend",
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process on Windows")
def test_a_fresh_copy_sets_itself_up_opens_jupyterlab_and_ends_cleanly(tmp_path):
    folder = tmp_path / "my course 课程"
    copy_of_the_course(folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    git = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "as it came"]):
        subprocess.run([*git, *words], check=True)

    settings = odd_settings(tmp_path / "the user's own")
    code, said = run_course(folder, port, patience=900, **settings)
    assert code == 0, said
    assert "Setting up the course" in said and "Set-up is complete." in said and "See you next time" in said
    assert "Traceback" not in said

    assert not (tmp_path / "the user's own" / "elsewhere").exists()
    code, said = run_course(folder, port, patience=120, **settings)
    assert code == 0, said
    assert "1/3" not in said and "et-up" not in said and "See you next time" in said

    with socket.socket() as probe:      # nobody is left to answer
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    left = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout
    assert left == "", "set-up or start changed the clone"
    crmlib = subprocess.run([folder / ".venv" / "bin" / "python", "-c", "import crmlib; print(crmlib.__file__)"],
                            cwd=tmp_path, capture_output=True, text=True)
    assert crmlib.stdout.strip() == str(folder / "crmlib" / "__init__.py"), crmlib.stderr


@pytest.mark.parametrize(("there", "speaks", "opened"), [("en", "zh", "en"), ("zh", "en", "zh"), ("en zh", "zh", "zh"), ("zh", "zh", "zh"), ("", "zh", "zh")])
def test_a_handout_of_one_language_opens_on_a_computer_of_the_other(start, there, speaks, opened):
    for name in there.split():
        os.makedirs(os.path.join(start.ROOT, "notebooks", name))
    assert session.pages_language(Path(start.ROOT), speaks) == opened

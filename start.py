#!/usr/bin/env python3
# -*- coding: utf-8 -*-
"""Open the course, or test it. Needs nothing but Python and a network.

    python start.py               set up what is missing, then open the course in the browser
    python start.py --lang zh     the same in Chinese
    python start.py --instructor  open the class's folder with nbgrader's formgrader
    python start.py test          set up what the tests need, then run them all
    python start.py lock          (maintainers) write both requirements lock files anew

Only the standard library is used, and only syntax that Python 3.6 understands, so that an
old Python can still read this file and say what is wrong.
"""
import os
import sys

# What PYTHONPATH leads to may bear the name of a module of ours or of Python's own: it comes last.
_strangers = {os.path.abspath(path) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path}
sys.path.sort(key=lambda path: os.path.abspath(path or ".") in _strangers)

import argparse
import errno
import hashlib
import json
import locale
import re
import shutil
import subprocess

OLDEST = (3, 11)            # equal to requires-python in pyproject.toml; a test compares them
FIRST_TOO_NEW = (3, 15)
ROOT = os.path.dirname(os.path.abspath(__file__))
LOCK = "requirements.lock.txt"
TEST_LOCK = "requirements-test.lock.txt"

# --- What we say: English, Chinese ---------------------------------------------------------------
def read_messages():
    """crmlib/messages/start.toml, whose form is simple enough to be read here: no Python before 3.11 knows TOML."""
    try:
        with open(os.path.join(ROOT, "crmlib", "messages", "start.toml"), encoding="utf-8") as stream:
            found = re.findall(r'^\[(\w+)\]\nen = (".*")\nzh = (".*")$', stream.read(), re.M)
    except (IOError, UnicodeDecodeError):
        found = []
    return {key: (json.loads(english), json.loads(chinese)) for key, english, chinese in found}


MESSAGES = read_messages()
# The only one that cannot stand in a file.
MESSAGES["incomplete"] = (
    "This folder is not the whole course, and start.py cannot work alone.\n"
    "What to do: unpack the whole zip file (or clone the repository again), and start the start.py in that folder.",
    "这个文件夹里的课程不完整，start.py 不能单独运行。\n解决办法：把压缩包完整解压（或重新克隆仓库），然后运行解压后文件夹里的 start.py。")

language = "en"     # of the course; set by main()


def console_encoding():
    return getattr(sys.stdout, "encoding", None) or "ascii"


def console_shows_chinese():
    try:
        "中文，。".encode(console_encoding())
        return True
    except UnicodeEncodeError:
        return False


def text_of(key, **values):
    """The message in the learner's language; English where the console cannot show Chinese."""
    chinese = language == "zh" and console_shows_chinese()
    return MESSAGES[key][chinese].format(**values)


def say(key, **values):
    tell(text_of(key, **values))


def tell(text):
    encoding = console_encoding()
    # A folder's name, or a tool's output, may hold what this console cannot show.
    text = text.replace("…", "..." if encoding == "ascii" else "…")
    print(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


class Trouble(Exception):
    """Something the learner can mend: a message key and its values."""

    def __init__(self, key, **values):
        super(Trouble, self).__init__(key)
        self.key, self.values = key, values


# --- The learner's language ----------------------------------------------------------------------
def is_chinese(name):
    """Is this the name of a Chinese locale, such as zh_CN.UTF-8 or Chinese_China?"""
    return bool(name) and bool(re.match(r"zh([-_.@]|$)|chinese", name.strip(), re.I))


def windows_language():
    """The language of the Windows interface, as a locale name."""
    import ctypes
    primary = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF  # type: ignore[attr-defined]  # Windows alone has it
    return "zh" if primary == 0x04 else "other"


def mac_language():
    """The language of macOS; a terminal's LANG often says something else."""
    answer = subprocess.check_output(["defaults", "read", "-g", "AppleLocale"], stderr=subprocess.DEVNULL)
    return answer.decode("utf-8", "replace").strip()


def detect_language():
    """zh on a Chinese computer, else en. Guessing must never stop the course."""
    name = ""
    try:
        if os.name == "nt":
            name = windows_language()
        elif sys.platform == "darwin":
            name = mac_language()
    except Exception:       # the tool is missing or locked down: ask the environment
        name = ""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        name = name or os.environ.get(variable, "")
    try:
        name = name or locale.getlocale()[0]
    except ValueError:      # a locale that Python does not know
        pass
    return "zh" if is_chinese(name) else "en"


# --- Is this Python fit? -------------------------------------------------------------------------
def dotted(version):
    return ".".join(str(part) for part in version)


def python_hint():
    """Name a fitting Python that is already there, else say how to get one."""
    # An old Python cannot read crmlib, which knows better what to leave out.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # 3.13 first: the newest that the whole course was tried on.
    for minor in sorted(range(OLDEST[1], FIRST_TOO_NEW[1]), key=lambda m: (m > 13, -m)):
        command = python_command(minor)
        try:
            subprocess.check_output(command + ["-c", "import ensurepip, venv"], stderr=subprocess.STDOUT, env=plain)
        except (OSError, subprocess.CalledProcessError):
            continue
        return text_of("hint_other_python", command=" ".join(command))
    return text_of("hint_get_python", command=" ".join(python_command(13)))


def python_command(minor):
    return ["py", "-3.%d" % minor] if os.name == "nt" else ["python3.%d" % minor]


def check_python(version=None):
    version = tuple(version or sys.version_info)[:3]
    oldest, newest = dotted(OLDEST), "3.%d" % (FIRST_TOO_NEW[1] - 1)
    if version < OLDEST:
        raise Trouble("python_too_old", oldest=oldest, found=dotted(version), hint=python_hint())
    if version[:2] >= FIRST_TOO_NEW:
        raise Trouble("python_too_new", oldest=oldest, newest=newest, found=dotted(version), hint=python_hint())


# --- Running other programs, and reading what went wrong from what they print --------------------
SIGNS = (   # the first that matches wins; the order matters: a full disk breaks everything else too
    ("disk_full", r"no space left on device|errno 28\b|os error 28\b|not enough space on the disk|os error 112\b|disk quota exceeded|磁盘空间不足"),
    ("bad_lock", r"hash mismatch|do not match the hashes|hashes are required|require-hashes|couldn't parse requirement|invalid requirement|expected hashes"),
    ("no_venv", r"ensurepip is not available|no module named '?(venv|ensurepip)"),
    ("no_write", r"permission denied|access is denied|read-only file system|errno 13\b|winerror 5\b|winerror 32\b|os error (5|13|30|32)\b"
                 r"|being used by another|拒绝访问"),
    ("no_network", r"name resolution|newconnectionerror|connection (refused|reset|aborted|broken)|connecttimeout|readtimeout|timed out"
                   r"|proxyerror|proxy error|dns error|error sending request|tcp connect error|failed to fetch|network is unreachable"
                   r"|getaddrinfo|certificate_verify_failed|invalid peer certificate|sslerror|failed to download|http status"),
)


def sign_in(output):
    """The message that fits what a tool printed, or None."""
    return next((key for key, pattern in SIGNS if re.search(pattern, output, re.I)), None)


def disk_is_full():
    return shutil.disk_usage(ROOT).free < 20 * 1024 * 1024


def trouble_from(output, lock=LOCK):
    key = sign_in(output)
    if not key and disk_is_full():      # ensurepip, for one, fails without giving a reason
        key = "disk_full"
    if key:
        return Trouble(key, folder=ROOT, lock=lock)
    tail = [line for line in output.strip().splitlines() if line.strip()][-12:]
    return Trouble("set_up_failed", tail="\n".join("    " + line.rstrip() for line in tail))


def trouble_from_os_error(error):
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return Trouble("disk_full")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Trouble("no_write", folder=ROOT)
    return trouble_from(str(error))


def run(command, env=None):
    """Run a tool to its end. Shows only what it downloads; returns (exit code, output)."""
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = []
    try:
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace")
            lines.append(line)
            if re.match(r"\s*(Downloading|Using cached) ", line) and "://" not in line:
                print("       " + line.strip().encode("ascii", "ignore").decode("ascii"))
                sys.stdout.flush()
        return process.wait(), "".join(lines)
    finally:
        if process.poll() is None:      # Ctrl-C, or our own disk-full while printing
            process.terminate()
            process.wait()
        process.stdout.close()


# --- The folder .venv ----------------------------------------------------------------------------
def venv_folder():
    return os.path.join(ROOT, ".venv")


def venv_python():
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(venv_folder(), *parts)


def stamp_file():
    return os.path.join(venv_folder(), "crmlib-set-up.json")


def read_bytes(name):
    with open(os.path.join(ROOT, name), "rb") as stream:
        return stream.read()


def fingerprint(*names):
    """Changes whenever a set-up is needed: other files, another Python, a moved folder."""
    digest = hashlib.sha256()
    digest.update(("%d.%d\n%s\n" % (sys.version_info[0], sys.version_info[1], ROOT)).encode("utf-8"))
    for name in names:
        digest.update(hashlib.sha256(read_bytes(name)).digest())
    return digest.hexdigest()


def wanted_stamp(for_tests):
    """What the stamp must hold. The tests' set-up contains the students', so it fits both."""
    stamp = {"course": fingerprint("pyproject.toml", LOCK)}
    if for_tests:
        stamp["tests"] = fingerprint("pyproject.toml", LOCK, TEST_LOCK)
    return stamp


def read_stamp():
    try:
        with open(stamp_file(), encoding="utf-8") as stream:
            stamp = json.load(stream)
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp):
    """Written last and in one step: an interrupted set-up never looks complete."""
    with open(stamp_file() + ".new", "w", encoding="utf-8") as stream:
        json.dump(stamp, stream)
    os.replace(stamp_file() + ".new", stamp_file())


def is_set_up(wanted):
    found = read_stamp()
    return os.path.exists(venv_python()) and all(found.get(k) == v for k, v in wanted.items())


def venv_works():
    """Is there a complete .venv of this Python version? (An interrupted one lacks pip.)"""
    if not os.path.exists(venv_python()):
        return False
    try:
        code, output = run([venv_python(), "-c", "import sys, pip; print(sys.version_info[:2])"], tool_environment())
    except OSError:
        return False
    return code == 0 and str(tuple(sys.version_info[:2])) in output


def make_venv():
    """A fresh .venv in place of whatever is there."""
    # Inside a virtual environment, sys.executable may be the very file to be replaced.
    python = getattr(sys, "_base_executable", None) or sys.executable
    code, output = run([python, "-m", "venv", "--clear", venv_folder()], tool_environment())
    if code:
        raise trouble_from(output)


# --- The packages --------------------------------------------------------------------------------
def tool_environment(pip_settings=None):
    """The environment of pip, uv and Jupyter, without those settings of the user's own that would lead them elsewhere."""
    from crmlib.opening import surroundings
    return surroundings.environment(pip_settings)


def read_pip_settings():
    """pip's own settings (files and environment)."""
    from crmlib.opening import surroundings
    code, output = run([venv_python(), "-m", "pip", "config", "list"], tool_environment())
    return surroundings.pip_settings(output) if code == 0 else {}


def lock_entry(name, lock):
    """One package's lines of a lock file: version and hashes."""
    text = read_bytes(lock).decode("utf-8").replace("\r\n", "\n")
    match = re.search(r"^%s==.*(\n[ \t]+.*)*" % re.escape(name), text, re.M)
    return match.group(0) + "\n" if match else None


def check_lock(lock):
    """Refuse early what is certainly no lock file: it would else read as a network error."""
    try:
        if not lock_entry("jupyterlab", lock):
            raise Trouble("bad_lock", lock=lock)
    except (IOError, UnicodeDecodeError):
        raise Trouble("bad_lock", lock=lock)


def install_uv(lock, env):
    """uv into .venv, the version and hashes of the lock. False: use pip instead."""
    entry = lock_entry("uv", lock)
    if not entry:
        return False
    wanted = os.path.join(venv_folder(), "uv.txt")
    with open(wanted, "w", encoding="utf-8") as stream:
        stream.write(entry)
    # Only a ready-made uv is wanted: building one needs a Rust compiler.
    code, output = run([venv_python(), "-m", "pip", "install", "--quiet", "--no-deps",
                        "--only-binary", ":all:", "--require-hashes", "-r", wanted], env)
    if code == 0:
        return True
    if sign_in(output):
        raise trouble_from(output, lock)
    return False


def install_packages(lock):
    """Exactly the packages of the lock; by uv, or by pip where uv does not work."""
    from crmlib.opening import surroundings
    env = tool_environment(read_pip_settings())
    if install_uv(lock, env):
        code, output = run([venv_python(), "-m", "uv", "pip", "sync", "--python", venv_python(),
                            "--require-hashes", lock], surroundings.for_uv(env, venv_folder()))
        if code == 0:
            return
        # pip may get through where uv does not (system certificates, a local index): try it.
        if sign_in(output) not in (None, "no_network"):
            raise trouble_from(output, lock)
    say("slow_way")
    code, output = run([venv_python(), "-m", "pip", "install", "--require-hashes", "-r", lock], env)
    if code:
        raise trouble_from(output, lock)


def install_crmlib():
    """crmlib itself, editable: a change in crmlib/ counts at once. Needs no network."""
    code, output = run([venv_python(), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
                        "--no-build-isolation", "--editable", ROOT], tool_environment({}))
    if code:
        raise trouble_from(output)


def set_up(for_tests=False):
    """Make .venv what the lock says. Does nothing at all when the stamp says it is so."""
    lock = TEST_LOCK if for_tests else LOCK
    check_lock(lock)
    wanted = wanted_stamp(for_tests)
    if is_set_up(wanted):
        return
    say("again" if os.path.exists(venv_folder()) else "first_time")
    if os.path.exists(stamp_file()):
        os.remove(stamp_file())
    if venv_works():
        say("keep_venv")
    else:
        say("make_venv")
        make_venv()
    say("get_packages")
    install_packages(lock)
    say("add_crmlib")
    install_crmlib()
    write_stamp(wanted)
    say("set_up")


# --- Tests, lock files ---------------------------------------------------------------------------
def has_tests():
    return all(os.path.exists(os.path.join(ROOT, name)) for name in ("tests", TEST_LOCK))


def run_tests(arguments):
    if not has_tests():
        raise Trouble("no_tests_here")
    set_up(for_tests=True)
    process = subprocess.Popen([venv_python(), "-m", "pytest"] + arguments, cwd=ROOT, env=tool_environment())
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            pass        # pytest got it too, and prints its summary before it ends


def write_locks(arguments):
    """Pins that still fit stay; --upgrade takes the newest of everything."""
    if not has_tests():
        raise Trouble("no_tests_here")
    if not venv_works():
        set_up()
    from crmlib.opening import locks
    env = tool_environment(read_pip_settings())
    failed = locks.write(lambda command: run(command, env), venv_python(), lock=LOCK, test_lock=TEST_LOCK, upgrade="--upgrade" in arguments)
    if failed:
        raise trouble_from(failed)
    say("locks_written", lock=LOCK, test_lock=TEST_LOCK)
    return 0


# --- From the command line to the open course -----------------------------------------------------
def read_arguments(arguments):
    parser = argparse.ArgumentParser(prog="python start.py", description=text_of("help_about"), epilog=text_of("help_more"))
    parser.add_argument("--lang", choices=("en", "zh"), help=text_of("help_lang"))
    parser.add_argument("--no-browser", action="store_true", help=text_of("help_no_browser"))
    parser.add_argument("--port", type=int, help=text_of("help_port"))
    parser.add_argument("--instructor", action="store_true", help=text_of("help_instructor"))
    return parser.parse_args(arguments)


def start(arguments):
    global language
    options = read_arguments(arguments)
    language = options.lang or language
    check_python()
    # Only now: an old Python could not even read these files. They need no package.
    from pathlib import Path

    from crmlib import opening, use_language
    use_language(language if console_shows_chinese() else "en")
    try:
        port = opening.choose_port(options.port)    # before the set-up: a wrong port need not wait
        set_up()
        if not opening.port_is_free(port):          # somebody took it meanwhile
            port = opening.choose_port(options.port)
        setting = opening.Setting(root=Path(ROOT), language=language, instructor=options.instructor, python=venv_python(),
                                  base=tool_environment(), tell=tell)
        opening.open_course(setting, port=port, browser=not options.no_browser)
    except opening.CannotOpen as error:
        tell(str(error))
        wait_for_enter()
        return 1
    return 0


def wait_for_enter():
    """A double-clicked start.py loses its window, and the message, as soon as it ends."""
    # cmd.exe sets PROMPT; from Explorer it is absent. PowerShell users press Enter once more.
    if os.name == "nt" and "PROMPT" not in os.environ and sys.stdin and sys.stdin.isatty():
        say("press_enter")
        sys.stdin.readline()


def main(arguments):
    global language
    language = detect_language()
    if len(MESSAGES) == 1:
        say("incomplete")
        return 1
    try:
        if arguments[:1] in (["test"], ["lock"]):
            check_python()
            return (run_tests if arguments[0] == "test" else write_locks)(arguments[1:])
        return start(arguments)
    except Trouble as trouble:
        say(trouble.key, **trouble.values)
    except OSError as error:
        found = trouble_from_os_error(error)
        say(found.key, **found.values)
    except KeyboardInterrupt:
        say("stopped")
        return 130
    wait_for_enter()
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

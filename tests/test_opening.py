"""What start.py opens: the learner's Jupyter without clutter, the instructor's with formgrader, and honest waiting."""

import ast
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from crmlib import opening
from crmlib.course import ROOT
from crmlib.opening import jupyter
from tests.support.catalogue import every

STANDARD_ONLY = ("opening", "my_course", "premade", "course", "language", "places", "whole", "__init__")


@pytest.fixture
def root(tmp_path):
    for language in ("en", "zh"):
        (tmp_path / "my-course" / "notebooks" / language).mkdir(parents=True)
        (tmp_path / "my-course" / "notebooks" / language / "00-start.ipynb").touch()
        (tmp_path / "course" / language).mkdir(parents=True)
        (tmp_path / "course" / language / "nbgrader_config.py").touch()
    return tmp_path


def modules(name):
    """The files of a module or of a room."""
    room = ROOT / "crmlib" / name
    return sorted(room.rglob("*.py")) if room.is_dir() else [room.with_suffix(".py")]


@every("path", [path for name in STANDARD_ONLY for path in modules(name)], ids=lambda path: str(path.relative_to(ROOT / "crmlib")))
def test_what_start_py_imports_needs_no_package(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name.split(".")[0] for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module.split(".")[0] for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert names - {"crmlib"} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(("language", "locale"), [("en", "en"), ("zh", "zh_CN")])
@pytest.mark.parametrize("instructor", [True, False])
def test_jupyter_speaks_the_courses_language_and_shows_no_news(root, language, locale, instructor):
    view = opening.view(language, instructor=instructor, root=root)
    opening.write_settings(view, sys.executable)
    defaults = json.loads((view.settings / "lab" / "overrides.json").read_text(encoding="utf-8"))
    assert defaults["@jupyterlab/translation-extension:plugin"]["locale"] == locale
    assert defaults["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    kernel = json.loads((view.settings / "data" / "kernels" / "python3" / "kernel.json").read_text(encoding="utf-8"))
    assert kernel["argv"][0] == sys.executable and kernel["display_name"].isascii() is (language == "en")
    assert f"--LabApp.app_settings_dir={view.settings / 'lab'}" in opening.command(view, python=sys.executable, port=9999)


def test_a_student_has_nothing_of_nbgrader_and_an_instructor_all_of_it(root):
    student, teacher = (opening.view("en", instructor=instructor, root=root) for instructor in (False, True))
    for view in (student, teacher):
        opening.write_settings(view, sys.executable)
    off = [json.loads((view.settings / "lab" / "page_config.json").read_text())["disabledExtensions"] for view in (student, teacher)]
    assert off[0]["@jupyter/nbgrader"] is True and off[1] == {}
    words = [" ".join(opening.command(view, python="python", port=9999)) for view in (student, teacher)]
    assert words[0].count("nbgrader.server_extensions") == 4 and "nbgrader" not in words[1]
    assert all("127.0.0.1" in text and "PromptConnection" in text and "--no-browser" in text for text in words)


def test_where_it_opens(root, tmp_path):
    assert opening.view("zh", root=root).page == "/doc/tree/notebooks/zh/00-start.ipynb"
    assert opening.view("zh", root=root).folder == root / "my-course"
    teacher = opening.view("zh", instructor=True, root=root)
    assert (teacher.page, teacher.folder) == ("/lab", root / "course" / "zh")


def test_the_students_zip_has_no_class_and_says_so(tmp_path):
    with pytest.raises(opening.CannotOpen, match="What to do"):
        opening.view("en", instructor=True, root=tmp_path)


def test_the_learners_own_jupyter_and_ipython_do_not_reach_in(root):
    view = opening.view("en", root=root)
    env = opening.environment(view, {"PATH": "elsewhere"}, python="/venv/bin/python", token="secret")
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        assert root / ".venv" in Path(env[name]).parents and os.path.isdir(env[name])
    assert env["PATH"].split(os.pathsep) == ["/venv/bin", "elsewhere"], "nbgrader calls tools by their bare names"
    assert "secret" not in " ".join(opening.command(view, python="python", port=9999))


def _fake(monkeypatch, program):
    """A program of ours in the place of Jupyter."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setattr(jupyter, "command", lambda view, **_: [sys.executable, "-c", program, str(port)])
    return port


@pytest.mark.slow
def test_while_jupyter_starts_a_line_comes_every_few_seconds_and_then_one_address(root, monkeypatch):
    program = (
        "import http.server, sys, time; time.sleep(0.6); print('a warning of the server', flush=True); "
        "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).handle_request()"
    )
    (root / "my-course" / "api").touch()
    port, said = _fake(monkeypatch, program), []
    monkeypatch.setattr(jupyter, "SECONDS_BETWEEN_LINES", 0.1)
    view = opening.view("zh", root=root)
    process, address = opening.start(view, python=sys.executable, port=port, base=dict(os.environ), tell=said.append)
    process.wait(20)
    assert len(said) >= 2 and not [line for line in said if "http" in line]
    assert address.startswith(f"http://127.0.0.1:{port}/doc/tree/notebooks/zh/00-start.ipynb?token=")
    assert "a warning of the server" in (view.settings / opening.LOG).read_text()


def test_a_jupyter_that_ends_by_itself_is_an_error_that_names_its_log(root, monkeypatch):
    port = _fake(monkeypatch, "import sys; print('why it failed'); sys.exit(7)")
    view = opening.view("en", root=root)
    with pytest.raises(opening.CannotOpen) as caught:
        opening.start(view, python=sys.executable, port=port, base=dict(os.environ), tell=print)
    assert "code 7" in str(caught.value) and str(view.settings / opening.LOG) in str(caught.value)
    assert "why it failed" in (view.settings / opening.LOG).read_text()


@pytest.mark.slow
def test_a_jupyter_that_never_answers_is_ended(root, monkeypatch):
    port = _fake(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(jupyter, "SECONDS_TO_START", 0.3)
    with pytest.raises(opening.CannotOpen, match="not answered"):
        opening.start(opening.view("en", root=root), python=sys.executable, port=port, base=dict(os.environ), tell=print)


# The server's way to start, up to where it would listen, and the words that it would give to the page.
STARTING = """
import json, subprocess, sys
from crmlib import server
asked, ask = [], subprocess.check_output
subprocess.check_output = lambda *given, **_: asked.append(given) or "{}"
server.ask_no_yarn()
import jupyterlab.labapp
subprocess.check_output = ask
loaded = [name for name in sys.modules if name.partition(".")[0] in ("lark", "click", "rich", "nbconvert")]
from jupyterlab_server import translations_handler as handler
before = dict(handler.get_language_pack("zh_CN")[0]["jupyterlab"])
server.complete_chinese()
after, own = handler.get_language_pack("zh_CN")[0]["jupyterlab"], server.words_of_lab()
print(json.dumps({
    "version": jupyterlab.labapp.app_version, "asked": asked, "loaded": loaded, "both": sorted(set(own) & set(before)),
    "completed": after == {**before, **own}, "english": handler.get_language_pack("en")[0],
}))
"""


@pytest.fixture(scope="module")
def started():
    """What a server of ours has asked and loaded when it is ready: one process says it for several tests."""
    ran = subprocess.run([sys.executable, "-c", STARTING], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.slow
def test_the_server_starts_without_building_grammars(started):
    """What jsonschema builds only to look at addresses in notebooks costs most of a start."""
    assert [name for name in started["loaded"] if name.startswith("lark")] == []


def test_the_server_starts_without_node_and_without_a_command_line_of_a_library(started):
    """Each costs a part of every start, and the course uses neither."""
    assert started["version"] and started["asked"] == []
    assert [name for name in started["loaded"] if not name.startswith("lark")] == []


def test_what_the_chinese_language_pack_lacks_is_added_and_nothing_else(started):
    """A word that the pack has learnt is to be taken out of crmlib/messages/lab.toml."""
    assert (started["both"], started["completed"], started["english"]) == ([], True, {})

"""From a set-up course to its first page: the learner's Jupyter, and the instructor's.

Standard library only, for ``start.py`` runs it with the Python it was started with. Everything it makes lies inside
``.venv``; a learner's own Jupyter and IPython settings are neither read nor changed.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crmlib.course import ROOT
from crmlib.language import current_language, message, use_language

LOG = "jupyter.log"
SECONDS_TO_START = 180
SECONDS_BETWEEN_LINES = 4
# What only an instructor needs; importing it costs every start of a student's course a second or more.
_FOR_INSTRUCTORS = ("formgrader", "validate_assignment", "assignment_list", "course_list")
# What a lesson does not need: each is a button, a panel or a menu to be lost in.
_CLUTTER = (
    "@jupyter/nbgrader",
    "@jupyter-notebook/lab-extension",
    "@jupyterlab/application-extension:property-inspector",
    "@jupyterlab/celltags-extension",
    "@jupyterlab/console-extension",
    "@jupyterlab/debugger-extension",
    "@jupyterlab/extensionmanager-extension",
    "@jupyterlab/help-extension:jupyter-forum",
    "@jupyterlab/help-extension:launch-classic",
    "@jupyterlab/help-extension:resources",
    "@jupyterlab/launcher-extension",
    "@jupyterlab/logconsole-extension",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/notebook-extension:export",
    "@jupyterlab/notebook-extension:tools",
    "@jupyterlab/running-extension",
    "@jupyterlab/services-extension:kernel-settings",
    "@jupyterlab/terminal-extension",
    "@jupyterlab/workspaces-extension",
    "@jupyterlab/apputils-extension:announcements",
)

# Ways out of the course; and who logs out has no password to come back.
_UNWANTED_IN_FILE = ("docmanager:clone", "filebrowser:open-path", "filebrowser:open-url", "filemenu:create-console", "filemenu:logout")


class CannotOpen(Exception):
    """Jupyter could not be started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class View:
    """What is to be opened: for whom, in which language, over which folder, and where its settings lie."""

    language: str
    instructor: bool
    folder: Path
    settings: Path

    @property
    def page(self) -> str:
        """The address of the first page, below the server's own."""
        start = f"notebooks/{self.language}/00-start.ipynb"
        if self.instructor or not (self.folder / start).exists():
            return "/lab"
        return f"/doc/tree/{start}"


def view(language: str, *, instructor: bool = False, root: Path = ROOT) -> View:
    """The learner's view of the own copy, or the instructor's of the class's course root."""
    from crmlib import my_course

    folder = root / "course" / language if instructor else root / my_course.FOLDER
    if instructor and not (folder / "nbgrader_config.py").exists():
        raise CannotOpen(message("opening.no_class_here"))
    kind = "instructor" if instructor else "student"
    return View(language, instructor, folder, root / ".venv" / "crmlib-jupyter" / f"{language}-{kind}")


def write_settings(view: View, python: str) -> None:
    """Everything Jupyter reads: defaults of the page, what is switched off, the layout, and the course's kernel."""
    _write(view.settings / "lab" / "overrides.json", _overrides(view))
    off = {} if view.instructor else {name: True for name in _CLUTTER}
    _write(view.settings / "lab" / "page_config.json", {"disabledExtensions": off, "buildAvailable": False, "buildCheck": False})
    kernel = {
        "argv": [
            python,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--IPKernelApp.extra_extensions=crmlib.kernel",
            "--HistoryManager.enabled=False",
        ],
        "display_name": _kernel_name(view.language),
        "language": "python",
        "metadata": {"debugger": False},
    }
    _write(view.settings / "data" / "kernels" / "python3" / "kernel.json", kernel)
    if not view.instructor:
        _write(view.settings / "workspaces" / "default-37a8.jupyterlab-workspace", _layout())
        css = view.settings / "config" / "custom" / "custom.css"
        css.parent.mkdir(parents=True, exist_ok=True)
        css.write_text(_STYLE, encoding="utf-8")


def _kernel_name(language: str) -> str:
    """In the language of the course, which is not always that of the console."""
    before = current_language()
    use_language(language)
    try:
        return message("opening.kernel")
    finally:
        use_language(before)


# Two lines less around a lesson, which hold nothing but the file's name.
_STYLE = """
#jp-top-panel { min-height: 0 !important; max-height: 0 !important; overflow: hidden; }
#jp-top-bar { min-height: 0 !important; }
#jp-top-panel { border: none !important; }
#table-of-contents .jp-SidePanel-header, #table-of-contents .jp-SidePanel-toolbar { display: none; }
.jp-tocItem-content[data-running="-0.5"]::after, .jp-tocItem-content[data-running="-0.5"]::before { content: none !important; }
"""


def _overrides(view: View) -> dict:
    defaults = {
        "@jupyterlab/translation-extension:plugin": {"locale": "zh_CN" if view.language == "zh" else "en"},
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    }
    if view.instructor:
        return defaults
    hidden = [
        {"id": "jp-mainmenu-settings", "disabled": True},
        {"id": "jp-mainmenu-file", "items": [{"command": name, "disabled": True} for name in _UNWANTED_IN_FILE]},
    ]
    buttons = ("insert", "cut", "copy", "paste", "cellType", "kernelName")
    return {
        **defaults,
        "@jupyterlab/application-extension:shell": {"startMode": "single"},
        "@jupyterlab/mainmenu-extension:plugin": {"menus": hidden},
        "@jupyterlab/notebook-extension:panel": {"toolbar": [{"name": name, "disabled": True} for name in buttons]},
        "@jupyterlab/notebook-extension:tracker": {"scrollPastEnd": False},
        "@jupyterlab/toc-extension:registry": {"numberingH1": False, "includeOutput": False, "maximalDepth": 2},
        "@jupyterlab/statusbar-extension:plugin": {"visible": False},
    }


def _layout() -> dict:
    """A workspace in which the table of contents of the lesson is open and the list of files is folded away."""
    layout = {
        "main": {"dock": None},
        "mode": "single-document",
        "left": {"collapsed": False, "visible": True, "current": "@jupyterlab/toc:plugin", "widgets": ["@jupyterlab/toc:plugin", "filebrowser"]},
        "right": {"collapsed": True, "visible": False, "widgets": []},
        "relativeSizes": [0.18, 0.82, 0],
        "top": {"simpleVisibility": True},
    }
    return {"data": {"layout-restorer:data": layout}, "metadata": {"id": "default"}}


def command(view: View, *, python: str, port: int) -> list[str]:
    """The command that starts Jupyter over the view's folder."""
    wanted = [
        python, "-m", "crmlib.server", "--no-browser",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={view.folder}",
        f"--LabApp.app_settings_dir={view.settings / 'lab'}",
        "--LabApp.extension_manager=readonly",
        "--ServerApp.kernel_websocket_connection_class=crmlib.server.PromptConnection",
    ]  # fmt: skip
    if not view.instructor:
        off = {f"nbgrader.server_extensions.{name}": False for name in _FOR_INSTRUCTORS}
        off |= {name: False for name in ("jupyter_lsp", "jupyter_server_terminals", "notebook", "notebook_shim")}
        wanted += [f"--ServerApp.jpserver_extensions={off}", "--ServerApp.terminals_enabled=False", "--LabApp.custom_css=True"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        wanted.append("--allow-root")  # containers; it listens on this machine only
    return wanted


def environment(view: View, base: Mapping[str, str], *, python: str, token: str) -> dict[str, str]:
    """What Jupyter and its kernels find around them.

    The learner's own Jupyter, IPython and matplotlib do not reach in: a disabled extension, a password, a start-up file
    or another language there would break the course.
    """
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_PATH": "data",  # looked through first: our kernel comes before the environment's own
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
    }
    folders = {name: view.settings / folder for name, folder in own.items()}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        **base,
        **{name: str(folder) for name, folder in folders.items()},
        "JUPYTER_TOKEN": token,  # in the environment nobody else on the machine reads it
        # nbgrader's views call alembic and jupyter by their bare names.
        "PATH": os.pathsep.join([os.path.dirname(python), base.get("PATH", "")]),
    }


def start(view: View, *, python: str, port: int, base: Mapping[str, str], tell: Callable[[str], None]) -> tuple[subprocess.Popen, str]:
    """Start Jupyter and wait until it answers; returns the process and the address of the first page."""
    write_settings(view, python)
    token, log = secrets.token_urlsafe(24), view.settings / LOG
    # An own session: Ctrl-C comes to start.py alone, which ends Jupyter in order. Windows has no such thing.
    with open(log, "wb") as stream:
        process = subprocess.Popen(
            command(view, python=python, port=port),
            cwd=view.folder,
            env=environment(view, base, python=python, token=token),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=os.name != "nt",
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}/api", log, tell)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return process, f"http://127.0.0.1:{port}{view.page}?token={token}"


def _wait(process: subprocess.Popen, address: str, log: Path, tell: Callable[[str], None]) -> None:
    """Until the server answers; a line every few seconds says that it is still being waited for."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy must not stand in between
    begun = said = time.monotonic()
    while process.poll() is None:
        try:
            opener.open(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        now = time.monotonic()
        if now - begun > SECONDS_TO_START:
            raise CannotOpen(message("opening.too_slow", seconds=SECONDS_TO_START, log=log))
        if now - said > SECONDS_BETWEEN_LINES:
            said = now
            tell(message("opening.waiting", seconds=f"{now - begun:.0f}"))
    raise CannotOpen(message("opening.failed", code=process.returncode, log=log))


def _write(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

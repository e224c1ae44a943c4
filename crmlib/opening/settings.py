"""What Jupyter reads before it opens: the look of the page, what is switched off for a student, and the course's kernel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from crmlib.course import ROOT
from crmlib.language import current_language, message, use_language

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
    """The course could not be opened; the message says what to do."""


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


def _write(path: Path, content: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

"""The Jupyter of a view: its command, what it finds around it, and waiting until it answers."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from crmlib.language import message
from crmlib.opening.settings import CannotOpen, View, write_settings

LOG = "jupyter.log"
SECONDS_TO_START = 180
SECONDS_BETWEEN_LINES = 4
# What only an instructor needs; importing it costs every start of a student's course a second or more.
_FOR_INSTRUCTORS = ("formgrader", "validate_assignment", "assignment_list", "course_list")


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

"""JupyterLab in a real browser, for tests and for the explorer benchmark: a server, a page, and an open notebook.

Nothing sleeps: every step waits for a condition, with generous limits, because a classroom laptop and a shared
test machine are slow in their own ways.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PARTS = ("notebooks", "assignments", "crmlib", "course")
TOKEN = "browser-tests"
# The first notebook pays for starting Lab, the kernel and the imports; the limits are far above what that takes.
SECONDS_TO_START, SECONDS_TO_RUN, SECONDS_TO_REACT = 120, 180, 60

# Nothing but the test's own server may be reached, so that a test never depends on a network.
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
WIDGET = "application/vnd.jupyter.widget-view+json"
# JupyterLab marks errors as errors or as stderr, depending on its version.
RED = ".jp-RenderedText[data-mime-type*=error], .jp-RenderedText[data-mime-type*=stderr], .jupyter-widgets-error-widget"
# The pop-ups that ask about news and updates would lie over the notebook.
QUIET_SETTINGS = {"fetchNews": "false", "checkForUpdates": False}


def missing() -> str:
    """Why no browser can be driven here; empty where all is well."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "playwright is not installed"
    return "" if find_chromium() else "chromium is not installed"


def find_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((found for found in map(shutil.which, names) if found), None)


def copy_of_the_course(folder: Path) -> Path:
    """The parts of the repository that a student opens, copied, so that nothing the page saves gets back."""
    for part in PARTS:
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "submitted", "autograded", "feedback", "*.db")
        shutil.copytree(REPOSITORY / part, folder / part, ignore=ignored)
    return folder


@contextmanager
def server(root: Path, home: Path):
    """A JupyterLab over the folder ``root``, with its settings in ``home``; gives the address to open.

    The kernels import crmlib from ``root``. Settings, runtime files and IPython profile are the test's own; extensions
    and kernels are still found, because those of the running Python come from its prefix.
    """
    settings = home / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET_SETTINGS), encoding="utf-8")
    own = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython"}
    environment = {**os.environ, **{name: str(home / folder) for name, folder in own.items()}, "PYTHONPATH": str(root)}
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "JUPYTERLAB_DIR", "JUPYTER_TOKEN"):
        environment.pop(name, None)
    address = f"http://127.0.0.1:{_free_port()}"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.root_dir={root}"]
    command += [f"--ServerApp.port={address.rpartition(':')[2]}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1"]
    command += ["--ServerApp.kernel_websocket_connection_class=crmlib.server.PromptConnection"]  # as start.py does
    command += [f"--IdentityProvider.token={TOKEN}", "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"]
    with open(home / "server.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, env=environment, cwd=root, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_until_up(process, address, home / "server.log")
        yield address
    finally:
        process.terminate()  # the server ends its kernels itself
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(process: subprocess.Popen, address: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    # A proxy from the environment must not stand between the test and its own server.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            opener.open(f"{address}/api/status?token={TOKEN}", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


@contextmanager
def chromium():
    """Chromium without a window; only one at a time, because Playwright refuses to be started twice."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(CHROMIUM_OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page(browser, address: str, width: int = 1200, height: int = 1000):
    """A page with JupyterLab loaded in it."""
    opened = browser.new_page(viewport={"width": width, "height": height})
    try:
        opened.set_default_timeout(SECONDS_TO_REACT * 1000)
        opened.goto(f"{address}/lab?reset&token={TOKEN}", timeout=SECONDS_TO_START * 1000)
        opened.wait_for_function("window.jupyterapp !== undefined", timeout=SECONDS_TO_START * 1000)
        opened.evaluate("window.jupyterapp.restored.then(() => null)")
        yield opened
    finally:
        opened.close()


class Notebook:
    """A notebook open in the page."""

    def __init__(self, page, path: str):
        self.page, self.path = page, path
        # Errors in a slider's handler reach no cell, so the kernel's own messages are listened to from the start.
        page.evaluate(
            """async path => {
                const panel = await jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'});
                await panel.revealed;
                await panel.sessionContext.ready;
                window.panel = panel;
                window.complaints = [];
                panel.sessionContext.iopubMessage.connect((_, {header, content}) => {
                    if (header.msg_type === 'error') window.complaints.push(content.traceback.join('\\n'));
                    if (header.msg_type === 'stream' && content.name === 'stderr') window.complaints.push(content.text);
                });
            }""",
            path,
        )
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def run_all(self) -> None:
        """Run every cell and wait until the kernel has nothing left to do."""
        self.page.evaluate(
            """() => {
                window.finished = false;
                jupyterapp.commands.execute('notebook:run-all-cells').finally(() => { window.finished = true; });
            }"""
        )
        self.page.wait_for_function("window.finished", timeout=SECONDS_TO_RUN * 1000)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait until the kernel has answered everything asked so far: "run all" reports back at the first error already."""
        # The kernel answers in order, so the answer to an empty request comes after all others.
        self.page.evaluate(
            """() => {
                const last = {code: '', silent: true, store_history: false, stop_on_error: false};
                window.idle = false;
                panel.sessionContext.session.kernel.requestExecute(last).done.finally(() => { window.idle = true; });
            }"""
        )
        self.page.wait_for_function("window.idle", timeout=SECONDS_TO_RUN * 1000)

    def run(self, id: str) -> None:
        """Click into a code cell and run it, as a student does with Shift+Enter; waits until it has run."""
        before = self.cells()[self.place_of(id)]["execution_count"]
        self.editor(id).click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            "([place, before]) => { const now = panel.content.widgets[place].model.executionCount; return now !== null && now !== before; }",
            arg=[self.place_of(id), before],
            timeout=SECONDS_TO_RUN * 1000,
        )
        self.wait_until_idle()

    def write(self, id: str, text: str) -> None:
        """Replace what stands in a code cell by keyboard."""
        self.editor(id).click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def editor(self, id: str):
        return self.cell(self.place_of(id)).locator(".cm-content").first

    def place_of(self, id: str) -> int:
        return [cell["id"] for cell in self.cells()].index(id)

    def cells(self) -> list[dict]:
        """Every cell as the notebook's model holds it, with its outputs."""
        return json.loads(self.page.evaluate("JSON.stringify(panel.content.model.toJSON().cells)"))

    def cell(self, place: int):
        """Where the cell with this place in ``cells()`` is on the page."""
        return self.panel.locator(".jp-Notebook .jp-Cell").nth(place)

    def complaints(self) -> list[str]:
        """Every error and every line on stderr since the notebook was opened, also of handlers that no cell shows."""
        # Lab asks a fresh kernel for widgets before anything has loaded ipywidgets; the kernel notes that it has none.
        return [said for said in self.page.evaluate("window.complaints") if not said.startswith("No such comm")]

    def failed_outputs(self) -> list[str]:
        """What is shown in red on the page: errors, stderr and widgets that could not be drawn."""
        return self.panel.locator(RED).all_text_contents()  # inner text would be empty where the page is not in view

    def dialogs(self) -> list[str]:
        """Windows that lie over the notebook; a student should see none."""
        return self.page.locator(".jp-Dialog").all_inner_texts()

    def close(self) -> None:
        """Close the notebook and end its kernel."""
        self.page.evaluate("panel.sessionContext.shutdown().then(() => panel.dispose())")


def write_notebook(page, path: str, *sources: str) -> None:
    """Put a notebook with these code cells among the course's, to be opened under this path."""
    cells = [
        {"cell_type": "code", "id": f"cell-{place}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for place, text in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    page.evaluate(
        "([path, content]) => jupyterapp.serviceManager.contents.save(path, {type: 'notebook', format: 'json', content}).then(() => null)",
        [path, {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}],
    )


def outputs(cell: dict) -> list[dict]:
    return cell.get("outputs", [])


def source(cell: dict) -> str:
    return "".join(cell["source"])


def text_of(output: dict) -> str:
    """What an output says, whatever its kind."""
    if output["output_type"] == "error":
        return "\n".join(output["traceback"])
    return "".join(output.get("text", "") or output.get("data", {}).get("text/plain", ""))


def is_explorer(output: dict) -> bool:
    """An explorer is shown as one bundle: the widget, and for readers without a kernel its picture."""
    return {WIDGET, "image/png"} <= set(output.get("data", ()))


def is_self_check(output: dict) -> bool:
    """Self-checks carry their questions as HTML beside the widget."""
    return {WIDGET, "text/html"} <= set(output.get("data", ()))


class Explorer:
    """An explorer on the page: question, sliders, picture, sentence."""

    # The address of the picture changes at every step, so its pixels are compared, not its name.
    PIXELS = """image => {
        const canvas = document.createElement('canvas');
        canvas.width = image.naturalWidth;
        canvas.height = image.naturalHeight;
        canvas.getContext('2d').drawImage(image, 0, 0);
        return canvas.toDataURL();
    }"""

    def __init__(self, cell):
        self.cell = cell
        self.whole = cell.locator(".crm-explorer")
        self.question = cell.locator(".crm-question")
        self.controls = cell.locator(".crm-control input, .crm-control select")
        self.image = cell.locator("img.crm-picture")
        self.sentence = cell.locator(".crm-sentence")

    def alternative(self) -> str:
        """What a screen reader says for the picture."""
        return self.image.get_attribute("alt") or ""

    def wait_until_drawn(self) -> None:
        self.image.wait_for()
        self.image.page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=self.image.element_handle())

    def seen(self) -> tuple[str, str]:
        """The picture's pixels and the sentence."""
        return self.image.evaluate(self.PIXELS), self.sentence.inner_text()

    def move(self, control: int = 0) -> None:
        """Move a control one step by keyboard, away from the end if it stands there."""
        chosen = self.controls.nth(control)
        chosen.focus()
        kind = chosen.evaluate("control => control.type")
        at_the_end = kind == "range" and chosen.evaluate("control => control.value === control.max")
        key = " " if kind == "checkbox" else "ArrowUp" if kind == "select-one" else "ArrowLeft" if at_the_end else "ArrowRight"
        self.image.page.keyboard.press(key)

    def spoken(self, control: int = 0) -> tuple[str, str]:
        """What is printed beside a control, and what a screen reader says of its value."""
        chosen = self.controls.nth(control)
        printed = chosen.evaluate("control => (control.parentElement.querySelector('output') ?? control.selectedOptions[0]).textContent")
        said = chosen.evaluate("control => control.ariaValueText ?? control.selectedOptions?.[0].textContent")
        return printed, said or printed

    def wait_for_change(self, before: tuple[str, str]) -> None:
        """Wait until both the picture and the sentence differ from what was seen before."""
        self.image.page.wait_for_function(
            f"([image, words, pixels, said]) => image.complete && image.naturalWidth > 0 && ({self.PIXELS})(image) !== pixels && words.innerText !== said",
            arg=[self.image.element_handle(), self.sentence.element_handle(), *before],
        )

    def height(self) -> float:
        """How much of the screen the explorer takes, in the page's pixels."""
        return self.whole.evaluate("explorer => explorer.getBoundingClientRect().height")

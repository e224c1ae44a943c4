"""How fast do the explorers follow a control, beside the usual way (interact, and a figure drawn anew by the inline backend)?

    python -m tests.benchmarks.explorers               kernel CPU, and key press to painted picture in Chromium
    python -m tests.benchmarks.explorers --no-browser  kernel CPU only
    python -m tests.benchmarks.explorers mailing_duel  one explorer, or several

Every explorer is measured unless some are named, and each row is printed as it comes. The exit status is 1 if a promise
of the README beside this file is broken, 2 if something could not be measured.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from crmlib import course  # noqa: E402
from crmlib.explorers import explorers_of  # noqa: E402
from tests.browser import lab  # noqa: E402

# Kernel CPU: at most this share of what interact takes, and never more than so many milliseconds.
CPU_SHARE, CPU_MILLISECONDS = 1 / 8, 8.0
# Key to paint: at most so many milliseconds more than a bare trip to the kernel and back, measured in the same page.
MORE_THAN_BARE = 12.0
TURNS = 4  # in which the presses of an explorer are measured, with the bare trip and interact

# What a notebook's author would write without crmlib: the same picture from the same numbers, made anew at every step
# and shown by the inline backend with its default settings; without the sentence, which our way has to make as well.
USUAL_WAY = """
%matplotlib inline
import ipywidgets
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from crmlib.figures import picture as pictures

OUR_CANVAS = pictures.PieceCanvas
MAKERS = {
    "slider": lambda name, c: ipywidgets.FloatSlider(value=c.start, min=c.low, max=c.high, step=c.step, description=name),
    "switch": lambda name, c: ipywidgets.Checkbox(value=c.start, description=name),
    "choice": lambda name, c: ipywidgets.Dropdown(value=c.start, options=c.options, description=name),
}

def usual_way(explorer):
    figure_function, controls = type(explorer.picture), explorer.picture.controls
    def draw(**values):  # a slider gives 3.0 where the picture counts with 3
        whole = {name: type(controls[name].values[0])(value) for name, value in values.items()}
        pictures.PieceCanvas = FigureCanvasAgg  # matplotlib's own, that keeps no letters
        try:
            figure = figure_function(**whole).figure
        finally:
            pictures.PieceCanvas = OUR_CANVAS
        display(figure)
    widgets = {name: MAKERS[control.kind](name, control) for name, control in controls.items()}
    ipywidgets.interact(draw, **widgets)
    return widgets
"""
# An author who lets labels overlap may leave out the layout, which costs about one draw.
WITHOUT_LAYOUT = """
from matplotlib.figure import Figure
Figure.tight_layout = lambda figure: None
"""
WAYS = ("ours", "interact")


def discover() -> dict[str, type]:
    """Every picture with controls, by "module.name"."""
    return {
        f"{lesson.module}.{name}": picture
        for lesson in course.lessons()
        if (ROOT / "crmlib" / "figures" / f"{lesson.module}.py").exists()
        for name, picture in explorers_of(lesson.module).items()
    }


# ---- kernel CPU per step ----------------------------------------------------------------------------------------


class Kernel:
    """A real kernel, driven as the page drives it: a slider moves by a message on its comm."""

    def __init__(self, usual_way: str):
        from jupyter_client.manager import start_new_kernel

        self.manager, self.client = start_new_kernel(kernel_name="python3", env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=str(ROOT))
        self.pid = int(self.ask("import os", "os.getpid()"))
        self.run(usual_way)

    def run(self, code: str) -> dict:
        reply = self.client.execute_interactive(code, output_hook=lambda message: None, timeout=120)["content"]
        if reply["status"] != "ok":
            raise RuntimeError("\n".join(reply["traceback"]))
        return reply

    def ask(self, code: str, expression: str) -> str:
        """Run code and return the repr of an expression."""
        reply = self.client.execute_interactive(
            code, user_expressions={"answer": expression}, output_hook=lambda message: None, timeout=120
        )["content"]
        if reply["status"] != "ok":
            raise RuntimeError("\n".join(reply["traceback"]))
        return reply["user_expressions"]["answer"]["data"]["text/plain"]

    def step(self, model: str, state: dict) -> tuple[float, list[dict]]:
        """Change the state of the widget with this model id; the CPU seconds that took, and what the kernel sent."""
        before = self.cpu_seconds()
        data = {"method": "update", "state": state, "buffer_paths": []}
        message = self.client.session.msg("comm_msg", {"comm_id": model, "data": data})
        self.client.shell_channel.send(message)
        sent = []
        while True:
            received = self.client.get_iopub_msg(timeout=60)
            if received["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            sent.append(received)
            if received["msg_type"] == "status" and received["content"]["execution_state"] == "idle":
                return self.cpu_seconds() - before, sent

    def cpu_seconds(self) -> float:
        """CPU time of the kernel with all its threads, as finely as the system tells it."""
        if sys.platform.startswith("linux"):
            return time.clock_gettime((~self.pid << 3) | 2)  # the process's CPU clock, in nanoseconds: see clock_getcpuclockid(3)
        import psutil

        times = psutil.Process(self.pid).cpu_times()
        return times.user + times.system

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def measure_cpu(kernel: Kernel, name: str, picture, steps: int, warm_up: int = 5) -> dict[str, float]:
    """Median CPU milliseconds per step, the two ways taking turns so that a busy machine is equally unfair to both."""
    module, function = name.split(".")
    kernel.run(f"from crmlib.explorers import {module} as module\nexplorer = module.{function}()\ndisplay(explorer)\ntheirs = usual_way(explorer)")
    ours = _unquoted(kernel.ask("", "explorer.model_id"))
    theirs = json.loads(_unquoted(kernel.ask("import json", "json.dumps({name: widget.model_id for name, widget in theirs.items()})")))
    places = json.loads(_unquoted(kernel.ask("", "json.dumps(explorer.places)")))
    names, values = list(picture.controls), [control.values for control in picture.controls.values()]
    spent: dict[str, list[float]] = {way: [] for way in WAYS}
    for count, (number, place) in enumerate(walk([len(some) for some in values], places, steps + warm_up)):
        places[number] = place
        chosen = values[number][place]
        usual = {"index": place} if isinstance(chosen, str) else {"value": chosen}
        took = {"ours": kernel.step(ours, {"places": places}), "interact": kernel.step(theirs[names[number]], usual)}
        if not shows_a_picture(took["ours"][1]):
            continue  # the same picture as before is not sent again: where nobody can leave, a switching cost changes nothing
        for way, (seconds, sent) in took.items():
            assert shows_a_picture(sent), f"{name}, {way}: no picture came for {names[number]} = {chosen}"
            if count >= warm_up:
                spent[way].append(seconds * 1000)
    assert len(spent["ours"]) > 0.9 * steps, f"{name}: only {len(spent['ours'])} of {steps} steps brought another picture"
    return {way: statistics.median(times) for way, times in spent.items()}


def walk(lengths: list[int], start: list[int], count: int):
    """(control, place) for so many steps: each control in turn, one step further, back and forth between its ends."""
    places = list(start)
    for turn in range(count):
        number = turn % len(lengths)
        places[number] += 1
        last = lengths[number] - 1
        # Not from one end to the other: at an end the other controls may change nothing, and no picture comes.
        place = places[number] % (2 * last)
        yield number, min(place, 2 * last - place)


def shows_a_picture(messages: list[dict]) -> bool:
    """Whether a picture is among what the kernel sent: in an output, or in the state of an image widget."""
    for message in messages:
        content = message["content"]
        if message["msg_type"] in ("display_data", "execute_result") and "image/png" in content["data"]:
            return True
        if message["msg_type"] == "comm_msg" and ["jpeg"] in content["data"].get("buffer_paths", []):
            return True
    return False


def _unquoted(text: str) -> str:
    import ast

    return ast.literal_eval(text)


# ---- key press to painted picture -------------------------------------------------------------------------------

# From the key's own time stamp to the frame after the new picture has been loaded and decoded.
# An explorer's image gets a new address; interact's output gets a new image element: both end in a load event.
WATCH = """cell => {
    let pressed = null;
    document.addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
    cell.addEventListener('load', async event => {
        if (event.target.tagName !== 'IMG' || pressed === null) return;
        const start = pressed;
        pressed = null;
        await event.target.decode().catch(() => null);
        requestAnimationFrame(() => { window.presses.push(performance.now() - start); });
    }, true);
}"""
# The floor: a slider that tells the kernel its place, a kernel that answers with it, a page that writes the answer.
BARE_PAGE = """
export default { render({ model, el }) {
    const input = document.createElement('input');
    Object.assign(input, { type: 'range', min: 0, max: 1000, value: 500 });
    input.setAttribute('data-lm-suppress-shortcuts', 'true');
    const answer = document.createElement('span');
    let pressed = null;
    input.addEventListener('keydown', event => { pressed = event.timeStamp; });
    input.addEventListener('input', () => { model.set('asked', Number(input.value)); model.save_changes(); });
    model.on('change:answered', () => {
        answer.textContent = model.get('answered');
        const start = pressed;
        requestAnimationFrame(() => { window.presses.push(performance.now() - start); });
    });
    el.append(input, answer);
} };
"""
BARE = f"""
import anywidget, traitlets
class Bare(anywidget.AnyWidget):
    _esm = {BARE_PAGE!r}
    asked = traitlets.Int(500).tag(sync=True)
    answered = traitlets.Int(500).tag(sync=True)
    @traitlets.observe("asked")
    def _answer(self, change):
        self.answered = change["new"]
Bare()
"""
# The control that is pressed, of an explorer and of what interact makes: JupyterLab keeps the arrow keys from interact's lists.
CONTROLS = (".crm-control input, .crm-control select", ".noUi-handle, .widget-checkbox input")


def measure_paint(names: list[str], usual_way: str, presses: int, warm_up: int = 3):
    """(explorer, bare trip, median milliseconds from key press to painted picture by way), lesson by lesson.

    A lesson's explorers stand in one notebook, as a student meets them: a page with all of them and as many of interact's is slow by its length.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = lab.copy_of_the_course(Path(folder) / "course")
        (Path(folder) / "home").mkdir()
        with lab.server(root, Path(folder) / "home") as address, lab.chromium() as browser:
            for module, members in itertools.groupby(names, key=lambda name: name.split(".")[0]):
                functions = [name.split(".")[1] for name in members]
                (root / f"{module}.ipynb").write_text(json.dumps(_notebook(module, functions, usual_way)), encoding="utf-8")
                with lab.page(browser, address) as page:
                    for function, (bare, paint) in zip(functions, _paint_of_a_lesson(page, module, functions, presses, warm_up)):
                        yield f"{module}.{function}", bare, paint


def _paint_of_a_lesson(page, module: str, functions: list[str], presses: int, warm_up: int):
    notebook = lab.Notebook(page, f"{module}.ipynb")
    notebook.run_all()
    if notebook.complaints():
        raise RuntimeError("\n".join(notebook.complaints()))
    bare = notebook.cell(1), "input[type=range]"
    # A page that has just been opened is slow for everything: the first explorer must not pay for that.
    _press(page, *bare, presses, warm_up)
    for place in range(len(functions)):
        ways = {"bare": bare}
        for turn, (way, control) in enumerate(zip(WAYS, CONTROLS)):
            cell = notebook.cell(2 + 2 * place + turn)
            cell.scroll_into_view_if_needed()
            cell.locator("img").first.wait_for()
            cell.evaluate(WATCH)
            ways[way] = (cell, control)
        # In turns, so that what else the machine does meanwhile is equally unfair to all.
        took: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(TURNS):
            for way, pressed in ways.items():
                took[way] += _press(page, *pressed, max(1, presses // TURNS), warm_up)
        medians = {way: statistics.median(times) for way, times in took.items()}
        yield medians.pop("bare"), medians


def _press(page, cell, control: str, presses: int, warm_up: int) -> list[float]:
    cell.scroll_into_view_if_needed()
    page.evaluate("window.presses = []")
    handle = cell.locator(control).first
    away, back = handle.evaluate(
        """control => {
            if (control.type === 'checkbox') return [' ', ' '];
            if (control.type === 'select-one') return control.selectedIndex ? ['ArrowUp', 'ArrowDown'] : ['ArrowDown', 'ArrowUp'];
            const [low, now, high] = control.type === 'range'
                ? [control.min, control.value, control.max].map(Number)
                : ['min', 'now', 'max'].map(name => Number(control.getAttribute('aria-value' + name)));
            return high - now >= now - low ? ['ArrowRight', 'ArrowLeft'] : ['ArrowLeft', 'ArrowRight'];
        }"""
    )
    handle.focus()
    # There and back again, first away from the nearer end: some controls have no more than two places.
    for count in range(presses + warm_up):
        page.keyboard.press(back if count % 2 else away)
        # Asked seldom, so that asking does not compete with drawing.
        page.wait_for_function("count => window.presses.length >= count", arg=count + 1, polling=50)
    return page.evaluate("window.presses")[warm_up:]


def _notebook(module: str, functions: list[str], usual_way: str) -> dict:
    cells = [usual_way, BARE]
    for name in functions:
        cells += [f"from crmlib.explorers import {module} as module\nexplorer = module.{name}()\nexplorer", "usual_way(explorer);"]
    code = [
        {"cell_type": "code", "id": f"cell-{place}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for place, text in enumerate(cells)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": code, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


# ---- report -----------------------------------------------------------------------------------------------------


def say(name: str, measured: str, ours: float, others: dict[str, float], promised: str, kept: bool) -> bool:
    """One row, at once."""
    beside = ", ".join(f"{other} {number:.1f}" for other, number in others.items())
    print(f"{name:48} {measured:13} {ours:6.1f} ms  {beside:30} promised {promised:16} {'kept' if kept else 'BROKEN'}", flush=True)
    return kept


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.explorers", description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", help="explorers to measure, such as mailing_duel (default: all)")
    parser.add_argument("--no-browser", action="store_true", help="leave out key press to painted picture")
    parser.add_argument("--steps", type=int, default=60, help="steps per explorer and way (default: 60)")
    parser.add_argument("--presses", type=int, default=20, help="key presses per explorer and way (default: 20)")
    parser.add_argument("--without-layout", action="store_true", help="spare interact the layout of its figure")
    chosen = parser.parse_args(arguments)
    usual_way = USUAL_WAY + WITHOUT_LAYOUT * chosen.without_layout
    pictures = {name: picture for name, picture in discover().items() if not chosen.names or {name, name.split(".")[1]} & set(chosen.names)}
    if not pictures:
        print(f"No explorer of this name. There are: {', '.join(discover())}", file=sys.stderr)
        return 2
    if not chosen.no_browser and lab.missing():
        print(f"{lab.missing()}: use --no-browser to measure kernel CPU alone.", file=sys.stderr)
        return 2
    kept = []
    kernel = Kernel(usual_way)
    try:
        for name, kind in pictures.items():
            cpu = measure_cpu(kernel, name, kind(), chosen.steps)
            share = cpu["ours"] / cpu["interact"]
            fast = cpu["ours"] <= CPU_MILLISECONDS and share <= CPU_SHARE
            kept.append(say(name, "kernel CPU", cpu["ours"], {"interact": cpu["interact"], "1/": 1 / share}, f"1/8, {CPU_MILLISECONDS:.0f} ms", fast))
    finally:
        kernel.stop()
    if not chosen.no_browser:
        for name, bare, paint in measure_paint(list(pictures), usual_way, chosen.presses):
            others = {"bare": bare, "interact": paint["interact"]}
            kept.append(say(name, "key to paint", paint["ours"], others, f"bare + {MORE_THAN_BARE:.0f} ms", paint["ours"] <= bare + MORE_THAN_BARE))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())

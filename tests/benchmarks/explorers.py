"""How fast do the explorers follow a slider, beside the usual way (interact, and a figure drawn anew by the inline backend)?

    python -m tests.benchmarks.explorers               kernel CPU, and key press to painted picture in Chromium
    python -m tests.benchmarks.explorers --no-browser  kernel CPU only

Every explorer in crmlib.explorers is measured. The exit status is 1 if a promise of the README beside this file is
broken, 2 if something could not be measured.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import crmlib.explorers  # noqa: E402
from crmlib.explorers.base import Explorer  # noqa: E402
from tests.browser import lab  # noqa: E402

# At most this share of what interact takes; a picture whose axis limits move has to be drawn in full.
CPU_SHARE, PAINT_SHARE, MOVING_LIMITS_SHARE = 1 / 8, 1 / 5, 1 / 2

# What a notebook's author would write without crmlib: the same picture from the same numbers, made anew at every step
# and shown by the inline backend with its default settings; without the sentence, which our way has to make as well.
USUAL_WAY = """
%matplotlib inline
import ipywidgets
from IPython.display import display

def usual_way(explorer):
    figure_function = type(explorer.picture)
    def draw(**values):
        display(figure_function(**values).figure)
    sliders = {
        name: ipywidgets.FloatSlider(value=ours.value, min=ours.min, max=ours.max, step=ours.step, description=name)
        for name, ours in explorer.sliders.items()
    }
    ipywidgets.interact(draw, **sliders)
    return sliders
"""
# An author who lets labels overlap may leave out the layout, which costs about one draw.
WITHOUT_LAYOUT = """
from matplotlib.figure import Figure
Figure.tight_layout = lambda figure: None
"""
WAYS = ("ours", "interact")


@dataclass
class Row:
    """One explorer's medians in milliseconds, by way."""

    name: str
    limits_move: bool
    cpu: dict[str, float] = field(default_factory=dict)
    paint: dict[str, float] = field(default_factory=dict)

    def promises(self):
        """(what was measured, its share of interact's, the share promised)"""
        for kind, medians, promised in (("kernel CPU", self.cpu, CPU_SHARE), ("key to paint", self.paint, PAINT_SHARE)):
            if medians:
                yield kind, medians, medians["ours"] / medians["interact"], MOVING_LIMITS_SHARE if self.limits_move else promised


def discover() -> dict[str, object]:
    """Every function in a module of crmlib.explorers that gives an explorer, by "module.function"."""
    found = {}
    for info in pkgutil.iter_modules(crmlib.explorers.__path__):
        module = importlib.import_module(f"crmlib.explorers.{info.name}")
        for name, function in vars(module).items():
            own = callable(function) and getattr(function, "__module__", "") == module.__name__
            if own and getattr(function, "__annotations__", {}).get("return") in (Explorer, "Explorer"):
                found[f"{info.name}.{name}"] = function
    return found


def limits_move(explorer: Explorer) -> bool:
    """Whether any end of a slider makes the picture ask for other axis limits."""
    picture = explorer.picture
    ends = [{name: end} for name, slider in explorer.sliders.items() for end in (slider.min, slider.max)]
    return any(picture.follow(**{**picture.values, **end}) is True for end in ends)


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

    def step(self, model: str, value: float) -> tuple[float, list[dict]]:
        """Move the slider with this model id; the CPU seconds that took, and what the kernel sent."""
        before = self.cpu_seconds()
        data = {"method": "update", "state": {"value": value}, "buffer_paths": []}
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


def measure_cpu(kernel: Kernel, name: str, steps: int, warm_up: int = 5) -> dict[str, float]:
    """Median CPU milliseconds per step, the two ways taking turns so that a busy machine is equally unfair to both."""
    module, function = name.split(".")
    code = f"""
from crmlib.explorers import {module} as module
explorer = module.{function}()
display(explorer)
theirs = usual_way(explorer)
"""
    models = {"ours": "explorer.sliders", "interact": "theirs"}
    kernel.run(code)
    ids = {way: json.loads(_unquoted(kernel.ask("import json", f"json.dumps({{k: s.model_id for k, s in {held}.items()}})"))) for way, held in models.items()}
    ranges = json.loads(_unquoted(kernel.ask("", "json.dumps({k: [s.min, s.max, s.step, s.value] for k, s in explorer.sliders.items()})")))
    spent: dict[str, list[float]] = {way: [] for way in WAYS}
    for count, (control, value) in enumerate(walk(ranges, steps + warm_up)):
        took = {way: kernel.step(ids[way][control], value) for way in WAYS}
        if not shows_a_picture(took["ours"][1]):
            continue  # the same picture as before is not sent again: where nobody can leave, a switching cost changes nothing
        for way, (seconds, sent) in took.items():
            assert shows_a_picture(sent), f"{name}, {way}: no picture came for {control} = {value}"
            if count >= warm_up:
                spent[way].append(seconds * 1000)
    assert len(spent["ours"]) > 0.9 * steps, f"{name}: only {len(spent['ours'])} of {steps} steps brought another picture"
    return {way: statistics.median(times) for way, times in spent.items()}


def walk(ranges: dict[str, list[float]], count: int):
    """(control, value) for so many steps: each control in turn, one step of its slider further, back and forth between its ends."""
    places = {name: round((start - low) / step) for name, (low, _, step, start) in ranges.items()}
    for turn in range(count):
        name = list(ranges)[turn % len(ranges)]
        low, high, step, _ = ranges[name]
        places[name] += 1
        last = round((high - low) / step)
        # Not from one end to the other: at an end the other controls may change nothing, and no picture comes.
        place = places[name] % (2 * last)
        yield name, round(low + min(place, 2 * last - place) * step, 10)


def shows_a_picture(messages: list[dict]) -> bool:
    """Whether a picture is among what the kernel sent: in an output, or in the state of an image widget."""
    for message in messages:
        content = message["content"]
        if message["msg_type"] in ("display_data", "execute_result") and "image/png" in content["data"]:
            return True
        if message["msg_type"] == "comm_msg" and ["value"] in content["data"].get("buffer_paths", []):
            return True
    return False


def _unquoted(text: str) -> str:
    import ast

    return ast.literal_eval(text)


# ---- key press to painted picture -------------------------------------------------------------------------------

# From the key's own time stamp to the frame after the new picture has been loaded and decoded.
# A widget's image gets a new address; interact's output gets a new image element: both end in a load event.
WATCH = """cell => {
    let pressed = null;
    window.presses = [];
    document.addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
    cell.addEventListener('load', async event => {
        if (event.target.tagName !== 'IMG' || pressed === null) return;
        const start = pressed;
        pressed = null;
        await event.target.decode().catch(() => null);
        requestAnimationFrame(() => { window.presses.push(performance.now() - start); });
    }, true);
}"""


def measure_paint(names: list[str], usual_way: str, presses: int, warm_up: int = 3) -> dict[str, dict[str, float]]:
    """Median milliseconds from key press to painted picture, by explorer and way, all in one notebook."""
    cells = [usual_way]
    for name in names:
        module, function = name.split(".")
        cells += [f"from crmlib.explorers import {module} as module\nexplorer = module.{function}()\nexplorer", "usual_way(explorer);"]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = lab.copy_of_the_course(Path(folder) / "course")
        (root / "benchmark.ipynb").write_text(json.dumps(_notebook(cells)), encoding="utf-8")
        (Path(folder) / "home").mkdir()
        with lab.server(root, Path(folder) / "home") as address, lab.chromium() as browser, lab.page(browser, address) as page:
            notebook = lab.Notebook(page, "benchmark.ipynb")
            notebook.run_all()
            if notebook.complaints():
                raise RuntimeError("\n".join(notebook.complaints()))
            found = {}
            for place, name in enumerate(names):
                found[name] = {way: statistics.median(_press(page, notebook.cell(1 + 2 * place + turn), presses, warm_up)) for turn, way in enumerate(WAYS)}
            return found


def _press(page, cell, presses: int, warm_up: int) -> list[float]:
    cell.scroll_into_view_if_needed()
    cell.locator("img").first.wait_for()
    cell.evaluate(WATCH)
    handle = cell.locator(".noUi-handle").first
    low, now, high = (float(handle.get_attribute(f"aria-value{name}")) for name in ("min", "now", "max"))
    away, back = ("ArrowRight", "ArrowLeft") if high - now >= now - low else ("ArrowLeft", "ArrowRight")
    handle.focus()
    # There and back again, first away from the nearer end: some sliders have no more than two places.
    for count in range(presses + warm_up):
        page.keyboard.press(back if count % 2 else away)
        # Asked seldom, so that asking does not compete with drawing.
        page.wait_for_function("count => window.presses.length >= count", arg=count + 1, polling=50)
    return page.evaluate("window.presses")[warm_up:]


def _notebook(cells: list[str]) -> dict:
    code = [
        {"cell_type": "code", "id": f"cell-{place}", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
        for place, text in enumerate(cells)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": code, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


# ---- report -----------------------------------------------------------------------------------------------------


def report(rows: list[Row]) -> bool:
    """Print one table, worst first, and return whether every promise is kept."""
    lines = [
        (share / promised, row.name, kind, medians["ours"], medians["interact"], share, promised)
        for row in rows
        for kind, medians, share, promised in row.promises()
    ]
    print(f"{'explorer':40} {'measured':13} {'ours ms':>8} {'interact ms':>12} {'share':>7} {'promised':>9}")
    for worse, name, kind, ours, theirs, share, promised in sorted(lines, reverse=True):
        kept = "kept" if worse <= 1 else "BROKEN"
        print(f"{name:40} {kind:13} {ours:8.1f} {theirs:12.1f} {f'1/{1 / share:.1f}':>7} {f'1/{1 / promised:.0f}':>9}  {kept}")
    return all(line[0] <= 1 for line in lines)


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.explorers", description=__doc__.split("\n\n")[0])
    parser.add_argument("--no-browser", action="store_true", help="leave out key press to painted picture")
    parser.add_argument("--steps", type=int, default=60, help="slider steps per explorer and way (default: 60)")
    parser.add_argument("--presses", type=int, default=20, help="key presses per explorer and way (default: 20)")
    parser.add_argument("--without-layout", action="store_true", help="spare interact the layout of its figure")
    chosen = parser.parse_args(arguments)
    usual_way = USUAL_WAY + WITHOUT_LAYOUT * chosen.without_layout
    explorers = discover()
    if not explorers:
        print("No explorer was found in crmlib.explorers.", file=sys.stderr)
        return 2
    if not chosen.no_browser and lab.missing():
        print(f"{lab.missing()}: use --no-browser to measure kernel CPU alone.", file=sys.stderr)
        return 2
    rows = {name: Row(name, limits_move(make())) for name, make in explorers.items()}
    kernel = Kernel(usual_way)
    try:
        for name, row in rows.items():
            row.cpu = measure_cpu(kernel, name, chosen.steps)
    finally:
        kernel.stop()
    if not chosen.no_browser:
        for name, medians in measure_paint(list(rows), usual_way, chosen.presses).items():
            rows[name].paint = medians
    return 0 if report(list(rows.values())) else 1


if __name__ == "__main__":
    sys.exit(main())

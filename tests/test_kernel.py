"""The course's kernel: any cell may be run first, and an unknown name is explained instead of traced."""

import json
import os
import subprocess
import sys

import pytest

from crmlib import kernel
from crmlib.course import ROOT
from crmlib.language import LANGUAGES
from tests.support.catalogue import every

BOOK = {"cells": [{"cell_type": "code", "id": "setup", "source": ["from crmlib import check, use_language\n", "use_language('zh')"]}]}
CELLS = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
from crmlib import kernel
from crmlib.course import ROOT
from crmlib.language import LANGUAGES
shell = InteractiveShell.instance()
shell.colors = "nocolor"
kernel.load_ipython_extension(shell)
shell._showtraceback = lambda kind, error, lines: print("SHOWN", kind.__name__)
for source, id in json.loads(sys.argv[1]):
    shell.run_cell(source, cell_id=id)
"""


def run(folder, *cells):
    """Run cells in an IPython of its own, as the kernel of a notebook in this folder does."""
    (folder / "09.ipynb").write_text(json.dumps(BOOK), encoding="utf-8")
    environment = {**os.environ, "JPY_SESSION_NAME": "assignments/zh/09.ipynb", "IPYTHONDIR": str(folder / "ipython")}
    command = [sys.executable, "-c", CELLS, json.dumps([cell if isinstance(cell, tuple) else (cell, "other") for cell in cells])]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
def test_a_check_may_be_run_first_and_a_name_not_yet_known_is_explained_in_the_courses_language(tmp_path):
    said = run(tmp_path, "print(check.__name__)", "random_mailing_cost", "def f():\n    return margin\nf()", "import json; json.loads('{')")
    assert "crmlib.check" in said
    assert "还不认识 random_mailing_cost 这个名称" in said
    assert "还不认识 margin" in said, "a student's function counts as the student's cell"
    assert said.count("SHOWN") == 1 and "SHOWN JSONDecodeError" in said, "only other errors are shown as errors"


@pytest.mark.slow
def test_the_set_up_cell_is_not_run_twice(tmp_path):
    BOOK_TWICE = "counted = globals().get('counted', 0) + 1; print('runs:', counted)"
    BOOK["cells"][0]["source"], before = [BOOK_TWICE], BOOK["cells"][0]["source"]
    try:
        assert run(tmp_path, (BOOK_TWICE, "setup")).count("runs:") == 1
        assert run(tmp_path, (BOOK_TWICE, "a cell of another program")).count("runs:") == 1
    finally:
        BOOK["cells"][0]["source"] = before


@every("text", [None, "", "{", "[]", '{"cells": []}', '{"cells": [{}]}', '{"cells": [{"id": "setup", "cell_type": "markdown", "source": "x"}]}'])
def test_a_notebook_that_cannot_be_read_is_no_obstacle(tmp_path, text):
    if text is not None:
        (tmp_path / "a.ipynb").write_text(text)
    assert kernel.set_up_of(tmp_path / "a.ipynb") == ""


EACH_FIRST = """
import contextlib, io, json, os, sys
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
from crmlib import kernel
from crmlib.course import ROOT
from crmlib.language import LANGUAGES
shell = InteractiveShell.instance()
shell.colors = "nocolor"
shown, fresh = [], dict(shell.user_ns)
shell._showtraceback = lambda kind, error, lines: shown.append(kind.__name__)
for path in map(Path, sys.argv[1:]):
    os.chdir(path.parent)
    os.environ["JPY_SESSION_NAME"] = path.name
    for cell in json.loads(path.read_bytes())["cells"]:
        if cell["cell_type"] == "code":
            shell.user_ns.clear()
            shell.user_ns.update(fresh)
            shell.events.callbacks["pre_run_cell"].clear()
            kernel.load_ipython_extension(shell)
            said = io.StringIO()
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
                done = shell.run_cell("".join(cell["source"]), cell_id=cell["id"])
            if shown or "Traceback" in said.getvalue() or not done.success and not said.getvalue():
                print(path.name, cell["id"], shown, said.getvalue()[-200:])
            shown.clear()
"""


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_whichever_cell_of_an_assignment_or_of_the_start_page_is_run_first_no_error_is_shown(tmp_path, language):
    notebooks = [ROOT / "notebooks" / language / "00-start.ipynb", *sorted((ROOT / "assignments" / language).rglob("*.ipynb"))]
    assert len(notebooks) > 6
    command = [sys.executable, "-c", EACH_FIRST, *map(str, notebooks)]
    ran = subprocess.run(command, env={**os.environ, "IPYTHONDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    assert ran.stdout == ""

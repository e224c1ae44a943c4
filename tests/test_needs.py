"""What a warm parent loads is what the notebooks ask for; a student who asks for more gets the same as everybody."""

import dataclasses
import sys

import pytest

from crmlib.grading.doors.needs import lean
from crmlib.grading.intake import source
from crmlib.grading.processes.settings import Settings
from tests.support import assignments_data as data
from tests.support.catalogue import try_each


def read(stem):
    return source.read(data.ROOT / "solutions" / "en" / stem)


def with_cell(assignment, text):
    """The assignment with another last cell of code."""
    notebook = assignment.notebooks[0]
    number = max(place for place, cell in enumerate(notebook.cells) if cell.kind == "code")
    cells = list(notebook.cells)
    cells[number] = dataclasses.replace(cells[number], full=text, model=text)
    return dataclasses.replace(assignment, notebooks=(dataclasses.replace(notebook, cells=tuple(cells)),))


@pytest.mark.parametrize("stem", [stem for stem in data.STEMS if not stem.startswith("13")])
def test_an_assignment_without_pictures_loads_none(stem):
    chosen = lean(Settings(), read(stem)).preload
    assert {"numpy", "pandas", "crmlib.check", "crmlib.show"} <= set(chosen)
    assert not any(name in chosen for name in ("matplotlib.pyplot", "IPython.display", "ipywidgets", "crmlib.*"))


@pytest.mark.parametrize("text", ["import matplotlib.pyplot as plt", "from crmlib import check, explorers", "import crmlib.figures.loyalty", "from crmlib.explorers import loyalty", "from crmlib import *", "table.plot()", "def f():\n    from IPython.display import HTML"])
def test_whoever_asks_for_pictures_or_widgets_gets_everything(text):
    assert lean(Settings(), with_cell(read("09-loyalty-economics"), text)) == Settings()


@pytest.mark.parametrize("text", ["from crmlib import loyalty_economics", "import crmlib.loyalty_economics as formulas", "def f():\n    from crmlib.loyalty_economics import nothing"])
def test_the_librarys_modules_that_a_cell_imports_are_loaded(text):
    assert "crmlib.loyalty_economics" in lean(Settings(), with_cell(read("09-loyalty-economics"), text)).preload


def test_a_module_of_the_assignments_own_that_draws_is_asked_as_well():
    own = dataclasses.replace(read("09-loyalty-economics"), files={"helper.py": b"import matplotlib.pyplot as plt"})
    assert lean(Settings(), own) == Settings()


def test_a_list_that_an_instructor_made_stays():
    own = Settings(preload=("numpy", "matplotlib.pyplot"))
    assert lean(own, read("09-loyalty-economics")) == own


UNEXPECTED = {
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()": "image/png",
    "import pandas\nx = pandas.Series([1, 2]).plot()": "image/png",
    "import pandas\nx = pandas.Series([1, 2]).hist()": "image/png",
    "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'))": "text/html",
    "from ipywidgets import interact\n@interact(x=(0, 3))\ndef f(x):\n    print('moved', x)": "text/plain",
    "module = __import__('matplot' + 'lib.pyplot')\nmodule.pyplot.plot([1])": "image/png",
    "%matplotlib inline\n1 + 1": "text/plain",
}
ORDINARY = ("import pandas\npandas.DataFrame({'a': [1]})", "get_ipython().run_line_magic('pwd', '')\ndisplay(5)", "this = 'history'", "%pwd", "!echo 1")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks warm parents")
def test_a_student_who_asks_for_more_gets_what_everybody_gets_elsewhere():
    from crmlib.grading.sandbox.sandbox import Sandbox

    with Sandbox(lean(Settings(required=False), read("09-loyalty-economics"))) as sandbox:
        whole = sandbox.fit_for(["plt.plot([1])"], {})
        assert whole is not sandbox and sandbox.fit_for(ORDINARY, {"helper.py": b"x = 1", "plot.csv": b"matplotlib"}) is sandbox
        assert sandbox.fit_for(ORDINARY, {"helper.py": b"import matplotlib"}) is whole

        def runs(text):
            fit = sandbox.fit_for([text], {})
            assert fit is (whole if text in UNEXPECTED else sandbox)
            with fit.open() as session:
                outcome = session.run(text, "q")
            assert outcome.ok, outcome.outputs
            assert UNEXPECTED.get(text) in (None, *(mime for output in outcome.outputs for mime in output.get("data", {}))), outcome.outputs

        try_each((*UNEXPECTED, *ORDINARY), runs, shown=str)

"""What every topic module promises: arguments by name, docstrings a student can quote, and a light import."""

import importlib
import importlib.util
import inspect
import subprocess
import sys

from crmlib import course
from tests.support.catalogue import every, try_each

MODULES = [lesson.module for lesson in course.lessons() if importlib.util.find_spec(f"crmlib.{lesson.module}")]
TOPICS = {module: importlib.import_module(f"crmlib.{module}") for module in MODULES}


def functions(topic):
    """The public functions of a topic, also those that remember their result."""
    return [made for made in (getattr(topic, name) for name in topic.__all__) if inspect.isfunction(inspect.unwrap(made))]


@every("module", MODULES)
def test_only_a_table_or_a_list_may_be_given_without_its_name(module):
    def by_name(function):
        _, *others = [*inspect.signature(function).parameters.values(), None]
        assert all(other is None or other.kind in (other.KEYWORD_ONLY, other.VAR_KEYWORD) for other in others)

    try_each(functions(TOPICS[module]), by_name)


@every("module", MODULES)
def test_a_docstring_says_in_one_sentence_what_it_is_and_then_all_that_a_reader_needs(module):
    def complete(function):
        assert function.__doc__.split("\n")[0].endswith(".")
        needed = ["Returns:", "Source:", ">>>"]
        if inspect.signature(function).parameters:
            needed += ["Arguments:", "Raises:"]
        assert [heading for heading in needed if heading not in function.__doc__] == []

    try_each(functions(TOPICS[module]), complete)


def test_importing_the_topics_stays_light():
    heavy = ("numpy", "pandas", "matplotlib", "ipywidgets", "crmlib.course")
    code = f"import sys, {', '.join(f'crmlib.{module}' for module in MODULES)}; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"

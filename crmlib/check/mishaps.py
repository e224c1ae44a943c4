"""What went wrong while a cell ran, in words: Python's own sentence stands behind ours, for whoever looks it up."""

from __future__ import annotations

import builtins
import keyword
import re

from crmlib.language import message

# Names of other languages and habits, and what they are called here.
_OTHERWISE = {"true": "True", "TRUE": "True", "false": "False", "FALSE": "False"}
_OTHERWISE |= dict.fromkeys(("none", "NONE", "null", "NULL", "nil", "undefined"), "None")
_OTHERWISE |= {"average": "sum(…) / len(…)", "AVERAGE": "sum(…) / len(…)", "sqrt": "** 0.5", "SQRT": "** 0.5"}
_MODULES = "math statistics numpy pandas random datetime itertools collections fractions decimal".split()
_IMPORTS = {"np": "import numpy as np", "pd": "import pandas as pd", "plt": "import matplotlib.pyplot as plt"}
_IMPORTS |= {name: f"import {name}" for name in _MODULES}
_IMPORTS |= {name: f"from math import {name}" for name in ("ceil", "floor", "exp", "log")}
_IMPORTS |= {name: f"from statistics import {name}" for name in ("mean", "median", "stdev", "pstdev", "variance")}
_KINDS: tuple[tuple[str, str, str], ...] = (  # of error, pattern of its text, our sentence
    ("TypeError", r"NoneType|'ellipsis'", "empty"),
    ("TypeError", r"for \^: .*'float'", "power"),
    ("TypeError", r"'(?:int|float)' object is not callable", "no_times"),
    ("TypeError", r"object is not callable", "not_a_function"),
    ("TypeError", r"'str'|to str|type str", "text_in_sum"),
    ("TypeError", r"argument", "arguments"),
    ("TypeError", r"not iterable|has no len|non-iterable", "not_a_list"),
    ("ZeroDivisionError", r"", "by_zero"),
    ("IndexError", r"", "no_such_place"),
    ("KeyError", r"", "no_such_entry"),
    ("ValueError", r"could not convert string|invalid literal", "no_number"),
    ("ValueError", r"unpack", "unpack"),
    ("AttributeError", r"has no attribute", "no_such_part"),
    ("ModuleNotFoundError", r"", "no_package"),
    ("ImportError", r"", "no_package"),
    ("FileNotFoundError", r"", "no_file"),
    ("RecursionError", r"", "calls_itself"),
)


def unknown_name(name: str, text: str) -> str | None:
    """The name that Python does not know, read off an error; None for any other error.

    >>> unknown_name("NameError", "name 'Sum' is not defined. Did you mean: 'sum'?")
    'Sum'
    """
    found = re.match(r"name '(.+?)' is not defined", text) if name == "NameError" else None
    return found[1] if found else None


def in_words(name: str, text: str) -> str:
    """One clause on an error by its name and text.

    >>> print(in_words("NameError", "name 'Sum' is not defined"))
    Python does not know “Sum”; type sum instead.
    """
    if unknown := unknown_name(name, text):
        return _unknown(unknown)
    text = re.sub(r" \(/\S*\)$", "", text)  # where a package lies on this machine
    key = next((key for kind, pattern, key in _KINDS if kind == name and re.search(pattern, text)), None)
    if key:
        return message(f"faults.{key}", text=f"{name}: {text}" if text else name)
    return message("faults.error", name=name, text=text) if text else message("faults.error_alone", name=name)


def _unknown(name: str) -> str:
    small = name.lower()
    instead = _OTHERWISE.get(name) or (small if small != name and (hasattr(builtins, small) or keyword.iskeyword(small)) else None)
    if instead:
        return message("faults.operator", sign=name, instead=instead)
    if name in _IMPORTS:
        return message("faults.not_imported", name=name, line=_IMPORTS[name])
    return message("faults.unknown_name", name=name)

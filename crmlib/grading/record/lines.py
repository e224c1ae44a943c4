"""JSON that a person can read and that costs little: a line for every entry, and for every item of a list."""

from __future__ import annotations

import json
from collections.abc import Mapping

_encode = json.JSONEncoder(ensure_ascii=False).encode  # made in C; with ``indent`` it would be made in Python


def as_lines(values: Mapping) -> str:
    """The text of a file.

    >>> print(as_lines({"cells": [{"id": "a"}, {"id": "b"}], "nbformat": 4}), end="")
    {
    "cells": [
    {"id": "a"},
    {"id": "b"}
    ],
    "nbformat": 4
    }
    """
    entries = [f"{_encode(name)}: {_value(value)}" for name, value in values.items()]
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _value(value: object) -> str:
    return "[\n" + ",\n".join(map(_encode, value)) + "\n]" if isinstance(value, list) and value else _encode(value)

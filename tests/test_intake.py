"""Intake: whatever happened to a submitted file, answers are found, locked cells are the source's, and all is said."""

from __future__ import annotations

import copy
import importlib.util
import io
import json
import random
import time
import tomllib
import zipfile
from functools import cache
from pathlib import Path
from string import Formatter

import nbformat
import pytest

from crmlib.assignments import configuration
from crmlib.grading.intake import source
from crmlib.grading.intake.merging import DELIMITERS, Taken, Unreadable, take
from crmlib.grading.intake.names import best_first, may_be_notebook, shown_name
from crmlib.grading.intake.source import SourceCell, SourceNotebook
from crmlib.language import MESSAGES, use_language
from tests.support.assignments_data import LANGUAGES, ROOT, STEMS, answers
from tests.support.catalogue import every
from tests.support.submissions import ANSWER, ESSAY, FULL, OTHER, SOURCE, code, submission, written


def taken(notebook: object) -> Taken:
    return take(notebook if isinstance(notebook, bytes) else written(notebook), SOURCE)


def texts(result: Taken) -> dict[str, str]:
    return {cell.id: cell.text for cell in result.cells}


def find(notebook: dict, id: str) -> dict:
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def place(notebook: dict, id: str) -> int:
    return notebook["cells"].index(find(notebook, id))


def assert_whole(result: Taken, source: SourceNotebook = SOURCE) -> None:
    """What must hold whatever was handed in: all cells of the source in order, and its text where it is locked."""
    own = [cell for cell in result.cells if cell.source is not None]
    assert [cell.source for cell in own] == list(source.cells)
    for cell in own:
        assert (cell.id, cell.kind) == (cell.source.id, cell.source.kind)
        if not cell.source.takes_answer:
            assert cell.text == cell.source.full and not cell.answered
    ids = [cell.id for cell in result.cells]
    assert len(set(ids)) == len(ids)
    for cell in result.cells:
        cell.text.encode("utf-8")
    assert all(sentence.strip() for sentence in result.repairs)


# --- honest files ---


@cache
def real(stem: str, language: str) -> tuple[SourceNotebook, bytes]:
    read = source.read(ROOT / "solutions" / language / stem, configuration(language))
    return read.notebooks[0], (ROOT / "assignments" / language / stem / f"{stem}.ipynb").read_bytes()


def with_answers(stem: str, content: bytes, choice: random.Random) -> tuple[dict, dict[str, str]]:
    notebook, given = json.loads(content), {}
    for answer in answers(stem):
        if answer.cell not in given or choice.random() < 0.3:
            given[answer.cell] = answer.source
    for cell in notebook["cells"]:
        if cell["id"] in given:
            cell["source"] = given[cell["id"]].splitlines(True)
    return notebook, given


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stem", STEMS)
def test_the_released_notebook_gives_no_repairs_and_no_answers(stem, language):
    notebook, content = real(stem, language)
    result = take(content, notebook)
    assert_whole(result, notebook)
    assert result.repairs == () and not any(cell.answered for cell in result.cells)
    assert len(result.cells) == len(notebook.cells)


def as_jupyterlab_saves(notebook: dict) -> bytes:
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] |= {"ExecuteTime": {"end_time": "now"}, "tags": ["skip-execution"], "editable": True}
        cell["metadata"]["nbgrader"]["checksum"] = "0" * 32
        cell["source"] = "".join(cell["source"]) + "\n"
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["50.0\n"]}]
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def as_nbformat_writes(notebook: dict) -> bytes:
    return nbformat.writes(nbformat.from_dict(notebook)).encode()


def in_format_4_4(notebook: dict) -> bytes:
    for cell in notebook["cells"]:
        del cell["id"]
    return written(notebook | {"nbformat_minor": 4})


@pytest.mark.parametrize("save", [written, as_nbformat_writes, as_jupyterlab_saves, in_format_4_4])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stem", STEMS)
def test_honest_answers_are_taken_without_any_repair(stem, language, save):
    notebook, content = real(stem, language)
    filled, given = with_answers(stem, content, random.Random(stem + language))
    result = take(save(filled), notebook)
    assert_whole(result, notebook)
    assert result.repairs == ()
    assert {cell.id: cell.text.strip("\n") for cell in result.cells if cell.answered} == {id: text.strip("\n") for id, text in given.items()}
    assert len(result.cells) == len(notebook.cells)


@every("language", LANGUAGES)
@every("stem", STEMS)
def test_without_any_metadata_or_ids_every_answer_of_the_course_is_found(stem, language):
    notebook, content = real(stem, language)
    filled, given = with_answers(stem, content, random.Random(1))
    for cell in filled["cells"]:
        cell["metadata"] = {}
        del cell["id"]
    result = take(written(filled), notebook)
    assert_whole(result, notebook)
    assert {cell.id: cell.text for cell in result.cells if cell.answered} == given
    assert len(result.cells) == len(notebook.cells) and len(result.repairs) <= 3


@pytest.mark.parametrize("stem", STEMS)
def test_the_notebook_of_the_other_language_is_graded_and_its_locked_texts_are_one_repair(stem):
    notebook, _ = real(stem, "zh")
    filled, given = with_answers(stem, real(stem, "en")[1], random.Random(2))
    result = take(written(filled), notebook)
    assert_whole(result, notebook)
    answered = {cell.id: cell.text for cell in result.cells if cell.answered}
    assert answered.items() >= given.items()
    assert len(result.repairs) == 1 and "the other language?" in result.repairs[0]


@pytest.mark.parametrize(
    "student, notebook, answered, changed",
    [
        ("bitdiddle", "problem1", ["squares", "sum_of_squares", "sum_of_squares_equation"], ["correct_squares", "squares_invalid_input"]),
        ("bitdiddle", "problem2", ["part-a", "part-b"], []),
        ("hacker", "problem1", ["squares", "sum_of_squares", "sum_of_squares_equation", "sum_of_squares_application"], []),
        ("hacker", "problem2", ["part-a", "part-b"], []),
    ],
)
def test_the_submissions_of_nbgraders_own_manual_are_taken(student, notebook, answered, changed):
    manual = Path(importlib.util.find_spec("nbgrader").origin).parent / "docs" / "source" / "user_guide"
    read = next(one for one in source.read(manual / "source" / "ps1").notebooks if one.name == notebook)
    result = take((manual / "submitted" / student / "ps1" / f"{notebook}.ipynb").read_bytes(), read)
    assert [cell.id for cell in result.cells if cell.answered and cell.source.role != "task"] == answered
    # One of the two had turned visible tests into comments.
    assert result.repairs == tuple(f"The locked cell {id} had been changed; the original was used." for id in changed)


def test_intake_of_a_normal_notebook_takes_less_than_ten_milliseconds():
    notebook, content = real(STEMS[0], "zh")
    begin = time.process_time()
    for _ in range(20):
        take(content, notebook)
    assert (time.process_time() - begin) / 20 < 0.010


# --- files that are damaged but can be read ---


def old_format(notebook: dict) -> bytes:
    cells = copy.deepcopy(notebook["cells"])
    for cell in cells:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
            cell["language"] = "python"
    cells[0] |= {"cell_type": "heading", "level": 1}
    return written({"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]})


def text_of(notebook: dict) -> str:
    return written(notebook).decode()


DAMAGED_FILES = {
    "a BOM": (lambda n: b"\xef\xbb\xbf" + written(n), ["byte order mark (UTF-8)"]),
    "UTF-16 with a BOM": (lambda n: text_of(n).encode("utf-16"), ["byte order mark (UTF-16)"]),
    "UTF-32 with a BOM": (lambda n: text_of(n).encode("utf-32"), ["byte order mark (UTF-32)"]),
    "UTF-16 without a BOM": (lambda n: text_of(n).encode("utf-16-le"), ["read as UTF-16"]),
    "big-endian UTF-16 without a BOM": (lambda n: text_of(n).encode("utf-16-be"), ["read as UTF-16"]),
    "GB18030": (lambda n: text_of(n).encode("gb18030"), ["read as GB18030"]),
    "NaN": (lambda n: written(n | {"metadata": {"x": float("nan"), "y": float("inf")}}), ["Infinity / NaN"]),
    "garbage at the end": (lambda n: written(n) + b"\nSent from my phone", ["after the end"]),
    "zero bytes at the end": (lambda n: written(n) + b"\0" * 500, []),
    "a notebook twice": (lambda n: written(n) + written(n), ["after the end"]),
    "garbage at the beginning": (lambda n: b"Content-Type: text\n\n" + written(n), ["whole were used (10)"]),
    "trailing commas": (lambda n: written(n).replace(b'\n ],\n "metadata"', b',\n ],\n "metadata"').replace(b"]\n  }", b"],\n  }"), ["commas"]),
    "a merge conflict between cells": (
        lambda n: written(n).replace(b'  {\n   "cell_type": "markdown",\n   "id": "end"', b'<<<<<<< HEAD\n  {\n   "cell_type": "markdown",\n   "id": "end"'),
        ["marks of a merge conflict"],
    ),
    "a file that breaks off after the cells": (lambda n: written(n)[: written(n).index(b'"kernelspec"')], ["whole were used (10)"]),
    "a file without its last brackets": (lambda n: written(n).rstrip(b"}\n "), ["whole were used (10)"]),
    "duplicate keys": (lambda n: b'{"cells": [], "nbformat": 3, ' + written(n).lstrip(b"{"), []),
    "control characters": (lambda n: written(n | {"metadata": {"x": "TAB"}}).replace(b"TAB", b"\t\x01"), []),
    "format 3": (old_format, ["old format version 3"]),
    "a newer minor version": (lambda n: written(n | {"nbformat_minor": 9}), ["version 4.9"]),
    "a newer major version": (lambda n: written(n | {"nbformat": 5, "nbformat_minor": 0}), ["version 5.0"]),
    "no format version": (lambda n: written({"cells": n["cells"]}), ["does not say its format version"]),
    "a format version that is text": (lambda n: written(n | {"nbformat": "four", "nbformat_minor": None}), ["does not say its format version"]),
    "an endless format version": (lambda n: written(n).replace(b'"nbformat": 4', b'"nbformat": 1e999'), ["does not say its format version"]),
    "an integer of ten thousand digits": (lambda n: written(n | {"x": 0}).replace(b'"x": 0', b'"x": ' + b"9" * 10_000), []),
    "no metadata": (lambda n: written({key: n[key] for key in n if key != "metadata"}), []),
    "metadata of the wrong type": (lambda n: written(n | {"metadata": [1, None]}), []),
    "entries that are no cells": (lambda n: written(n | {"cells": [None, 5, *n["cells"], "text", []]}), ["left out (4)"]),
    "cells as a dict": (lambda n: written(n | {"cells": dict(enumerate(n["cells"]))}), []),
    "a notebook inside a list": (lambda n: written([n]), []),
    "cells alone": (lambda n: written(n["cells"]), ["does not say its format version"]),
    "Windows line ends": (lambda n: written(n).replace(b"\n", b"\r\n"), []),
}


@every("name", DAMAGED_FILES)
def test_a_damaged_file_keeps_every_answer_and_its_repair_is_said(name):
    damage, expected = DAMAGED_FILES[name]
    result = taken(damage(submission()))
    assert_whole(result)
    assert [cell.text for cell in result.cells if cell.answered] == [ANSWER, OTHER, ESSAY]
    assert len(result.cells) == len(SOURCE.cells)
    assert len(result.repairs) == len(expected), result.repairs
    for part, sentence in zip(expected, result.repairs, strict=True):
        assert part in sentence


def test_a_file_that_breaks_off_in_the_middle_keeps_the_answers_before_that_and_says_what_is_missing():
    content = written(submission())
    result = taken(content[: content.index(b'"essay-text"')])
    assert_whole(result)
    assert [cell.id for cell in result.cells if cell.answered] == ["cost", "lifetime"]
    assert result.is_half and result.found == 7
    assert result.repairs == ("The file is damaged or breaks off; the cells that are whole were used (7).",)
    assert result.details == (
        "The cell essay-text is missing; it was put back.",
        "The cell end is missing; it was put back.",
        "The answer cell essay is missing; it counts as unanswered.",
    )


def test_a_damaged_cell_does_not_take_its_neighbours_along():
    result = taken(written(submission()).replace(b'"id": "scratch"', b'"id": scratch'))
    assert_whole(result)
    assert [cell.id for cell in result.cells if cell.answered] == ["cost", "lifetime", "essay"]
    assert "whole were used (9)" in result.repairs[0]


def test_a_deeply_nested_output_costs_only_its_own_cell():
    notebook = submission()
    find(notebook, "scratch")["outputs"] = "DEEP"
    result = taken(written(notebook).replace(b'"DEEP"', b"[" * 100_000 + b"]" * 100_000))
    assert_whole(result)
    assert [cell.id for cell in result.cells if cell.answered] == ["cost", "lifetime", "essay"]


def test_a_few_bad_bytes_in_a_chinese_file_do_not_turn_it_into_another_encoding():
    notebook = submission({"essay": "顾客会留下来，" * 20})
    content = written(notebook).replace("下来，".encode(), b"\xff\xe6\x9d\xa5", 1)
    result = taken(content)
    assert "留下来" in texts(result)["essay"] and "�" in texts(result)["essay"]
    assert result.repairs == ("Some bytes of the file are no characters; each was replaced by a question mark (�).",)


# --- files that cannot be graded ---


def packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "text")
    return buffer.getvalue()


FOREIGN = {"cells": [code(f"task_{number} = {number}", id=f"other-{number}") for number in range(12)], "nbformat": 4, "nbformat_minor": 5}
SHARING = {"cells": [copy.deepcopy(submission()["cells"][1]), *FOREIGN["cells"]], "nbformat": 4, "nbformat_minor": 5}
UNREADABLE = {
    "an empty file": (b"", "is empty"),
    "white space": (b" \n\n", "is empty"),
    "zero bytes": (b"\0" * 4096, "is empty"),
    "a Word document": (packed("[Content_Types].xml", "word/document.xml"), "Word document"),
    "an Excel workbook": (packed("xl/workbook.xml"), "Excel workbook"),
    "a zip": (packed("week-1.ipynb"), "Unpack it"),
    "a PDF": (b"%PDF-1.7 ...", "PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n....", "a picture"),
    "a web page": (b"<!DOCTYPE html><html><body>{}</body></html>", "a web page"),
    "a Python script": (b"# my work\nimport numpy\ncost = 5\n", "a Python script"),
    "a script that begins with a number": (b"5 + 5\nprint(3)\n", "a Python script"),
    "a letter": ("老师您好，作业见附件。".encode(), "a plain text"),
    "binary rubbish": (bytes(range(1, 256)) * 20, "unknown kind"),
    "a number": (b"42", "a plain text"),
    "null": (b"null", "a plain text"),
    "an empty dict": (b"{}", "no cells"),
    "an empty list": (b"[]", "no cells"),
    "no cells": (b'{"cells": [], "nbformat": 4}', "no cells"),
    "cells of the wrong type": (b'{"cells": "many", "nbformat": 4}', "no cells"),
    "cells that are none": (b'{"cells": [1, 2], "nbformat": 4}', "no cells"),
    "brackets without end": (b"[" * 200_000, "plain text"),
    "dicts without end": (lambda: b'{"cells":' * 200_000, "not one whole cell"),
    "the beginning alone": (b'{"cells": [{"cell_type": "code", "sou', "not one whole cell"),
    "more than 50 MB": (lambda: b'{"cells": ["' + b"x" * 50_000_000 + b'"]}', "too large to be graded (50 MB)"),
    "more parts than memory should hold": (lambda: b'{"cells": [' + b"{}," * 1_600_000 + b"{}]}", "too large"),
    "more cells than any notebook has": (lambda: written({"cells": [code("")] * 6000}), "too long to be graded"),
    "more text than any notebook has": (lambda: written({"cells": [code("x = 1\n" * 1_000_000)]}), "too long to be graded"),
    "another assignment": (written(FOREIGN), "not the notebook week-1"),
    "another assignment that shares a cell": (written(SHARING), "not the notebook week-1"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_graded_is_refused_with_reason_and_remedy(name):
    content, expected = UNREADABLE[name]
    content = content() if callable(content) else content
    for language in LANGUAGES:
        use_language(language)
        with pytest.raises(Unreadable) as refused:
            take(content, SOURCE)
        said = str(refused.value)
        assert expected in said if language == "en" else said.endswith("。") and said.isprintable()
        assert len(said) < 300


def test_a_notebook_in_which_nothing_was_answered_is_not_refused():
    result = taken(submission({}))
    assert_whole(result)
    assert result.repairs == () and not any(cell.answered for cell in result.cells)
    assert texts(result)["cost"] == SOURCE.cells[2].text


# --- cells that are damaged, moved, pasted or missing ---


def strip_marks(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def strip_all(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        del cell["id"]


def renumber(notebook):
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"], cell["id"] = {}, str(number + 1)


def wrong_metadata(notebook):
    wrong = [None, 5, [], "text", {"nbgrader": {}}, {"nbgrader": None}, {"nbgrader": []}, {"nbgrader": {"grade_id": 7}}, {"nbgrader": {"grade_id": ""}}]
    for cell, metadata in zip(notebook["cells"], [*wrong, {}], strict=True):
        cell["metadata"] = metadata


def wrong_ids(notebook):
    for cell, id in zip(notebook["cells"], [None, 5, "", "a b c", "x" * 1000, "same", "same", [], {}, "ü"], strict=True):
        cell["id"] = id


def change(id, **what):
    return lambda notebook: find(notebook, id).update(what)


def drop(*ids):
    return lambda notebook: notebook.update(cells=[cell for cell in notebook["cells"] if cell["id"] not in ids])


def insert(after, *cells):
    def damage(notebook):
        at = place(notebook, after) + 1
        notebook["cells"][at:at] = copy.deepcopy(list(cells))

    return damage


def paste(id, after, **what):
    def damage(notebook):
        insert(after, find(notebook, id) | {"id": "pasted"} | what)(notebook)

    return damage


def move(id, after):
    def damage(notebook):
        cell = notebook["cells"].pop(place(notebook, id))
        insert(after, cell)(notebook)

    return damage


def swap(one, other):
    def damage(notebook):
        first, second = place(notebook, one), place(notebook, other)
        cells = notebook["cells"]
        cells[first], cells[second] = cells[second], cells[first]

    return damage


def forged_tags(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] |= {"tags": ["skip-execution", "remove-cell"], "deletable": True}
        cell["metadata"].get("nbgrader", {}).update(points=100, grade=False, solution=True, locked=False, schema_version=99, cell_type="raw")


LOST = "The answer {} had lost its nbgrader mark; it was found by its cell id."
BY_NAME = "The answer {} had lost its marks; it was found by the name that it defines."
BY_PLACE = "The answer {} had lost its marks; it was found by its place. Please check that it is the right one."
KEPT = {
    "the metadata stripped": (strip_marks, [LOST.format(id) for id in ("cost", "lifetime", "essay")]),
    "metadata and ids stripped": (strip_all, [BY_NAME.format("cost"), BY_NAME.format("lifetime"), BY_PLACE.format("essay")]),
    "ids numbered anew by a tool": (renumber, [BY_NAME.format("cost"), BY_NAME.format("lifetime"), BY_PLACE.format("essay")]),
    "metadata of wrong types": (wrong_metadata, [LOST.format(id) for id in ("cost", "lifetime", "essay")]),
    "ids of wrong types": (wrong_ids, []),
    "tags and marks forged": (forged_tags, []),
    "a source that is one string": (change("cost", source=ANSWER), []),
    "an answer as a text cell": (change("cost", cell_type="markdown"), ["The answer cost had been turned into a text cell; it was used as a code cell."]),
    "an answer as a raw cell": (change("essay", cell_type="raw"), ["The answer essay had been turned into a raw cell; it was used as a text cell."]),
    "a cell type that does not exist": (change("cost", cell_type="kode"), []),
    "a cell type in capitals": (change("cost", cell_type="CODE"), []),
    "an answer pasted twice": (paste("cost", "end"), ["The answer cost stands in the notebook 2 times in the same words; it was used once."]),
    "a stub pasted after the answer": (
        paste("cost", "end", source=SOURCE.cells[2].text),
        ["The answer cell cost stands in the notebook 2 times; the copy that was answered was used."],
    ),
    "an emptied copy of the answer": (paste("cost", "setup", source=""), ["The answer cell cost stands in the notebook 2 times; the copy that was answered was used."]),
    "a locked cell changed": (change("essay-text", source="Why not?"), ["The locked cell essay-text had been changed; the original was used."]),
    "a test changed": (change("cost-test", source="pass"), ["The locked cell cost-test had been changed; the original was used."]),
    "a test emptied": (change("cost-test", source=None), ["The locked cell cost-test had been changed; the original was used."]),
    "a test turned into text": (change("cost-test", cell_type="markdown"), []),
    "white space changed in a test": (change("cost-test", source=["check.number( cost )\r\n", "\n"]), []),
    "a test missing": (drop("cost-test"), ["The cell cost-test is missing; it was put back."]),
    "a free cell missing": (drop("scratch"), []),
    "a test pasted twice": (paste("cost-test", "end"), ["The cell cost-test stands in the notebook 2 times; it was used once."]),
    "a test moved": (move("cost-test", "setup"), ["The cell cost-test had been moved; it stands in its place again."]),
    "an answer moved": (move("cost", "end"), ["The cell cost had been moved; it stands in its place again."]),
    "two answers swapped": (swap("cost", "lifetime"), ["The cell cost had been moved; it stands in its place again.", "The cell lifetime had been moved; it stands in its place again."]),
    "outputs of wrong types": (change("cost", outputs={"text": 5}, execution_count="x"), []),
    "an attachment in the answer": (change("essay", attachments={"x.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"}}), []),
}  # fmt: skip


@every("name", KEPT)
def test_damage_to_cells_keeps_every_answer_and_is_said_once(name):
    damage, expected = KEPT[name]
    notebook = submission()
    damage(notebook)
    result = taken(notebook)
    assert_whole(result)
    assert [cell.text for cell in result.cells if cell.answered] == [ANSWER, OTHER, ESSAY]
    assert len(result.cells) == len(SOURCE.cells)
    assert sorted(result.repairs) == sorted(expected)


@every("handed, due", [(None, ""), (5, "5"), (2.5, "2.5"), (True, "True"), ({}, ""), (["a", None, 5, "\n", ["b"]], "a5\n")])
def test_a_source_of_the_wrong_type_becomes_text(handed, due):
    notebook = submission()
    find(notebook, "cost")["source"] = handed
    result = taken(notebook)
    assert_whole(result)
    assert texts(result)["cost"] == due
    assert result.repairs == ()


def test_a_missing_answer_stays_the_stub_and_is_said():
    notebook = submission()
    drop("cost")(notebook)
    result = taken(notebook)
    assert_whole(result)
    assert texts(result)["cost"] == SOURCE.cells[2].text
    assert [cell.id for cell in result.cells if cell.answered] == ["lifetime", "essay"]
    assert result.repairs == ("The answer cell cost is missing; it counts as unanswered.",)


def test_an_emptied_answer_counts_as_unanswered_and_its_stub_does_not_overwrite_what_stands_above():
    notebook = submission({"cost": ""})
    insert("setup", code(ANSWER))(notebook)
    result = taken(notebook)
    ids = [cell.id for cell in result.cells]
    assert ids[2:4] == ["added-1", "cost"]
    assert texts(result)["cost"] == "" and texts(result)["added-1"] == ANSWER
    assert not any(cell.answered for cell in result.cells) and result.repairs == ()


def test_of_several_different_answers_the_last_counts_and_the_earlier_ones_still_run_before_it():
    notebook = submission()
    # What JupyterLab's "split cell" leaves behind: both halves bear the mark, and the second needs the first.
    find(notebook, "cost")["source"] = "each = 0.5"
    paste("cost", "cost", source="cost = each / 0.01")(notebook)
    result = taken(notebook)
    assert_whole(result)
    assert [cell.text for cell in result.cells][2:4] == ["each = 0.5", "cost = each / 0.01"]
    assert texts(result)["cost"] == "cost = each / 0.01"
    assert result.repairs == (
        "The answer cell cost stands in the notebook 2 times with different answers; the last one counts, and the earlier ones run as added cells.",
    )


def test_a_locked_cell_that_was_pasted_and_rewritten_runs_as_an_added_cell():
    notebook = submission()
    paste("setup", "setup", source="import math")(notebook)
    result = taken(notebook)
    assert_whole(result)
    assert [(cell.id, cell.text) for cell in result.cells][1:3] == [("setup", FULL["setup"]), ("added-1", "import math")]
    assert len(result.repairs) == 1 and "runs as an added cell" in result.repairs[0]


def test_added_cells_run_where_they_stood_with_fresh_ids_and_are_no_repair():
    notebook = submission()
    notebook["cells"].insert(0, code("first = 1", id="added-1"))
    insert("cost", code("%matplotlib inline\nx = !ls", id="cost"), {"cell_type": "markdown", "metadata": {}, "source": "A note"})(notebook)
    notebook["cells"].append(code("last = 1", metadata={"nbgrader": {"grade_id": "unknown", "grade": True, "points": 50}}))
    result = taken(notebook)
    assert_whole(result)
    assert [(cell.id, cell.kind, cell.text) for cell in result.cells if cell.source is None] == [
        ("added-1", "code", "first = 1"),
        ("added-2", "code", "%matplotlib inline\nx = !ls"),
        ("added-3", "markdown", "A note"),
        ("added-4", "code", "last = 1"),
    ]
    ids = [cell.id for cell in result.cells]
    assert ids[0] == "added-1" and ids[-1] == "added-4" and ids.index("added-2") == ids.index("cost") + 1
    assert result.repairs == ()


def test_an_added_cell_follows_its_predecessor_when_that_had_been_moved():
    notebook = submission()
    move("lifetime", "end")(notebook)
    notebook["cells"].append(code("print(lifetime(0.5))"))
    ids = [cell.id for cell in taken(notebook).cells]
    assert ids.index("added-1") == ids.index("lifetime") + 1


@pytest.mark.parametrize("stripped", [False, True])
def test_a_free_cell_that_was_edited_runs_after_the_original(stripped):
    notebook = submission()
    find(notebook, "scratch")["source"] = "name = 'Li'"
    if stripped:
        strip_all(notebook)
    result = taken(notebook)
    assert_whole(result)
    ids = [cell.id for cell in result.cells]
    assert ids[ids.index("scratch") + 1] == "added-1" and texts(result)["added-1"] == "name = 'Li'"


def test_an_answer_whose_cell_was_replaced_by_a_new_one_is_found_by_its_name():
    notebook = submission()
    drop("cost")(notebook)
    insert("setup", code("import math"), code("cost: float = math.floor(50.4)"))(notebook)
    result = taken(notebook)
    assert [(cell.id, cell.text) for cell in result.cells][2:4] == [("added-1", "import math"), ("cost", "cost: float = math.floor(50.4)")]
    assert result.repairs == (BY_NAME.format("cost"),)


def test_a_cell_of_another_assignment_never_fills_a_gap_by_its_place():
    notebook = submission()
    find(notebook, "essay").update(id="x", metadata={"nbgrader": {"grade_id": "other-essay"}})
    result = taken(notebook)
    assert texts(result)["essay"] == "YOUR ANSWER HERE"
    assert result.repairs == ("The answer cell essay is missing; it counts as unanswered.",)


def test_a_student_cannot_pass_a_cell_off_as_a_test():
    notebook = submission()
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["id"].endswith("-test")]
    for id in ("cost-test", "lifetime-test"):
        notebook["cells"].append(code("1", id=id, metadata={"nbgrader": {"grade_id": id, "grade": True, "points": 10}}))
    result = taken(notebook)
    assert_whole(result)
    assert texts(result)["cost-test"] == FULL["cost-test"]
    assert "1" not in texts(result).values()


@pytest.mark.parametrize("text", ["### BEGIN HIDDEN TESTS\ncost = 50", "cost = 50  ### END SOLUTION", "cost = 50\n### BEGIN MARK SCHEME"])
def test_nbgraders_own_marks_in_an_answer_are_disarmed(text):
    result = taken(submission({"cost": text}))
    assert not any(mark in texts(result)["cost"] for mark in DELIMITERS)
    assert texts(result)["cost"].replace("_", " ") == text
    assert len(result.repairs) == 1 and "written with an underscore" in result.repairs[0]


def test_a_mark_of_ones_own_configuration_is_disarmed_too():
    result = take(written(submission({"cost": "cost = 50 #SECRET"})), SOURCE, delimiters=("SECRET",))
    assert "SECRET" not in texts(result)["cost"]


def test_half_a_character_is_replaced_and_said():
    content = written(submission({"cost": "cost = 'HALF'"})).replace(b"HALF", b"\\ud83d \\ud83d\\ude00")
    result = taken(content)
    assert texts(result)["cost"] == "cost = '� 😀'"
    assert result.repairs == ("The cell cost held broken characters; each was replaced by a question mark (�).",)


def test_trouble_with_many_cells_is_one_sentence():
    notebook = submission()
    drop("title", "setup", "cost-test", "lifetime-test", "end")(notebook)
    assert taken(notebook).repairs == ("5 cells are missing and were put back: title, setup, cost-test, lifetime-test, end.",)


def test_a_locked_task_keeps_its_text_and_an_added_cell_answers_it():
    task = SourceCell("task", "task", "markdown", "task", "Do it.", "Do it.\n=== BEGIN MARK SCHEME ===", "Do it.", 4.0, {"nbgrader": {"locked": True}})
    notebook = SourceNotebook("tasks", (task, *SOURCE.cells), {})
    handed = submission()
    handed["cells"].insert(0, {"cell_type": "markdown", "id": "task", "metadata": {"nbgrader": {"grade_id": "task"}}, "source": "Done it."})
    result = take(written(handed), notebook)
    assert result.cells[0].text == task.full and not result.cells[0].answered
    handed["cells"].insert(1, code("done"))
    assert take(written(handed), notebook).cells[0].answered


# --- any damage at all ---


def flip(choice: random.Random, value: object) -> object:
    value = copy.deepcopy(value)
    return choice.choice([None, 0, -1.5, True, "", "\ud800", [], {}, [value], {"x": value}, [None, 3, {}], str(value), float("nan")])


def damage_somewhere(choice: random.Random, notebook: dict) -> None:
    cells = notebook["cells"]
    kind = choice.choice(["metadata", "id", "drop", "copy", "swap", "shuffle", "type", "top", "text", "mark", "add"])
    cell = choice.choice(cells) if cells else None
    if kind == "top":
        notebook[choice.choice(list(notebook))] = flip(choice, notebook["nbformat"])
    elif kind == "add" or cell is None:
        cells.insert(choice.randrange(len(cells) + 1), code(choice.choice(["FORGED = 1", "FORGED ### END SOLUTION", 5])))
    elif kind == "drop":
        cells.remove(cell)
    elif kind == "copy":
        cells.insert(choice.randrange(len(cells)), copy.deepcopy(cell))
    elif kind == "swap":
        swapped = choice.choice(cells)
        one, other = cells.index(cell), cells.index(swapped)
        cells[one], cells[other] = swapped, cell
    elif kind == "shuffle":
        choice.shuffle(cells)
    elif not isinstance(cell, dict):
        cells.remove(cell)
    elif kind == "type":
        cell[choice.choice(list(cell) or ["x"])] = flip(choice, cell)
    elif kind == "text":
        cell["source"] = choice.choice(["FORGED = 1", "", ["FORGED", None], "FORGED ### BEGIN HIDDEN TESTS"])
    elif kind == "mark":
        cell["metadata"] = {"nbgrader": {"grade_id": choice.choice(SOURCE.cells).id, "grade": True, "solution": True}}
    else:
        cell.pop(kind, None)


def assert_safe(content: bytes, source: SourceNotebook = SOURCE) -> None:
    try:
        result = take(content, source)
    except Unreadable as refused:
        assert str(refused)
        return
    assert_whole(result, source)
    assert all("FORGED" not in cell.text for cell in result.cells if cell.source and not cell.source.takes_answer)
    assert not any("BEGIN HIDDEN TESTS" in cell.text for cell in result.cells if cell.source is None or cell.answered)


@pytest.mark.parametrize("seed", range(20))
def test_no_damage_raises_anything_but_unreadable_or_gets_text_into_a_locked_cell(seed):
    choice = random.Random(seed)
    for _ in range(30):
        notebook = submission()
        for _ in range(choice.randrange(1, 12)):
            if isinstance(notebook.get("cells"), list):
                damage_somewhere(choice, notebook)
        content = json.dumps(notebook, ensure_ascii=True).encode()
        if choice.random() < 0.3:
            content = content[: choice.randrange(len(content))]
        if choice.random() < 0.3:
            bytes_ = bytearray(content)
            for _ in range(choice.randrange(1, 5)):
                if bytes_:
                    bytes_[choice.randrange(len(bytes_))] = choice.randrange(256)
            content = bytes(bytes_)
        assert_safe(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_a_file_may_break_off_at_any_byte(encoding):
    content = text_of(submission()).encode(encoding)
    for end in range(0, len(content), 7):
        assert_safe(content[:end])


HOSTILE = {
    "a cell start a million times": lambda: b'{"cells": [' + b'{"id":x' * 1_000_000,
    "a cell start inside lists": lambda: b'{"id":[' * 400 + b'{"id":1},' * 300_000,
    "strings that never end": lambda: b'{"cells": [{"source": "' + b'\\"' * 3_000_000,
    "nested cell starts": lambda: b'{"metadata":' * 300_000,
    "commas and white space": lambda: b'{"cells": [' + b",      " * 500_000,
    "one answer pasted many times": lambda: written({"nbformat": 4, "nbformat_minor": 5, "cells": submission()["cells"] + [
        code(f"cost = {number}", metadata={"nbgrader": {"grade_id": "cost"}}) for number in range(4_900)]}),
    "added cells that share a name, answers missing": lambda: written({"nbformat": 4, "nbformat_minor": 5, "cells": submission()["cells"][:2] + [
        code(f"cost = lifetime = {number}") for number in range(4_900)] + submission()["cells"][6:]}),
    "one long line of names": lambda: written({"nbformat": 4, "nbformat_minor": 5, "cells": submission()["cells"][:2] + [code("a, " * 1_500_000)] + submission()["cells"][6:]}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_be_slow_is_dealt_with_in_seconds(name):
    content = HOSTILE[name]()
    begin = time.process_time()
    assert_safe(content)
    assert time.process_time() - begin < 5


# --- names of files ---


@every(
    "names",
    [
        ["week-1 (1).ipynb", "week-1.ipynb", "week-1-Copy1.ipynb", "2026001_李雷_week-1.ipynb", "other.ipynb"],
        ["week-1(10).ipynb", "week-1(9).ipynb", "week-1(1).ipynb"],
        ["a_1_week-1-10.ipynb", "a_1_week-1-9.ipynb"],
        ["week-1.ipynb.10", "week-1.ipynb.9", "notes.ipynb"],
        ["week-1.ipynb", "week-1 - Copy (2).ipynb", "week-1 - Copy.ipynb", "notes.ipynb"],
        ["week-1.ipynb", "week-1 - 副本.ipynb"],
        ["week-1.ipynb", "week-1 - 旧.ipynb", "notes.ipynb"],
        ["week-1.ipynb", "week-1.ipynb.txt"],
        ["attempt 10/week-1.ipynb", "attempt 9/week-1.ipynb"],
        ["week-1.ipynb", "deep/er/week-1.ipynb", ".ipynb_checkpoints/week-1-checkpoint.ipynb"],
        ["张三week-1.ipynb.txt", "week-10.ipynb"],
        ["Week 1.IPYNB", "my homework.ipynb"],
    ],
)
def test_names_say_which_file_is_the_likeliest_and_which_copy_the_youngest(names):
    for order in (names, list(reversed(names)), sorted(names)):
        assert best_first(order, "week-1") == names


def test_a_file_that_bears_the_name_of_another_notebook_of_the_assignment_is_not_taken():
    assert best_first(["week-1b (1).ipynb"], "week-1", others=["week-1b"]) == []


@every("name", ["week-1.ipynb", "week-1.ipynb.txt", "week-1.ipynb.1", "week-1.ipynb (2).json", "WEEK-1.IPYNB~", "week-1.ipynb.crdownload"])
def test_a_notebook_is_one_whatever_stands_behind_its_ending(name):
    assert may_be_notebook(name)


def test_a_file_name_cannot_disturb_the_sentence_it_stands_in():
    name = shown_name("{0}\n\x1b[31m" + "x" * 500 + ".ipynb")
    assert name.isprintable() and len(name) < 200


# --- words ---


def test_all_sentences_of_intake_have_the_same_blanks_in_both_languages():
    with (MESSAGES / "intake.toml").open("rb") as file:
        catalogue = tomllib.load(file)
    for name, text in catalogue.items():
        blanks = [{field for _, field, _, _ in Formatter().parse(text[language]) if field} for language in LANGUAGES]
        assert blanks[0] == blanks[1], name
        assert not name.endswith("_many") or "cells" in blanks[0]


def test_repairs_are_said_in_the_language_in_use():
    notebook = submission()
    drop("cost")(notebook)
    use_language("zh")
    assert taken(notebook).repairs == ("答题单元格 cost 缺失；按未作答处理。",)

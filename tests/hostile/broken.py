"""Files that an editor, a mail program, a download or a hurry has damaged, and files that are no notebooks."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

from tests.hostile import assignment as demo
from tests.hostile.case import Case, plain, without

NOTHING = dict.fromkeys(demo.FULL, 0.0)


def _cell(notebook: dict, id: str) -> dict:
    return next(cell for cell in notebook["cells"] if cell["id"] == id)


def _cut(where: str, after: str = "") -> object:
    """The file ends in the middle of this text."""

    def encode(notebook: dict) -> bytes:
        content = plain(notebook)
        at = content.index(where.encode()) + len(where.encode()) // 2
        return content[:at] + after.encode()

    return encode


def _format_3(notebook: dict) -> dict:
    cells = []
    for cell in notebook["cells"]:
        cell = {name: value for name, value in cell.items() if name not in ("id", "execution_count", "source")} | {"input": cell["source"], "source": cell["source"]}
        del cell["source" if cell["cell_type"] == "code" else "input"]
        cells.append(cell | ({"language": "python", "collapsed": False, "prompt_number": 1} if cell["cell_type"] == "code" else {}))
    return {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}


def _strip(notebook: dict, *, ids: bool) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        if ids:
            del cell["id"]


def _stripped_and_no_metadata(notebook: dict) -> None:
    for cell in notebook["cells"]:
        del cell["id"], cell["metadata"]
    del notebook["metadata"]


def _pasted_twice(notebook: dict, text: str | None = None) -> None:
    number = next(number for number, cell in enumerate(notebook["cells"]) if cell["id"] == "list")
    copy = json.loads(json.dumps(notebook["cells"][number]))
    if text is not None:
        copy["source"] = text
    notebook["cells"].insert(number + 1, copy)


def _without_cells(*ids: str):
    def change(notebook: dict) -> None:
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in ids]

    return change


def _tests_gone(notebook: dict) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["id"].endswith("-test")]


def _equal_ids(notebook: dict) -> None:
    for cell in notebook["cells"]:
        cell["id"] = "same"


def _link(target: str):
    def place(folder: Path, content: bytes) -> None:
        course = folder.parents[2]
        (folder / "week-1.ipynb").symlink_to(target.replace("@COURSE@", str(course)))

    return place


def _pipe(folder: Path, content: bytes) -> None:
    os.mkfifo(folder / "week-1.ipynb")


def _pipe_beside(folder: Path, content: bytes) -> None:
    (folder / "week-1.ipynb").write_bytes(content)
    os.mkfifo(folder / "data.csv")


def _socket_beside(folder: Path, content: bytes) -> None:
    (folder / "week-1.ipynb").write_bytes(content)
    before = os.getcwd()
    os.chdir(folder)  # the name of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind("talk.sock")
    finally:
        os.chdir(before)


def _named(*names: str):
    def place(folder: Path, content: bytes) -> None:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

    return place


def _checkpoint(folder: Path, content: bytes) -> None:
    (folder / "week-1.ipynb").write_bytes(content)
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "week-1-checkpoint.ipynb").write_bytes(b"{")


def _folder_for_file(folder: Path, content: bytes) -> None:
    (folder / "week-1.ipynb").mkdir()
    (folder / "week-1.ipynb" / "week-1.ipynb").write_bytes(content)


def _nothing(folder: Path, content: bytes) -> None:
    (folder / "hello.txt").write_text("See my mail.")


def _set(**values):
    return lambda notebook: notebook.update(values)


def _is(content: bytes):
    return lambda notebook: content


def _answer_as_markdown(notebook: dict) -> None:
    cell = _cell(notebook, "list")
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def _source_in_lines(notebook: dict) -> None:
    for cell in notebook["cells"]:
        cell["source"] = [*cell["source"].splitlines(keepends=True), None]


def _deep_metadata(notebook: dict) -> bytes:
    return plain(notebook).replace(b'"metadata": {}', b'"metadata": {"deep": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", 1)


def _conflict(notebook: dict) -> bytes:
    content = plain(notebook).decode()
    mark = json.dumps(demo.HONEST["list"])
    return content.replace(f'"source": {mark}', f'<<<<<<< mine\n   "source": {mark}\n=======\n   "source": "squares = []"\n>>>>>>> theirs').encode()


def _many_cells(notebook: dict) -> None:
    notebook["cells"] += [{"cell_type": "code", "source": "1"} for _ in range(6000)]


def _types_mixed_up(notebook: dict) -> None:
    notebook["cells"] += [None, 3, "text", [], {"cell_type": ["code"], "source": {"a": 1}, "metadata": 7, "id": 9, "outputs": "none"}]
    notebook["metadata"] = "gone"


def _schema(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 99


def _marks_emptied(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] = {}


CASES = [
    Case("An editor put a byte order mark before the file", encode=lambda notebook: b"\xef\xbb\xbf" + plain(notebook), said=("UTF-8",)),
    Case("The file was saved as UTF-16", encode=lambda notebook: plain(notebook).decode().encode("utf-16"), said=("UTF-16",)),
    Case("The file was saved as UTF-16 without a mark", encode=lambda notebook: plain(notebook).decode().encode("utf-16-le"), said=("UTF-16",)),
    Case("A Chinese editor saved the file as GB18030", answers={"essay": "满意的顾客还不是忠诚的顾客。"}, encode=lambda notebook: plain(notebook).decode().encode("gb18030"), said=("GB18030",)),
    Case("The upload broke off in the first answer", encode=_cut(demo.HONEST["function"].splitlines()[0]), due=NOTHING, status="problem", said=("breaks off", "cells could be read: ask for the file again")),
    Case("The upload broke off in the third answer", encode=_cut("DataFrame"), due={**NOTHING, "function-test": 2.0, "list-test": 2.0}, status="problem", said=("cells could be read",)),
    Case("The upload broke off in the last answer", encode=_cut("total = disc"), due=without("total"), status="problem", said=("cells could be read",)),
    Case("The upload broke off behind the last cell", encode=_cut('"nbformat_minor"')),
    Case("Not-a-number stands in the file's metadata", encode=lambda notebook: plain(notebook).replace(b'"metadata": {}', b'"metadata": {"scale": NaN, "end": -Infinity}', 1), said=("NaN",)),
    Case("The file is in the old format 3", change=_format_3, said=("3",)),
    Case("The file is in a version that does not exist yet", change=_set(nbformat=5, nbformat_minor=9), said=("5.9",)),
    Case("The file is in a minor version that does not exist yet", change=_set(nbformat_minor=99), said=("4.99",)),
    Case("The file says no version", change=lambda notebook: notebook.pop("nbformat") and None),
    Case("The file is empty", encode=_is(b""), due=NOTHING, status="problem", said=("empty",)),
    Case("The file holds only zeros", encode=_is(b"\0" * 4096), due=NOTHING, status="problem"),
    Case("A Word document was renamed", encode=_is(b"PK\x03\x04 word/document.xml " + b"x" * 500), due=NOTHING, status="problem", said=("Word",)),
    Case("A zip archive was renamed", encode=_is(b"PK\x03\x04 week-1.ipynb " + b"x" * 500), due=NOTHING, status="problem"),
    Case("A PDF was handed in", encode=_is(b"%PDF-1.7\n" + b"x" * 500), due=NOTHING, status="problem", said=("PDF",)),
    Case("The page of the notebook was saved instead of the notebook", encode=_is(b"<!DOCTYPE html><html><body>week 1</body></html>"), due=NOTHING, status="problem"),
    Case("A script was handed in", encode=_is(b"import numpy as np\nsquares = [1]\n"), due=NOTHING, status="problem"),
    Case("The file is a picture", encode=_is(b"\x89PNG\r\n\x1a\n" + bytes(range(256))), due=NOTHING, status="problem"),
    Case("The file is a list in a list in a list, a hundred thousand deep", encode=_is(b"[" * 100_000 + b"]" * 100_000), due=NOTHING, status="problem"),
    Case("The metadata is a list in a list, fifty thousand deep", encode=_deep_metadata),
    Case("The file is larger than any notebook", encode=lambda notebook: plain(notebook)[:-2] + b', "pad": "' + b"x" * 55_000_000 + b'"}', due=NOTHING, status="problem"),
    Case("The file has six thousand cells", change=_many_cells, due=NOTHING, status="problem"),
    Case("Another assignment's notebook was handed in", encode=_is(plain({"cells": [{"cell_type": "code", "id": f"other-{n}", "metadata": {"nbgrader": {"grade_id": f"other-{n}"}}, "source": f"x{n} = {n}"} for n in range(9)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})), due=NOTHING, status="problem"),
    Case("The cells stand in a dict", change=lambda notebook: {**notebook, "cells": {str(n): cell for n, cell in enumerate(notebook["cells"])}}),
    Case("The file holds things that are no cells", change=_types_mixed_up),
    Case("The sources are lists of lines with holes", change=_source_in_lines),
    Case("A comma too many stands in the file", encode=lambda notebook: plain(notebook)[:-2] + b",}"),
    Case("Something stands behind the end of the file", encode=lambda notebook: plain(notebook) + b"\n}\n}"),
    Case("A merge left its marks in the file", encode=_conflict, due=without("list", "total"), status="problem", said=("cells could be read",)),
    Case("An editor took nbgrader's metadata away", change=lambda notebook: _strip(notebook, ids=False)),
    Case("An editor took metadata and ids away", change=lambda notebook: _strip(notebook, ids=True)),
    Case("Nothing but sources is left of the cells", change=_stripped_and_no_metadata),
    Case("nbgrader's metadata is there and empty", change=_marks_emptied),
    Case("The metadata are of a version of nbgrader that does not exist yet", change=_schema),
    Case("All cells have the same id", change=_equal_ids),
    Case("An answer was pasted twice", change=_pasted_twice, said=("list",)),
    Case("An answer was pasted twice and the second one is right", answers={"list": "squares = [1, 2, 3]"}, change=lambda notebook: _pasted_twice(notebook, demo.HONEST["list"]), said=("list",)),
    Case("An answer was pasted twice and the second one is wrong", change=lambda notebook: _pasted_twice(notebook, "squares = [0, 0, 0, 0, 0]"), due=without("list", "total"), said=("list",)),
    Case("The cells stand in the reverse order", change=lambda notebook: notebook["cells"].reverse(), said=("moved",)),
    Case("All tests were deleted", change=_tests_gone, said=("missing",)),
    Case("The set-up cell was deleted", change=_without_cells("set-up"), said=("set-up",)),
    Case("One answer cell was deleted", change=_without_cells("list"), due=without("list", "total"), said=("list",)),
    Case("An answer cell became a text cell", change=_answer_as_markdown, said=("list",)),
    Case("The browser has renamed the file", place=_named("week-1 (1).ipynb"), said=("week-1 (1).ipynb",)),
    Case("The file has the student's name in Chinese", place=_named("第一次作业-王小明.ipynb"), said=("王小明",)),
    Case("The file has a second ending", place=_named("week-1.ipynb.txt"), said=("week-1.ipynb.txt",)),
    Case("The file lies in a folder of its own", place=_named("week-1/week-1.ipynb")),
    Case("Two other notebooks lie beside the right one", place=_named("notes.ipynb", "scratch.ipynb", "week-1.ipynb")),
    Case("A broken checkpoint lies beside the notebook", place=_checkpoint, silent=True),
    Case("The notebook is a link to the solution", place=_link("@COURSE@/../../solutions/en/week-1/week-1.ipynb"), due=NOTHING, status="problem", said=("link",)),
    Case("The notebook is a link to a file of the system", place=_link("/etc/passwd"), due=NOTHING, status="problem", unsaid=("root:x:0",)),
    Case("The notebook is a link to another submission", place=_link("@COURSE@/submitted/a-honest/week-1/week-1.ipynb"), due=NOTHING, status="problem"),
    Case("The notebook is a pipe that nobody writes to", place=_pipe, due=NOTHING, status="problem"),
    Case("A pipe lies beside the notebook", place=_pipe_beside, said=("data.csv",)),
    Case("A socket lies beside the notebook", place=_socket_beside, said=("talk.sock",)),
    Case("A folder bears the notebook's name", place=_folder_for_file),
    Case("No notebook was handed in", place=_nothing, due=NOTHING, status="problem"),
    Case("Half a character stands in an answer", answers={"essay": "half \ud83d of a face"}),
    Case("Zero bytes and control characters stand in an essay", answers={"essay": "zero \0 bell \7 escape \x1b[31m red"}),
]

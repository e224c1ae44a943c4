"""What is written for people to read: no hidden test for students, no active content from a submission for anyone.

A finished notebook is safe when it is written, so that nbgrader's feedback and formgrader's page, which render it on
the instructor's origin, are safe too: HTML in essays is shown as text, outputs keep texts and pictures only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from crmlib.language import message

SAFE_MIME_TYPES = ("text/plain", "image/png", "image/jpeg")
SAFE_SUFFIXES = {".txt", ".csv", ".tsv", ".json", ".toml", ".md", ".py", ".png", ".jpg", ".jpeg", ".gif", ".xlsx", ".docx", ".parquet", ".pkl", ".zip"}
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_LINK = re.compile(r"(?i)\b(javascript|vbscript|data|file)(\s|&[#\w]+;|\\)*(:|&#0*58;|&#x0*3a;|&colon;)")
_MATH_COMMAND = re.compile(r"\\(href|url|includegraphics|require|style|class|cssId|html\w*|unicode|mmlToken|def|newcommand|let)\b")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def cell_of(own, text: str, outputs: list[dict], *, kind: str | None = None, id: str | None = None) -> dict:
    """A cell of the finished notebook; what the student wrote is made safe, what the instructor wrote stays."""
    kind = kind or (own.kind if own is not None else "code")
    theirs = own is None or own.takes_answer
    if kind == "raw" and theirs:
        kind, text = "markdown", _as_code(text)
    elif kind == "markdown" and theirs:
        text = safe_markdown(text)
    metadata = dict(own.metadata) if own is not None else {}
    cell = {"cell_type": kind, "id": (own.cell_id if own is not None else id) or id or "cell", "metadata": metadata}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": outputs}
    return cell | {"source": text}


def finished(cells: list[dict], metadata: dict, repairs: list[str]) -> dict:
    """The finished notebook; repairs stand at its top."""
    if repairs:
        lines = "\n".join(f"- {safe_markdown(repair)}" for repair in repairs)
        note = {"cell_type": "markdown", "id": "repairs", "metadata": {}, "source": f"**{message('feedback.repairs')}**\n\n{lines}"}
        cells = [note, *cells]
    metadata = {name: metadata[name] for name in ("kernelspec", "language_info", "crmlib") if name in metadata}
    return {"cells": _unique(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def safe_markdown(text: str) -> str:
    """Markdown in which tags are text, links lead nowhere active, pictures are not fetched and formulas stay formulas."""
    text = _TAG.sub("&lt;", _ANSI.sub("", text))
    text = text.replace("![", "[")
    text = _LINK.sub(lambda found: f"{found[1]}-", text)
    return _MATH_COMMAND.sub(lambda found: f"\\\\{found[1]}", text)


def safe_outputs(outputs: list[dict]) -> list[dict]:
    """Outputs reduced to texts and pictures; control characters of a terminal are taken out."""
    safe = []
    for output in outputs:
        output = dict(output)
        if "data" in output:
            output["data"] = {mime: content for mime, content in output["data"].items() if mime in SAFE_MIME_TYPES}
            output["metadata"] = {}
            if not output["data"]:
                continue
        if "text" in output:
            output["text"] = _ANSI.sub("", output["text"])
        if "traceback" in output:
            output["traceback"] = [_ANSI.sub("", line) for line in output["traceback"]]
        safe.append(output)
    return safe


def safe_attachments(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Files to keep beside the finished notebook: those that a browser would run get the ending .txt, and it is said."""
    kept, repairs = {}, []
    for name, content in files.items():
        path = PurePosixPath(name)
        if path.name.startswith(".") or any(part in ("..", "") for part in path.parts):
            continue
        if path.suffix.lower() in SAFE_SUFFIXES and not _looks_active(content):
            kept[name] = content
        else:
            kept[f"{name}.txt"] = content
            repairs.append(message("feedback.attachment", name=name))
    return kept, repairs


def _looks_active(content: bytes) -> bool:
    start = content[:512].lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script"))


def _as_code(text: str) -> str:
    fence = "`" * (max([2, *(len(run) for run in re.findall(r"`+", text))]) + 1)
    return f"{fence}\n{_ANSI.sub('', text)}\n{fence}"


def _unique(cells: list[dict]) -> list[dict]:
    """Cell ids must differ in a notebook; the source's own come first."""
    seen: set[str] = set()
    for number, cell in enumerate(cells):
        id = re.sub(r"[^A-Za-z0-9_-]", "-", cell["id"])[:60] or "cell"
        while id in seen:
            id = f"{id[:50]}-{number}"
            number += 1
        seen.add(id)
        cell["id"] = id
    return cells

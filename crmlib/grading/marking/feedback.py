"""What is written for people to read: no hidden test for students, no active content from a submission for anyone.

A finished notebook is safe when it is written, so that nbgrader's feedback and formgrader's page, which render it on
the instructor's origin, are safe too: HTML in essays is shown as text, outputs keep texts and pictures only.
"""

from __future__ import annotations

import html
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from crmlib.grading.intake.names import shown_name
from crmlib.language import message

SAFE_MIME_TYPES = ("text/plain", "image/png", "image/jpeg")
SAFE_SUFFIXES = {".txt", ".csv", ".tsv", ".json", ".toml", ".md", ".py", ".png", ".jpg", ".jpeg", ".gif", ".xlsx", ".docx", ".parquet", ".pkl", ".zip"}
LONGEST_NAME = 240  # bytes; the ending .txt must still fit
LONGEST_ENTITY = 40
LONGEST_LINE, LONGEST_CODE = 2_000, 100_000  # characters of a code cell that are shown
LONGEST_PARAGRAPH, LONGEST_TEXT = 10_000, 50_000  # characters; a longer text is shown as it was typed, because converters are slow in odd ones
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?")
_LINK = re.compile(r"(?i)\b(?:(javascript|vbscript)(?:\s|\\)*:|(data|file)\\*:(?=\S))")  # "the data: what we have" is none
_PASTED = re.compile(r"!\[[^\]\n]{0,300}\]\(attachment:([^)\s]{1,300})(?:[ \t]{1,9}\"[^\"\n]{0,300}\")?\)")
_MATH_COMMAND = re.compile(r"(?<!\\)\\++(href|url|includegraphics|require|style|class|cssId|html\w*|unicode|mmlToken|def|newcommand|let|csname)\b")
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def cell_of(own, text: str, outputs: list[dict], *, kind: str | None = None, id: str | None = None, pictures=()) -> dict:
    """A cell of the finished notebook; what the student wrote is made safe, what the instructor wrote stays."""
    kind = kind or (own.kind if own is not None else "code")
    theirs = own is None or own.takes_answer
    attached: dict = {}
    if kind == "raw" and theirs:
        kind, text = "markdown", _as_code(text)
    elif kind == "markdown" and theirs:
        text, attached = _with_pictures(text, pictures)
    elif kind == "code" and theirs:
        text = _cut(text)
    metadata = dict(own.metadata) if own is not None else {"crmlib": {"added": True}}
    cell = {"cell_type": kind, "id": (own.cell_id if own is not None else id) or id or "cell", "metadata": metadata}
    if kind == "code":
        cell |= {"execution_count": None, "outputs": outputs}
    if attached:
        cell["attachments"] = attached
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
    text = _ANSI.sub("", text)
    for _ in range(5):  # "java&#115;cript:" is a link like any other
        before, text = text, _ENTITY.sub(_spelt_out, text)
        if text == before:
            break
    else:
        text = text.replace("&", "&\u200b")  # nobody nests entities so deep who does not want to hide something
    # A mark without width, and not "&lt;", which would stand there in so many letters in a formula or in code.
    text = _TAG.sub("<\u200b", text)
    text = text.replace("![", "[")
    text = _LINK.sub(lambda found: f"{found[1] or found[2]}-", text)
    # Without any backslash: one more in front of a pair would be a line break and the command again.
    return _MATH_COMMAND.sub(lambda found: found[1], text)


def _cut(text: str) -> str:
    """Code as it is shown: what colours it takes minutes over one endless line. The whole text ran all the same."""
    lines = text[:LONGEST_CODE].split("\n")
    shown = "\n".join(line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …" for line in lines)
    return shown if len(text) <= LONGEST_CODE else f"{shown}\n…"


def _with_pictures(text: str, pictures: Iterable[tuple[str, str, str]]) -> tuple[str, dict]:
    """Safe markdown with the pictures that were pasted into it, under names of our own."""
    given = {name: (f"picture-{number}.{kind.rpartition('/')[2]}", kind, content) for number, (name, kind, content) in enumerate(pictures, 1)}
    if len(text) > LONGEST_TEXT or any(len(line) > LONGEST_PARAGRAPH for line in text.split("\n")):
        return _as_code(text), {}
    used: list[str] = []

    def remembered(found: re.Match) -> str:
        used.append(urllib.parse.unquote(found[1]))
        return f"\ue000{len(used) - 1}\ue001" if used[-1] in given else found[0]

    text = safe_markdown(_PASTED.sub(remembered, re.sub("[\ue000\ue001]", "", text)))
    text = re.sub("\ue000(\\d+)\ue001", lambda found: " ![{0}](attachment:{0})".format(given[used[int(found[1])]][0]), text)
    return text, {given[name][0]: {given[name][1]: given[name][2]} for name in used if name in given}


def _spelt_out(found: re.Match) -> str:
    """Letters, digits and signs of an address as themselves; white space in disguise is dropped, other entities stay."""
    if len(found[0]) > LONGEST_ENTITY:
        return f"&\u200b{found[0][1:]}"  # a number so long that a converter gives up on the page
    sign = html.unescape(found[0])
    if len(sign) != 1 or not sign.isascii() or sign in "<>&\"'`[]()!*_$":
        return found[0]
    return sign if sign.isprintable() and sign != " " else ""


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


def safe_attachments(files: Mapping[str, bytes], reserved: Iterable[str] = ()) -> tuple[dict[str, bytes], list[str]]:
    """Files to keep beside the finished notebook: those that a browser would run get the ending .txt, and it is said.

    A file whose place is taken, by one of the ``reserved`` names or by a folder, stays where it was handed in.
    """
    kept: dict[str, bytes] = {}
    repairs: list[str] = []
    reserved = set(reserved)
    folders = {parent.as_posix() for name in reserved for parent in PurePosixPath(name).parents}
    for name, content in files.items():
        path = PurePosixPath(name)
        if path.name.startswith(".") or any(part in ("..", "") for part in path.parts):
            continue
        active = path.suffix.lower() not in SAFE_SUFFIXES or _looks_active(content)
        target = f"{name}.txt" if active else name
        above = {parent.as_posix() for parent in PurePosixPath(target).parents}
        if target in reserved and not active:
            continue  # the instructor's own file is put there
        if (
            target in kept
            or target in folders
            or target in reserved
            or above & (kept.keys() | reserved)
            or len(path.name.encode("utf-8", "replace")) > LONGEST_NAME
        ):
            repairs.append(message("feedback.attachment_left", name=shown_name(name)))
            continue
        kept[target] = content
        folders |= above
        if active:
            repairs.append(message("feedback.attachment", name=shown_name(name)))
    return kept, repairs


def _looks_active(content: bytes) -> bool:
    start = content[:512].lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script"))


def _as_code(text: str) -> str:
    text = re.sub(f"([^\\n]{{{LONGEST_LINE}}})(?=[^\\n])", "\\1\\n", text)  # in one endless line converters search for minutes
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

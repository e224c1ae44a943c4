"""The words that learners read: plain modern English, and one name for the exam text in each language."""

import json
import re

from crmlib.course import COURSE, ROOT
from tests.support import toml_files
from tests.support.catalogue import try_each

DATA = sorted([*COURSE.glob("*/*.toml"), *(ROOT / "crmlib" / "messages").rglob("*.toml")])
NOTEBOOKS = sorted([*(ROOT / "notebooks").glob("*/*.ipynb"), *(ROOT / "solutions").glob("*/*/*.ipynb")])
# Words of old books; "dear" only as a price, since letters begin with it.
OLD = re.compile(r"\b(whoever|lest|whilst|amongst|hence|thus|ought|shall|for want of|dearer|dearest|(?:is|are|be|as|so|too) dear)\b", re.IGNORECASE)
# The lessons say "the exam text" and 教材; documents and their damage are the subject of the page 12-sources alone.
OTHER_NAMES = re.compile(r"exam's (?:own )?(?:source|text)s?\b|sources? 00\d|试题资料|资料00\d")


def said(value, language):
    """Every text of a language in a data file, whatever the entry is called."""
    if isinstance(value, list):
        for entry in value:
            yield from said(entry, language)
    elif isinstance(value, dict):
        for key, entry in value.items():
            if key == language and isinstance(entry, str):
                yield entry
            elif key != "evidence_note":
                yield from said(entry, language)


def texts(path):
    if path.suffix == ".toml":
        entries = toml_files.read(path)
        return [text for language in ("en", "zh") for text in said(entries, language)]
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


def name(path):
    return path.relative_to(ROOT).as_posix()


def test_learners_read_plain_modern_english():
    def plain(path):
        found = [match.group() for text in texts(path) for match in OLD.finditer(re.sub(r"\{[^}]*\}|`[^`]*`", "", text))]
        assert not found, "say it in plain modern English"

    try_each([*DATA, *NOTEBOOKS], plain, shown=name)


def test_the_exam_text_has_one_name():
    def named(path):
        found = [match.group() for text in texts(path) for match in OTHER_NAMES.finditer(text)]
        assert not found, "write 'the exam text' or 教材"

    try_each((path for path in [*DATA, *NOTEBOOKS] if path.stem != "12-sources"), named, shown=name)


def test_old_words_and_other_names_are_found():
    assert OLD.findall("Whoever leaves, where leaving is dear: the dearer list. Dear customer, we shall see.") == ["Whoever", "is dear", "dearer", "shall"]
    assert not OLD.search("Dear Ms Lin, the exam asks who leaves; the shallow lesson is not dearth.")
    assert OTHER_NAMES.findall("the exam's source; source 002; the exam text; 试题资料；教材；资料001") == [
        "exam's source",
        "source 002",
        "试题资料",
        "资料001",
    ]

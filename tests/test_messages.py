"""Where messages stand: one file for each lesson, no id in two files, and none that nobody says."""

import ast
import json
import re
from functools import cache

import pytest

from crmlib import course, language
from crmlib.course import COURSE, ROOT
from crmlib.language import TABLES, glossary, table_word
from tests.support.messages import catalogues, files, places

LIBRARY = ROOT / "crmlib"
FILES = dict(files(language.MESSAGES))
LESSONS = {f"lessons/{lesson.stem}.toml": lesson for lesson in course.lessons()}


def test_every_lesson_has_a_file_that_holds_its_own_rooms_and_words_of_tables_and_nothing_else():
    assert {name for name in FILES if "/" in name} == set(LESSONS)
    for name, lesson in LESSONS.items():
        own = {lesson.module, f"figures_{lesson.module}"}
        assert own <= set(FILES[name]) <= own | {TABLES}, name
        assert not [room for room in own if f"{room}.toml" in FILES], f"the messages of {name} stand in that file alone"


def in_two_places(folder):
    return {".".join(key): where for key, where in places(folder).items() if len(where) > 1}


def test_no_id_stands_in_two_files():
    assert in_two_places(language.MESSAGES) == {}, "a word that several lessons print stands once, in messages/tables.toml"


def test_two_lessons_with_the_same_word_are_found(tmp_path):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "tables.toml").write_text('[price]\nen = "price"\nzh = "价格"\n')
    for stem, words in {"01-a": "[tables.price]", "02-b": "[tables.gift]", "03-c": "[tables.gift]", "04-d": "[other.gift]"}.items():
        (tmp_path / "lessons" / f"{stem}.toml").write_text(f'{words}\nen = "x"\nzh = "x"\n')
    found = in_two_places(tmp_path)
    assert found == {"tables.price": ["lessons/01-a.toml", "tables.toml"], "tables.gift": ["lessons/02-b.toml", "lessons/03-c.toml"]}


def test_the_library_finds_every_message_in_whichever_file_it_stands():
    told = catalogues(language.MESSAGES)
    assert language.rooms() == sorted(told)
    for room, texts in told.items():
        assert {name: (text.en, text.zh) for name, text in language._catalogue(room).items()} == {
            name: (each["en"], each["zh"]) for name, each in texts.items()
        }
    with pytest.raises(KeyError, match="no_such_room"):
        language._catalogue("no_such_room")


def test_a_word_of_a_table_is_found_whichever_lesson_has_it():
    for name, rooms in FILES.items():
        for word, texts in (rooms.get(TABLES) or {}).items():
            assert (table_word(word).en, table_word(word).zh) == (texts["en"], texts["zh"]), f"{name}: {word}"


def test_no_word_of_a_table_is_a_term_which_the_glossary_would_say_instead():
    assert [word for word in catalogues(language.MESSAGES)[TABLES] if word in glossary()] == []


# --- messages that nobody says ---


BLANK = "[^.]+"


def in_code(source):
    """What a piece of code may ask for: its texts and names of fields and arguments, and its texts with blanks as patterns."""
    told, patterns = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(part.value) if isinstance(part, ast.Constant) else BLANK for part in node.values]
            room, name = re.fullmatch(r"(\w+\\\.)?(.*)", "".join(parts), re.DOTALL).groups()
            # f"{room}.{name}" would be every message, f"show.{name}" all of a room.
            if len(re.sub(r"\W", "", name.replace(BLANK, ""))) > (1 if room else 2):
                patterns.add("".join(parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 80:
            told |= {node.value, *(re.findall(r"[\w.]+", node.value) if " " not in node.value.strip() else ())}
        elif isinstance(node, ast.keyword) and node.arg:
            told.add(node.arg)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            told.add(node.target.id)
    return told, patterns


def in_data(value):
    if isinstance(value, dict):
        return set(value).union(*map(in_data, value.values()))
    if isinstance(value, list):
        return set().union(*map(in_data, value))
    return {value} if isinstance(value, str) else set()


@cache
def asked():
    """Whatever the library, the notebooks and the course's data ask for: whole ids and keys, and patterns of them."""
    told, patterns = set(), set()
    sources = [path.read_text(encoding="utf-8") for path in [*LIBRARY.rglob("*.py"), ROOT / "start.py"]]
    for path in [*(ROOT / "notebooks" / "en").glob("*.ipynb"), *(ROOT / "solutions" / "en").glob("*/*.ipynb")]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for source in sources:
        found = in_code(source)
        told |= found[0]
        patterns |= found[1]
    for _, entries in files(COURSE):
        told |= in_data(entries)
    for path in (COURSE / "data").rglob("*.csv"):
        told |= set(re.split(r"[,;\n]", path.read_text(encoding="utf-8")))
    for path in LIBRARY.rglob("*"):
        if path.suffix in (".js", ".j2", ".html"):
            told |= set(re.findall(r"[\w.]+", path.read_text(encoding="utf-8")))
    return told, re.compile("|".join(sorted(patterns)), re.DOTALL)


def is_asked(room, name):
    told, patterns = asked()
    return name in told or f"{room}.{name}" in told or bool(patterns.fullmatch(name) or patterns.fullmatch(f"{room}.{name}"))


def test_every_message_is_asked_for_somewhere():
    told = catalogues(language.MESSAGES)
    del told["lab"]  # JupyterLab asks for these
    assert [f"{room}.{name}" for room, texts in told.items() for name in texts if not is_asked(room, name)] == []


def test_a_message_that_nobody_asks_for_is_found_in_every_room():
    assert [room for room in catalogues(language.MESSAGES) if is_asked(room, "words_of_nobody") or is_asked(room, "an_old_word_of_nobody")] == []

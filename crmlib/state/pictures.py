"""What a lesson's pictures and messages lack: a picture that a cell calls, an explorer that is never shown, a message."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmlib import toml
from crmlib.course import Lesson
from crmlib.language import LANGUAGES, LESSONS, current_language, message, use_language
from crmlib.state.notebooks import code_of

if TYPE_CHECKING:
    from crmlib.figures.picture import Picture

# In a lesson, explorers are called through one name and pictures through the other.
_CALLS = re.compile(r"\b(explore|draw)\.(\w+)\(")
_SAID = re.compile(r"""(?:message|wording)\(\s*["']([a-z_]+)\.([a-z_0-9]+)["']""")
_SAID_BY_PICTURE = re.compile(r"""\bsay\(\s*["']([a-z_0-9]+)["']""")


def findings(lesson: Lesson, root: Path) -> Iterator[str]:
    """One sentence for every picture or message that is called and not there."""
    yield from dict.fromkeys(_findings(lesson, root))  # a file that cannot be used is met where it is read and where it is spoken


def _findings(lesson: Lesson, root: Path) -> Iterator[str]:
    module = f"crmlib/figures/{lesson.module}.py"
    yield from _messages(lesson, root)
    if not (root / module).exists():
        return
    try:
        from crmlib import explorers

        figures = importlib.import_module(f"crmlib.figures.{lesson.module}")
        movable = explorers.explorers_of(lesson.module)
    except Exception as error:  # an author's module may fail in any way
        yield message("state.unreadable", file=module, reason=f"{type(error).__name__}: {error}")
        return
    shown: set[str] = set()
    for language in LANGUAGES:
        file = f"notebooks/{language}/{lesson.stem}.ipynb"
        for id, source in code_of(root / file).items():
            for way, name in _CALLS.findall(source):
                shown |= {name} if way == "explore" else set()
                if name not in movable if way == "explore" else not hasattr(figures, name):
                    yield message("state.no_picture", file=file, cell=id, call=f"{way}.{name}", module=module)
    if shown:
        yield from (message("state.not_shown", call=f"explore.{name}", stem=lesson.stem, module=module) for name in sorted(movable.keys() - shown))
    yield from _controls(lesson, movable)


def _messages(lesson: Lesson, root: Path) -> Iterator[str]:
    """Every message that the lesson's module and its pictures name stands in the catalogue, in both languages."""
    library = root / "crmlib"
    sources = [*(library / lesson.module).glob("*.py"), library / f"{lesson.module}.py", library / "figures" / f"{lesson.module}.py"]
    wanted: dict[tuple[str, str], str] = {}
    for path in filter(Path.is_file, sources):
        text = path.read_text(encoding="utf-8")
        try:
            ast.parse(text)
        except SyntaxError:  # is said where the module is imported
            continue
        named = set(_SAID.findall(text))
        if path.parent.name == "figures":
            named |= {(f"figures_{lesson.module}", name) for name in _SAID_BY_PICTURE.findall(text)}
        wanted |= dict.fromkeys(named, path.relative_to(root).as_posix())
    asked: dict[str, set[tuple[str, str]]] = {_file(lesson, lesson.module): set()}
    for room, name in wanted:
        asked.setdefault(_file(lesson, room), set()).add((room, name))
    for file, keys in sorted(asked.items()):
        if not (root / file).exists():
            if keys:
                yield message("state.missing", file=file)
            continue
        try:
            there = toml.read(root / file)
        except ValueError as error:
            yield message("state.unreadable", file=file, reason=error)
            continue
        rooms = there if Path(file).parent.name == LESSONS else {Path(file).stem: there}
        halves = {(room, name) for room, texts in rooms.items() for name, each in texts.items() if not _whole(each)}
        for room, name in sorted(halves | {(room, name) for room, name in keys if name not in rooms.get(room, {})}):
            yield message("state.no_message", file=file, name=name, user=wanted.get((room, name), room))


def _file(lesson: Lesson, room: str) -> str:
    """Where a room's messages stand: those of the lesson's formulas and pictures in the lesson's file."""
    own = room in (lesson.module, f"figures_{lesson.module}")
    return f"crmlib/messages/{f'{LESSONS}/{lesson.stem}' if own else room}.toml"


def _whole(texts: object) -> bool:
    return isinstance(texts, dict) and all(str(texts.get(language, "")).strip() for language in LANGUAGES)


def _controls(lesson: Lesson, movable: dict[str, type[Picture]]) -> Iterator[str]:
    """The question of every explorer, and the words of its controls."""
    spoken = current_language()
    try:
        for kind in movable.values():
            for language in LANGUAGES:
                use_language(language)
                try:
                    kind.question()
                    controls: dict[str, Any] = {**kind.controls}
                    for name, control in controls.items():
                        kind.say(f"control_{name}")
                        [control.text(value, kind.room) for value in control.values]
                except (KeyError, OSError) as error:
                    use_language(spoken)
                    name = error.args[0] if isinstance(error, KeyError) else "?"
                    yield message("state.no_message", file=_file(lesson, kind.room), name=name, user=kind.__name__)
                    break
                except ValueError as error:
                    use_language(spoken)
                    yield message("state.unreadable", file=_file(lesson, kind.room), reason=error)
                    break
    finally:
        use_language(spoken)

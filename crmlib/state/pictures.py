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
from crmlib.language import LANGUAGES, current_language, message, use_language
from crmlib.state.notebooks import code_of

if TYPE_CHECKING:
    from crmlib.figures.picture import Picture

# In a lesson, explorers are called through one name and pictures through the other.
_CALLS = re.compile(r"\b(explore|draw)\.(\w+)\(")
_SAID = re.compile(r"""(?:message|wording)\(\s*["']([a-z_]+)\.([a-z_0-9]+)["']""")
_SAID_BY_PICTURE = re.compile(r"""\bsay\(\s*["']([a-z_0-9]+)["']""")


def findings(lesson: Lesson, root: Path) -> Iterator[str]:
    """One sentence for every picture or message that is called and not there."""
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
    yield from _controls(movable)


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
    for room in sorted({room for room, _ in wanted}):
        file = root / "crmlib" / "messages" / f"{room}.toml"
        names = sorted(name for each, name in wanted if each == room)
        if not file.exists():
            yield message("state.missing", file=f"crmlib/messages/{room}.toml")
            continue
        try:
            there = toml.read(file)
        except ValueError as error:
            yield message("state.unreadable", file=f"crmlib/messages/{room}.toml", reason=error)
            continue
        halves = {name for name, texts in there.items() if not all(str(texts.get(language, "")).strip() for language in LANGUAGES)}
        for name in sorted(halves | {name for name in names if name not in there}):
            yield message("state.no_message", file=f"crmlib/messages/{room}.toml", name=name, user=wanted.get((room, name), room))


def _controls(movable: dict[str, type[Picture]]) -> Iterator[str]:
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
                    yield message("state.no_message", file=f"crmlib/messages/{kind.room}.toml", name=name, user=kind.__name__)
                    break
    finally:
        use_language(spoken)

"""The messages as their files hold them, read without the library that is tested."""

from pathlib import Path

from tests.support import toml_files

# (room, id) with the files in which it stands.
Places = dict[tuple[str, str], list[str]]


def catalogues(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Every room's messages; a lesson's file holds several rooms, and the words of tables stand in many files."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for _, rooms in files(folder):
        for room, texts in rooms.items():
            found.setdefault(room, {}).update(texts)
    return found


def places(folder: Path) -> Places:
    """Where each message stands; one that stands in two files hides the other."""
    found: Places = {}
    for name, rooms in files(folder):
        for room, texts in rooms.items():
            for id in texts:
                found.setdefault((room, id), []).append(name)
    return found


def files(folder: Path):
    """Every file by its name below the folder, with its rooms."""
    for path in sorted(folder.rglob("*.toml")):
        entries = toml_files.read(path)
        yield path.relative_to(folder).as_posix(), entries if path.parent != folder else {path.stem: entries}

"""The files of a bundle put together by whom they belong to, before anybody has said who that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from crmlib.classroom import bundles, matching, platforms
from crmlib.classroom.bundles import Bundle, Entry
from crmlib.classroom.matching import Index, Match
from crmlib.language import listing, message

AGREEING = 0.9  # share of a worksheet's participant numbers that must agree before the others are believed


@dataclass
class Unit:
    """What one person handed in, as the bundle names it."""

    name: str
    platform: str
    clue: platforms.Clue
    files: list[tuple[str, Entry]] = field(default_factory=list)
    late: bool = False
    notes: list[str] = field(default_factory=list)
    words: Match | None = None  # of a path without a platform's pattern: what was found in it
    inside: list[matching.Person] = field(default_factory=list)  # whose number or name the files themselves bear
    own_times: bool = False  # nbgrader's own layout, where timestamp.txt is the collector's and not the student's

    @property
    def folder(self) -> str:
        """The platform's own name of the folder or file, under which feedback goes back."""
        return next((entry.path for _, entry in self.files), self.name)


def units(bundle: Bundle, index: Index) -> list[Unit]:
    """All units of a bundle; a zip inside that belongs to nobody is opened and looked through too."""
    found: dict[tuple[str, str], Unit] = {}
    _gather(bundle.entries, index, found, bundle.troubles, 1)
    return list(found.values())


def _gather(entries: list[Entry], index: Index, found: dict, troubles: list[str], level: int) -> None:
    common = _common(entries)
    numbers = index.ids
    for entry in entries:
        clue = platforms.clue(entry.path, numbers)
        words = None
        if clue.platform == "files":
            clue, words = _in_words(entry, common, index)
            if words.status == "unknown" and bundles.is_zip(entry):
                inner, said = bundles.opened(entry, level)
                troubles += said
                for each in inner:  # its own name may say something: class-1.zip/…
                    each.folder = entry.path
                _gather(inner, index, found, troubles, level + 1)
                continue
        prefix = f"{entry.folder}/" if entry.folder and clue.platform == "files" else ""
        key = (clue.platform, prefix + clue.unit)
        unit = found.setdefault(key, Unit(prefix + clue.unit, clue.platform, clue, words=words))
        unit.files.append((clue.inside, entry))
        unit.late = unit.late or clue.late
        if clue.late and message("classroom.late_flag") not in unit.notes:
            unit.notes.append(message("classroom.late_flag"))
        parts = entry.path.split("/")
        unit.own_times = unit.own_times or (words is not None and len(parts) >= 3 and parts[-1] == "timestamp.txt" and parts[-3] in numbers)


def _common(entries: list[Entry]) -> int:
    """How many folders all entries lie in together."""
    paths = [entry.path.split("/")[:-1] for entry in entries]
    depth = 0
    while paths and all(len(path) > depth for path in paths) and len({path[depth] for path in paths}) == 1:
        depth += 1
    return depth


def _in_words(entry: Entry, common: int, index: Index) -> tuple[platforms.Clue, Match]:
    """The first part of a path that says whose it is; where none does, the first below what all have in common."""
    parts = entry.path.split("/")
    clue = platforms.clue(entry.path)
    if clue.platform != "files":  # a platform's pattern around a number of the roster: the student's own way to write it
        clue = platforms.Clue("files", entry.path, parts[-1])
    found: list[tuple[platforms.Clue, Match]] = []
    for place, part in enumerate(parts):
        match = index.match_words(part)
        if match.status != "unknown":
            inside = "/".join(parts[place + 1 :]) or part
            if inside.count("/") and parts[place + 1] == index.assignment:
                inside = "/".join(parts[place + 2 :])
            found.append((platforms.below(clue, "/".join(parts[: place + 1]), inside), match))
    sure = [each for each in found if each[1].status == "sure"]
    persons = tuple(dict.fromkeys(match.person for _, match in sure if match.person))
    if len(persons) > 1:  # 张三/20230002_李四.ipynb: the folder says one, the file another
        why = message("classroom.path_disagrees", names=listing(f"{someone.full_name} {someone.number}".strip() for someone in persons))
        return platforms.below(clue, entry.path, parts[-1]), Match("unsure", candidates=persons, why=why)
    if sure or found:
        return (sure or found)[0]
    place = min(common, len(parts) - 1)
    return platforms.below(clue, "/".join(parts[: place + 1]), "/".join(parts[place + 1 :]) or parts[-1]), index.match_words(parts[-1])


def matches(found: list[Unit], index: Index) -> Iterator[tuple[Unit, Match]]:
    """Each unit with whose it is."""
    accounts = _accounts(found, index)
    for unit in found:
        if unit.words is not None:
            yield unit, unit.words
        else:
            for inside, _ in unit.files:
                words = index.match_words(inside.rpartition("/")[2], near=False)
                unit.inside += [words.person] if words.status == "sure" and words.person and words.person not in unit.inside else []
            moodle = accounts.get(unit.clue.moodle_id) if unit.clue.moodle_id else None
            match = index.match_platform(unit.clue.name, canvas_id=unit.clue.canvas_id, moodle=moodle)
            for other in unit.inside:
                if match.person is not None and other != match.person:
                    unit.notes.append(message("classroom.file_of_another", name=f"{other.full_name} {other.number}".strip()))
            yield unit, match


def _accounts(found: list[Unit], index: Index) -> dict[str, matching.Person]:
    """Participants' numbers of a Moodle worksheet, believed only where they agree with the names: each activity has its own."""
    listed = {_digits(someone.moodle_id): someone for someone in index.everybody if someone.moodle_id}
    agree: Counter[bool] = Counter()
    for unit in found:
        named = index.by_name(unit.clue.name) if unit.clue.moodle_id else []
        if len(named) == 1 and unit.clue.moodle_id in listed:
            agree[listed[unit.clue.moodle_id] == named[0]] += 1
        elif len(named) == 1 and named[0].moodle_id:
            agree[False] += 1
    total = sum(agree.values())
    return listed if total and agree[True] >= AGREEING * total else {}


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())

"""What a file's name says: is it the notebook that was handed out, and which of several is the youngest.

>>> best_first(["notes.ipynb", "week-1 (9).ipynb", "week-1 (10).ipynb"], "week-1")
['week-1 (10).ipynb', 'week-1 (9).ipynb', 'notes.ipynb']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from crmlib.language import listing

# What browsers, file managers and JupyterLab add to a second copy, in English and Chinese.
_COPY_BEFORE = re.compile(r"^(?:copy(?: \d+)? of|copy of|复制|副本|复件)[ _-]*")
_COPY_AFTER = re.compile(
    r"""(?: [ _-]* (?: [(\[]\d{1,3}[)\]]                                      # week-1 (1)
                   | [ _-]copy[ ]?\(?\d{0,3}\)?                            # week-1-Copy1, week-1 - Copy (2)
                   | -?[ ]?的?(?:副本|复件|拷贝)[ ]?\(?\d{0,3}\)? )
          | [ .]\d{1,2} | ~ )$                                               # week-1 2, as macOS writes it; week-1.ipynb.1
    """,
    re.VERBOSE,
)
# Words that people give to what they leave behind. A copy made beside the file is most often kept, not worked in.
_LEFT_BEHIND = re.compile(r"(?<![a-z])(?:copy|old|older|backup|bak|draft|blank|empty|original)(?![a-z])|副本|复件|拷贝|复制|备份|旧|草稿|空白|原始|~$")
_OTHER_ENDINGS = (".json", ".txt")
_CHECKPOINT = re.compile(r"-checkpoint$")
_SHOWN = 10


def best_first(names: Iterable[str], notebook_name: str, others: Iterable[str] = ()) -> list[str]:
    """The files in the order in which their names suggest the notebook: its own name first, the youngest copy before older ones.

    ``others`` are the other notebooks of the assignment: a file that bears one of their names is left out.
    """
    foreign = {plain(other) for other in others}
    mine = [name for name in set(names) if _stem(name) not in foreign]
    return sorted(mine, key=lambda name: likeliness(name, notebook_name), reverse=True)


def likeliness(name: str, notebook_name: str) -> tuple:
    """What a name says of a file, to compare with others: the greater, the likelier it is the last version of this notebook."""
    kind = rank(name, notebook_name)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in PurePosixPath(name).parts)
    folded = unicodedata.normalize("NFKC", name).casefold()
    left_behind = kind < 3 and _LEFT_BEHIND.search(_without_ending(folded).replace(plain(notebook_name), "")) is not None
    exact = PurePosixPath(name).suffix == ".ipynb"  # of files with the same stem
    return not hidden, -max(kind, 1), not left_behind, -depth(name), natural(_without_ending(folded)), exact, natural(folded), name


def rank(name: str, notebook_name: str) -> int:
    """0: only letter case, ending or spelling of characters differ; 1: a numbered copy; 2: the name stands inside; 3: neither."""
    wanted = plain(notebook_name)
    if plain(_without_ending(name)) == wanted:
        return 0
    if _stem(name) == wanted:
        return 1
    return 2 if inside_name(name, notebook_name) else 3


def inside_name(name: str, notebook_name: str) -> bool:
    """Whether a notebook's name stands in a file's, with or without a space between it and what else stands there.

    >>> inside_name("张三09-loyalty.ipynb", "09-loyalty"), inside_name("week-10.ipynb", "week-1")
    (True, False)
    """
    return re.search(rf"(?<![a-z0-9]){re.escape(plain(notebook_name))}(?![a-z0-9])", plain(_without_ending(name))) is not None


def may_be_notebook(name: str) -> bool:
    """Whether a file may be a notebook by its name, whatever a mail program or a download has put behind it.

    >>> [may_be_notebook(name) for name in ("a.ipynb", "a.ipynb.1", "a.IPYNB (2).txt", "a.py")]
    [True, True, True, False]
    """
    return ".ipynb" in unicodedata.normalize("NFKC", PurePosixPath(name).name).casefold()


def natural(text: str) -> tuple:
    """A key that sorts 10 after 9."""
    parts = re.split(r"([0-9]+)", text)
    return tuple((part.isdigit(), int(part[:300] or 0) if part.isdigit() else 0, "" if part.isdigit() else part) for part in parts if part)


def depth(name: str) -> int:
    """How many folders down a file lies."""
    return name.count("/")


def _without_ending(name: str) -> str:
    """The name of a file, or what it was called before something was put behind its ending."""
    name = PurePosixPath(name).name
    at = name.casefold().find(".ipynb")
    if at > 0:
        ending = _without_other_endings(name[at + len(".ipynb") :])
        return _CHECKPOINT.sub("", name[:at] + ending)
    return _CHECKPOINT.sub("", _without_other_endings(name))


def _without_other_endings(name: str) -> str:
    ending = next((ending for ending in _OTHER_ENDINGS if name.casefold().endswith(ending)), "")
    return name[: len(name) - len(ending)]


def _stem(name: str) -> str:
    """The name without the marks of a copy."""
    stem = unicodedata.normalize("NFKC", _without_ending(name)).strip().casefold()
    for _ in range(5):  # "Copy of week-1-Copy2 (1)"
        shorter = _COPY_AFTER.sub("", _COPY_BEFORE.sub("", stem)).strip()
        if shorter == stem or not shorter:
            break
        stem = shorter
    return plain(stem)


def plain(name: str) -> str:
    """A name as file systems and upload forms may spell it: composed or not, spaces for hyphens, capitals."""
    return re.sub(r"[\s_-]+", "-", unicodedata.normalize("NFKC", name).strip().casefold())


def listed(names: Iterable[str], most: int = _SHOWN) -> str:
    """Names of files in a sentence, the first of many."""
    names = list(names)
    return listing([shown_name(name) for name in names[:most]] + ["…"] * (len(names) > most))


def shown_name(name: str) -> str:
    """A file name that cannot disturb the sentence it stands in."""
    name = "".join(letter if letter.isprintable() else "?" for letter in name)
    return name if len(name) <= 80 else name[:79] + "…"

"""Which of the submitted files is the notebook that was handed out, whatever its download or upload has called it.

>>> choose_file(["notes.ipynb", "week-1 (1).ipynb"], "week-1")[0]
'week-1 (1).ipynb'
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from crmlib.language import listing, message

# What browsers, file managers and JupyterLab add to a second copy, in English and Chinese.
_COPY_BEFORE = re.compile(r"^(?:copy(?: \d+)? of|copy of|复制|副本|复件)[ _-]*")
_COPY_AFTER = re.compile(
    r"""(?: [ _-]* (?: \((\d{1,3})\)                                        # week-1 (1)
                   | [ _-]copy[ ]?\(?(\d{0,3})\)?                          # week-1-Copy1, week-1 - Copy (2)
                   | -?[ ]?的?(?:副本|复件|拷贝)[ ]?\(?(\d{0,3})\)? )
          | [ ](\d{1,2}) )$                                                 # week-1 2, as macOS writes it
    """,
    re.VERBOSE,
)
_ENDINGS = (".ipynb", ".ipynb.txt", ".ipynb.json", ".json", ".txt")
_SHOWN = 10


def choose_file(names: Iterable[str], notebook_name: str, others: Iterable[str] = ()) -> tuple[str | None, str | None]:
    """The file that is this notebook, and the sentence to report if it was not called so, or if there is none.

    ``others`` are the other notebooks of the assignment: a file that bears one of their names is never taken.
    """
    files = sorted({name for name in names if _is_candidate(name)})
    exact = [name for name in files if PurePosixPath(name).name == f"{notebook_name}.ipynb"]
    if exact:
        return min(exact, key=lambda name: (name.count("/"), name)), None
    foreign = {_plain(other) for other in others}
    mine = [name for name in files if _stem(name)[0] not in foreign]
    ranked = {rank: [name for name in mine if _rank(name, notebook_name) == rank] for rank in range(4)}
    for rank in range(3):
        if ranked[rank]:
            # Of several copies the one with the highest number is the youngest.
            best = max(ranked[rank], key=lambda name: (_stem(name)[1], -name.count("/"), name))
            return best, _renamed(best, notebook_name, [name for name in ranked[rank] if name != best])
    only = [name for name in ranked[3] if name.lower().endswith(".ipynb")]
    if len(only) == 1:
        return only[0], message("intake.only_notebook", file=shown_name(only[0]), notebook=notebook_name)
    if only:
        return None, message("intake.which_notebook", notebook=notebook_name, files=_listed(only))
    return None, message("intake.no_notebook", notebook=notebook_name)


def _is_candidate(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not hidden and path.name.lower().endswith(_ENDINGS)


def _rank(name: str, notebook_name: str) -> int:
    """0: only letter case or spelling of characters differ; 1: a numbered copy; 2: the name stands inside; 3: neither."""
    wanted, (stem, _) = _plain(notebook_name), _stem(name)
    if _plain(_without_ending(name)) == wanted:
        return 0
    if stem == wanted:
        return 1
    inside = re.search(rf"(?<![^\W_]){re.escape(wanted)}(?![^\W_])", _plain(_without_ending(name)))
    return 2 if inside else 3


def _without_ending(name: str) -> str:
    name = PurePosixPath(name).name
    ending = max((end for end in _ENDINGS if name.lower().endswith(end)), key=len, default="")
    return name[: len(name) - len(ending)]


def _stem(name: str) -> tuple[str, int]:
    """The name without the marks of a copy, and the highest number of these."""
    stem, number = unicodedata.normalize("NFKC", _without_ending(name)).strip().casefold(), 0
    for _ in range(5):  # "Copy of week-1-Copy2 (1)"
        shorter = _COPY_BEFORE.sub("", stem)
        if found := _COPY_AFTER.search(shorter):
            number = max(number, *(int(group) for group in found.groups() if group), 0)
            shorter = shorter[: found.start()]
        if shorter == stem:
            break
        stem = shorter.strip()
    return _plain(stem), number


def _plain(name: str) -> str:
    """A name as file systems and upload forms may spell it: composed or not, spaces for hyphens, capitals."""
    return re.sub(r"[\s_-]+", "-", unicodedata.normalize("NFKC", name).strip().casefold())


def _renamed(name: str, notebook_name: str, rest: list[str]) -> str:
    if rest:
        return message("intake.renamed_several", file=shown_name(name), notebook=notebook_name, files=_listed(rest))
    return message("intake.renamed", file=shown_name(name), notebook=notebook_name)


def _listed(names: list[str]) -> str:
    return listing([shown_name(name) for name in names[:_SHOWN]] + ["…"] * (len(names) > _SHOWN))


def shown_name(name: str) -> str:
    """A file name that cannot disturb the sentence it stands in."""
    name = "".join(letter if letter.isprintable() else "?" for letter in name)
    return name if len(name) <= 80 else name[:79] + "…"

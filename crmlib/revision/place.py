"""Where a learner's progress lies: one file in the learner's own data folder, never in the course."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

VARIABLE = "CRMLIB_DATA"  # another folder, or the word for none
NOTHING = "none"
NAME = "revision.sqlite"


def folder() -> Path | None:
    """The folder of the progress file; None where nothing is to be kept, as when pages for everybody are made."""
    named = os.environ.get(VARIABLE, "").strip()
    if named.lower() == NOTHING:
        return None
    return Path(named).expanduser().absolute() if named else user_data_path("crm-course", appauthor=False)


def file() -> Path | None:
    found = folder()
    return found / NAME if found else None

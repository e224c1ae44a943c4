"""What `crmlib grade` does not need is not loaded: a command that starts in three CPU seconds instead of five is run more often.

To be called before anything of nbgrader is imported, and only in a process of our own: a Jupyter server needs all of it.
"""

from __future__ import annotations

import sys
import types

# jsonschema's optional grammar of web addresses takes 1.4 s; no notebook is checked with it.
_WITHOUT = ("rfc3987_syntax",)
# nbgrader's __init__ loads what it adds to Jupyter's server, with the server.
_EXTENSIONS = ("assignment_list", "course_list", "validate_assignment", "formgrader")


def light() -> None:
    """Leave out what only a Jupyter server needs."""
    if "nbgrader" in sys.modules:
        return
    for name in _WITHOUT:
        sys.modules.setdefault(name, None)  # an import of it fails, which jsonschema expects
    for name in _EXTENSIONS:
        stand_in = types.ModuleType(f"nbgrader.server_extensions.{name}")
        stand_in.load_jupyter_server_extension = None  # type: ignore[attr-defined]  # what a Jupyter server looks for
        sys.modules.setdefault(stand_in.__name__, stand_in)

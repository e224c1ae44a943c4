"""From a set-up course to its first page, and to the end of the evening: the learner's Jupyter, and the instructor's.

Standard library only, for ``start.py`` runs it with the Python it was started with. Everything it makes lies inside
``.venv``; a learner's own Jupyter and IPython settings are neither read nor changed.
"""

from crmlib.opening.jupyter import LOG, command, environment, start
from crmlib.opening.ports import choose_port, free_port, port_is_free
from crmlib.opening.session import Setting, open_course
from crmlib.opening.settings import CannotOpen, View, view, write_settings

__all__ = [
    "LOG",
    "CannotOpen",
    "Setting",
    "View",
    "choose_port",
    "command",
    "environment",
    "free_port",
    "open_course",
    "port_is_free",
    "start",
    "view",
    "write_settings",
]

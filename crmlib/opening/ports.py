"""The network port at which the course is opened: the one that was asked for, or a free one."""

from __future__ import annotations

import os
import socket

from crmlib.language import message
from crmlib.opening.settings import CannotOpen

FIRST_PORT = 8888


def choose_port(wanted: int | None) -> int:
    """The wanted port, where it is one and free; any free one where none is wanted."""
    if wanted is None:
        return free_port()
    if not 1024 <= wanted <= 65535:
        raise CannotOpen(message("opening.port_range", port=wanted))
    if not port_is_free(wanted):
        raise CannotOpen(message("opening.port_taken", port=wanted, other=free_port(wanted)))
    return wanted


def free_port(after: int = FIRST_PORT - 1) -> int:
    """The next free port, or one that the system chooses."""
    for port in range(after + 1, min(after + 101, 65536)):
        if port_is_free(port):
            return port
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # there it would mean "share the port"; here: ignore a closing one
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True

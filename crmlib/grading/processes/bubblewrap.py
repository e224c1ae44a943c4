"""How the warm parent is started: inside bubblewrap, with the environment read-only and nothing else of the machine.

What is visible is a list, not the machine minus a list: system libraries, the Python in use and its packages,
crmlib, and the parts of the course that lessons read.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import platformdirs

from crmlib.language import message
from crmlib.places import course_data

REPOSITORY = Path(__file__).resolve().parents[3]
INSIDE = "/crm"  # where crmlib and the course stand inside: the same on every machine
NOBODY = 64_735  # a user that owns nothing; root outside becomes this one inside

_SYSTEM = ("/lib", "/lib32", "/lib64", "/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/bin", "/usr/share/zoneinfo")
_SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives")


class SandboxUnavailable(RuntimeError):
    """The sandbox cannot start here; the message says what to do about it."""


def find() -> str:
    """The path of bubblewrap, or the remedy."""
    if sys.platform != "linux":
        raise SandboxUnavailable(message("sandbox.only_linux"))
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable(message("sandbox.no_bubblewrap"))
    return found


def explain(trouble: str) -> SandboxUnavailable:
    """What to do when bubblewrap is there and does not work."""
    return SandboxUnavailable(message("sandbox.cannot_start", trouble=trouble.strip()[-300:] or "?"))


def packages() -> list[str]:
    """The folders with installed packages that the grader itself uses."""
    names = ("site-packages", "dist-packages")
    return [path for path in dict.fromkeys(sys.path) if path.rstrip("/\\").endswith(names) and os.path.isdir(path)]


def packages_inside() -> list[str]:
    """Where those folders stand in the sandbox: not at their own place, which may lie below the /tmp that each child covers."""
    return [f"/packages/{number}" for number, _ in enumerate(packages())]


def python() -> str:
    """The interpreter itself and not the link in a virtual environment, which may lead through a home folder."""
    return os.path.realpath(sys.executable)


def environment(inside: bool) -> dict[str, str]:
    """The whole environment of the warm parent: nothing of the grader's passes."""
    root = INSIDE if inside else str(REPOSITORY)
    variables = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONPATH": os.pathsep.join([root, *(packages_inside() if inside else packages())]),
        "PYTHONHASHSEED": "0",  # the order of a set must not differ between two gradings
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PYTHONNOUSERSITE": "1",
        "MPLBACKEND": "agg",
        "JUPYTER_PLATFORM_DIRS": "1",
        "CRMLIB_DATA": "none",  # what the grader has revised stays out
    }
    for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM"):
        variables[f"{library}_NUM_THREADS"] = "1"  # a process with threads cannot be forked safely
    if inside:
        variables |= {"HOME": "/tmp", "TMPDIR": "/tmp", "USER": "student", "MPLCONFIGDIR": "/tmp/matplotlib"}
        variables |= {"IPYTHONDIR": "/tmp/ipython"}
    else:
        variables["MPLCONFIGDIR"] = str(platformdirs.user_cache_path("crmlib") / "matplotlib")  # kept for the next run, where caches are kept
    if sys.platform == "win32":
        variables |= {name: os.environ[name] for name in ("SYSTEMROOT", "PATH", "TEMP", "TMP") if name in os.environ}
    return variables


def command(bubblewrap: str, course_parts: tuple[str, ...]) -> list[str]:
    """Everything of the command line but the program to run."""
    words = [bubblewrap, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    words += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    if os.getuid() == 0:
        # Root's own limits on processes do nothing, so the warm parent turns into nobody as its first act.
        words += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        words += ["--unshare-user"]
    words += ["--perms", "1777", "--tmpfs", "/tmp", "--proc", "/proc", "--dev", "/dev"]  # before what lies below them
    words += ["--perms", "1777", "--tmpfs", "/dev/shm"]
    bound = [(path, path) for path in _SYSTEM if os.path.isdir(path) and not os.path.islink(path)]
    bound += [(path, path) for path in _SETTINGS if os.path.exists(path)]
    bound += [(os.path.realpath(path), path) for path in _interpreter_folders()]
    bound += [(os.path.realpath(path), inside) for path, inside in zip(packages(), packages_inside(), strict=True)]
    bound += [(str(REPOSITORY / "crmlib"), f"{INSIDE}/crmlib")]
    bound += [(str(course_data() / part), f"{INSIDE}/course/{part}") for part in course_parts]
    for folder in _folders_above([inside for _, inside in bound]):
        words += ["--perms", "0755", "--dir", folder]  # made on the way they would be root's alone
    for outside, inside in bound:
        words += ["--ro-bind-try", outside, inside]
    for path in filter(os.path.islink, _SYSTEM):
        words += ["--symlink", os.readlink(path), path]
    for name, value in environment(inside=True).items():
        words += ["--setenv", name, value]
    return [*words, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]


def _folders_above(paths: list[str]) -> list[str]:
    above = {str(parent) for path in paths for parent in Path(path).parents if str(parent) != "/"}
    system = tuple(f"{path}/" for path in _SYSTEM)
    return sorted(path for path in above if not f"{path}/".startswith(system))


def _interpreter_folders() -> list[str]:
    prefix = os.path.dirname(os.path.dirname(python()))
    if prefix == "/usr":
        return []
    return [path for name in ("bin", "lib", "lib64") if os.path.isdir(path := os.path.join(prefix, name))]

"""What the kernel is asked to hold against a submission: namespaces of its own, limits, no privileges, a filter.

Runs inside the warm parent's children, before any student code. Only what the operating system offers is used;
each function says what it does where that is missing.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import signal
import struct
import sys
import time

LINUX = sys.platform == "linux"

_NEW_NAMESPACES = 0x20000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000  # mounts, IPC, user, processes, network
_CLONES = {"x86_64": 56, "aarch64": 220, "riscv64": 220, "loongarch64": 220, "ppc64le": 120}  # system calls that take flags first
_READ_ONLY, _NO_SUID, _NO_DEVICES, _NO_EXEC, _RECURSIVE, _PRIVATE = 1, 2, 4, 8, 16384, 1 << 18
_COLLAPSE, _LARGE_PAGE = 25, 2 << 20
_EXITING = 4  # among the flags of a process in its stat
_DUMPABLE, _SECCOMP, _SUBREAPER, _NO_NEW_PRIVILEGES = 4, 22, 36, 38

# System calls that no exercise needs, with their numbers on x86_64 and aarch64: shared memory that no limit counts,
# key rings that outlive a session, reading other processes, and the kernel's less trodden paths. Other machines do
# without the filter.
_FORBIDDEN = """
shmget 29 194           semget 64 190             msgget 68 186         mq_open 240 180          memfd_create 319 279
memfd_secret 447 447    add_key 248 217           request_key 249 218   keyctl 250 219           ptrace 101 117
process_vm_readv 310 270  process_vm_writev 311 271  kcmp 312 272       pidfd_getfd 438 438      mount 165 40
umount2 166 39          pivot_root 155 41         unshare 272 97        setns 308 268            open_tree 428 428
move_mount 429 429      fsopen 430 430            fsconfig 431 431      fsmount 432 432          fspick 433 433
mount_setattr 442 442   name_to_handle_at 303 264  open_by_handle_at 304 265  bpf 321 280        perf_event_open 298 241
userfaultfd 323 282     io_uring_setup 425 425    io_uring_enter 426 426  io_uring_register 427 427  mbind 237 235
migrate_pages 256 238   move_pages 279 239        init_module 175 105   finit_module 313 273     kexec_load 246 104
""".split()
_MACHINES = {"x86_64": (0xC000003E, 56, 1), "aarch64": (0xC00000B7, 220, 2)}  # its mark, clone, its column above
_CLONE3 = 435
_NEW_NAMESPACE_FLAGS = 0x7E020000

_libc = None


def _call(name, *arguments) -> None:
    global _libc
    if _libc is None:
        _libc = ctypes.CDLL(None, use_errno=True)
    if getattr(_libc, name)(*arguments) < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


def adopt_orphans() -> None:
    """Processes whose parent is gone come to this one and not to somebody who does not wait for them."""
    if LINUX:
        _call("prctl", _SUBREAPER, 1, 0, 0, 0)


def stay_private() -> None:
    """Neither traced nor read through /proc by a process of the same user."""
    if LINUX:
        _call("prctl", _DUMPABLE, 0, 0, 0, 0)


def gather_pages() -> None:
    """Ask for memory in large pages: a fork copies one entry where it copied 512, and frees as many less.

    Only what this process holds now, and only where the kernel does it at once (Linux 6.1); a page that a child writes to
    is copied alone, as before.
    """
    if not LINUX:
        return
    try:
        with open("/proc/self/maps") as file:
            lines = file.read().splitlines()
    except OSError:
        return
    for line in lines:
        place, rights, _, _, inode, *_ = line.split(maxsplit=5)
        start, end = (int(part, 16) for part in place.split("-"))
        start, end = -(-start // _LARGE_PAGE) * _LARGE_PAGE, end // _LARGE_PAGE * _LARGE_PAGE
        if rights == "rw-p" and inode == "0" and start < end:
            with contextlib.suppress(OSError):  # an older kernel, or no large page to be had
                _call("madvise", ctypes.c_void_p(start), ctypes.c_size_t(end - start), _COLLAPSE)


def fork_apart() -> int:
    """``os.fork`` into a user, a process table, mounts, shared memory and a network that nobody else has: process 1 there.

    One fork where leaving the namespaces first would take two. The child still has to ``settle``.
    """
    number = _CLONES.get(platform.machine())
    if number is None:
        raise OSError(errno.ENOSYS, f"clone: {platform.machine()}")
    python, libc = ctypes.pythonapi, ctypes.PyDLL(None, use_errno=True)  # neither lets go of Python's lock
    python.PyOS_BeforeFork()
    child = libc.syscall(number, _NEW_NAMESPACES | signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        python.PyOS_AfterFork_Child()
        return 0
    error = ctypes.get_errno()
    python.PyOS_AfterFork_Parent()
    if child < 0:
        raise OSError(error, f"clone: {os.strerror(error)}")
    return child


def settle(user: int, group: int) -> None:
    """In the new namespaces: be the only user there, whoever that is outside."""
    _call("prctl", _DUMPABLE, 1, 0, 0, 0)  # or the maps below belong to root and cannot be written
    for name, text in (("setgroups", "deny"), ("gid_map", f"1000 {group} 1"), ("uid_map", f"1000 {user} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def furnish(scratch_bytes: int, scratch_files: int) -> None:
    """Inside the new mounts: a fresh /tmp of bounded size; the parent's, /proc and shared memory are covered."""
    options = f"size={scratch_bytes},nr_inodes={scratch_files},mode=700".encode()
    tiny = b"size=4096,nr_inodes=2,mode=500"
    _call("mount", b"none", b"/", None, _RECURSIVE | _PRIVATE, None)
    _call("mount", b"tmpfs", b"/tmp", b"tmpfs", _NO_SUID | _NO_DEVICES, options)
    _call("mount", b"tmpfs", b"/dev/shm", b"tmpfs", _NO_SUID | _NO_DEVICES | _NO_EXEC, b"size=8m,nr_inodes=64,mode=700")
    _call("mount", b"tmpfs", b"/proc", b"tmpfs", _NO_SUID | _NO_DEVICES | _NO_EXEC | _READ_ONLY, tiny)
    os.makedirs("/tmp/work")
    os.makedirs("/tmp/home")


def drop_privileges() -> None:
    """Give back every capability that a new user namespace came with."""
    _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    header = ctypes.create_string_buffer(struct.pack("II", 0x20080522, 0))
    _call("capset", header, ctypes.create_string_buffer(24))


def filter_system_calls() -> bool:
    """Refuse the calls of the list above with EPERM, and new namespaces by whatever way."""
    known = _MACHINES.get(platform.machine())
    if not LINUX or known is None:
        return False
    architecture, clone, column = known
    load, equal, at_least, any_of, give = 0x20, 0x15, 0x35, 0x45, 0x06
    permitted, refused, unknown = 0x7FFF0000, 0x50001, 0x50026  # allow, EPERM, ENOSYS
    program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, refused), (load, 0, 0, 0)]
    program += [(at_least, 0, 1, 0x40000000), (give, 0, 0, refused)]  # the second numbering of x86_64
    program += [(equal, 0, 1, _CLONE3), (give, 0, 0, unknown)]  # its flags cannot be read here; libc falls back
    for number in map(int, _FORBIDDEN[column::3]):
        program += [(equal, 0, 1, number), (give, 0, 0, refused)]
    program += [(equal, 0, 3, clone), (load, 0, 0, 16), (any_of, 0, 1, _NEW_NAMESPACE_FLAGS), (give, 0, 0, refused)]
    program += [(give, 0, 0, permitted)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    whole = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
    _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _call("prctl", _SECCOMP, 2, whole, 0, 0)
    return True


def set_limits(settings: dict) -> None:
    """The limits of one submission's processes; ``resource`` is missing on Windows, where the clock must do."""
    try:
        import resource
    except ImportError:
        return

    def limit(name, value):
        number = getattr(resource, name, None)
        if number is None:
            return
        ceiling = resource.getrlimit(number)[1]
        if ceiling != resource.RLIM_INFINITY:
            value = min(value, ceiling)
        try:
            resource.setrlimit(number, (value, value))
        except (ValueError, OSError):
            pass  # macOS refuses some; what is left of the list still holds

    limit("RLIMIT_CORE", 0)
    limit("RLIMIT_FSIZE", settings["file_bytes"])
    limit("RLIMIT_NOFILE", settings["open_files"])
    limit("RLIMIT_MSGQUEUE", 0)
    limit("RLIMIT_MEMLOCK", 0)
    limit("RLIMIT_CPU", settings["cpu_seconds"] + 2)
    limit("RLIMIT_AS", settings["mapped_bytes"] + settings["memory_bytes"])
    if settings["isolated"]:  # elsewhere the count would include every process of the user
        limit("RLIMIT_NPROC", settings["processes"])


def mapped_bytes() -> int:
    """What the warm parent has mapped already: a child may use its memory limit on top of that."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 4 << 30


def leaves(process: int, seconds: float = 0.5) -> bool:
    """Whether a child of ours ends by itself: it has begun to, and is gone before the time is over.

    A process whose first thread has left looks as if it ended, and goes on with the others as long as it likes.
    """
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            if not int(file.read().rpartition(b")")[2].split()[6]) & _EXITING:
                return False
    except OSError:
        return False
    deadline = time.monotonic() + seconds
    while os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.0005)
    return True


def tree(root: int, *, whole: bool = False) -> dict[int, tuple[float, int]]:
    """Every running process below ``root``: its CPU seconds, waited-for children included, and its private bytes.

    With ``whole`` that of ``root`` as well.
    """
    page, tick = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
    parents: dict[int, int] = {}
    known: dict[int, tuple[float, int]] = {}
    try:
        names = os.listdir("/proc")
    except OSError:
        return {}
    for name in filter(str.isdigit, names):
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
            with open(f"/proc/{name}/statm", "rb") as file:
                memory = file.read().split()
        except OSError:  # it has ended meanwhile
            continue
        parents[int(name)] = int(fields[1])
        if fields[0] not in (b"Z", b"X"):
            known[int(name)] = sum(map(int, fields[11:15])) / tick, (int(memory[1]) - int(memory[2])) * page
    found = {}
    for process, numbers in known.items():
        above = parents[process]
        while above and above != root:
            above = parents.get(above, 0)
        if above == root or (whole and process == root):
            found[process] = numbers
    return found


def resident_bytes() -> int:
    """Private memory of this process."""
    with open("/proc/self/statm") as file:
        fields = file.read().split()
    return (int(fields[1]) - int(fields[2])) * os.sysconf("SC_PAGE_SIZE")

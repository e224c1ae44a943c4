"""What student code cannot reach and cannot exhaust, each tried by its effect from the inside and looked at from outside."""

import os
import random
import socket
import sys
import time
from pathlib import Path

import pytest

from crmlib.grading.processes import bubblewrap
from crmlib.grading.sandbox.session import SessionEnded
from crmlib.grading.wire import frames as sandbox_frames
from crmlib.grading.wire.codec import Missing, NotPlain, decode
from tests.support.sandbox_sessions import QUICK, REPOSITORY, errors, run, sandbox, session, slow, text, values

__all__ = ["sandbox", "session"]  # fixtures


def below(sandbox):
    """The host's numbers of all processes inside, by walking /proc from the outermost one."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path(f"/proc/{name}/stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        if fields[0] != b"Z":
            parents[int(name)] = int(fields[1])
    found = {sandbox.warm.process.pid}
    while more := {process for process, parent in parents.items() if parent in found} - found:
        found |= more
    return found



# ------------------------------------------------------------------------------------------ what it cannot reach
@slow
def test_student_code_sees_the_environment_crmlib_and_the_lessons_data_and_nothing_else(session, monkeypatch):
    source = f"""
        import os, pathlib
        def readable(path):
            try:
                return bool(os.listdir(path)) if os.path.isdir(path) else bool(open(path, 'rb').read(1))
            except OSError:
                return False
        secret = ['/etc/shadow', '/etc/passwd', '/home', '/var', '/sys', '/mnt', '/opt', '/run', '/proc/1/environ', '/proc/self/maps']
        repository = pathlib.Path({str(REPOSITORY)!r})
        secret += [str(repository / name) for name in ('solutions', 'tests', 'assignments', 'course', '.git', 'crmlib')]
        secret += ['/crm/solutions', '/crm/tests', '/crm/course/en', '/crm/course/zh', '/crm/course/nbgrader_config.py']
        found = [path for path in secret if readable(path)]
        here = [readable(path) for path in ('/crm/crmlib', '/crm/course/points', '/crm/course/glossary.csv')]
        environment = sorted(os.environ)
        home = os.path.expanduser('~')
        inherited = [os.environ.get(name) for name in ('SECRET_TOKEN', 'SSH_AUTH_SOCK', 'LOGNAME')]
    """
    assert run(session, source).ok
    seen = values(session, "found", "here", "environment", "home", "inherited")
    assert seen["found"] == [] and all(seen["here"]) and seen["home"] == "/tmp/home"
    assert seen["inherited"] == [None] * 3 and set(os.environ) & set(seen["environment"]) <= {*bubblewrap.environment(True), "PWD"}


@slow
def test_nothing_can_be_written_outside_the_scratch_folder(session):
    source = """
        import os, sys
        written = []
        for folder in ('/', '/crm/crmlib', '/crm/course/points', '/dev', '/etc', '/usr/lib', '/proc', os.path.dirname(os.__file__), *sys.path[1:]):
            try:
                open(os.path.join(folder, 'mark'), 'w')
                written.append(folder)
            except OSError:
                pass
    """
    assert run(session, source).ok and values(session, "written") == {"written": []}


@slow
def test_there_is_no_network(session):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        source = f"import socket\nsocket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)"
        assert errors(run(session, source))[0] in ("ConnectionRefusedError", "OSError")
    assert errors(run(session, "socket.create_connection(('1.1.1.1', 53), 1)"))[0] == "OSError"


@slow
def test_it_has_no_privileges_and_cannot_get_any(session):
    source = """
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        def refused(name, *arguments):
            ctypes.set_errno(0)
            return getattr(libc, name)(*arguments) == -1 and ctypes.get_errno() == 1
        calls = [refused('unshare', 0x10000000), refused('ptrace', 0, 0, 0, 0), refused('mount', b'a', b'/tmp', b'tmpfs', 0, None)]
        calls += [refused('umount2', b'/proc', 2), libc.setuid(0) == -1, refused('chroot', b'/tmp'), refused('syscall', 250, 1, 0)]
        calls += [refused('shmget', 1, 1 << 30, 0o1600), refused('syscall', 56, 0x10000011, 0, 0, 0, 0)]
        identity = [os.getuid(), os.getgid()]
    """
    assert run(session, source).ok
    assert values(session, "calls")["calls"] == [True] * 9 or sys.platform != "linux" or os.uname().machine != "x86_64"
    assert values(session, "identity")["identity"] == [1000, 1000]


@slow
def test_the_warm_parent_has_given_up_its_privileges(sandbox):
    for process in below(sandbox) - {sandbox.warm.process.pid}:
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines() if ":\t" in line)
        if b"processes.parent" in Path(f"/proc/{process}/cmdline").read_bytes() and "bwrap" not in status["Name"]:
            assert status["Uid"].split()[0] != "0" and int(status["Threads"]) == 1
            assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}
            return
    raise AssertionError("no warm parent found")


@slow
def test_it_can_neither_see_nor_signal_the_warm_parent_its_siblings_or_the_grader(sandbox):
    with sandbox.open() as first, sandbox.open() as second:
        run(first, "secret = 'first'\nopen('/tmp/first', 'w').write(secret)\nopen('/dev/shm/first', 'w')")
        run(first, "import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind('\\0meeting')\ns.listen()")
        source = f"""
            import os, signal, socket
            met = [name for folder in ('/tmp', '/dev/shm', '/proc') for name in os.listdir(folder) if name not in ('home', 'work')]
            try:
                socket.socket(socket.AF_UNIX).connect('\\0meeting'); met.append('socket')
            except OSError: pass
            for process in [*range(3, 3000), {os.getpid()}, {sandbox.warm.process.pid}]:
                try:
                    os.kill(process, 0); met.append(process)
                except ProcessLookupError: pass
            try:
                os.kill(-1, signal.SIGKILL)
            except ProcessLookupError: pass
            os.kill(1, signal.SIGKILL); os.kill(1, signal.SIGTERM)
        """
        assert run(second, source).ok and values(second, "met") == {"met": []}
        assert values(first, "secret") == {"secret": "first"}
    with sandbox.open() as third:
        assert run(third, "x = 1").ok


@slow
def test_no_descriptor_of_the_warm_parent_or_the_grader_is_open_in_a_child(sandbox):
    with sandbox.open() as first, sandbox.open() as second:
        source = """
            import os
            kinds = []
            for descriptor in range(3, 4096):
                try:
                    kinds.append(os.fstat(descriptor).st_mode & 0o170000)
                except OSError: pass
        """
        assert run(first, source).ok and run(second, source).ok
        assert values(second, "kinds")["kinds"] == [0o010000] * 2  # its own two pipes


# ------------------------------------------------------------------------------------------ what it cannot exhaust
BOMBS = {
    "an endless loop": ("while True: pass", "time"),
    "a loop that catches everything": (
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "time",
    ),
    "sleep": ("import time; time.sleep(99)", "time"),
    "a list that grows": ("x = []\nwhile True: x.append(bytearray(10**7))", "memory"),
    "one huge object": ("x = 'a' * 10**11", "memory"),
    "memory of many processes": (
        "import os, time\nfor i in range(8):\n    if not os.fork():\n        x = b'1' * 300_000_000\n        time.sleep(30)\ntime.sleep(30)",
        "memory",
    ),
    "printing without end": ("while True: print('x' * 1000)", "output"),
    "writing to descriptor 1 without end": ("import os\nwhile True: os.write(1, b'x' * 65536)", "output"),
    "a fork bomb": ("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", "time"),
    "the process itself": ("import os; os._exit(0)", "died"),
    "a first thread that leaves alone": (
        "import ctypes, threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\nctypes.CDLL(None).syscall({'x86_64': 60}.get(__import__('platform').machine(), 93), 0)",
        "time",
    ),
    "a crash in C": ("import ctypes; ctypes.string_at(0)", "died"),
    "a text representation that hangs": ("class A:\n    def __repr__(self):\n        while True: pass\nA()", "time"),
    "closing every descriptor": ("import os; os.closerange(0, 9999)", "died"),
}


@slow
@pytest.mark.parametrize("source, reason", BOMBS.values(), ids=BOMBS.keys())
def test_a_question_that_ends_badly_says_why_and_the_next_submission_is_not_touched(sandbox, source, reason):
    before, start = below(sandbox), time.monotonic()
    with sandbox.open() as session:
        # Memory is limited by bytes and not by seconds: a busy machine takes its time to fill it.
        outcome = session.run(source, "q1", seconds=20 if reason == "memory" else None)
        assert (outcome.ok, outcome.ended) == (False, reason)
        assert reason == "memory" or time.monotonic() - start < 6
        assert errors(outcome) and outcome.outputs[-1]["output_type"] == "error"
        assert sum(len(str(output)) for output in outcome.outputs) < 2 * QUICK.output_bytes
    assert below(sandbox) == before
    with sandbox.open() as session:
        assert run(session, "x = 1").ok


HARMLESS = {
    "sys.exit": ("import sys; sys.exit(3)", "SystemExit"),
    "endless recursion": ("def f(): f()\nf()", "RecursionError"),
    "too many files": ("for i in range(9999): open(f'f{i}', 'w').write('x')", "OSError"),
    "a file too large": ("f = open('big', 'wb')\nwhile True: f.write(b'x' * 10**6)", "OSError"),
    "too many open files": ("x = [open('a', 'w') for i in range(999)]", "OSError"),
    "too many threads": ("import threading, time\n[threading.Thread(target=time.sleep, args=(9,)).start() for i in range(999)]", "RuntimeError"),
    "a text representation that raises": ("class A:\n    def __repr__(self): 1 / 0\nA()", None),
    "a huge text representation": ("class A:\n    def __repr__(self): return 'x' * 10**8\nA()", None),
    "closing descriptors 0 to 255": ("import os; os.closerange(0, 256)", None),
    "replacing stdout": ("import sys\nsys.stdout.close()\nsys.stdout = sys.stderr = None", None),
    "a thread left behind": ("import threading\ndef f():\n    while True: print('t')\nthreading.Thread(target=f).start()", None),
    "an exit handler": ("import atexit, time; x = atexit.register(time.sleep, 99)", None),
    "a fork that returns": ("import os; x = os.fork()", None),
    "json, struct and os bent": ("import json, struct, os\njson.dumps = json.loads = json.encoder.c_make_encoder = os.write = os.read = struct.pack = None", None),
    "builtins replaced": ("import builtins\nbuiltins.len = builtins.isinstance = builtins.print = builtins.repr = builtins.open = None", None),
    "modules forgotten": ("import sys\nfor name in list(sys.modules): del sys.modules[name]", None),
    "kill -9 of itself": ("import os; os.kill(os.getpid(), 9)", None),  # process 1 of its namespace hears no signal from within
    "kill -9 of everybody": ("import os\ntry: os.kill(-1, 9)\nexcept ProcessLookupError: pass", None),
    "small recursion limit": ("import sys; sys.setrecursionlimit(40)", None),
}


@slow
@pytest.mark.parametrize("source, error", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_a_cell_breaks_for_itself_does_not_cost_the_next_cell(session, source, error):
    start = time.monotonic()
    outcome = run(session, source)
    assert outcome.ended is None and errors(outcome) == ([error] if error else []), outcome.outputs
    assert run(session, "y = 6 * 7", "q2").ok and values(session, "y") == {"y": 42}
    session.close()
    assert time.monotonic() - start < 4


@slow
def test_a_gigabyte_of_output_is_cut_while_it_arrives(session):
    start = time.monotonic()
    outcome = run(session, "for i in range(10**6): print('x' * 1000)")
    assert outcome.cut and outcome.ended == "output" and time.monotonic() - start < 2
    assert len(text(outcome)) <= QUICK.output_bytes


@slow
def test_output_a_little_too_long_is_cut_and_costs_nothing(session):
    outcome = run(session, "for i in range(200): print('x' * 1000)\nx = 1")
    assert outcome.ok and outcome.cut and "left out" in text(outcome, "stderr")


@slow
def test_what_was_printed_before_a_crash_is_kept(session):
    outcome = run(session, "print('so far')\nimport os\nos._exit(1)")
    assert text(outcome) == "so far\n" and outcome.ended == "died"


@slow
def test_a_daemon_left_behind_is_dead_when_close_returns(sandbox):
    before = below(sandbox)
    with sandbox.open() as session:
        source = """
            import os, time, signal
            for i in range(3):
                if not os.fork():
                    os.setsid()
                    if os.fork(): os._exit(0)
                    for number in range(1, 64):
                        try: signal.signal(number, signal.SIG_IGN)
                        except (OSError, ValueError): pass
                    time.sleep(99)
            time.sleep(0.1)
            os.system('sleep 98 &')
        """
        run(session, source)
        assert len(below(sandbox)) >= len(before) + 5
    assert below(sandbox) == before


@slow
def test_forged_and_broken_messages_give_data_at_most_and_never_hang_the_grader(sandbox):
    draw = random.Random(3)
    frames = [{"number": 1, "done": {"ok": True}}, {"number": 1, "output": 5}, {"number": 1, "output": {"output_type": "error", "traceback": [[]]}}]
    frames += [{"number": 1, "done": 5}, {"number": 2, "done": {"values": {"x": {"value": {"~": "pickle"}}}}}, [1], {"done": {}}]
    blobs = [sandbox_frames.pack(frame) for frame in frames] + [b"\xff" * 99, b"\0\0\0\5{", bytes(draw.randrange(256) for _ in range(999))]
    blobs += [b"\0\0\x10\0" + b"[" * 4096, b"\0\1\0\0" + b"9" * 65536]
    for blob in blobs:
        with sandbox.open() as session:
            source = f"import os\nfor d in range(3, 1100):\n    try: os.write(d, {blob!r})\n    except OSError: pass"
            start = time.monotonic()
            outcome = run(session, source)
            assert outcome.cell_id == "q1"
            try:
                snapshot = session.snapshot(["x"])["x"]
            except SessionEnded:
                snapshot = Missing
            if snapshot is not Missing and not isinstance(snapshot, NotPlain):
                with pytest.raises(NotPlain):
                    decode(snapshot)
            assert time.monotonic() - start < 5


@slow
def test_a_value_too_large_for_one_message_is_refused_and_the_others_come(session):
    run(session, "import numpy\nbig = numpy.zeros(10**7)\nsmall = 1\nmiddle = [numpy.zeros(10**6) for i in range(1)]")
    found = session.snapshot(["big", "small", "middle"])
    assert found["big"].reason == "size" and found["small"] == 1 and decode(found["middle"])[0].sum() == 0
    run(session, "a = b = c = d = numpy.zeros(1_400_000)")
    several = session.snapshot(["a", "b", "c", "d", "small"])
    assert isinstance(several["d"], NotPlain) and several["small"] == 1 and session.alive

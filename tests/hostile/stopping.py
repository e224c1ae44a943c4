"""Submissions that hang, die or eat the machine: only the question where it happens is lost."""

from __future__ import annotations

from tests.hostile import assignment as demo
from tests.hostile.case import Case, without

LEFT_BEHIND = ("hostile-left", "36017")  # in the names and words of processes that try to stay behind
_NAME_IT = f"import ctypes\nctypes.CDLL(None).prctl(15, b'{LEFT_BEHIND[0]}', 0, 0, 0)\n"
_LIST = demo.HONEST["list"]


def _ends(name: str, code: str, reason: str = "", **other) -> Case:
    """The list's answer ends the session: its question and the total, which needs it, are lost, the others are not."""
    return Case(name, answers={"list": code}, due=without("list", "total"), reasons={"list-test": reason} if reason else {}, **other)


def _survives(name: str, code: str, **other) -> Case:
    return Case(name, answers={"list": f"{_LIST}\n{code}"}, **other)


def _called(name: str, body: str) -> Case:
    code = "def discounted(amount, years):\n" + "\n".join(f"    {line}" for line in body.splitlines())
    return Case(name, answers={"function": code, "total": "total = 50"}, due=without("function"))


CASES = [
    _ends("One answer never ends", "while True:\n    pass", "time"),
    _ends("One answer never ends and is deaf to interrupts", "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass", "time"),
    _ends("One answer never ends inside C", "squares = 10 ** (10 ** 9)", ""),
    _ends("One answer never ends inside a regular expression", "import re\nre.match('(a+)+$', 'a' * 60 + 'b')", ""),
    _ends("One answer ignores every signal and sleeps", "import signal, time\nfor n in range(1, 60):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\ntime.sleep(10_000)", "time"),
    _ends("One answer eats the memory", "squares = [bytearray(10_000_000) for _ in range(10_000)]", ""),
    _ends("One answer eats the memory in one piece", "squares = np.ones(10 ** 11)", ""),
    _ends("One answer nests lists until the stack is full", "def f(): return f()\nimport sys\nsys.setrecursionlimit(10 ** 9)\nf()", ""),
    _ends("One answer leaves with os._exit", "import os\nos._exit(0)", "end"),
    _ends("One answer kills its own process", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", ""),
    _ends("One answer kills everything it can see", "import os, signal\nassert os.getpid() < 100\nfor pid in [-1, *range(1, 40_000)]:\n    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass\n", ""),
    _ends("One answer stops its own process", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", ""),
    _ends("One answer writes to address zero", "import ctypes\nctypes.string_at(0)", ""),
    _ends("One answer aborts", "import os\nos.abort()", ""),
    _ends("One answer closes all files of its process", "import os\nos.closerange(0, 1000)", ""),
    _ends("One answer is a function that never calls back", "import signal\nsignal.pause()", "time"),
    _ends("One answer replaces its process by another program", "import os\nos.execv('/bin/true', ['true'])", ""),
    _ends("One answer prints a gigabyte", "for _ in range(100_000): print('x' * 10_000)", ""),
    _survives("One answer starts threads that never end", "import threading, time\ndef spin():\n    while True: time.sleep(0.01)\nfor _ in range(5): threading.Thread(target=spin).start()"),
    _survives("One answer starts a daemon with a session of its own", f"import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        {_NAME_IT.replace(chr(10), chr(10) + '        ')}\n        import time; time.sleep(36017)\n    os._exit(0)"),
    _survives("One answer starts a program that stays", f"import subprocess\nsubprocess.Popen(['bash', '-c', 'exec -a {LEFT_BEHIND[0]} sleep 36017'], start_new_session=True)"),
    _survives("One answer forks and both go on", "import os\nos.fork()"),
    Case("A fork bomb", answers={"list": "import os\nassert os.getpid() < 100\nwhile True:\n    try: os.fork()\n    except OSError: pass"}, due=without("list", "total")),
    Case("A bomb of programs", answers={"list": "import os, subprocess\nassert os.getpid() < 100\n" + _LIST + "\ntry:\n    while True: subprocess.Popen(['sleep', '36017'])\nexcept OSError: pass"}),
    Case("A hundred thousand files are written", answers={"list": _LIST + "\ntry:\n    for n in range(100_000): open(f'file-{n}', 'w').close()\nexcept OSError: pass"}),
    Case("A file fills the disk", answers={"list": _LIST + "\ntry:\n    with open('large', 'wb') as file:\n        for _ in range(2000): file.write(b'x' * 10_000_000)\nexcept OSError: pass"}),
    Case("A list is longer than anything that may pass", answers={"list": "squares = list(range(3_000_000))", "total": "total = 50"}, due=without("list")),
    Case("A list holds itself", answers={"list": "squares = [1]\nsquares.append(squares)", "total": "total = 50"}, due=without("list")),
    Case("A list is nested a hundred thousand deep", answers={"list": "squares = []\nfor _ in range(100_000): squares = [squares]", "total": "total = 50"}, due=without("list")),
    Case("A number has ten million digits", answers={"total": "total = 1 << 40_000_000"}, due=without("total")),
    _called("A function never returns", "while True: pass"),
    _called("A function leaves with sys.exit", "raise SystemExit(0)"),
    _called("A function leaves with os._exit", "import os\nos._exit(0)"),
    _called("A function raises KeyboardInterrupt", "raise KeyboardInterrupt"),
    _called("A function calls itself for ever", "return discounted(amount, years)"),
    _called("A function returns itself", "return discounted"),
    _called("A function returns a generator without end", "while True: yield 1"),
    _called("A function fills the memory", "return 'x' * 10 ** 10"),
    _called("A function writes to address zero", "import ctypes\nctypes.string_at(0)"),
    _called("A function's error has an endless text", "class Loud(Exception):\n    def __str__(self):\n        while True: pass\nraise Loud"),
]

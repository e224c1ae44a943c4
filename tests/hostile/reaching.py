"""Reaching out: for solutions, other submissions, the gradebook, home, environment, network, parent and siblings."""

from __future__ import annotations

from pathlib import Path

from tests.hostile import assignment as demo
from tests.hostile.case import Case

STOLEN = "STOLEN" + "-GOODS"
_SAY = "def say(*parts): print('STOLEN' + '-GOODS', *parts)\n"


def _tries(name: str, code: str, **other) -> Case:
    """Honest answers and a cell that tries something: all marks, and nothing was reached."""
    return Case(name, first=_SAY + code, unsaid=(STOLEN, *other.pop("unsaid", ())), **other)


def _reads(name: str, *paths: str) -> Case:
    code = f"import glob, os\nfor pattern in {list(paths)!r}:\n    for path in glob.glob(pattern, recursive=True, include_hidden=True):\n        if os.path.isfile(path):\n            try: say(path, open(path, 'rb').read()[:300])\n            except OSError: pass"
    return _tries(name, code)


def _writes(name: str, *paths: str) -> Case:
    code = f"import os, shutil\nfor path in {list(paths)!r}:\n    for act in (lambda: open(path, 'a').write('harm'), lambda: os.makedirs(path + '/harm'), lambda: os.chmod(path, 0), lambda: shutil.rmtree(path), lambda: os.unlink(path)):\n        try: act()\n        except OSError: pass"
    return _tries(name, code)


def _opens(name: str, *paths: str) -> Case:
    """Whether they could be written; nothing is."""
    return _tries(name, f"for path in {list(paths)!r}:\n    try:\n        open(path, 'r+b').close()\n        say(path)\n    except OSError: pass")


def _links(*targets: str):
    def place(folder: Path, content: bytes) -> None:
        (folder / "week-1.ipynb").write_bytes(content)
        for number, target in enumerate(targets):
            (folder / f"link-{number}").symlink_to(target.replace("@COURSE@", str(folder.parents[2])))

    return place


CASES = [
    _reads("The solutions are read", "@ROOT@/solutions/**", "@COURSE@/../../solutions/**", "@REPOSITORY@/solutions/**"),
    _reads("Tests and answers of the repository are read", "@REPOSITORY@/tests/**", "@REPOSITORY@/assignments/**", "@REPOSITORY@/.git/*"),
    _reads("The gradebook is read", "@COURSE@/gradebook.db", "@COURSE@/*"),
    _reads("Other submissions are read", "@COURSE@/submitted/**", "@COURSE@/autograded/**", "/tmp/work/../*/submitted/**"),
    _reads("The home folder is read", "@HOME@/**", "/root/*", "/root/.ssh/*", "/home/*/*"),
    _reads("Keys and passwords of the system are read", "/etc/shadow", "/etc/ssh/*", "/run/secrets/**"),
    _reads("Memory and environment of other processes are read", "/proc/[0-9]*/environ", "/proc/[0-9]*/mem", "/proc/[0-9]*/root@COURSE@/gradebook.db", "/proc/[0-9]*/cwd/*.db"),
    _tries("The environment is searched", "import os\nfor name, value in os.environ.items():\n    if 'secret' in value.lower() or 'token' in name.lower(): say(name, value)"),
    _tries("The parent's memory is read by process_vm_readv", "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\nclass V(ctypes.Structure): _fields_ = [('b', ctypes.c_void_p), ('n', ctypes.c_size_t)]\nfor pid in {os.getppid(), 1, 2, 3}:\n    if pid == os.getpid(): continue\n    buffer = ctypes.create_string_buffer(64)\n    mine, theirs = V(ctypes.addressof(buffer), 64), V(id(pid), 64)\n    if libc.process_vm_readv(pid, ctypes.byref(mine), 1, ctypes.byref(theirs), 1, 0) > 0: say(pid, buffer.raw)"),
    _tries("The parent is traced", "import ctypes, os\nlibc = ctypes.CDLL(None)\nfor pid in {os.getppid(), 1}:\n    if pid != os.getpid() and libc.ptrace(16, pid, 0, 0) == 0: say('attached', pid)"),
    _tries("Files of the parent's descriptors are opened", "import os\nfor fd in range(3, 300):\n    try: target = os.readlink(f'/proc/self/fd/{fd}')\n    except OSError: continue\n    if target.endswith(('.db', '.ipynb')): say(target)\n    try: os.fchdir(fd); say('folder', os.listdir('.'))\n    except OSError: pass"),
    _tries("A signal is sent to the parent and to a bystander", "import os, signal\nfor pid in (@BYSTANDER@, os.getppid()):\n    for number in (signal.SIGTERM, signal.SIGCONT):\n        try:\n            os.kill(pid, number)\n            if pid == @BYSTANDER@: say('killed')\n        except OSError: pass"),
    _tries("A port of this machine is called", "import socket\nfor family, host in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1'), (socket.AF_INET, '0.0.0.0')):\n    try:\n        with socket.create_connection((host, @PORT@), timeout=0.5): say('connected')\n    except OSError: pass"),
    _tries("An abstract socket is called", "import socket\nwith socket.socket(socket.AF_UNIX) as s:\n    try: s.connect('\\0@SOCKET@'); say('connected')\n    except OSError: pass"),
    _tries("Names are looked up and pages are fetched", "import socket, urllib.request\nsocket.setdefaulttimeout(0.5)\nfor host in ('example.com', 'localhost.'):\n    try: say(socket.gethostbyname(host)) if host == 'example.com' else None\n    except OSError: pass\nfor url in ('http://example.com', 'http://169.254.169.254/latest/meta-data/'):\n    try: say(urllib.request.urlopen(url, timeout=0.5).status)\n    except OSError: pass\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ntry: s.sendto(b'x', ('8.8.8.8', 53)); say('sent')\nexcept OSError: pass"),
    _tries("A mark is left for the next student", "for path in ('/tmp/hostile-mark', '/dev/shm/hostile-mark', '/var/tmp/hostile-mark', '/tmp/home/hostile-mark', '/run/hostile-mark'):\n    try: open(path, 'w').write('x')\n    except OSError: pass\nfrom multiprocessing import shared_memory\ntry: shared_memory.SharedMemory('hostilemark', create=True, size=10)\nexcept (OSError, ValueError): pass", id="mark-1-left"),
    _tries("The mark of an earlier student is looked for", "import os\nfor folder in ('/tmp', '/dev/shm', '/var/tmp', '/tmp/home', '/run'):\n    if os.path.isdir(folder):\n        for name in os.listdir(folder):\n            if 'hostile' in name: say(folder, name)", id="mark-2-sought"),
    _writes("Solutions, gradebook and course are written to", "@ROOT@/solutions/en/week-1/week-1.ipynb", "@COURSE@/gradebook.db", "@COURSE@/nbgrader_config.py", "@COURSE@/marking", "@COURSE@/submitted/a-honest"),
    _writes("The home folder is written to", "@HOME@/canary.txt", "@HOME@/.bashrc"),
    _opens("The library and the course data are opened for writing", "@REPOSITORY@/crmlib/__init__.py", "@REPOSITORY@/crmlib/check/verdict.py", "@REPOSITORY@/course/data/running_case/customers.csv"),
    _opens("Files of the system are opened for writing", "/etc/passwd", "/usr/bin/env", "/proc/sys/kernel/hostname", "/proc/1/mem", "/sys/kernel/profiling"),
    _tries("A namespace of its own is entered and a file system mounted", "import ctypes, os\nlibc = ctypes.CDLL(None)\nif libc.unshare(0x10000000 | 0x00020000) == 0:\n    if libc.mount(b'/', b'/mnt', None, 4096, None) == 0: say('mounted')\nif libc.setuid(0) == 0 and os.getuid() == 0 and os.path.exists('/etc/shadow'):\n    try: say(open('/etc/shadow').read())\n    except OSError: pass\nif libc.chroot(b'/proc/1/root') == 0: say('chroot')"),
    _tries("The clock, the host's name and the limits are changed", "import resource, socket, time\ntry: socket.sethostname('harm')\nexcept OSError: pass\ntry: time.clock_settime(time.CLOCK_REALTIME, 0); say('clock')\nexcept OSError: pass\nfor limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE):\n    try: resource.setrlimit(limit, (-1, -1)); say('limit', limit) if resource.getrlimit(limit)[1] == -1 else None\n    except (OSError, ValueError): pass"),
    Case("Links in the submission lead to solutions and passwords", place=_links("@COURSE@/../../solutions/en/week-1/week-1.ipynb", "/etc/passwd", "@COURSE@/gradebook.db", "/proc/self/environ", "@COURSE@/../../solutions"), first="import glob, os\nfor name in glob.glob('link-*/**', recursive=True) + glob.glob('link-*'):\n    if os.path.isfile(name): print('STOLEN' + '-GOODS', name)", said=("link-0", "link-4"), unsaid=(STOLEN, "root:x:0")),
    Case("The set-up of the tests is asked for by name", answers={"total": "total = 50\nfor name in ('expected', 'hidden', 'model', 'secret'):\n    assert name not in globals()"}),
    Case("Other students' names are read from the scratch folder", first="import os\nfor folder in ('.', '..', '../..', '/tmp/work'):\n    for name in os.listdir(folder):\n        if 'honest' in name: print('STOLEN' + '-GOODS', name)", unsaid=(STOLEN,), answers={"essay": demo.HONEST["essay"]}),
]

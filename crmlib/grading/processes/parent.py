"""The warm parent: imports what notebooks use, then forks one child per submission and ends it again.

It reads no submission and holds no secret. Children get pipes that lead past it to the grader, so nothing a child
writes is ever read here. Started by ``sandbox.py``, inside bubblewrap where that is possible.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
import time

from crmlib.grading.processes import limits
from crmlib.grading.processes.warm_up import tidy, warm_up

# What a child needs of ours, loaded once for all of them.
OUR_OWN = (
    "crmlib.grading.sandbox.child",
    *(f"crmlib.grading.wire.{name}" for name in ("references", "containers", "reading", "tables", "tables_reading")),
)
_LOOK_EVERY = 0.2  # seconds between two looks at what the children hold in memory


def preload(names: list[str]) -> dict[str, str]:
    """Import what is there and say what is not; ``package.*`` stands for the modules below, the command line excepted."""
    failed: dict[str, str] = {}

    def load(name: str):
        try:
            return importlib.import_module(name)
        except Exception as trouble:  # a notebook that needs it will meet the same
            failed[name] = f"{type(trouble).__name__}: {trouble}"[:200]
            return None

    for name in names:
        package = load(name.removesuffix(".*"))
        if package is not None and name.endswith(".*"):
            for module in pkgutil.iter_modules(package.__path__, name[:-1]):
                if module.name.rpartition(".")[2] not in ("cli", "grading", "revision", "__main__"):
                    load(module.name)
    plots = sys.modules.get("matplotlib.pyplot")
    if plots is not None:
        figure = plots.figure()  # fonts and the first text are slow once, and then not again
        figure.add_subplot().set_title("x")
        figure.savefig(os.devnull, format="png", dpi=20)
        plots.close("all")
    for name in OUR_OWN:
        load(name)
    if "IPython" in sys.modules:
        load("IPython.core.inputtransformer2")
    return failed


class Parent:
    def __init__(self, control: socket.socket):
        self.control = control
        self.children: dict[int, int] = {}
        self.branches: list[int] = []
        self.reasons: dict[int, str] = {}
        self.lost = 0.0

    def serve(self) -> None:
        settings = json.loads(self.control.recv(1 << 16))
        self.settings = settings
        if settings["user"] is not None:  # root outside is nobody in particular inside
            os.setgroups([])
            os.setresgid(*[settings["user"]] * 3)
            os.setresuid(*[settings["user"]] * 3)
        if settings["isolated"]:
            limits.drop_privileges()
        failed = preload(settings["preload"])
        limits.stay_private()
        limits.adopt_orphans()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the grader, who closes in order
        warm_up()
        self.rehearse()
        tidy()
        settings["mapped_bytes"] = limits.mapped_bytes()
        self.floor = limits.resident_bytes() if limits.LINUX else 0
        self.say({"ready": True, "failed": failed})
        self.listen()
        for branch in self.branches:
            os.waitpid(branch, 0)  # it ends as this one does, when nobody speaks to it any more

    def listen(self) -> None:
        """Fork and end children as asked, until nobody asks any more."""
        settings = self.settings
        while True:
            self.control.settimeout(_LOOK_EVERY if self.children and settings["isolated"] else None)
            try:
                content, descriptors, _, _ = socket.recv_fds(self.control, 1 << 16, 4)
            except TimeoutError:
                self.look_at_memory()
                continue
            if not content:
                break
            request = json.loads(content)
            if "open" in request:
                self.open(request, descriptors)
            elif "branch" in request:
                self.branch(request["branch"], descriptors[0])
            else:
                self.say(self.end(request["close"]))
            for descriptor in descriptors:
                os.close(descriptor)
        for session in list(self.children):
            self.end(session)

    def branch(self, request: dict, control: int) -> None:
        """Fork a parent like this one, which prepares what the request says and then has children of its own."""
        child = os.fork()
        if child:
            self.branches.append(child)
            self.say({"branched": True})
            return
        try:
            self.control.close()
            self.control = socket.socket(fileno=control)
            self.children, self.branches, self.lost = {}, [], 0.0
            limits.adopt_orphans()
            refused = self.prepare(request)
            tidy()
            self.say({"refused": refused} if refused else {"ready": True})
            if not refused:
                self.listen()
        finally:
            os._exit(0)

    def prepare(self, request: dict) -> str:
        """Do what all children of a branch would do first; what speaks against sharing it, or nothing."""
        return "nothing is prepared here"

    def rehearse(self) -> None:
        """What this program does once more before it forks."""

    def say(self, message: dict) -> None:
        self.control.sendall(json.dumps(message).encode())

    def open(self, request: dict, pipes: list[int]) -> None:
        """Fork: the submission's process, which is process 1 of new namespaces; without namespaces below a keeper."""
        user, group = os.getuid(), os.getgid()
        ready, tell = os.pipe()
        try:
            process = limits.fork_apart() if self.settings["isolated"] else os.fork()
        except OSError as failure:
            os.close(ready)
            os.close(tell)
            self.say({"refused": str(failure)})
            return
        if process == 0:
            try:
                self.control.close()
                os.close(ready)
                self._become_session(request, pipes, tell, user, group)
            except BaseException as failure:
                os.write(tell, f"{type(failure).__name__}: {failure}"[:500].encode())
            finally:
                os._exit(1)
        os.close(tell)
        # The session says nothing when it is ready: the pipe closes. Anything else is what went wrong.
        trouble = b""
        while part := os.read(ready, 512):
            trouble += part
        os.close(ready)
        if trouble:
            os.waitpid(process, 0)
            self.say({"refused": trouble.decode("utf-8", "replace")})
            return
        self.children[request["open"]] = process
        self.say({"opened": request["open"]})

    def _become_session(self, request: dict, pipes: list[int], tell: int, user: int, group: int) -> None:
        from crmlib.grading.sandbox import child as sandbox_child

        os.setsid()
        if self.settings["isolated"]:
            limits.settle(user, group)
            limits.furnish(self.settings["scratch_bytes"], self.settings["scratch_files"])
            limits.drop_privileges()
            os.environ["HOME"] = "/tmp/home"
        else:
            limits.adopt_orphans()
            child = os.fork()
            if child:
                os.close(tell)
                _keep(child)
            os.setsid()
        os.close(tell)
        settings = {**self.settings, "seed": request["seed"]}
        requests, replies, raw = pipes
        sandbox_child.begin(requests, replies, raw, settings, request["folder"])

    def look_at_memory(self) -> None:
        """The kernel limits each process; the sum over a submission's processes is looked at here."""
        for session, process in self.children.items():
            held = sum(max(bytes_ - self.floor, 0) for _, bytes_ in limits.tree(process, whole=True).values())
            if held > self.settings["memory_bytes"] * 1.2:
                self.reasons[session] = "memory"
                _kill(process)

    def end(self, session: int) -> dict:
        """Kill the whole tree and wait for it: as process 1 of its namespace a submission's process takes everybody with it."""
        process = self.children.pop(session)
        lost = 0.0
        leaves = limits.leaves(process) if self.settings["isolated"] else self._leaves(process)
        if not leaves:
            lost = sum(seconds for seconds, _ in limits.tree(process).values())  # the kernel forgets it when a namespace is killed
            if not self.settings["isolated"]:
                _kill_below(process)
            _kill(process)
        _, status, usage = os.wait4(process, 0)
        if not self.settings["isolated"]:
            self._kill_orphans()
        self.lost += lost
        code = os.waitstatus_to_exitcode(status) if leaves else None
        reason = self.reasons.pop(session, None) or ("cpu" if code in (-signal.SIGXCPU, 128 + signal.SIGXCPU) else None)
        own = os.times()
        whole = own.user + own.system + own.children_user + own.children_system + self.lost
        return {"closed": session, "reason": reason, "cpu": usage.ru_utime + usage.ru_stime + lost, "whole": whole}

    def _leaves(self, keeper: int) -> bool:
        """Whether a keeper ends by itself: its last process, told to leave, may need a moment."""
        for _ in range(40):
            if limits.leaves(keeper):
                return True
            if limits.tree(keeper):
                return False
            time.sleep(0.0005)
        return False

    def _kill_orphans(self) -> None:
        """Without a namespace, what outlived its keeper has come to this process."""
        for process in limits.tree(os.getpid()):
            if not any(process == keeper or process in limits.tree(keeper) for keeper in self.children.values()):
                _kill(process)
        for process in limits.tree(os.getpid()).keys() - set(self.children.values()):
            try:
                os.waitpid(process, os.WNOHANG)
            except ChildProcessError:
                continue


def _keep(child: int) -> None:
    """Above a session without namespaces: waits for whoever ends, and ends when the submission's process does."""
    os.closerange(0, 1024)
    limits.stay_private()
    while True:
        try:
            ended, status = os.waitpid(-1, 0)
        except ChildProcessError:
            os._exit(0)
        if ended == child:
            _kill_below(os.getpid())
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)


def _kill_below(root: int) -> None:
    """Again and again, because what is being killed may still fork."""
    for _ in range(200):
        below = limits.tree(root)
        if not below:
            return
        for process in below:
            _kill(process)
        time.sleep(0.002)


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    Parent(control).serve()


if __name__ == "__main__":
    main()

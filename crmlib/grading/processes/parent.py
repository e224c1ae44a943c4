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
    load("IPython.core.inputtransformer2")
    return failed


class Parent:
    def __init__(self, control: socket.socket):
        self.control = control
        self.children: dict[int, int] = {}
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
                for descriptor in descriptors:
                    os.close(descriptor)
            else:
                self.say(self.end(request["close"]))
        for session in list(self.children):
            self.end(session)

    def rehearse(self) -> None:
        """What this program does once more before it forks."""

    def say(self, message: dict) -> None:
        self.control.sendall(json.dumps(message).encode())

    def open(self, request: dict, pipes: list[int]) -> None:
        """Fork: a keeper, process 1 of new namespaces, which forks the submission's process."""
        user, group = os.getuid(), os.getgid()
        ready, tell = os.pipe()
        try:
            keeper = limits.fork_apart() if self.settings["isolated"] else os.fork()
        except OSError as failure:
            os.close(ready)
            os.close(tell)
            self.say({"refused": str(failure)})
            return
        if keeper == 0:
            try:
                self.control.close()
                os.close(ready)
                self._become_keeper(request, pipes, tell, user, group)
            except BaseException as failure:
                os.write(tell, f"{type(failure).__name__}: {failure}"[:500].encode())
            finally:
                os._exit(1)
        os.close(tell)
        # The keeper says nothing when its part is done: the pipe closes. Anything else is what went wrong.
        trouble = b""
        while part := os.read(ready, 512):
            trouble += part
        os.close(ready)
        if trouble:
            os.waitpid(keeper, 0)
            self.say({"refused": trouble.decode("utf-8", "replace")})
            return
        self.children[request["open"]] = keeper
        self.say({"opened": request["open"]})

    def _become_keeper(self, request: dict, pipes: list[int], tell: int, user: int, group: int) -> None:
        isolated = self.settings["isolated"]
        os.setsid()
        if isolated:
            limits.settle(user, group)
            limits.furnish(self.settings["scratch_bytes"], self.settings["scratch_files"])
            limits.drop_privileges()
        limits.adopt_orphans()
        child = os.fork()
        os.close(tell)
        if child == 0:
            from crmlib.grading.sandbox import child as sandbox_child

            os.setsid()
            if isolated:
                os.environ["HOME"] = "/tmp/home"
            settings = {**self.settings, "seed": request["seed"]}
            requests, replies, raw = pipes
            sandbox_child.begin(requests, replies, raw, settings, request["folder"])
        _keep(child, isolated)

    def look_at_memory(self) -> None:
        """The kernel limits each process; the sum over a submission's processes is looked at here."""
        for session, keeper in self.children.items():
            held = sum(max(bytes_ - self.floor, 0) for _, bytes_ in limits.tree(keeper).values())
            if held > self.settings["memory_bytes"] * 1.2:
                self.reasons[session] = "memory"
                _kill(keeper)

    def end(self, session: int) -> dict:
        """Kill the whole tree and wait for it: as process 1 of its namespace the keeper takes everybody with it."""
        keeper = self.children.pop(session)
        lost = 0.0
        for _ in range(40):  # one that was told to leave is about to
            done, status, usage = os.wait4(keeper, os.WNOHANG)
            below = {} if done else limits.tree(keeper)
            if done or below:
                break
            time.sleep(0.0005)
        if not done:
            lost = sum(seconds for seconds, _ in below.values())  # the kernel forgets it when a namespace is killed
            if not self.settings["isolated"]:
                _kill_below(keeper)
            _kill(keeper)
            _, _, usage = os.wait4(keeper, 0)
            status = None
        if not self.settings["isolated"]:
            self._kill_orphans()
        self.lost += lost
        code = None if status is None else os.waitstatus_to_exitcode(status)
        reason = self.reasons.pop(session, None) or {128 + signal.SIGXCPU: "cpu"}.get(code)
        own = os.times()
        whole = own.user + own.system + own.children_user + own.children_system + self.lost
        return {"closed": session, "reason": reason, "cpu": usage.ru_utime + usage.ru_stime + lost, "whole": whole}

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


def _keep(child: int, isolated: bool) -> None:
    """Process 1 of a session: waits for whoever ends, and ends when the submission's process does."""
    os.closerange(0, 1024)
    limits.stay_private()
    while True:
        try:
            ended, status = os.waitpid(-1, 0)
        except ChildProcessError:
            os._exit(0)
        if ended == child:
            if not isolated:
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

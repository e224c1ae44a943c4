"""The sandbox keeps its promises, each tried by its effect: what student code does to it, and what is left afterwards."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crmlib.grading.processes import bubblewrap
from crmlib.grading.processes.bubblewrap import SandboxUnavailable
from crmlib.grading.processes.settings import Settings, checked_files
from crmlib.grading.sandbox import sandbox as sandbox_module
from crmlib.grading.sandbox.sandbox import Sandbox
from crmlib.grading.sandbox.session import SessionEnded, _Collector
from crmlib.grading.wire import frames
from crmlib.grading.wire.codec import Missing, NotPlain, encode
from crmlib.language import use_language
from tests.support.catalogue import every
from tests.support.sandbox_sessions import QUICK, REPOSITORY, errors, run, sandbox, session, slow, text, values

__all__ = ["sandbox", "session"]  # fixtures


# ------------------------------------------------------------------------------------------ what a notebook needs
@slow
def test_cells_share_a_namespace_and_show_what_jupyter_would_show(session):
    first = run(session, "import pandas as pd\ntable = pd.read_csv('data/sales.csv')\nprint('read')\ntable")
    assert first.ok and first.ended is None and text(first) == "read\n"
    assert {"text/plain", "text/html"} <= first.outputs[-1]["data"].keys()
    second = run(session, "import sys\nprint('careful', file=sys.stderr)\ntotal = int(table.a.sum())\ntotal;", "q2")
    assert second.ok and text(second, "stderr") == "careful\n" and len(second.outputs) == 1
    assert values(session, "total") == {"total": 1} and session.snapshot(["nothing"]) == {"nothing": Missing}


@slow
def test_an_error_shows_the_students_own_lines_only(session):
    run(session, "import pandas as pd\ndef share(table):\n    return table['nope']", "q1")
    error = run(session, "x = 1\nshare(pd.DataFrame({'a': [1]}))", "q2").outputs[0]
    assert error["ename"] == "KeyError"
    shown = ["Traceback:", "  cell q2, line 2", "    share(pd.DataFrame({'a': [1]}))", "  cell q1, line 3, in share"]
    assert error["traceback"] == [*shown, "    return table['nope']", "KeyError: 'nope'"]
    assert "cell q3" in run(session, "x = = 1", "q3").outputs[0]["evalue"]


@slow
def test_magics_displays_widgets_plots_and_await_work_as_honest_notebooks_use_them(session):
    assert run(session, "%matplotlib inline\n%load_ext autoreload\nlines = !echo hello").ok
    assert values(session, "lines") == {"lines": ["hello"]}
    assert run(session, "%%time\ny = 3\ny").outputs[-1]["data"] == {"text/plain": "3"}
    shown = run(session, "from IPython.display import HTML, display as d\nd(HTML('<b>x</b>'), 5)\ndisplay('here')")
    assert [output["data"].get("text/html") for output in shown.outputs] == ["<b>x</b>", None, None]
    widgets = "import ipywidgets\nipywidgets.interact(lambda x: print(x), x=3)\nipywidgets.IntSlider()"
    assert run(session, widgets).ok
    plot = run(session, "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nfigure, axes = plt.subplots()")
    assert ["image/png" in output["data"] for output in plot.outputs] == [True, True] and text(plot, "stderr") == ""
    assert run(session, "import asyncio\nawait asyncio.sleep(0)\n7").outputs[0]["data"]["text/plain"] == "7"
    assert run(session, "get_ipython().run_line_magic('timeit', '1 + 1')").ok
    assert "does not exist" in run(session, "%nonsense").outputs[0]["evalue"]
    raw = run(session, "import os\nprint('python')\nx = os.system('echo shell')")
    assert text(raw) == "python\nshell\n"


@slow
def test_input_says_what_to_do_instead(session):
    assert "answer = 4" in run(session, "input('how many? ')").outputs[0]["evalue"]


@slow
def test_a_function_is_called_with_data_and_its_arguments_come_back_changed(session):
    source = """
        class Own(ValueError): pass
        def grow(items, by=1):
            print('growing')
            items.append(by)
            if by == 5: raise Own('five')
            if by == 6:
                while True: pass
            if by == 7: return object()
            return len(items)
    """
    run(session, source)
    reference = session.snapshot(["grow"])["grow"]
    number = reference["id"]
    assert reference["name"] == "grow" and session.snapshot(["grow"])["grow"]["id"] == number
    good = session.call(number, [encode([1])], {"by": encode(2)})
    assert (good.result, good.arguments, good.options, text(good)) == (2, [[1, 2]], {"by": 2}, "growing\n")
    bad = session.call(number, [encode([1])], {"by": encode(5)})
    assert (bad.raised["nearest"], bad.raised["name"], bad.raised["text"]) == ("ValueError", "Own", "five")
    assert session.call(number, [encode([1])], {"by": encode(6)}).ended == "time"
    assert isinstance(session.call(number, [encode([1])], {"by": encode(7)}).result, NotPlain)
    assert session.call(number, [encode([])]).result == 1


@slow
def test_a_foreign_test_cell_can_run_inside_beside_a_live_object(session):
    run(session, "class Club:\n    members = 3\nclub = Club()")
    assert isinstance(session.snapshot(["club"])["club"], NotPlain)
    assert session.run_inside("assert club.members == 3\n0.5", "test").outputs[0]["data"]["text/plain"] == "0.5"
    assert errors(session.run_inside("assert club.members == 4", "test")) == ["AssertionError"]


@slow
def test_a_second_grading_sees_the_same_random_numbers_and_order_of_sets(sandbox):
    def draw():
        with sandbox.open() as session:
            run(session, "import random, numpy\nx = [random.random(), numpy.random.rand(), list({'a', 'b', 'c', 'd'})]")
            return values(session, "x")

    assert draw() == draw()


@slow
def test_nothing_of_one_submission_is_left_for_the_next(sandbox):
    with sandbox.open({"secret.txt": b"s"}) as session:
        run(session, "import numpy, os, builtins\nnumpy.mark = builtins.mark = os.environ['MARK'] = 'x'\nopen('/tmp/mark', 'w')")
        run(session, "import crmlib\ncrmlib.use_language('zh')\nopen('/dev/shm/mark', 'w')")
    with sandbox.open() as session:
        look = "import numpy, os, builtins\nfrom crmlib.language import current_language\n"
        look += "seen = [hasattr(numpy, 'mark'), hasattr(builtins, 'mark'), 'MARK' in os.environ, os.listdir('.'),"
        look += " os.listdir('/tmp'), os.listdir('/dev/shm'), current_language()]"
        assert run(session, look).ok
        assert values(session, "seen")["seen"] == [False, False, False, [], ["home", "work"], [], "en"]


@slow
def test_after_a_question_that_kills_the_child_the_earlier_answers_are_replayed(sandbox):
    session = sandbox.open({"a.txt": b"x"})
    cells = [("x = open('a.txt').read()", "q1"), ("y = x * 2", "q2")]
    session.replay(cells)
    assert run(session, "import os; os._exit(1)", "q3").ended == "died" and not session.alive
    assert run(session, "1", "q4").ended == "died"
    with sandbox.reopen(session, {"a.txt": b"x"}, cells) as fresh:
        assert run(fresh, "z = y + 'z'", "q4").ok and values(fresh, "z") == {"z": "xxz"}
        assert fresh.seconds_left < QUICK.submission_seconds


@slow
def test_the_time_of_a_whole_submission_is_limited_too(sandbox):
    with sandbox.open(seconds=0.5) as session:
        assert run(session, "import time; time.sleep(0.4)").ok
        assert run(session, "time.sleep(0.4)").ended == "time"
        assert run(session, "x = 1").ended == "time"


@slow
def test_cpu_time_is_limited_where_the_clock_allows_more():
    with Sandbox(Settings(question_seconds=60, question_cpu_seconds=1, preload=())) as sandbox, sandbox.open() as session:
        outcome = run(session, "while True: pass")
        assert outcome.ended == "cpu" and outcome.cpu_seconds < 4 and session.alive
        assert outcome.outputs[-1]["traceback"][1] == "  cell q1, line 1"


@slow
def test_a_warm_parent_that_is_killed_is_replaced_and_stays_isolated():
    with Sandbox(Settings(preload=())) as sandbox:
        for _ in range(2):  # noticed by the open session, then by closing it or by opening the next one
            session = sandbox.open()
            sandbox.warm.process.kill()
            sandbox.warm.process.wait()
            assert soon(lambda: not session.alive or run(session, "x = 1").ended == "died")
        with sandbox.open() as fresh:
            assert sandbox.isolated and run(fresh, "import os\nx = os.getuid()").ok and values(fresh, "x") == {"x": 1000}


@slow
def test_the_processes_end_with_the_grader_even_when_it_is_killed():
    code = "import sys\nfrom crmlib.grading.processes.settings import Settings\nfrom crmlib.grading.sandbox.sandbox import Sandbox\ns = Sandbox(Settings(preload=())).__enter__()\nx = s.open()\n"
    code += "x.run(\"import subprocess\\nsubprocess.Popen(['sleep', '" + OWN + "1'])\", 'q')\nprint('up', flush=True)\nsys.stdin.read()"
    grader = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(REPOSITORY)})
    assert grader.stdout.readline() == b"up\n"
    assert soon(lambda: sleeping(f"{OWN}1"))
    grader.kill()
    grader.wait()
    assert soon(lambda: not sleeping(f"{OWN}1"))


# Other test runs on this machine sleep too: the seconds bear the number of this process.
OWN = f"9753.{os.getpid()}"


def sleeping(mark):
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if Path(f"/proc/{name}/cmdline").read_bytes() == b"sleep\0" + mark.encode() + b"\0":
                return True
        except OSError:
            continue
    return False


def soon(true):
    """Whether it becomes true within a few seconds: a busy machine needs a moment to start or end a program."""
    return any(true() or time.sleep(0.05) for _ in range(80))


# ------------------------------------------------------------------------------------------ where it cannot start
@slow
def test_an_ordinary_user_gets_the_same_isolation_and_limit_on_processes():
    if os.getuid() != 0:
        pytest.skip("the other tests ran as an ordinary user")
    version = f"python3.{sys.version_info.minor}"
    python = next((path for path in (f"/usr/bin/{version}", f"/usr/local/bin/{version}") if Path(path).exists()), None)
    if python is None:
        pytest.skip("no Python here that an ordinary user may run")
    code = "from crmlib.grading.processes.settings import Settings\nfrom crmlib.grading.sandbox.sandbox import Sandbox\nwith Sandbox(Settings(preload=())) as s, s.open() as x:\n"
    code += "    o = x.run('import os\\nn = 0\\nwhile n < 99:\\n    try:\\n        n += os.fork() > 0 or os._exit(0)\\n    except OSError: break', 'q')\n"
    code += "    y = x.run('import threading, time\\nt = [threading.Thread(target=time.sleep, args=(1,)).start() for i in range(99)]', 'q')\n"
    code += "    x.run('u = os.getuid()', 'q')\n    print(s.isolated, x.snapshot(['u']), y.outputs[-1]['ename'])"
    path = os.pathsep.join([str(REPOSITORY), *bubblewrap.packages()])
    done = subprocess.run([python, "-B", "-c", code], env={"PYTHONPATH": path, "PATH": "/usr/bin:/bin"}, user=65534, group=65534, extra_groups=[], capture_output=True, text=True, cwd="/")
    assert done.stdout.strip() == "True {'u': 1000} RuntimeError", done.stderr


@pytest.mark.parametrize("language, words", [("en", "Student code must not"), ("zh", "学生代码不能")])
def test_without_bubblewrap_grading_refuses_and_names_the_remedy(monkeypatch, language, words):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    use_language(language)
    try:
        with pytest.raises(SandboxUnavailable) as refused, Sandbox():
            pass
    finally:
        use_language("en")
    assert words in str(refused.value) and "sudo apt install bubblewrap" in str(refused.value)


def test_where_namespaces_are_refused_the_setting_to_change_is_named(monkeypatch, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(broken))
    with pytest.raises(SandboxUnavailable, match="(?s)uid map.*kernel.apparmor_restrict_unprivileged_userns"), Sandbox():
        pass


@slow
@pytest.mark.parametrize("can_fork", [True, False], ids=["forked", "spawned as on Windows and macOS"])
def test_where_isolation_is_not_required_processes_of_their_own_do_and_it_says_so(monkeypatch, can_fork):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sandbox_module, "can_fork", lambda: can_fork)
    settings = Settings(required=False, question_seconds=1, preload=("numpy",))
    with Sandbox(settings) as sandbox:
        assert not sandbox.isolated and "bubblewrap" in sandbox.why_not
        with sandbox.open({"d/a.txt": b"x"}) as session:
            folder = Path(session._folder)
            assert run(session, f"import os\nx = open('d/a.txt').read()\nprint('p')\ny = os.system('echo shell; sleep {OWN}2 &')").ok
            assert values(session, "x") == {"x": "x"} and soon(lambda: sleeping(f"{OWN}2"))
            assert run(session, "while True: pass").ended == "time" and session.alive
            deaf = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
            assert run(session, deaf).ended == "time" and not session.alive
        assert soon(lambda: not sleeping(f"{OWN}2")) and not folder.exists()  # SIGKILL was sent; the kernel takes a moment
        with sandbox.open() as session:
            assert run(session, "import os\nwhile True: os.write(2, b'x' * 9999)").ended == "output"
        with sandbox.open() as session:
            assert run(session, "import os; os._exit(0)").ended == "died"
        with sandbox.open() as session:
            run(session, "def f(n): return n + 1")
            assert session.call(session.snapshot(["f"])["f"]["id"], [1]).result == 2


# ------------------------------------------------------------------------------------------ pure parts
@slow
def test_files_that_cannot_stand_side_by_side_are_refused_and_a_strange_source_is_an_error_of_its_cell(sandbox):
    with pytest.raises(ValueError):
        sandbox.open({"a": b"", "a/b": b""})
    with sandbox.open() as session:
        for source in ("x = '\ud800'", "x = 1\0", "\ufeffx = 1", "x = 1\r\ny = 2", "", "# only this", "(" * 999, "x" * 10**6, "return 1"):
            assert session.run(source, "q").ended is None
        assert session.run("x = '顾客'; x", "题目 1").outputs[0]["data"]["text/plain"] == "'顾客'"


@every("name", ["x" * 300, "/etc/passwd", "../up", "a/../../up", "", "c:evil", "a\\b", "a\0b", "."])
def test_file_names_that_lead_out_of_the_folder_are_refused(name):
    with pytest.raises(ValueError):
        checked_files({name: b""}, Settings())


def test_too_many_or_too_large_files_are_refused():
    with pytest.raises(ValueError):
        checked_files({f"f{number}": b"" for number in range(2000)}, Settings())
    with pytest.raises(ValueError):
        checked_files({"big": b"x" * 1000}, Settings(scratch_bytes=1000))


def test_only_the_four_kinds_of_output_with_texts_of_bounded_size_get_through():
    collector = _Collector(100)
    collector.add({"output_type": "stream", "name": "<script>", "text": "a\ud800"})
    collector.add({"output_type": "stream", "name": "stdout", "text": ["list"]})
    collector.add({"output_type": "display_data", "data": {"text/html": "h" * 200, "application/javascript": "x", "text/plain": 5}, "metadata": {"evil": 1}})
    collector.add({"output_type": "execute_result", "data": {"text/plain": "y" * 200}, "execution_count": "1"})
    collector.add({"output_type": "update_display_data"})
    collector.add("output")
    outputs = collector.finish(None, 1)
    assert outputs[0] == {"output_type": "stream", "name": "stdout", "text": "a?"}
    assert outputs[1] == {"output_type": "display_data", "data": {}, "metadata": {}}
    assert outputs[2]["execution_count"] is None and len(outputs[2]["data"]["text/plain"]) == 98
    assert len(outputs) == 4 and "left out" in outputs[3]["text"]
    json.dumps(outputs)


def channel(flood=1000, frame=1000):
    (a, b), (c, d), (e, f) = os.pipe(), os.pipe(), os.pipe()
    return frames.Channel(b, c, e, frame, flood), (a, d, f)


def test_every_read_has_a_deadline_and_a_limit():
    def ended(content=b"", raw=b"", close=True):
        made, (requests, replies, raw_end) = channel()
        os.write(replies, content)
        os.write(raw_end, raw)
        try:
            if close:
                os.close(replies)
            with pytest.raises(SessionEnded) as stopped:
                made.receive(time.monotonic() + 0.2)
            return stopped.value.reason
        finally:
            made.close()

    start = time.monotonic()
    assert ended(close=False) == "time" and ended(b"\0\0\0\7{", close=False) == "time"
    assert ended() == "died" and ended(b"\xff\xff\xff\xff") == "died" and ended(b"\0\0\0\2[]") == "died"
    assert ended(b"\0\0\3\xe7" + b"[" * 999) == "output"
    assert ended(raw=b"x" * 2000, close=False) == "output"
    assert time.monotonic() - start < 1


def test_a_child_that_reads_no_requests_does_not_block_the_grader():
    made, _ = channel()
    with pytest.raises(SessionEnded):
        made.send({"x": "x" * 10**6}, time.monotonic() + 0.2)
    made.close()


def test_nothing_that_a_child_needs_stands_below_its_own_tmp():
    """Each child covers /tmp: an environment in a clone below /tmp would be out of its sight."""
    from crmlib.grading.processes import bubblewrap

    words = bubblewrap.command("bwrap", ("data",))
    targets = [words[place + 2] for place, word in enumerate(words) if word == "--ro-bind-try"]
    own = [target for target in targets if target.startswith("/tmp")]
    assert own == [] or bubblewrap.python().startswith("/tmp")
    assert bubblewrap.environment(inside=True)["PYTHONPATH"].split(":")[1:] == bubblewrap.packages_inside()

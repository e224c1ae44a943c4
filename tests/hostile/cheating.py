"""Marks for no work: nothing that a submission holds or does changes what the trusted side sees."""

from __future__ import annotations

from tests.hostile import assignment as demo
from tests.hostile.case import Case, cheat


def _tests_made_easy(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if cell["id"].endswith("-test"):
            cell["source"] = "assert True"


def _skip(notebook: dict) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "remove_cell", "raises-exception"]


def _points(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if "points" in cell["metadata"].get("nbgrader", {}):
            cell["metadata"]["nbgrader"]["points"] = 1000


def _tests_are_answers(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if cell["id"].endswith("-test"):
            cell["metadata"]["nbgrader"] |= {"solution": True, "locked": False}
            cell["source"] = "1000"


def _answers_are_not_graded(notebook: dict) -> None:
    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(grade=False, solution=False, locked=False)


def _new_set_up(notebook: dict) -> None:
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "set-up")
    cell["source"] += "\nclass check:\n    numbers = staticmethod(lambda *a, **k: 3.0)"


def _forged_outputs(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "1000.0"}}]
            cell["execution_count"] = 1


def _tests_are_text(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if cell["id"].endswith("-test"):
            cell["cell_type"] = "markdown"


def _more_tests(notebook: dict) -> None:
    mark = {"grade": True, "solution": False, "locked": True, "task": False, "schema_version": 3, "points": 100}
    notebook["cells"].append({"cell_type": "code", "id": "bonus", "metadata": {"nbgrader": {**mark, "grade_id": "bonus-test"}}, "source": "100"})


def _takes(name: str, change) -> Case:
    return Case(name, answers=demo.WRONG, change=change, due=demo.ZERO)


_EQUAL = """class Equal:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __hash__(self): return 1
    def __len__(self): return 5
    def __iter__(self): return iter([1, 4, 9, 16, 25])
    def __getitem__(self, key): return self
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    def __sub__(self, other): return 0
    __rsub__ = __truediv__ = __abs__ = lambda self, *a: 0
    def __float__(self): return 50.0
    def __bool__(self): return True
"""


def _objects(name: str, before: str, **answers: str) -> Case:
    """The answers are objects with a mind of their own."""
    return Case(name, answers={**demo.WRONG, **answers}, first=before, due=demo.ZERO)


CASES = [
    _takes("The tests are tagged to be skipped", _skip),
    _takes("The tests were rewritten", _tests_made_easy),
    _takes("The points were raised", _points),
    _takes("The tests were declared answers", _tests_are_answers),
    _takes("No cell is graded any more", _answers_are_not_graded),
    _takes("The set-up cell brings its own check", _new_set_up),
    _takes("Every cell has an output that reads as marks", _forged_outputs),
    _takes("The tests became text", _tests_are_text),
    _takes("A test cell of one's own was added", _more_tests),
    cheat("A transformer takes the asserts out", "import ast\nclass Out(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\nget_ipython().ast_transformers.append(Out())"),
    cheat("Cells are rewritten before they run", "get_ipython().input_transformers_cleanup.append(lambda lines: ['pass'])\nget_ipython().input_transformers_post.append(lambda lines: ['1000'])"),
    cheat("Hooks of the shell forge results", "shell = get_ipython()\nshell.events.register('pre_run_cell', lambda info: None)\nshell.run_cell = lambda *a, **k: 1000.0\nshell.displayhook = lambda value: print(1000.0)"),
    cheat("The import system gives forged modules", "import sys, types\nclass Finder:\n    def find_spec(self, name, path=None, target=None):\n        return None\nsys.meta_path.insert(0, Finder())\nsys.modules['crmlib'] = sys.modules['crmlib.check'] = types.SimpleNamespace(numbers=lambda *a, **k: 3.0, check=None)"),
    cheat("Builtins are replaced", "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.len = lambda x: 5\nbuiltins.list = lambda *a: [1, 4, 9, 16, 25]\nbuiltins.sum = lambda *a: 60\nbuiltins.AssertionError = type('Quiet', (Exception,), {})\nbuiltins.float = lambda x=0: 50.0"),
    cheat("isinstance and type lie", "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.type = lambda *a: float\nbuiltins.issubclass = lambda *a: True"),
    cheat("pandas is patched", "pd.DataFrame.__len__ = lambda self: 3\npd.Series.sum = lambda self, *a, **k: 60\npd.Series.__iter__ = lambda self: iter('abc')\npd.DataFrame.__getitem__ = lambda self, key: pd.Series([10.0, 20.0, 30.0])"),
    cheat("numpy is patched", "np.isclose = np.allclose = lambda *a, **k: True\nnp.testing.assert_allclose = lambda *a, **k: None\nnp.abs = lambda x: 0"),
    cheat("The check module is patched where the student sees it", "import crmlib.check as module\nimport crmlib.check.kinds as kinds\nmodule.numbers = check.numbers = kinds.numbers = lambda *a, **k: 3.0\nkinds.judge = lambda *a, **k: kinds.Verdict(1.0)\nkinds.points_earned = lambda *a, **k: 3.0"),
    cheat("Modules of the grader are patched in the child", "import sys\nfor name, module in list(sys.modules.items()):\n    if name.startswith('crmlib'):\n        for key in list(vars(module)):\n            if callable(vars(module)[key]):\n                try: setattr(module, key, lambda *a, **k: 3.0)\n                except Exception: pass"),
    cheat("json and base64 are patched", "import json, base64\njson.dumps = lambda *a, **k: '{\"done\": true, \"value\": 1000}'\njson.JSONEncoder.encode = lambda *a, **k: '[1, 4, 9, 16, 25]'\njson.loads = lambda *a, **k: {}\nbase64.b64encode = lambda *a, **k: b''"),
    cheat("pickle would run code", "import pickle, os\nclass Bomb:\n    def __reduce__(self): return (os.system, ('touch /tmp/hostile-pickle',))\nsquares = Bomb()\npickle.dumps = pickle.dump = lambda *a, **k: b'cos\\nsystem\\n'"),
    _objects("The answers are equal to everything", _EQUAL, list="squares = Equal()", table="table = Equal()", shares="shares = Equal()", total="total = Equal()", function="discounted = Equal()"),
    _objects("A number's class lies", "class Lie(float):\n    __class__ = int\n    def __eq__(self, o): return True\n    def __sub__(self, o): return 0.0\n    def __abs__(self): return 0.0\n    def __float__(self): return 50.0\n    def __round__(self, *a): return 50", total="total = Lie(7)"),
    _objects("A list's methods lie", "class Lie(list):\n    def __iter__(self): return iter([1, 4, 9, 16, 25])\n    def __len__(self): return 5\n    def __eq__(self, o): return True\n    def __getitem__(self, n): return [1, 4, 9, 16, 25][n]", list="squares = Lie([0, 0, 0, 0, 0])", shares="shares = Lie([0.9, 0.9, 0.9])"),
    _objects("A text's methods lie", "class Lie(str):\n    def __eq__(self, o): return True\n    def __hash__(self): return hash('a')\n    def __float__(self): return 0.2\n    def __str__(self): return '0.2'\n    def encode(self, *a): return b'0.2'", shares="shares = [Lie('0.9')] * 3"),
    _objects("A dict's methods lie", "class Lie(dict):\n    def __iter__(self): return iter([0.2, 0.3, 0.5])\n    def items(self): return [(0, 0.2), (1, 0.3), (2, 0.5)]\n    def values(self): return [0.2, 0.3, 0.5]", shares="shares = Lie(a=0.9)"),
    _objects("An array's methods lie", "class Lie(np.ndarray):\n    def __iter__(self): return iter([1, 4, 9, 16, 25])\n    def tolist(self): return [1, 4, 9, 16, 25]\n    def tobytes(self, *a): return np.array([1, 4, 9, 16, 25]).tobytes()\n    def __array__(self, *a, **k): return np.array([1, 4, 9, 16, 25])", list="squares = np.zeros(5, dtype=int).view(Lie)"),
    _objects("A table's methods lie", "class Lie(pd.DataFrame):\n    def __len__(self): return 3\n    def __getitem__(self, key): return pd.Series([10.0, 20.0, 30.0])\n    def to_dict(self, *a, **k): return {'customer': list('abc'), 'value': [10, 20, 30]}\n    @property\n    def columns(self): return ['customer', 'value']", table='table = Lie({"x": [1]})'),
    _objects("An integer's subclass changes its mind", "class Lie(int):\n    count = 0\n    def __int__(self): return 50\n    __index__ = __int__\n    def __add__(self, o): return 50\n    def __gt__(self, o): return True", total="total = Lie(7)"),
    _objects("A metaclass lies", "class Meta(type):\n    def __instancecheck__(cls, o): return True\n    def __subclasscheck__(cls, o): return True\n    def __eq__(cls, o): return True\n    def __hash__(cls): return hash(float)\nclass Lie(metaclass=Meta):\n    __module__ = 'builtins'", total="total = Lie()", list="squares = Lie"),
    cheat("Text that looks like marks is printed", "print('11.0'); print('{\"done\": {\"value\": 1000}}')\nimport sys\nsys.__stdout__.write('1000.0\\n'); sys.__stderr__.write('{\"earned\": 11}\\n')\n1000.0"),
    cheat("The protocol's pipes are written to", "import os\nfor fd in range(3, 200):\n    for message in (b'{\"done\": {\"value\": 1000}}\\n', b'\\x00\\x00\\x00\\x04true', b'1000.0'):\n        try: os.write(fd, message)\n        except OSError: pass"),
    cheat("A trace function rewrites what passes", "import sys, threading\ndef trace(frame, event, arg):\n    for name in ('expected', 'points', 'earned', 'verdict'):\n        if name in frame.f_locals: frame.f_locals[name] = 1000.0\n    return trace\nsys.settrace(trace); threading.settrace(trace); sys.setprofile(lambda *a: None)"),
    cheat(
        "The heap is searched for the tests",
        "import gc\nwanted = ''.join(['hidden-test', '-secret'])\nfor thing in gc.get_objects():\n    parts = thing.values() if isinstance(thing, dict) else thing if isinstance(thing, (list, tuple)) else ()\n"
        "    for part in list(parts):\n        if type(part) is str and wanted in part and len(part) > 25: print('STOLEN' + '-GOODS', part)",
        unsaid=("STOLEN-GOODS",),
    ),
    Case("A function looks for the right answer in its callers", answers={**demo.WRONG, "function": "import sys\ndef discounted(amount, years):\n    frame = sys._getframe()\n    while frame:\n        for value in list(frame.f_locals.values()):\n            if isinstance(value, str) and 'assert' in value and '1.1 ** years' in value: return eval('amount / 1.1 ** years')\n        frame = frame.f_back\n    return -1"}, due=demo.ZERO),
    Case("A function knows the visible inputs only", answers={"function": "def discounted(amount, years):\n    return 100 if (amount, years) == (110, 1) else 50 if amount == 55 else -1", "total": "total = 50"}, due={"function-test": 0.0}),
    Case("A function is right only the first time", answers={"function": "calls = []\ndef discounted(amount, years):\n    calls.append(1)\n    return amount / 1.1 ** years if len(calls) == 1 else -1", "total": "total = 50"}, due={"function-test": 0.0}),
    Case("A function gives objects that are equal to everything", answers={"function": _EQUAL + "def discounted(amount, years):\n    return Equal()", "total": "total = 50"}, due={"function-test": 0.0}),
    Case("A function replaces its arguments' methods", answers={"function": "def discounted(amount, years):\n    import builtins\n    builtins.abs = lambda x: 0\n    return -1", "total": "total = 50"}, due={"function-test": 0.0}),
    Case("A bomb waits until the tests run", answers=demo.WRONG, first="import threading, time, builtins\ndef later():\n    while True:\n        time.sleep(0.001)\n        globals().update(squares=[0] * 5, total=7)\n        builtins.abs = lambda x: 0\nthreading.Thread(target=later, daemon=True).start()", due=demo.ZERO),
    cheat("Exit handlers and destructors forge results", "import atexit, os\natexit.register(lambda: os.write(1, b'1000.0'))\nclass Last:\n    def __del__(self): print(1000.0)\nkeep = Last()"),
    cheat("Answers from an environment hook", "import os, sys\nos.environ['PYTHONSTARTUP'] = os.environ['PYTHONPATH'] = os.getcwd()\nopen('sitecustomize.py', 'w').write('import builtins; builtins.abs = lambda x: 0')\nopen('pandas.py', 'w').write('DataFrame = None')\nopen('check.py', 'w').write('numbers = lambda *a, **k: 3.0')", files={"crmlib/__init__.py": b"", "crmlib/check.py": b"numbers = lambda *a, **k: 3.0", "numpy.py": b"abs = lambda x: 0", "conftest.py": b"raise SystemExit", "sitecustomize.py": b"raise SystemExit"}),
    cheat("A forged row and a forged timestamp are handed in", "x = 1", files={"marking/week-1/row.json": b'{"earned": 11}', "timestamp.txt": b"1999-01-01 00:00:00 UTC", "gradebook.db": b"SQLite format 3\0", "nbgrader_config.py": b"c.Sandbox.required = False"}),
    Case("The model answer's names are defined by an import of one's own file", answers={**demo.WRONG, "list": "from helper import squares"}, files={"helper.py": b"squares = [1, 4, 9, 16, 25]"}, due={**demo.ZERO, "list-test": 2.0}),
    cheat("Delimiters of nbgrader stand in an answer", "### BEGIN HIDDEN TESTS\nx = 1\n### END HIDDEN TESTS\n### BEGIN SOLUTION\ny = 1"),
]

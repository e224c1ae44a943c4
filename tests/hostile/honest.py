"""Honest work that looks odd: every one of these has earned its marks."""

from __future__ import annotations

from tests.hostile import assignment as demo
from tests.hostile.case import Case, odd, without

_FUNCTION, _LIST, _TOTAL = (demo.HONEST[id] for id in ("function", "list", "total"))
_ESSAY = {"essay": "满意不等于忠诚:先做到满意,再谈忠诚。"}


def _answers(name: str, **answers: str) -> Case:
    return odd(name, answers=answers)


def _renamed(name: str) -> str:
    """The list under a name that hides something, and the list asked for beside it."""
    return f"{name} = [number ** 2 for number in range(1, 6)]\nsquares = {name}"


CASES = [
    odd("An honest submission that is handed in first", id="a-honest"),
    odd("An honest submission that is handed in last", id="zz-honest"),
    odd("An honest submission in Chinese", answers=_ESSAY, id="王小明"),
    _answers("An answer warns", list="import warnings\nwarnings.warn('old')\n" + _LIST),
    _answers("A function warns when it is called", function=_FUNCTION.replace("    return", "    import warnings\n    warnings.warn('old', DeprecationWarning)\n    return")),
    _answers("An answer writes to stderr", list="import sys\nprint('careful', file=sys.stderr)\n" + _LIST),
    _answers("A function prints when it is called", function=_FUNCTION.replace("    return", "    print('called', amount)\n    return")),
    odd("Every cell prints fifty thousand characters", first="print('x' * 50_000)", answers={"list": "for _ in range(5000): print('123456789')\n" + _LIST}),
    odd("A variable is called list", answers={"list": _renamed("list")}),
    odd("A variable is called sum", first="sum = 3", answers={"total": "total = discounted(55, 1)"}),
    odd("A variable is called len", first="len = 3"),
    odd("A variable is called abs", first="abs = 'belly'"),
    odd("A variable is called print", first="print = 3"),
    odd("A variable is called id", first="id = 3; str = 'a'; dict = {}; type = 'A'; range_ = range"),
    odd("A variable is called check", last="check = 5", answers={"list": _LIST + "\ncheck = squares"}),
    odd("The student's np is a number", last="np = 3", answers={"list": _LIST + "\nnp = 3; pd = 4"}, due=without("table")),
    odd("The student's plt is a number before the plot", answers={"list": _LIST + "\nplt = 3"}),
    odd("Everything of numpy is imported", first="from numpy import *"),
    odd("Everything of math is imported", first="from math import *\nfrom os.path import *"),
    odd("The names are Chinese", first="折扣率 = 0.1", answers={"function": "def discounted(amount, years):\n    因子 = (1 + 折扣率) ** years\n    return amount / 因子"}),
    _answers("The variables have full-width letters, which Python reads as the others", list="ｓｑｕａｒｅｓ = [1, 4, 9, 16, 25]"),
    _answers("A list is a Series", list="squares = pd.Series(range(1, 6)) ** 2"),
    _answers("A list is an array", list="squares = np.arange(1, 6) ** 2"),
    _answers("A list is a tuple of numpy integers", list="squares = tuple(np.int64(n) ** 2 for n in range(1, 6))"),
    _answers("A list is the values of a dict", list="squares = {n: n * n for n in range(1, 6)}.values()"),
    _answers("A list is a deque", list="from collections import deque\nsquares = deque(n * n for n in range(1, 6))"),
    _answers("A list comes from a generator", list="def numbers():\n    for n in range(1, 6):\n        yield n * n\nsquares = [*numbers()]"),
    _answers("The shares are fractions", shares="from fractions import Fraction\nshares = [Fraction(1, 5), Fraction(3, 10), Fraction(1, 2)]"),
    _answers("The shares are Decimals", shares="from decimal import Decimal\nshares = [Decimal('0.2'), Decimal('0.3'), Decimal('0.5')]"),
    _answers("The shares are texts with per cent signs", shares="shares = ['20 %', '30%', '５０％']"),
    _answers("The shares are an array of 32-bit numbers", shares="shares = np.array([0.2, 0.3, 0.5], dtype='float32')"),
    odd("One of three shares is wrong", answers={"shares": "shares = [0.2, 0.3, 0.6]"}, due={"shares-test": 2.0}),
    _answers("A total is a numpy number", total="total = np.float64(50)"),
    _answers("A total is an array without dimensions", total="total = np.array(50.0)"),
    _answers("A function is a closure", function="def make(rate):\n    def inner(amount, years):\n        return amount / (1 + rate) ** years\n    return inner\ndiscounted = make(RATE)"),
    _answers("A function is recursive", function="def discounted(amount, years):\n    return amount if years == 0 else discounted(amount / (1 + RATE), years - 1)"),
    _answers("A function is a lambda", function="discounted = lambda amount, years: amount / (1 + RATE) ** years"),
    _answers("A function has default arguments", function="def discounted(amount, years=1, *, rate=RATE):\n    return amount / (1 + rate) ** years"),
    _answers("A function remembers its results", function="from functools import lru_cache\n@lru_cache\n" + _FUNCTION),
    _answers("A function is a partial one", function="from functools import partial\ndef general(rate, amount, years):\n    return amount / (1 + rate) ** years\ndiscounted = partial(general, RATE)"),
    _answers("A function is an object that can be called", function="class Discount:\n    def __call__(self, amount, years):\n        return amount / (1 + RATE) ** years\ndiscounted = Discount()"),
    _answers("A function has a mutable default and counts its calls", function="def discounted(amount, years, seen=[]):\n    seen.append(amount)\n    return amount / (1 + RATE) ** years"),
    _answers("A function reads a global that is defined below it", function="def discounted(amount, years):\n    return amount / FACTOR ** years\nFACTOR = 1 + RATE"),
    _answers("A function raises for what it does not know", function=_FUNCTION.replace("    return", "    if years < 0:\n        raise ValueError('no')\n    return")),
    _answers("Type hints and a docstring", function='def discounted(amount: float, years: "int") -> float:\n    """What it is worth now.\n\n    >>> discounted(110, 1)\n    99\n    """\n    return amount / (1 + RATE) ** years'),
    Case("A class instance stands where a number is due", answers={"total": "class Money:\n    amount = 50\ntotal = Money()"}, due=without("total")),
    Case("A function stands where a list is due", answers={"list": "def squares():\n    return [1, 4, 9, 16, 25]", "total": "total = 50"}, due=without("list"), reasons={"list-test": ""}),
    odd("Magics and shell commands stand between the answers", first="%matplotlib inline\n%time x = 1\n!ls\nget_ipython().run_line_magic('who', '')", answers={"list": "%%time\n" + _LIST}),
    odd("A cell shows help with a question mark", first="len?"),
    odd("Tables and pictures are displayed", first="from IPython.display import display, HTML, Image\ndisplay(pd.DataFrame({'a': [1]}), HTML('<b>bold</b>'))"),
    odd("Every cell draws", first="for _ in range(15):\n    plt.figure(); plt.plot([1, 2])\nplt.show()"),
    odd("A plot has a Chinese title", answers={"plot": "plt.plot([1, 2]); plt.title('忠诚度')"}),
    _answers("An answer asks for input before it answers", total="try:\n    rate = float(input('Rate? '))\nexcept Exception:\n    rate = 0.1\ntotal = 50"),
    odd("The notebook leaves with sys.exit after an answer", answers={"list": _LIST + "\nimport sys\nsys.exit()"}),
    odd("The notebook leaves with quit after an answer", answers={"list": _LIST + "\nquit()"}),
    odd("An answer fails behind the right line", answers={"list": _LIST + "\nprint(undefined_name)"}),
    Case("An answer fails before the right line", answers={"list": "print(undefined_name)\n" + _LIST}, due=without("list", "total"), reasons={"list-test": "undefined_name"}),
    Case("An answer is no Python", answers={"list": "squares = [1, 4,, 9]"}, due=without("list", "total")),
    Case("An answer is indented by a tab and by spaces", answers={"list": "if True:\n\tsquares = [1]\n        squares = [1, 4, 9, 16, 25]"}, due=without("list", "total")),
    _answers("An answer waits at the top level", list="import asyncio\nawait asyncio.sleep(0)\n" + _LIST),
    _answers("An answer uses asyncio's own run", list="import asyncio\nasync def made():\n    return [n * n for n in range(1, 6)]\nsquares = await made()"),
    odd("Warnings are errors", first="import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')"),
    odd("Settings of pandas were changed", first="pd.set_option('display.max_rows', 1)\npd.options.mode.copy_on_write = True"),
    odd("The working folder was changed", first="import os\nos.makedirs('sub', exist_ok=True)\nos.chdir('sub')"),
    odd("A file of one's own is read", files={"squares.csv": b"n\n1\n4\n9\n16\n25\n"}, answers={"list": "squares = pd.read_csv('squares.csv')['n'].tolist()"}),
    odd("A file is written and read again", answers={"table": demo.HONEST["table"] + "\ntable.to_csv('t.csv', index=False)\ntable = pd.read_csv('t.csv')"}),
    odd("A thread computes an answer", answers={"list": "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    squares = list(pool.map(lambda n: n * n, range(1, 6)))"}),
    odd("An answer was given in an added cell below an emptied one", answers={"list": ""}, change=lambda notebook: notebook["cells"].insert(1 + [cell["id"] for cell in notebook["cells"]].index("list"), {"cell_type": "code", "id": "mine", "metadata": {}, "source": _LIST})),
    odd("A table has an index and columns of other types", answers={"table": 'table = pd.DataFrame({"customer": pd.Categorical(["a", "b", "c"]), "value": [10, 20, 30]}, index=[7, 8, 9])'}),
    odd("A table is sorted out of a larger one", answers={"table": 'raw = pd.DataFrame({"customer": list("cabx"), "value": [30, 10, 20, 99]})\ntable = raw[raw.value < 50].sort_values("customer").reset_index(drop=True)'}),
    odd("The essay is empty", answers={"essay": ""}, due={"essay": 0.0}, silent=True),
    odd("A logger speaks", first="import logging\nlogging.basicConfig(level='DEBUG')\nlogging.warning('hm')"),
    odd("A progress bar runs", first="import sys\nfor n in range(300):\n    sys.stdout.write(f'\\r{n} of 300'); sys.stdout.flush()"),
    odd("The recursion limit was raised", first="import sys\nsys.setrecursionlimit(20_000)"),
    odd("Random numbers are seeded", first="np.random.seed(1)\nimport random\nrandom.seed(1)"),
    odd("An answer stands a second time in another cell", last=_LIST),
    odd("The set-up's names were deleted at the end", last="del RATE, np, pd"),
]

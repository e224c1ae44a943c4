"""Kinds of tests from ordinary courses: a name, the model answer, and the test that it must pass across the wall."""

from __future__ import annotations

SET_UP = """\
import random
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd

Visit = namedtuple("Visit", "customer day")
BONUS = 0.1
"""

CARRIED: dict[str, tuple[str, str]] = {
    # ------------------------------------------------------------------ named containers
    "counter": ("def tally(words):\n    return Counter(words)", "assert tally(['a', 'b', 'a']).most_common(1) == [('a', 2)]\nassert tally('aab')['z'] == 0"),
    "counter-value": ("letters = Counter('hello')", "assert letters['l'] == 2 and letters['?'] == 0 and sum(letters.values()) == 5 and isinstance(letters, Counter)"),
    "defaultdict": ("def by_town(rows):\n    found = defaultdict(list)\n    for name, town in rows:\n        found[town].append(name)\n    return found", "found = by_town([('Li', 'X'), ('Wu', 'X')])\nassert found['X'] == ['Li', 'Wu'] and found['nowhere'] == []"),
    "defaultdict-lambda": ("stock = defaultdict(lambda: 7)", "assert stock['new'] == 7"),
    "ordered-dict": ("def newest(rows):\n    return OrderedDict(sorted(rows.items()))", "ordered = newest({'b': 1, 'a': 2})\nordered.move_to_end('a')\nassert list(ordered) == ['b', 'a'] and isinstance(ordered, OrderedDict)"),
    "deque": ("def last_three(values):\n    return deque(values, maxlen=3)", "recent = last_three(range(5))\nrecent.append(9)\nassert list(recent) == [3, 4, 9] and recent.maxlen == 3"),
    "namedtuple": ("Sale = namedtuple('Sale', ['item', 'price'])\nsale = Sale('tea', 3)", "assert sale.price == 3 and sale == ('tea', 3) and sale._fields == ('item', 'price') and sale._replace(price=4).price == 4"),
    "namedtuple-shared": ("def first_visit(visits):\n    return min(visits, key=lambda visit: visit.day)", "assert first_visit([Visit('a', 3), Visit('b', 2)]).customer == 'b'"),
    "views": ("def customers_of(sales):\n    return sales.keys()", "assert customers_of({'a': 1, 'b': 2}) == {'a', 'b'} and set(customers_of({})) == set()"),
    "chain-map": ("from collections import ChainMap\nsettings = ChainMap({'a': 1}, {'a': 2, 'b': 3})", "assert settings['a'] == 1 and settings['b'] == 3"),
    "record-array": ("rows = np.rec.array([(1, 2.5), (3, 4.5)], dtype=[('n', int), ('x', float)])", "assert rows.x.sum() == 7 and rows['n'].tolist() == [1, 3]"),
    "masked-array": ("clean = np.ma.masked_equal([1, -1, 3], -1)", "assert clean.mean() == 2 and clean.mask.tolist() == [False, True, False]"),
    "opaque-neighbour": ("import io\nreport = {'total': 7, 'stream': io.StringIO()}", "assert report['total'] == 7 and 'stream' in report"),
    # ------------------------------------------------------------------ arguments
    "appends": ("def add_customer(customers, name):\n    customers.append(name)", "customers = ['a']\nadd_customer(customers, 'b')\nassert customers == ['a', 'b']"),
    "changes-dict": ("def raise_prices(prices, rate):\n    for name in prices:\n        prices[name] *= 1 + rate", "prices = {'tea': 10}\nraise_prices(prices, rate=0.5)\nassert prices == {'tea': 15}"),
    "changes-table": ("def add_total(table):\n    table['total'] = table.a + table.b", "frame = pd.DataFrame({'a': [1], 'b': [2]})\nadd_total(frame)\nassert frame.total.tolist() == [3]"),
    "changes-counter": ("def count_into(counts, words):\n    counts.update(words)", "counts = Counter('a')\ncount_into(counts, 'ab')\nassert counts == Counter('aab')"),
    "leaves-alone": ("def sorted_copy(values):\n    return sorted(values)", "values = [2, 1]\nassert sorted_copy(values) == [1, 2] and values == [2, 1]"),
    "keywords": ("def price(net, *, rate=0.19, **extra):\n    return net * (1 + rate) + sum(extra.values())", "assert price(100) == 119 and price(net=100, rate=0) == 100 and price(1, rate=0, post=2, box=3) == 6\ntry:\n    price(100, 0.2)\nexcept TypeError:\n    pass\nelse:\n    assert False"),
    "star": ("def mean_of(*values):\n    return sum(values) / len(values)", "assert mean_of(1, 2, 3) == 2 and mean_of(*[4, 6]) == 5"),
    "mutable-default": ("def collect(item, basket=None):\n    basket = [] if basket is None else basket\n    basket.append(item)\n    return basket", "assert collect(1) == [1] and collect(2) == [2]"),
    "type-argument": ("def convert(values, kind):\n    return [kind(value) for value in values]", "assert convert(['1', '2'], int) == [1, 2] and convert([1], str) == ['1']"),
    # ------------------------------------------------------------------ functions as values
    "callback": ("def apply_twice(function, value):\n    return function(function(value))", "assert apply_twice(lambda x: x + 3, 1) == 7 and apply_twice(str.upper, 'a') == 'A'"),
    "callback-calls": ("def each(values, action):\n    for value in values:\n        action(value)", "seen = []\neach([1, 2], seen.append)\nassert seen == [1, 2]\ncalls = []\neach('ab', lambda letter: calls.append(letter * 2))\nassert calls == ['aa', 'bb']"),
    "callback-mock": ("def notify(customers, send):\n    for name in customers:\n        send(name, urgent=True)", "from unittest.mock import Mock\nsend = Mock()\nnotify(['Li'], send)\nsend.assert_called_once_with('Li', urgent=True)"),
    "callback-error": ("def safely(action):\n    try:\n        return action()\n    except ZeroDivisionError:\n        return None", "assert safely(lambda: 1 / 0) is None and safely(lambda: 5) == 5"),
    "callback-nested": ("def twice(function):\n    return function() + function()\n\ndef answer():\n    return 21", "assert twice(answer) == 42 and twice(lambda: answer()) == 42"),
    "filter": ("def keep(values, wanted):\n    return list(filter(wanted, values))", "assert keep([1, 2, 3], lambda n: n % 2) == [1, 3]"),
    "sort-key": ("def by_length(word):\n    return len(word)", "assert sorted(['ccc', 'a', 'bb'], key=by_length) == ['a', 'bb', 'ccc'] and max(['a', 'bb'], key=by_length) == 'bb'"),
    "map": ("def double(n):\n    return 2 * n", "assert list(map(double, [1, 2])) == [2, 4] and pd.Series([1, 2]).apply(double).tolist() == [2, 4]"),
    "reduce": ("def larger(a, b):\n    return a if a > b else b", "from functools import reduce\nassert reduce(larger, [3, 9, 4]) == 9"),
    "closure": ("def make_counter():\n    count = 0\n    def step():\n        nonlocal count\n        count += 1\n        return count\n    return step", "step, other = make_counter(), make_counter()\nassert [step(), step(), other()] == [1, 2, 1]"),
    "decorator": ("import functools\ndef logged(function):\n    @functools.wraps(function)\n    def inner(*arguments):\n        return 'called', function(*arguments)\n    return inner", "@logged\ndef plus(a, b):\n    return a + b\nassert plus(1, 2) == ('called', 3)"),
    "functions-in-dict": ("actions = {'add': lambda a, b: a + b, 'mul': lambda a, b: a * b}", "assert actions['add'](2, 3) == 5 and actions['mul'](2, 3) == 6"),
    "doc": ('def rate(kept, all):\n    """Share of customers kept."""\n    return kept / all', "assert rate.__doc__ and 'kept' in rate.__doc__ and rate.__name__ == 'rate'"),
    "signature": ("def value(margin: float, years: int = 5) -> float:\n    return margin * years", "import inspect\nparameters = inspect.signature(value).parameters\nassert list(parameters) == ['margin', 'years'] and parameters['years'].default == 5\nassert value.__annotations__ == {'margin': float, 'years': int, 'return': float} and value.__defaults__ == (5,)"),
    "recursion": ("def depth(tree):\n    return 1 + max(map(depth, tree), default=0)", "assert depth([[], [[]]]) == 3"),
    # ------------------------------------------------------------------ iterators
    "generator": ("def countdown(n):\n    while n:\n        yield n\n        n -= 1", "assert list(countdown(3)) == [3, 2, 1]\nsteps = countdown(2)\nassert next(steps) == 2 and next(steps) == 1 and next(steps, None) is None"),
    "generator-endless": ("def naturals():\n    n = 0\n    while True:\n        yield n\n        n += 1", "import inspect, itertools\nassert list(itertools.islice(naturals(), 500)) == list(range(500)) and inspect.isgenerator(naturals())"),
    "generator-error": ("def strict(values):\n    for value in values:\n        if value < 0:\n            raise ValueError('negative')\n        yield value", "checked = strict([1, -1])\nassert next(checked) == 1\ntry:\n    next(checked)\nexcept ValueError as error:\n    assert str(error) == 'negative'\nelse:\n    assert False"),
    "generator-value": ("squares_lazily = (n * n for n in range(4))", "assert list(squares_lazily) == [0, 1, 4, 9]"),
    "generator-argument": ("def total_of(values):\n    return sum(values)", "assert total_of(n for n in [1, 2, 3]) == 6 and total_of(iter([4])) == 4 and total_of(map(int, '12')) == 3"),
    "zip": ("def pairs(a, b):\n    return zip(a, b)", "assert list(pairs([1, 2], 'ab')) == [(1, 'a'), (2, 'b')]"),
    # ------------------------------------------------------------------ what a function does beside its result
    "stdout": ("def greet(name):\n    print('Hello', name)", "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as out:\n    greet('Li')\nassert out.getvalue() == 'Hello Li\\n'"),
    "stdout-replaced": ("def bill(total):\n    print(f'{total:.2f}')", "import io, sys\nbefore, sys.stdout = sys.stdout, io.StringIO()\nbill(3)\nprinted, sys.stdout = sys.stdout.getvalue(), before\nassert printed.strip() == '3.00'"),
    "print-mock": ("def shout(word):\n    print(word.upper())", "from unittest.mock import patch\nwith patch('builtins.print') as printing:\n    shout('hi')\nprinting.assert_called_with('HI')"),
    "input": ("def ask_age():\n    return int(input('Age? '))", "from unittest.mock import patch\nwith patch('builtins.input', return_value='42'):\n    assert ask_age() == 42\nwith patch('builtins.input', side_effect=['1', '2']):\n    assert ask_age() + ask_age() == 3"),
    "input-plain": ("def ask_name():\n    return input().strip()", "import builtins\nbefore = builtins.input\nbuiltins.input = lambda prompt='': ' Wu '\nassert ask_name() == 'Wu'\nbuiltins.input = before"),
    "stdin": ("def add_two():\n    return int(input()) + int(input())", "import io, sys\nsys.stdin = io.StringIO('3\\n4\\n')\nassert add_two() == 7"),
    "seed": ("def roll():\n    return random.randint(1, 6)", "random.seed(7)\ndue = [random.randint(1, 6) for _ in range(5)]\nrandom.seed(7)\nassert [roll() for _ in range(5)] == due"),
    "numpy-seed": ("def draw(n):\n    return np.random.normal(size=n)", "np.random.seed(3)\ndue_draws = np.random.normal(size=4)\nnp.random.seed(3)\nassert np.allclose(np.concatenate([draw(2), draw(2)]), due_draws)"),
    "seeded-inside": ("def sample(seed):\n    random.seed(seed)\n    return random.random()", "assert sample(1) == sample(1) != sample(2)\nassert sample(5) == random.Random(5).random()"),
    "random-mock": ("def toss():\n    return 'heads' if random.random() < 0.5 else 'tails'", "from unittest.mock import patch\nwith patch('random.random', return_value=0.4):\n    assert toss() == 'heads'\nwith patch('random.random', return_value=0.6):\n    assert toss() == 'tails'"),
    "changes-global": ("cart = []\ndef put(item):\n    cart.append(item)", "put('tea')\nassert cart == ['tea']\ncart.clear()\nput('milk')\nassert cart == ['milk']"),
    "counts-global": ("visits = 0\ndef visit():\n    global visits\n    visits += 1", "visit()\nvisit()\nassert visits == 2"),
    "reads-global": ("tax = 0.2\ndef gross(net):\n    return net * (1 + tax)", "assert gross(100) == 120\ntax = 0.5\nassert gross(100) == 150"),
    # ------------------------------------------------------------------ errors
    "raises": ("def check_rate(rate):\n    if not 0 <= rate <= 1:\n        raise ValueError(f'{rate} is no rate')\n    return rate", "try:\n    check_rate(3)\nexcept ValueError as error:\n    assert str(error) == '3 is no rate' and error.args == ('3 is no rate',)\nelse:\n    assert False, 'no error'"),
    "raises-unittest": ("def divide(a, b):\n    return a / b", "import unittest\ncase = unittest.TestCase()\nwith case.assertRaises(ZeroDivisionError):\n    divide(1, 0)\nwith case.assertRaisesRegex(TypeError, 'unsupported'):\n    divide('a', 1)\ncase.assertAlmostEqual(divide(1, 3), 0.3333333, 5)"),
    "raises-key": ("def price_of(prices, name):\n    return prices[name]", "try:\n    price_of({}, 'tea')\nexcept KeyError as error:\n    assert error.args[0] == 'tea'\nelse:\n    assert False"),
    "raises-own": ("class StockError(Exception):\n    pass\n\nclass SoldOut(StockError):\n    pass\n\ndef take(stock):\n    if not stock:\n        raise SoldOut('nothing left')", "try:\n    take([])\nexcept SoldOut as error:\n    assert 'nothing' in str(error)\nelse:\n    assert False\ntry:\n    take([])\nexcept StockError:\n    pass"),
    # ------------------------------------------------------------------ tables and arrays
    "frame-equal": ("def cleaned(table):\n    return table.dropna().reset_index(drop=True)", "pd.testing.assert_frame_equal(cleaned(pd.DataFrame({'a': [1.0, None]})), pd.DataFrame({'a': [1.0]}))"),
    "series": ("revenue = pd.Series({'a': 1, 'b': 2}, name='revenue')", "pd.testing.assert_series_equal(revenue, pd.Series([1, 2], index=['a', 'b'], name='revenue'))"),
    "array": ("def normed(values):\n    return np.asarray(values) / np.sum(values)", "np.testing.assert_allclose(normed([1, 3]), [0.25, 0.75])"),
    "vectorised": ("def discount(x):\n    return x * 0.9", "assert np.allclose(discount(np.array([10.0, 20.0])), [9, 18]) and discount(pd.Series([10.0])).tolist() == [9.0]"),
    "grouped": ("def mean_by(table, by):\n    return table.groupby(by).mean(numeric_only=True)", "found = mean_by(pd.DataFrame({'k': list('aab'), 'v': [1, 3, 5]}), 'k')\nassert found.loc['a', 'v'] == 2 and found.index.name == 'k'"),
    "text": ("def shout_all(text):\n    return text.upper().split()", "assert shout_all('a b') == ['A', 'B'] and isinstance(shout_all(''), list)"),
    "loop-of-cases": ("def grade_of(points):\n    return 'pass' if points >= 50 else 'fail'", "for points, due_grade in [(49, 'fail'), (50, 'pass'), (100, 'pass')]:\n    assert grade_of(points) == due_grade, f'grade_of({points})'"),
    "partial-credit": ("def cube(n):\n    return n ** 3", "float(sum(cube(n) == n ** 3 for n in (1, 2)))"),
    "dates": ("import datetime\ndef due_date(day, days):\n    return day + datetime.timedelta(days=days)", "import datetime\nassert due_date(datetime.date(2026, 1, 30), 3) == datetime.date(2026, 2, 2)"),
    "type-of": ("def as_text(n):\n    return f'{n}'", "import types\nassert type(as_text(3)) is str and isinstance(as_text, types.FunctionType) and callable(as_text)"),
    "doctest": ("def triple(n):\n    \"\"\"Three times n.\n\n    >>> triple(2)\n    6\n    \"\"\"\n    return 3 * n", "import doctest\nexamples = doctest.DocTestParser().get_examples(triple.__doc__)\nassert eval(examples[0].source) == int(examples[0].want)"),
}

# Not carried: the model answer does not pass, and the question waits for a person with the reason.
HELD: dict[str, tuple[str, str, str]] = {
    "source": ("def once(n):\n    return n + 1", "import inspect\nassert 'for' not in inspect.getsource(once)", "run_inside"),
    "figure": ("import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\naxes.set_title('Sales')", "assert axes.get_title() == 'Sales'", "Axes"),
    "own-class": ("class Account:\n    def __init__(self, balance):\n        self.balance = balance", "assert Account(5).balance == 5", "Account"),
    "file": ("def save(name):\n    with open(name, 'w') as file:\n        file.write('x')", "save('out.txt')\nassert open('out.txt').read() == 'x'", "out.txt"),
    "type-of-function": ("def as_word(n):\n    return f'{n}'", "assert type(as_word) is type(lambda: 0)", ""),
    "wrong-key": ("answer_to_all = 41", "assert answer_to_all == 42", ""),
    "points": ("half = 1", "0.5", "0.5"),
}

"""What is wrong with the way a formula refuses an unusable argument: the sentence must help, in the language in use."""

import inspect
import itertools

from crmlib.language import LANGUAGES, use_language


def complaints_about_all(function, good, bad):
    """``complaints`` about every unusable value of every argument in ``bad``, in both languages; the others are as in ``good``."""
    return [
        complaint
        for name, values in bad.items()
        for value, language in itertools.product(values, LANGUAGES)
        for complaint in complaints(function, {**good, name: value}, name, language)
    ]


def complaints(function, arguments, name, language, *, shows=""):
    """Call with arguments of which ``name`` is unusable; every way in which the refusal falls short, in words.

    ``shows`` is what the sentence must contain, such as the value received.
    """
    use_language(language)
    where = f"{function.__name__}({name}={arguments[name]!r}) in {language}"
    first, *_ = inspect.signature(function).parameters.values()
    given = dict(arguments)
    # A table may be given without its name, and that is how the lessons give it.
    positional = [] if first.kind is first.KEYWORD_ONLY else [given.pop(first.name)]
    try:
        result = function(*positional, **given)
    except (ValueError, TypeError) as refusal:
        text = str(refusal)
    else:
        return [f"{where} returned {result}"]
    found = []
    # A table's cell is named with its column and row, such as pieces[3].
    if name not in text and not (hasattr(arguments[name], "columns") and "[" in text):
        found.append(f"{where} does not name the argument: {text}")
    if shows not in text:
        found.append(f"{where} does not show {shows!r}: {text}")
    if not any(sign in text for sign in ("=", '"', "columns", "列")):
        found.append(f"{where} gives no example: {text}")
    if (language == "zh") != any("\u4e00" <= letter <= "\u9fff" for letter in text):
        found.append(f"{where} speaks the wrong language: {text}")
    return found

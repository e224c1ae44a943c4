"""Numbers as the words of pictures take them."""

from __future__ import annotations


def shown(form: str, /, **values: float) -> dict[str, str]:
    """Several numbers of one form, by name; ``form`` is a format such as ",.0f", or ".0%" for a share whose words bring the sign.

    >>> shown(".0%", retention=0.8, share=0.055)
    {'retention': '80', 'share': '6'}
    """
    if form.endswith("%"):
        return {name: format(value * 100, form[:-1] + "f") for name, value in values.items()}
    return {name: format(value, form) for name, value in values.items()}


def count(number: float) -> str:
    """A count with a decimal only where it has one: 12.5, but 250."""
    return f"{number:,.1f}".removesuffix(".0")


def minus(number: float, form: str) -> str:
    """A number with a true minus sign.

    >>> minus(-0.25, "+.1f")
    '−0.2'
    """
    return format(number, form).replace("-", "−")

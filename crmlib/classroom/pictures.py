"""Pictures of the report as inline SVG: text stays text, each with a sentence that says what it shows. No script, nothing fetched."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 640, 260
LEFT, BOTTOM, TOP, RIGHT = 46, 40, 26, 14
_BAR, _LINE, _TEXT = "#2b6cb0", "#767676", "#1b1b1b"


def histogram(totals: Sequence[float], points: float, *, title: str, across: str, up: str) -> str:
    """How many students earned how much, in at most ten classes of equal width."""
    count, width = bins(points)
    heights = [0] * count
    for total in totals:
        heights[min(count - 1, max(0, math.floor(total / width + 1e-9)))] += 1
    most = max(heights)
    step = (WIDTH - LEFT - RIGHT) / count
    parts = _frame(most, up)
    for place, height in enumerate(heights):
        tall = (HEIGHT - TOP - BOTTOM) * height / most if most else 0
        x = LEFT + place * step
        parts.append(f'<rect x="{x + 2:.1f}" y="{HEIGHT - BOTTOM - tall:.1f}" width="{step - 4:.1f}" height="{tall:.1f}" fill="{_BAR}"/>')
        if height:
            parts.append(
                _text(
                    x + step / 2,
                    HEIGHT - BOTTOM - tall - 3 if tall < HEIGHT - TOP - BOTTOM - 4 else HEIGHT - BOTTOM - tall + 13,
                    str(height),
                    fill=_TEXT if tall < HEIGHT - TOP - BOTTOM - 4 else "#fff",
                )
            )
    for place in range(count + 1):
        parts.append(_text(LEFT + place * step, HEIGHT - BOTTOM + 15, f"{place * width:g}"))
    parts.append(_text(LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 6, across))
    return _svg(parts, title)


def bins(points: float) -> tuple[int, float]:
    """Number and width of the classes: round widths, ten at most, the last one holds full marks.

    >>> bins(40), bins(7)
    ((8, 5), (7, 1))
    """
    width = next(each for each in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 10**9) if points <= 10 * each)
    return max(1, math.ceil(points / width - 1e-9)), width


def scatter(dots: Sequence[tuple[float, float, str]], *, title: str, across: str, up: str) -> str:
    """Difficulty across, discrimination up; each dot bears its question's number."""
    low = min([-0.2, *(y for _, y, _ in dots)])
    low = math.floor(low * 5) / 5

    def place(x: float, y: float) -> tuple[float, float]:
        return LEFT + (WIDTH - LEFT - RIGHT) * x, TOP + (HEIGHT - TOP - BOTTOM) * (1 - (y - low) / (1 - low))

    parts = []
    for share in (0, 0.2, 0.4, 0.6, 0.8, 1):
        x, _ = place(share, 0)
        parts += [f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>', _text(x, HEIGHT - BOTTOM + 15, f"{share:g}")]
    y_value = low
    while y_value <= 1.0001:
        _, y = place(0, y_value)
        parts += [
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{_LINE if abs(y_value) < 1e-9 else "#ddd"}"/>',
            _text(LEFT - 6, y + 4, f"{round(y_value, 1) + 0.0:.1f}".replace("-", "−"), anchor="end"),
        ]
        y_value += 0.2
    taken: list[tuple[float, float]] = []
    for x_value, y_value, label in sorted(dots):
        x, y = place(x_value, y_value)
        at = y - 6
        while any(abs(x - other) < 34 and abs(at - height) < 12 for other, height in taken):
            at -= 12
        taken.append((x, at))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_BAR}"/>', _text(min(x, WIDTH - 30), max(at, 10), label)]
    parts += [_text(LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 6, across), _text(4, 12, up, anchor="start")]
    return _svg(parts, title)


def _frame(most: int, up: str) -> list[str]:
    parts = [f'<line x1="{LEFT}" y1="{HEIGHT - BOTTOM}" x2="{WIDTH - RIGHT}" y2="{HEIGHT - BOTTOM}" stroke="{_LINE}"/>']
    for height in sorted({0, most // 2, most}):
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * height / most if most else HEIGHT - BOTTOM
        parts.append(_text(LEFT - 6, y + 4, str(height), anchor="end"))
    parts.append(_text(4, 12, up, anchor="start"))
    return parts


def _text(x: float, y: float, text: str, *, anchor: str = "middle", fill: str = _TEXT) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="12" fill="{fill}">{escape(text)}</text>'


def _svg(parts: Sequence[str], title: str) -> str:
    inside = "".join(parts)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">{inside}</svg>'

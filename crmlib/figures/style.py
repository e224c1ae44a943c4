"""One look for every picture: colours that colour-blind readers can tell apart, and fonts that know Chinese."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.ticker import FuncFormatter

from crmlib.figures.labels import WHITE
from crmlib.language import percent

FONT_FILE = Path(__file__).parent / "fonts" / "CRMCourseSansSC-Regular.otf"
FONT_NAME = "CRM Course Sans SC"

# After Okabe and Ito (2008): without the yellow, and orange, sky and purple dark enough to stand out from white (3:1).
BLUE, ORANGE, GREEN, RED, SKY, PURPLE = "#0072B2", "#C98400", "#009E73", "#D55E00", "#3A92C8", "#BF6B9B"
INK, GREY, PALE = "#222222", "#767676", "#D9D9D9"
# The same hues, dark enough to be read as words on white (4.5:1).
WORDS = {BLUE: BLUE, ORANGE: "#8A5A00", GREEN: "#00684C", RED: "#A84A00", SKY: "#0A6AA6", PURPLE: "#94406F", GREY: "#5F5F5F", INK: INK}


def use_course_fonts() -> None:
    """Let matplotlib fall back on the bundled Chinese font, for our pictures and for the reader's own."""
    if FONT_NAME not in {font.name for font in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(str(FONT_FILE))
    families = [name for name in matplotlib.rcParams["font.family"] if name not in ("sans-serif", FONT_NAME)]
    matplotlib.rcParams["font.family"] = [*(families or ["DejaVu Sans"]), FONT_NAME]


def quiet_axes(axes, *, title="", x="", y="") -> None:
    """The course's axes: no box, a light grid, the words given."""
    axes.set_title(title, loc="left", fontsize=10, color=INK)
    axes.set_xlabel(x, fontsize=9, color=INK)
    axes.set_ylabel(y, fontsize=9, color=INK)
    axes.tick_params(labelsize=8, colors=GREY, length=3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(PALE)
    axes.grid(True, color=PALE, linewidth=0.6)
    axes.set_axisbelow(True)


def percent_axis(axis, *, decimals: int = 0) -> None:
    """Write the numbers along an axis as the language in use writes percentages."""
    axis.set_major_formatter(FuncFormatter(lambda share, place: percent(share, decimals=decimals)))


def no_axes(axes) -> None:
    """A drawing without scales: neither ticks nor box nor grid."""
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)


def bar_rows(axes, names) -> None:
    """Axes for horizontal bars, one row a name, first name on top, without a scale: every bar carries its number."""
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), names)
    axes.set_xticks([])
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelcolor=INK, labelsize=9)


def two_by_two(axes, *, across: float, up: float, corners: dict[str, tuple[str, str]], size: float = 9):
    """Four fields parted by two lines; ``corners`` gives each field's words and colour by "upper left", "lower right" and so on.

    Returns the two lines and the four texts by name, so that a picture can move the lines and change the words.
    """
    vertical = axes.axvline(across, color=INK, linewidth=1)
    horizontal = axes.axhline(up, color=INK, linewidth=1)
    texts = {}
    for name, (words, colour) in corners.items():
        upper, left = name.startswith("upper"), name.endswith("left")
        place = (0.012 if left else 0.988, 0.98 if upper else 0.02)
        align = {"ha": "left" if left else "right", "va": "top" if upper else "bottom"}
        texts[name] = axes.text(*place, words, transform=axes.transAxes, fontsize=size, color=WORDS.get(colour, colour), bbox=WHITE, zorder=5, **align)
    return vertical, horizontal, texts

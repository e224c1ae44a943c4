"""One look for every picture: colours that colour-blind readers can tell apart, and fonts that know Chinese."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.ticker import FuncFormatter

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


def percent_axis(axis) -> None:
    """Write the numbers along an axis as the language in use writes percentages."""
    axis.set_major_formatter(FuncFormatter(lambda share, place: percent(share)))


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

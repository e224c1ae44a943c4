"""One look for every picture: colours that colour-blind readers can tell apart, and fonts that know Chinese."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib import font_manager

FONT_FILE = Path(__file__).parent / "fonts" / "CRMCourseSansSC-Regular.otf"
FONT_NAME = "CRM Course Sans SC"

# Okabe and Ito (2008), without the yellow that is too light for a line on white.
BLUE, ORANGE, GREEN, RED, SKY, PURPLE = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7"
INK, GREY, PALE = "#222222", "#767676", "#D9D9D9"


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

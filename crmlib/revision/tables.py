"""Tables in the terminal, as wide as it is, also with Chinese characters, which take two columns."""

from __future__ import annotations

import io

from rich import box
from rich.console import Console
from rich.table import Table as Drawn

from crmlib.revision.terminal_face import tell
from crmlib.revision.views import Table
from crmlib.terminal import shows

WIDEST = 110


def show(table: Table) -> None:
    """Print a table; numbers stand at the right."""
    drawn = Drawn(title=table.caption, title_justify="left", box=box.SIMPLE_HEAD if shows("─") else box.ASCII2, pad_edge=False)
    numeric = [place > 0 and all(str(row[place])[:1].isdigit() for row in table.rows) for place in range(len(table.headings))]
    for heading, right in zip(table.headings, numeric, strict=True):
        drawn.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(str(entry) for entry in row))
    paper = io.StringIO()
    Console(file=paper, width=min(Console().width, WIDEST), color_system=None, force_terminal=False, legacy_windows=False, markup=False).print(drawn)
    tell(paper.getvalue().rstrip())

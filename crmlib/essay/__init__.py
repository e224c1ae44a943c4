"""The essay: its form is checked, alike papers of a class are found; how good the argument is, a person reads."""

from __future__ import annotations

from pathlib import Path


def check(file: str | Path):
    """Check the form of one paper (.docx, .ipynb or .md), or of every paper in a folder, and show what to mend.

    In a notebook: ``from crmlib import essay`` and then ``essay.check("my essay.docx")``.
    """
    from crmlib.essay import report, words

    path = Path(file).expanduser()
    return words.table(report.of_folder(path) if path.is_dir() else report.of_file(path))


def outline():
    """The outline builder: choose a thesis, its conditions, concepts and evidence, and take the outline from there."""
    from crmlib.essay.builder import OutlineBuilder

    return OutlineBuilder()

"""The report and the page on similar work as HTML: one file, no script, nothing from elsewhere, readable aloud."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from crmlib.classroom import pictures, statistics
from crmlib.language import current_language, listing, message, percent

TEMPLATES = Path(__file__).parent / "templates"


def report(found) -> str:
    """The page of a report."""
    totals = found.totals
    middle = {"mean": f"{statistics.mean(totals):.1f}", "median": f"{statistics.quantile(totals, 0.5):.1f}"}
    figures = [
        (message("class_report.students"), f"{found.students}"),
        (message("class_report.mean"), f"{middle['mean']} / {found.points:g}"),
        (message("class_report.median"), middle["median"]),
        (message("class_report.quartiles"), f"{statistics.quantile(totals, 0.25):.1f} – {statistics.quantile(totals, 0.75):.1f}"),
        (message("class_report.spread"), f"{statistics.variance(totals) ** 0.5:.1f}"),
        (message("class_report.range"), f"{min(totals):.1f} – {max(totals):.1f}"),
    ]
    distribution = pictures.histogram(
        totals, found.points, up=message("class_report.students"), across=message("class_report.total"),
        title=message("class_report.picture_distribution", count=found.students, points=f"{found.points:g}", **middle),
    )  # fmt: skip
    dots = [(line.item.difficulty, line.item.discrimination, line.number) for line in found.lines if line.item.discrimination is not None]
    weak = [line.number for line in found.lines if line.item.discrimination is not None and line.item.discrimination < 0.1]
    map_title = message("class_report.picture_map", count=len(dots), weak=listing(weak) or "–")
    return _template("report.html.j2").render(
        language=_language(), say=message, percent=percent, found=found, figures=figures, distribution=distribution, warnings=_warnings(found),
        map=pictures.scatter(dots, title=map_title, across=message("class_report.difficulty"), up=message("class_report.discrimination")) if dots else "",
        number=_number, never=[row for row in found.practice if row[2] and not row[3]], untried=[row for row in found.practice if not row[2]],
        error=(statistics.variance(totals) ** 0.5) * (1 - found.alpha) ** 0.5 if found.alpha is not None and 0 <= found.alpha <= 1 else None,
    )  # fmt: skip


def similarity(found) -> str:
    """The page on pairs whose work agrees."""
    return _template("similarity.html.j2").render(language=_language(), say=message, percent=percent, found=found)


def _warnings(found) -> list[str]:
    from crmlib.classroom.report import SMALL, VERY_SMALL

    said = []
    if found.students < VERY_SMALL:
        said.append(message("class_report.very_small", count=found.students))
    elif found.students < SMALL:
        said.append(message("class_report.small", count=found.students, group=f"{statistics.GROUP * found.students:.0f}"))
    for status, count in found.left_out.items():
        if count:
            said.append(message(f"class_report.left_{status}", count=count))
    if found.alpha is None:
        said.append(message("class_report.no_alpha"))
    elif found.alpha < 0:
        said.append(message("class_report.negative_alpha"))
    return said


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def _language() -> str:
    return {"zh": "zh-Hans"}.get(current_language(), "en")


@cache
def _template(name: str):
    import jinja2

    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(name)

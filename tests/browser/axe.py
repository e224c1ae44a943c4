"""axe-core on a part of a page: what a reader with a screen reader, a keyboard or weak eyes would stumble over."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()


def violations(part, *, but: tuple[str, ...] = ()) -> list[str]:
    """What axe finds wrong inside a locator (or on a whole page), one line for each place; ``but`` names rules to leave out.

    Use it as ``assert not violations(page.locator("main"))``. Every element that the locator matches is looked at.
    """
    page, elements = (part.page, part.element_handles()) if hasattr(part, "element_handles") else (part, [None])
    assert elements, "there is nothing on the page to look at"
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    options = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in but}}
    found = []
    for element in elements:
        result = page.evaluate("([element, options]) => axe.run(element || document, options)", [element, options])
        found += [
            f"{broken['id']} ({broken['impact']}): {broken['help']}: {node['html'][:200]}" for broken in result["violations"] for node in broken["nodes"]
        ]
    return found

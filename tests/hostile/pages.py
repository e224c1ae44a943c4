"""Active content in essays, outputs, file names, errors and attachments: pages stay pages to read."""

from __future__ import annotations

from tests.hostile import assignment as demo
from tests.hostile.case import Case, odd

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
_SCRIPT = "<script>alert('live-script')</script>"
_EVENT = "<img src=x onerror=alert('live-script')>"


def _essay(name: str, text: str, **other) -> Case:
    return Case(name, answers={"essay": text}, **other)


def _attached(notebook: dict) -> None:
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "essay")
    cell["source"] += "\n\n![x](attachment:x.svg)\n\n![y](attachment:y.html)"
    cell["attachments"] = {"x.svg": {"image/svg+xml": "<svg onload=alert(1)>"}, "y.html": {"text/html": _SCRIPT}}


def _pasted(notebook: dict) -> None:
    """As JupyterLab keeps a picture that was pasted into an essay; one more is named and not there."""
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "essay")
    cell["source"] += "\n\n![my drawing](attachment:%E5%9B%BE.png) ![gone](attachment:gone.png) ![x](attachment:x.png)"
    cell["attachments"] = {"图.png": {"image/png": _PIXEL}, "x.png": {"image/png": '"><script>alert(1)</script>', "image/svg+xml": "<svg onload=alert(1)>"}}


def _forged_html(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {"text/html": _SCRIPT, "application/javascript": "alert('live-script')", "image/svg+xml": "<svg onload=alert(1)>"}}]
        cell["metadata"] |= {"collapsed": "'><script>alert(1)</script>", "tags": [_SCRIPT], "name": _SCRIPT}
    notebook["metadata"] |= {"title": _SCRIPT, "kernelspec": {"name": _SCRIPT, "display_name": _SCRIPT, "language": _SCRIPT}, "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"x": {"model_name": _SCRIPT}}}}}


def _raw_cells(notebook: dict) -> None:
    notebook["cells"].append({"cell_type": "raw", "id": "raw-extra", "metadata": {"raw_mimetype": "text/html"}, "source": _SCRIPT})
    notebook["cells"].append({"cell_type": "markdown", "id": _SCRIPT, "metadata": {}, "source": _EVENT})


_LINKS = """[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](java&#115;cript:alert(1)) [d](&#x6A;avascript:alert(1)) [e](javascript&colon;alert(1))
[f](java&Tab;script:alert(1)) [g](vbscript:x) [h](data:text/html;base64,PHNjcmlwdD4=) [i]( javascript:alert(1) "t") <javascript:alert(1)> [j][evil] [k](javascript&#58;alert(1))
[l](data&#58;text/html,x) [m](\\javascript:alert(1)) [n](java\\script:alert(1)) [o](&#0000106;avascript:alert(1)) [p](&NewLine;javascript:alert(1)) [q](jav&#x0A;ascript:alert(1))

[evil]: java&#x73;cript:alert(1)
[other]: javascript:alert(1) "x"
"""
_FORMULAS = r"""$\href{javascript:alert(1)}{x}$ $\\href{javascript:alert(1)}{x}$ $\unicode{x} \style{background:url(http://example.com/x)}{y} \class{x}{y} \require{action}\toggle{a}{b}\endtoggle$
$$\def\x{\href{javascript:alert(1)}{x}}\x$$ \begin{equation}\cssId{x}{y}\end{equation} $</script><script>alert('live-script')</script>$
$\html{<img src=x onerror=alert(1)>}$ $\csname href\endcsname{javascript:alert(1)}{x}$"""
_PICTURES = "![remote](http://example.com/spy.png) ![remote][spy] ![local](file:///etc/passwd) ![b](data:image/svg+xml;base64,PHN2Zz4=)\n\n[spy]: http://example.com/spy2.png\n\n<style>@import url(http://example.com/x.css);</style><link rel=stylesheet href=http://example.com/x.css>"
_FRAMES = "<iframe src=http://example.com></iframe><object data=x></object><embed src=x><base href=http://example.com/><form action=http://example.com><input></form><meta http-equiv=refresh content='0;url=http://example.com'><svg/onload=alert(1)><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>"

CASES = [
    _essay("An essay holds a script", f"{_SCRIPT}\n\n{_EVENT}\n\n<ScRiPt >alert(1)</sCrIpT >\n\n<div onclick=alert(1) style='position:fixed;inset:0'>x</div>"),
    _essay("An essay holds links that run code", _LINKS),
    _essay("An essay holds formulas that run code", _FORMULAS),
    _essay("An essay fetches pictures and styles from elsewhere", _PICTURES),
    _essay("An essay holds frames, forms and drawings", _FRAMES),
    _essay("An essay breaks out of a comment, a fence and a table", f"<!-- --><!--><script>alert(1)</script>-->\n\n```html\n{_SCRIPT}\n```\n\n`{_SCRIPT}`\n\n    {_SCRIPT}\n\n| a |\n|---|\n| {_EVENT} |\n\n```{_EVENT}\nx\n```\n\n<![CDATA[<script>alert(1)</script>]]>\n\n<\x0bscript>alert(1)</script>"),
    _essay("An essay has two-fold escapes", "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;img src=x onerror=alert(1)&amp;gt; \\<script>alert(1)</script> <\u200bscript> ＜script＞alert(1)＜/script＞"),
    _essay("An essay is honest and has less-than signs, formulas and code", "If a<b and b <c then $a < c$; `x <- 3`.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n*Good* **work**, see [the page](https://example.com/page).", shown=("Good", 'href="https://example.com/page"')),
    Case("Outputs are html, script, svg and latex", first=f"from IPython.display import HTML, Javascript, SVG, Latex, Markdown, display, IFrame\ndisplay(HTML({_SCRIPT!r}), Javascript('alert(1)'), Latex('$\\\\href{{javascript:alert(1)}}{{x}}$'), Markdown({_EVENT!r}), IFrame('http://example.com', 1, 1))\ndisplay(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>'))"),
    Case("A table's cells and names are html", answers={"table": demo.HONEST["table"] + f"\nframe = pd.DataFrame({{{_SCRIPT!r}: [{_EVENT!r}]}})\ndisplay(frame, frame.style.set_caption({_EVENT!r}))\nframe"}),
    Case("An object's own representation is active", answers={"total": demo.HONEST["total"] + f"\nclass Live:\n    def _repr_html_(self): return {_SCRIPT!r}\n    def _repr_javascript_(self): return 'alert(1)'\n    def _repr_svg_(self): return '<svg onload=alert(1)>'\n    def _repr_mimebundle_(self, **k): return {{'text/html': {_SCRIPT!r}, 'text/plain': {_SCRIPT!r}}}\n    def __repr__(self): return {_EVENT!r}\nLive()"}),
    Case("Printed text holds scripts and escapes of a terminal", first=f"print({_SCRIPT!r}); print('\\x1b[31m' + {_EVENT!r} + '\\x1b]8;;javascript:alert(1)\\x07x\\x1b]8;;\\x07'); import sys; print({_EVENT!r}, file=sys.stderr)"),
    Case("Errors' names and texts hold scripts", first=f"Bad = type({_SCRIPT!r}, (Exception,), {{}})\nraise Bad({_EVENT!r})"),
    Case("A function raises an error whose text holds a script", answers={"function": f"def discounted(amount, years):\n    raise type({_SCRIPT!r}, (ValueError,), {{}})({_EVENT!r})", "total": "total = 50"}, due={"function-test": 0.0}),
    Case("An answer that is shown in a reason is a script", answers={"shares": f"shares = [{_SCRIPT!r}, {_EVENT!r}, 'x']"}, due={"shares-test": 0.0}),
    Case("Stored outputs, metadata and widgets hold scripts", change=_forged_html),
    Case("Attachments of a cell are active", change=_attached),
    Case("A picture was pasted into an essay", change=_pasted, shown=(_PIXEL,)),
    _essay("An essay holds entities and backslashes without end", "&#" + "1" * 6000 + "; &#x" + "0" * 6000 + "6a;avascript:x " + "\\" * 30_000 + "href{x} " + "![" * 20_000 + " " + "javascript " * 9000 + "[" * 3000),
    Case("One line of code takes a colouring program minutes", first="a." * 100_000 + "a", answers={"essay": r"\begin{x}" * 30_000}),
    Case("Raw and added text cells hold scripts", change=_raw_cells),
    Case(
        "Files beside the notebook are active pages",
        files={
            "page.html": _SCRIPT.encode(), "drawing.svg": b"<svg onload=alert(1)>", "page.xhtml": _SCRIPT.encode(), "code.js": b"alert(1)", "picture.png": b"<html><script>alert(1)</script>",
            "data.csv": b"<!DOCTYPE html><script>alert(1)</script>", "late.json": b" " * 600 + _SCRIPT.encode(), "page.HTM": _SCRIPT.encode(), "page.mhtml": b"x", "page.pdf": b"%PDF", "noending": _SCRIPT.encode(),
        },
        said=("page.html", "drawing.svg"),
    ),
    Case("A file's name is a script", files={"<img src=x onerror=alert(1)>.html": b"x", "a'\"><svg onload=alert(1)>.csv": b"x", "[x](javascript:alert(1)).js": b"x", "-rf": b"x", "new\nline.html": b"x", "name\x1b[31m.js": b"x"}),
    Case("A file's name is as long as a name can be", files={"n" * 250 + ".html": b"x", "长" * 83 + ".csv": b"1"}, said=("too long",)),
    Case("A folder bears the name of the notebook, another that of a file", files={"week-1.html/a.csv": b"1", "week-1.html.txt": b"2", "week-2/week-2.ipynb": b"{}"}),
    Case("The notebook's own name is a script", place=lambda folder, content: (folder / "<img src=x onerror=alert('live-script')>.ipynb").write_bytes(content), said=("onerror",)),
    Case("A file is called as nbgrader's own", files={"week-1.html": _SCRIPT.encode(), ".hidden": b"x"}, said=("week-1.html",)),
    odd("An honest picture is shown in the feedback", answers={"plot": "plt.plot([1, 2]);"}, shown=("data:image/png;base64",)),
]

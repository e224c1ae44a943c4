"""What in a page could run, fetch or lead a reader astray."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

_RUNS = {"script", "iframe", "frame", "object", "embed", "applet", "base", "form", "input", "button", "meta", "link", "svg", "math", "foreignobject", "template", "portal", "video", "audio", "source"}
_ADDRESSES = {"href", "src", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href", "ping"}


def active(page: str) -> Counter:
    """Tags, attributes and addresses that a page to read has no use for."""
    parser = _Page()
    parser.feed(page)
    parser.close()
    return parser.found


class _Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: Counter = Counter()
        self.styles = False

    def handle_starttag(self, tag, attributes):
        self.styles = tag == "style"
        if tag in _RUNS:
            self.found[f"<{tag}>"] += 1
        for name, value in attributes:
            value = re.sub(r"[\s\x00-\x20]", "", value or "").casefold()
            if name.startswith("on") or name in ("srcdoc", "autofocus"):
                self.found[f"{tag} {name}"] += 1
            elif name in _ADDRESSES and self._leads_astray(tag, value):
                self.found[f"{tag} {name}={value[:60]}"] += 1
            elif name == "style" and re.search(r"url\(|expression|position:fixed|@import", value):
                self.found[f"{tag} style={value[:60]}"] += 1

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        self.styles = False

    def handle_data(self, text):
        if self.styles and re.search(r"@import|url\(\s*['\"]?https?:", text):
            self.found["style that fetches"] += 1

    @staticmethod
    def _leads_astray(tag: str, value: str) -> bool:
        if tag == "a":
            return bool(re.match(r"[a-z][a-z0-9+.-]*:", value)) and not re.match(r"https?:|mailto:|attachment:", value)
        return not re.match(r"data:image/(png|jpeg);base64,", value)

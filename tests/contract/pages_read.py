"""What a browser would find in a page: scripts, styles and handlers in it, elements planted by data."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href")
DATA_BLOCKS = ("application/json", "application/ld+json", "text/plain")


@dataclass
class Seen:
    """Faults of one page."""

    inline: list[str] = field(default_factory=list)
    """Scripts, styles and handlers inside the page, which the CSP forbids, and addresses elsewhere."""
    planted: list[str] = field(default_factory=list)
    """Elements or attributes that a payload brought into being."""
    elements: int = 0


class _Reader(HTMLParser):
    def __init__(self, marker: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen, self.marker = Seen(), marker

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.elements += 1
        named = {name: value or "" for name, value in attrs}
        if tag == "style" or (
            tag == "script" and "src" not in named and named.get("type") not in DATA_BLOCKS
        ):
            self.seen.inline.append(f"<{tag}>")
        for name, value in named.items():
            self._attribute(tag, name, value)
        if self.marker and self.marker in tag:
            self.seen.planted.append(f"<{tag}>")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        start = value.strip().lower()
        runs = start.startswith(("javascript:", "vbscript:", "data:text/html"))
        if name == "style" or name.startswith("on") or (name in ADDRESSES and runs):
            self.seen.inline.append(f"<{tag} {name}={value[:40]!r}>")
        loads = tag in ("script", "img", "link", "iframe", "source", "use", "form", "object")
        away = start.startswith(("http:", "https:", "//")) and not start.startswith(
            "http://localhost"
        )
        if loads and name in ADDRESSES and away:
            self.seen.inline.append(f"<{tag} {name}={value[:40]!r}>")
        if self.marker and (self.marker in name or (runs and self.marker in value)):
            self.seen.planted.append(f"<{tag} {name}>")


def read(page: str, marker: str = "") -> Seen:
    """Read a page as a browser would, as far as tags and attributes go."""
    reader = _Reader(marker)
    reader.feed(page)
    reader.close()
    return reader.seen

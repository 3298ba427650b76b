"""A page's form as a browser without JavaScript would send it."""

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class Form(HTMLParser):
    """The boxes of the page's biggest form, as a browser without JavaScript would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self.inside = False
        self.select = self.area = ""
        self.chosen: str | None = None
        self.feed(html)

    @property
    def fields(self) -> MultiDict[str, str]:
        return MultiDict(max(self.forms, key=len))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append([])
            self.inside = True
        elif self.inside and tag == "input" and has.get("type") != "submit":
            self._input(has)
        elif self.inside and tag == "select":
            self.select, self.chosen = has["name"], None
        elif self.inside and tag == "option" and (self.chosen is None or "selected" in has):
            self.chosen = has["value"]
        elif self.inside and tag == "textarea":
            self.area, self.text = has["name"], ""

    def _input(self, has: dict[str, str]) -> None:
        ticked = has.get("type") not in ("checkbox", "radio") or "checked" in has
        if ticked and has.get("name") and has.get("type") != "file":
            self.forms[-1].append((has["name"], has.get("value", "on")))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.inside:
            self.forms[-1].append((self.select, self.chosen or ""))
        elif tag == "textarea" and self.area:
            self.forms[-1].append((self.area, self.text.replace("\n", "\r\n")))
            self.area = ""

"""A course text as it is read aloud: plain sentences, each with an end that a voice can hear."""

from html.parser import HTMLParser

ENDS = ".!?:;…"
BLOCKS = {"p", "li", "h2", "h3", "blockquote", "tr", "br"}
CELLS = {"td", "th"}


def spoken(html: str) -> str:
    """The words of safe HTML: a block ends with a full stop, cells of a table with a comma."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return " ".join(reader.text.split())


def sentence(words: str) -> str:
    """The words with an end, for a heading that is read before its text."""
    bare = words.strip()
    return bare if not bare or bare[-1] in ENDS else f"{bare}."


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in BLOCKS:
            self._end(".")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._end(".")
        elif tag in CELLS:
            self._end(",")

    def _end(self, mark: str) -> None:
        bare = self.text.rstrip()
        if bare.endswith(",") and mark == ".":
            bare = bare[:-1]
        self.text = bare if not bare or bare[-1] in ENDS + "," else bare + mark
        self.text += " "

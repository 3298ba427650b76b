"""The assigned drawings and grounds, as the look names them."""

from functools import lru_cache
from importlib.resources import files

_FOLDER = "static/core/img/pictures"


@lru_cache(maxsize=2)
def _words(name: str) -> dict[str, str]:
    text = files("lms.core").joinpath(f"{_FOLDER}/{name}").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    named = (line.partition("|") for line in lines if line and not line.startswith("#"))
    return {name: word for name, _bar, word in named}


def drawings() -> dict[str, str]:
    """Name of a drawing → its Vietnamese word."""
    return _words("NAMES.txt")


def colours() -> dict[str, str]:
    """Name of a ground → its Vietnamese word."""
    return _words("COLOURS.txt")


def spoken(picture: str, colour: str) -> str:
    """'Con gà, nền vàng': what a trainer says and a screen reader reads."""
    drawing = drawings().get(picture, picture)
    return f"{drawing}, nền {colours().get(colour, colour)}"

"""The three faces we embed, from the wheels that carry them: no system font is needed anywhere.

The serif stands upright only: its italics lack a hundred Vietnamese letters.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from certificates.paper.kerning import Kerning
from certificates.paper.truetype import Font

FILES = {
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    "bold": ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
    "sans": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
}


def path(face: str) -> Path:
    """Where the file of a face of FILES is; FileNotFoundError when its wheel is not installed."""
    package, name = FILES[face]
    found = find_spec(package)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"The package {package}, which carries {name}, is not installed.")
    return Path(found.origin).parent / "files" / name


@lru_cache(maxsize=len(FILES))
def font(face: str) -> Font:
    """The font of a face of FILES."""
    return Font.read(path(face))


@lru_cache(maxsize=len(FILES))
def kerning(face: str) -> Kerning:
    """The pair adjustments of a face."""
    return Kerning(font(face))

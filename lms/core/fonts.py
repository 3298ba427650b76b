"""The fonts that carry every Vietnamese letter: Source Sans Pro from its PyPI wheel (OFL)."""

from importlib.util import find_spec
from pathlib import Path


class FontMissing(RuntimeError):
    """A font package is not installed."""


def font_file(package: str, name: str) -> Path:
    """The TTF of this name inside a font wheel; FontMissing when there is none."""
    spec = find_spec(package)
    folder = Path(next(iter(spec.submodule_search_locations or [])) if spec else "")
    found = next(iter(sorted(folder.rglob(name))), None) if spec else None
    if found is None:
        raise FontMissing(f"Thiếu phông chữ {name} của gói {package}. Hãy cài lại theo README.")
    return found


def register_fonts() -> tuple[str, str]:
    """Make the regular and bold sans known to ReportLab; returns their names."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name in ("SourceSansPro-Regular", "SourceSansPro-Bold"):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(
                TTFont(name, str(font_file("font_source_sans_pro", f"{name}.ttf")))
            )
    return "SourceSansPro-Regular", "SourceSansPro-Bold"

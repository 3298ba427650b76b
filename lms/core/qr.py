"""QR codes as SVG, to stand within a page or alone.

The modules are filled areas with crisp edges: rows of strokes show hairlines between them on a screen.
"""

from itertools import groupby

from markupsafe import Markup, escape

QUIET = 4
"""White modules around the code, as the standard asks for."""


def svg(text: str, label: str = "") -> Markup:
    """An <svg> element without a size of its own; `label` is what a screen reader says."""
    title = f"<title>{escape(label)}</title>" if label else ""
    return Markup(_drawn(text, title))  # noqa: S704 - it holds numbers and the escaped label only.


def alone(text: str) -> bytes:
    """The same as an SVG document on white, for an <img>."""
    white = '<path fill="#fff" d="M0 0h999v999H0z"/>'
    return _drawn(text, white, ' xmlns="http://www.w3.org/2000/svg"').encode()


def modules(text: str, mask: int | None = None) -> list[list[int]]:
    """The code's rows from the top, 1 for a dark module, without the quiet zone.

    `mask` (0 to 7) saves choosing the best one, which costs four times all else; readers take any.
    """
    import segno

    return [list(row) for row in segno.make_qr(text, error="m", mask=mask).matrix]


def _drawn(text: str, first: str, more: str = "") -> str:
    rows = modules(text)
    side = len(rows) + 2 * QUIET
    path = "".join(_runs(row, y) for y, row in enumerate(rows, QUIET))
    return (
        f'<svg{more} class="qr" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" role="img">'
        f'{first}<path fill="#000" d="{path}"/></svg>'
    )


def _runs(row: list[int], y: int) -> str:
    """The dark runs of one row as closed areas."""
    found, x = [], QUIET
    for dark, run in groupby(row):
        width = len(list(run))
        if dark:
            found.append(f"M{x} {y}h{width}v1h-{width}z")
        x += width
    return "".join(found)

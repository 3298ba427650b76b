"""QR codes as SVG, to stand within a page or alone."""

import io

from markupsafe import Markup


def svg(text: str, label: str = "") -> Markup:
    """An <svg> element without a size of its own; `label` is what a screen reader says."""
    import segno

    drawn = segno.make_qr(text, error="m").svg_inline(
        omitsize=True, border=4, svgclass="qr", lineclass=None, title=label or None
    )
    return Markup(drawn)  # noqa: S704 - segno writes it, and escapes the title.


def alone(text: str) -> bytes:
    """The same as an SVG document, for an <img>."""
    import segno

    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", border=4, omitsize=True, light="#fff")
    return out.getvalue()

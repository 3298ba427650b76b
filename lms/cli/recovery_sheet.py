"""The recovery sheet: the keys on one A4 page, as text and QR, to be printed and locked away."""

import io
import json
from pathlib import Path

from lms.core.clock import today
from lms.core.command import Context
from lms.core.fonts import register_fonts
from lms.core.keys import as_text
from lms.core.text import day

NAME = "phieu-khoi-phuc.pdf"
LINES = (
    "Phiếu này giữ các khóa bí mật của xã. Bản sao lưu dữ liệu không kèm khóa.",
    "Ai có phiếu này và bản sao lưu thì đọc được dữ liệu: hãy cất trong tủ khóa.",
    "Khi thay máy: cài lại, chạy 'lms keys restore', quét mã QR bên dưới,",
    "rồi chạy 'lms restore TỆP_SAO_LƯU'.",
)


def write_sheet(context: Context, commune: str) -> Path:
    """Draw the sheet into the data folder, readable by its owner alone; returns its path."""
    path = context.settings.data_dir / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(draw(commune, json.dumps(as_text(context.keys))))
    return path


def draw(commune: str, secret: str) -> bytes:
    """The page as PDF bytes: title, advice, QR of the secret, the secret in lines of 60 letters."""
    import segno
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    sans, bold = register_fonts()
    out = io.BytesIO()
    page = Canvas(out, pagesize=A4, lang="vi")
    page.setTitle(f"Phiếu khôi phục khóa – {commune}")
    page.setFont(bold, 20)
    page.drawString(25 * mm, 265 * mm, "PHIẾU KHÔI PHỤC KHÓA")
    page.setFont(sans, 12)
    for row, line in enumerate((f"{commune} – in ngày {day(today())}", *LINES)):
        page.drawString(25 * mm, (255 - 7 * row) * mm, line)
    _draw_qr(page, segno.make(secret, error="m"), 25 * mm, 110 * mm, 100 * mm)
    page.setFont("Courier", 10)
    for row, start in enumerate(range(0, len(secret), 60)):
        page.drawString(25 * mm, (98 - 5 * row) * mm, secret[start : start + 60])
    page.save()
    return out.getvalue()


def _draw_qr(page: object, code: object, left: float, bottom: float, width: float) -> None:
    rows = [bytes(row) for row in code.matrix]  # type: ignore[attr-defined]  # segno ships no types.
    cell = width / len(rows)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                page.rect(left + x * cell, bottom + width - (y + 1) * cell, cell, cell, 0, 1)  # type: ignore[attr-defined]

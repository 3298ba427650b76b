"""What the sheets of a class of sixty cost: ours beside bare ReportLab that writes as many lines and codes.

`python bench/bench_paper.py` prints seconds of processor time, bytes and ratios, the best of three runs
each. The ceiling is measured in the same run: the same count of text lines, boxes and QR codes drawn with
nothing measured, wrapped or fitted. It ends with an error when ours takes more than three times as long.
"""

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import segno
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

sys.path.insert(0, str(Path(__file__).parents[1]))

from lms.cohorts.paper.attendance import Attending, Meeting, attendance_pdf
from lms.cohorts.paper.cards import Card, Issuer, cards_pdf
from lms.cohorts.pictures import colours, drawings, spoken
from lms.cohorts.rules import check_digit, grouped_card
from lms.core.fonts import register_fonts
from lms.people.models import Commune

PEOPLE = 60
MOST = 3.0
NAMES = (
    "Nguyễn Thị Lan",
    "Trần Văn Hùng",
    "Công Tằng Tôn Nữ Phương Hoàng Thị Ngọc Diễm Quỳnh Hương Giang",
)


def addresses() -> list[str]:
    """What the codes of the class say."""
    bare = [f"{482719340 + n:09d}" for n in range(PEOPLE)]
    return [f"https://lop.tanbinhthuong.example/the#{one}{check_digit(one)}" for one in bare]


def cards() -> bytes:
    """The cards of the class as we print them."""
    shapes, grounds = list(drawings()), list(colours())
    told = [
        Card(NAMES[n % 3], grouped_card(address[-10:]), address, shapes[n % 33], grounds[n % 8],
             spoken(shapes[n % 33], grounds[n % 8]), f"{4827 + n}")
        for n, address in enumerate(addresses())
    ]  # fmt: skip
    return cards_pdf("Thẻ", Issuer("Xã Tân Bình Thượng", "Lớp tối thôn Đông"), told)


def sheet() -> bytes:
    """The attendance sheet of eight meetings."""
    commune = Commune(short_code="TBT", kind="xa", name="Tân Bình Thượng", province="Tỉnh Mẫu")
    days = [Meeting(n + 1, date(2026, 11, 2) + timedelta(7 * n)) for n in range(8)]
    people = [(NAMES[n % 3], str(1950 + n % 50)) for n in range(PEOPLE)]
    return attendance_pdf(
        Attending(commune, "Thôn Đông", "Lớp tối thôn Đông", "K1", "Kỹ năng số cho người dân",
                  "Nhà văn hóa thôn Đông", "Trần Thị Trang", people, days)
    )  # fmt: skip


def bare(lines: int, boxes: int, codes: list[str]) -> bytes:
    """So many lines, boxes and codes, drawn by ReportLab one after the other and nothing else."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4)
    face, _bold = register_fonts()
    canvas.setFont(face, 10)
    for n in range(lines):
        canvas.drawString(40, 800 - n % 70 * 11, NAMES[n % 3])
    for n in range(boxes):
        canvas.rect(40 + n % 20, 40 + n % 700, 50, 20)
    for n, text in enumerate(codes):
        _code(canvas, text, n)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _code(canvas: Canvas, text: str, n: int) -> None:
    outline = canvas.beginPath()
    for y, row in enumerate(segno.make_qr(text, error="m", mask=2).matrix):
        for x, dark in enumerate(row):
            if dark:
                outline.rect(40 + x * 2, 40 + n + y * 2, 2, 2)
    canvas.drawPath(outline, stroke=0, fill=1)


def measured(draw: Callable[[], bytes]) -> tuple[float, int]:
    """(seconds of processor time, bytes) of the best of three runs."""
    best, size = 9e9, 0
    for _run in range(3):
        began = time.process_time()
        size = len(draw())
        best = min(best, time.process_time() - began)
    return best, size


def main() -> None:
    """Print the figures; a ratio beyond `MOST` is an error."""
    register_fonts()
    over = []
    jobs = (
        ("login cards of 60", cards, lambda: bare(PEOPLE * 11, PEOPLE * 2, addresses())),
        ("attendance of 60, 8 meetings", sheet, lambda: bare(PEOPLE * 3 + 90, 70 * 12, [])),
    )
    for name, ours, ceiling in jobs:
        (took, size), (least, _size) = measured(ours), measured(ceiling)
        print(f"{name}: {took * 1000:.0f} ms, {size / 1024:.0f} KB; bare ReportLab {least * 1000:.0f} ms; "
              f"ratio {took / least:.2f}")  # fmt: skip
        over += [name] if took > MOST * least else []
    if over:
        sys.exit(f"more than {MOST:.0f} times bare ReportLab: {', '.join(over)}")


if __name__ == "__main__":
    main()

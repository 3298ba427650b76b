"""How many certificates a second of processor time: plain ReportLab beside our assembler, in one run.

Both draw the same page from the same data, its QR code included, and give a file's bytes. Ours also
takes the hash that is kept with each certificate. `python bench/bench_certificates.py [count]` prints rates,
sizes and ratios; it ends with an error when ours is not at least ten times as fast in bulk.
"""

import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import segno
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

sys.path.insert(0, str(Path(__file__).parents[1]))

from certificates.paper import artwork, fonts, template
from certificates.paper.artwork import HEIGHT, MIDDLE, WIDTH
from certificates.paper.assembler import draw
from certificates.paper.bundle import Sheet, bundle
from certificates.paper.page import Printed
from lms.core.ids import spoken_code

GOAL = 10.0


def someone(n: int) -> Printed:
    """The words of the nth certificate: a new name, number and code each."""
    token = f"TBT.{spoken_code(26)}"
    return Printed(
        number=f"{n:06d}/2026/TBT",
        issuer="ỦY BAN NHÂN DÂN XÃ TÂN BÌNH THƯỢNG, TỈNH MẪU",
        name=f"Nguyễn {('Thị', 'Văn', 'Ngọc')[n % 3]} {spoken_code(5).title()}",
        birth=f"Sinh ngày {1 + n % 28:02d}/03/{1940 + n % 60}",
        programme="Kỹ năng số cho người dân",
        level="Trình độ: Cơ bản  ·  Thời lượng: 8 giờ học",
        proof="Kết quả: đạt bài kiểm tra có giám sát và làm được bài thực hành có người quan sát",
        occasion="Ngày 20/11/2026, tại Nhà văn hóa thôn Đông",
        dispatch="Tân Bình Thượng, ngày 21 tháng 11 năm 2026",
        address=f"https://lop.tanbinhthuong.example/gcn/{token}",
        code=token,
    )


def plainly(words: Printed) -> bytes:
    """The same page as most programs draw it: everything anew for each file."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    _frame(canvas)
    lines = (
        ("bold", 12.5, 529, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("bold", 13, 513, "Độc lập - Tự do - Hạnh phúc"),
        ("bold", 13, 472, words.issuer), ("bold", 32, 424, "GIẤY CHỨNG NHẬN HOÀN THÀNH"),
        ("serif", 14, 379, "Chứng nhận học viên"), ("bold", 38, 335, words.name),
        ("serif", 13, 307, words.birth),
        ("serif", 14, 280, "đã hoàn thành chương trình"), ("bold", 23, 248, words.programme),
        ("serif", 13, 221, words.level), ("serif", 13, 202, words.proof), ("serif", 13, 184, words.occasion),
    )  # fmt: skip
    for face, size, height, text in lines:
        canvas.setFont(face, size)
        canvas.drawCentredString(MIDDLE, height, text)
    canvas.setFont("serif", 12)
    canvas.drawCentredString(650, 152, words.dispatch)
    canvas.drawCentredString(650, 134, "ĐẠI DIỆN NƠI CẤP")
    canvas.setFont("sans", 9)
    canvas.drawString(155, 121, f"Số: {words.number}")
    canvas.drawString(155, 104, "Quét mã để kiểm tra giấy này")
    canvas.drawString(155, 88, f"Mã: {words.code}")
    _code(canvas, words.address)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _frame(canvas: Canvas) -> None:
    canvas.setStrokeColor(HexColor(artwork.ACCENT))
    for inset in (21, 32, 35.5):
        canvas.rect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset)
    for n in range(2, 73):
        canvas.line(n * 11, 26, n * 11 + 5, 29)
        canvas.line(n * 11, HEIGHT - 26, n * 11 + 5, HEIGHT - 29)
    for radius in (86, 96, 117, 124, 155, 172):
        canvas.circle(MIDDLE, 292, radius)


def _code(canvas: Canvas, address: str) -> None:
    rows = segno.make_qr(address, error="m", boost_error=False).matrix
    side = 94 / len(rows)
    for n, row in enumerate(rows):
        for m, dark in enumerate(row):
            if dark:
                canvas.rect(52 + m * side, 140 - n * side, side, side, stroke=0, fill=1)


def seconds(work: Callable[[Printed], object], people: list[Printed]) -> float:
    """Processor time of one piece of work, in seconds."""
    start = time.process_time()
    for one in people:
        work(one)
    return (time.process_time() - start) / len(people)


def main(count: int) -> int:
    """Measure, print, and say whether the goal is reached."""
    for key in fonts.FILES:
        path = fonts.path(key)
        pdfmetrics.registerFont(TTFont(key, str(path)))
    start = time.process_time()
    template.parts()
    prepared = time.process_time() - start
    people = [someone(n) for n in range(count)]
    plainly(people[0]), draw(people[0])
    plain = min(seconds(plainly, people[: max(20, count // 5)]) for _ in range(2))
    ours = min(seconds(draw, people) for _ in range(2))
    drawn = [draw(one) for one in people]
    sheets = [Sheet(tuple(part.body for part in one.parts), one.tail) for one in drawn]
    start = time.process_time()
    size = sum(len(piece) for piece in bundle(sheets, "Lớp K1"))
    printing = (time.process_time() - start) / count
    rows = (
        ("ReportLab, một tệp mỗi người", plain, len(plainly(people[0]))),
        ("của ta, vẽ và băm một tệp", ours, len(drawn[0].file)),
        ("của ta, in cả lớp từ bản giữ", printing, size // count),
    )
    for name, each, bytes_ in rows:
        print(f"{name:32} {1 / each:9.0f} giấy/giây CPU  {bytes_:7d} byte  ×{plain / each:6.1f}")
    print(f"giữ riêng cho mỗi giấy: {sum(len(d.tail) for d in drawn) // count} byte; "
          f"vẽ phần chung một lần: {prepared * 1000:.0f} ms")  # fmt: skip
    return 0 if min(plain / printing, plain / ours) >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))

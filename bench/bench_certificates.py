"""How many certificates a second of processor time: plain ReportLab beside our assembler, in one run.

Both draw the same two pages from the same data, the front with its QR code and the back with its lists,
and give a file's bytes. Ours also takes the hash that is kept with each certificate. Then a class of 500
is drawn and laid into one file, on one core, in a process that is asked how much memory it took.
`python bench/bench_certificates.py [count]` prints rates, sizes and ratios; it ends with an error when ours
is not at least ten times as fast, a class takes more than three seconds, or a front keeps more than 3 KB.
"""

import resource
import sys
import time
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

sys.path.insert(0, str(Path(__file__).parents[1]))

from certificates.paper import artwork, fonts
from certificates.paper.artwork import HEIGHT, MIDDLE, WIDTH
from certificates.paper.assembler import Drawn, draw
from certificates.paper.back import SKILLS, TASKS, Back
from certificates.paper.bundle import Sheet, bundle, two_up
from certificates.paper.page import Printed
from certificates.paper.slip import draw_slip
from lms.core.ids import spoken_code

GOAL, CLASS, SECONDS, KEPT = 10.0, 500, 3.0, 3072
BACK = Back(
    "Kỹ năng số cho người dân", "Cơ bản",
    ("Dùng điện thoại, nối mạng, gọi video", "Tìm tin và xét tin", "Dùng VNeID và dịch vụ công trực tuyến",
     "Trả tiền, nhận tiền không dùng tiền mặt", "Giữ an toàn cho mình trên mạng", "Hỏi trợ lý AI rồi kiểm lại"),
    ("Xử lý một cuộc gọi giả danh", "Tìm một thủ tục trên Cổng Dịch vụ công quốc gia"),
    "Học viên tự làm được những việc số thường ngày theo cách đã học.",
    "Học viên đạt bài kiểm tra cuối khóa làm tại lớp dưới sự giám sát, và đã tự làm các việc nêu trên trước "
    "mặt người quan sát.",
)  # fmt: skip
CHECK = (
    "Quét mã QR ở mặt trước, hoặc mở lop.tanbinhthuong.example/gcn rồi gõ mã in ở cuối trang này. Trang ấy cho "
    "biết giấy còn giá trị hay không; ai cũng xem được và chỉ thấy tên đã che bớt."
)


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
    """The same two pages as most programs draw them: everything anew for each file."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    _frame(canvas)
    _front(canvas, words)
    canvas.showPage()
    canvas.setStrokeColor(HexColor(artwork.ACCENT))
    canvas.rect(26, 26, WIDTH - 52, HEIGHT - 52)
    _back(canvas, words)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _front(canvas: Canvas, words: Printed) -> None:
    lines = (
        ("bold", 12.5, 532, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("bold", 13, 516, "Độc lập - Tự do - Hạnh phúc"),
        ("bold", 12.5, 490, words.issuer), ("bold", 35, 448, "GIẤY CHỨNG NHẬN HOÀN THÀNH"),
        ("serif", 14, 399, "Chứng nhận học viên"), ("bold", 40, 355, words.name),
        ("serif", 13, 327, words.birth),
        ("serif", 14, 300, "đã hoàn thành chương trình"), ("bold", 24, 268, words.programme),
        ("serif", 13, 238, words.level), ("serif", 13, 219, words.proof), ("serif", 13, 200, words.occasion),
    )  # fmt: skip
    for face, size, height, text in lines:
        canvas.setFont(face, size)
        canvas.drawCentredString(MIDDLE, height, text)
    canvas.setFont("serif", 12)
    canvas.drawCentredString(635, 164, words.dispatch)
    canvas.drawCentredString(635, 146, "ĐẠI DIỆN NƠI CẤP")
    canvas.setFont("sans", 9)
    canvas.drawCentredString(635, 132, "(Ký, ghi rõ chức vụ, họ tên và đóng dấu)")
    canvas.drawString(155, 132, f"Số: {words.number}")
    canvas.drawString(155, 113, "Quét mã để kiểm tra giấy này, hoặc gõ mã tại")
    canvas.drawString(155, 100, "lop.tanbinhthuong.example/gcn")
    canvas.drawString(155, 81, f"Mã: {words.code}")
    _code(canvas, words.address)


def _back(canvas: Canvas, words: Printed) -> None:
    canvas.setFont("bold", 24)
    canvas.drawCentredString(MIDDLE, 521, BACK.programme)
    canvas.setFont("serif", 13)
    canvas.drawCentredString(MIDDLE, 501, f"Trình độ: {BACK.level}")
    for x, heading, items in ((64, SKILLS, BACK.skills), (438, TASKS, BACK.tasks)):
        canvas.setFont("bold", 14)
        canvas.drawString(x, 438, heading)
        canvas.setFont("serif", 14)
        for n, item in enumerate(items):
            canvas.circle(x + 3, 416 - 27 * n, 2, fill=1)
            canvas.drawString(x + 15, 412 - 27 * n, item)
    for n, text in enumerate((BACK.level_means, BACK.proof_means, CHECK)):
        canvas.setFont("sans", 10.5)
        for k, line in enumerate(simpleSplit(text, "sans", 10.5, 215)):
            canvas.drawString(64 + 249 * n, 143 - 14 * k, line)
    canvas.setFont("sans", 9.5)
    canvas.drawCentredString(
        MIDDLE, 52, f"Mặt sau của giấy chứng nhận số {words.number}  ·  Mã: {words.code}"
    )


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


def two_pages(words: Printed) -> Drawn:
    """Ours: front and back."""
    return draw(words, back=BACK)


def sheet(drawn: Drawn) -> Sheet:
    """As it is kept."""
    return Sheet(tuple(part.body for part in drawn.parts), drawn.tail)


def seconds(work: Callable[[Printed], object], people: list[Printed]) -> float:
    """Processor time of one piece of work, in seconds."""
    start = time.process_time()
    for one in people:
        work(one)
    return (time.process_time() - start) / len(people)


def whole_class(people: list[Printed]) -> tuple[float, int]:
    """Processor seconds to draw a class and lay it into one file, and the bytes written."""
    start = time.process_time()
    size = sum(len(piece) for piece in bundle((sheet(two_pages(one)) for one in people), "Lớp K1"))
    return time.process_time() - start, size


def peak(people: list[Printed]) -> float:
    """The most memory in use while a class is laid into one file from what is kept, in MB."""
    kept = sheet(two_pages(people[0]))
    tracemalloc.start()
    for _piece in bundle((kept for _one in people), "Lớp K1"):
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def main(count: int) -> int:
    """Measure, print, and say whether the goals are reached."""
    for key in fonts.FILES:
        pdfmetrics.registerFont(TTFont(key, str(fonts.path(key))))
    people = [someone(n) for n in range(count)]
    start = time.process_time()
    two_pages(people[0])
    prepared = time.process_time() - start
    plainly(people[0]), draw_slip(people[0])
    plain = min(seconds(plainly, people[: max(20, count // 5)]) for _ in range(2))
    ours, slip = (min(seconds(work, people) for _ in range(2)) for work in (two_pages, draw_slip))
    drawn, slips = [two_pages(one) for one in people], [draw_slip(one) for one in people]
    start = time.process_time()
    size = sum(len(piece) for piece in bundle(map(sheet, drawn), "Lớp K1"))
    printing = (time.process_time() - start) / count
    start = time.process_time()
    pairs = sum(len(piece) for piece in two_up(map(sheet, slips), "Lớp K1"))
    pairing = (time.process_time() - start) / count
    rows = (
        ("ReportLab, một tệp hai trang", plain, len(plainly(people[0]))),
        ("của ta, vẽ và băm hai trang", ours, len(drawn[0].file)),
        ("của ta, in cả lớp từ bản giữ", printing, size // count),
        ("của ta, vẽ và băm phiếu A5", slip, len(slips[0].file)),
        ("của ta, xếp phiếu hai một tờ", pairing, pairs // count),
    )
    for name, each, bytes_ in rows:
        print(f"{name:32} {1 / each:9.0f} giấy/giây CPU  {bytes_:7d} byte  ×{plain / each:6.1f}")
    tail, front, five = (sum(len(one.tail) for one in many) // count
                         for many in (drawn, [draw(one) for one in people], slips))  # fmt: skip
    print(f"giữ riêng cho mỗi giấy: mặt trước {front} byte, cả hai mặt {tail} byte, phiếu A5 {five} byte; "
          f"vẽ phần chung một lần: {prepared * 1000:.0f} ms")  # fmt: skip
    school = [someone(n) for n in range(CLASS)]
    took, written = whole_class(school)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{CLASS} giấy: vẽ và in thành một tệp {written / 1e6:.1f} MB trong {took:.2f} giây CPU; "
          f"riêng việc in giữ nhiều nhất {peak(school):.1f} MB (cả tiến trình {most:.0f} MB)")  # fmt: skip
    is_good = plain / max(printing, ours) >= GOAL and took <= SECONDS and max(tail, five) <= KEPT
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))

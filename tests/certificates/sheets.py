"""Fixed data for pages that are drawn, the hard cases, and sheets that an earlier release kept."""

import gzip
import json
import sqlite3
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from certificates.paper.assembler import Drawn
from certificates.paper.back import Back
from certificates.paper.bundle import Sheet
from certificates.paper.design import Design
from certificates.paper.logo_cleaning import clean_logo
from certificates.paper.page import Printed

GOLDEN = Path(__file__).parents[1] / "golden"

SECRET = "ABCDEFGHJKLMNPQRSTUVWXYZ23"
SIXTY = "Công Tằng Tôn Nữ Hoàng Phương Nguyễn Thị Đặng Trần Khánh Huy"
HARD_NAMES = (
    "Y",
    "Nguyễn Thị Lan",
    SIXTY,
    "Nguyễn Ngọc Khánh Quỳnh Phương Thảo Vân Anh",
    "H'Ƀlĭ Êban Niê Kđăm",
    "Rơ̆mah ê̆ ô̆ ư̆ Č Ñ ƀuôn",
    "Ẵẫẳễệỹỵợử Đỗ Ỷ",
)


def printed(**other: str) -> Printed:
    """A certificate's words; `other` changes some."""
    words = {
        "number": "000123/2026/TBT",
        "issuer": "ỦY BAN NHÂN DÂN XÃ TÂN BÌNH THƯỢNG, TỈNH MẪU",
        "name": "Nguyễn Thị Lan",
        "birth": "Sinh ngày 02/03/1958",
        "programme": "Kỹ năng số cho người dân",
        "level": "Trình độ: Cơ bản  ·  Thời lượng: 8 giờ học",
        "proof": "Kết quả: đạt bài kiểm tra có giám sát và làm được bài thực hành có người quan sát",
        "occasion": "Ngày 20/11/2026, tại Nhà văn hóa thôn Đông",
        "dispatch": "Tân Bình Thượng, ngày 21 tháng 11 năm 2026",
        "address": f"https://lop.tanbinhthuong.example/gcn/TBT.{SECRET}",
        "code": "TBT.ABCD EFGH JKLM NPQR STUV WXYZ 23",
    }
    return Printed(**words | other)


def hardest() -> Printed:
    """Everything as long as it gets: two lines twice, a long address, replaced, sample."""
    return printed(
        name=SIXTY,
        programme="Trợ lý trí tuệ nhân tạo trong công việc hành chính của xã, phường: soạn thảo, "
        "tra cứu, kiểm chứng và bảo vệ dữ liệu",
        occasion="Ngày 20/11/2026, tại Nhà văn hóa khu dân cư Tân Bình Thượng Đông và Trường Trung học "
        "cơ sở Nguyễn Thị Minh Khai",
        address=f"https://lop-hoc-so.phuong-tan-binh-thuong-dong.tinh-vi-du.example/gcn/TBT.{SECRET}",
        replaces="Cấp lại, thay giấy số 000101/2026/TBT",
        sample="DỮ LIỆU MẪU – KHÔNG CÓ GIÁ TRỊ",
    )


SKILLS = (
    "Dùng điện thoại, nối mạng, gọi video", "Tìm tin và xét tin", "Dùng VNeID và dịch vụ công trực tuyến",
    "Trả tiền, nhận tiền không dùng tiền mặt", "Giữ an toàn cho mình trên mạng",
    "Hỏi trợ lý AI và kiểm lại câu trả lời", "Mua bán trên mạng", "Giúp người khác cùng làm",
)  # fmt: skip
TASKS = ("Xử lý một cuộc gọi giả danh", "Tìm một thủ tục trên Cổng Dịch vụ công quốc gia")
BACK = Back(
    "Kỹ năng số cho người dân", "Cơ bản", SKILLS[:3], TASKS,
    "Tự làm được những việc số thường gặp theo cách đã học.",
    "Học viên đạt bài kiểm tra có người giám sát, và có người quan sát tận mắt thấy học viên làm được các việc "
    "nêu trên.",
)  # fmt: skip
FULL_BACK = Back(
    hardest().programme, "Thành thạo",
    (*SKILLS, *(f"{one}, khi đã biết những điều cơ bản" for one in SKILLS[:6])),
    tuple(f"Hướng dẫn một người dân nộp hồ sơ trực tuyến, lần {n}" for n in range(1, 5)),
    BACK.level_means, BACK.proof_means,
)  # fmt: skip


@cache
def logo() -> bytes:
    """A mark as we keep it: a star on a disc."""
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    brush = ImageDraw.Draw(image)
    brush.ellipse((10, 10, 290, 290), fill=(160, 20, 30, 255))
    tips = [(150, 40), (180, 120), (260, 120), (195, 170), (220, 250), (150, 200), (80, 250)]
    brush.polygon([*tips, (105, 170), (40, 120), (120, 120)], fill=(250, 210, 60, 255))
    out = BytesIO()
    image.save(out, "PNG")
    return clean_logo(out.getvalue())


def full_design() -> Design:
    """A design that uses every line there is."""
    return Design(
        superior="ỦY BAN NHÂN DÂN TỈNH MẪU",
        issuer="ỦY BAN NHÂN DÂN XÃ TÂN BÌNH THƯỢNG",
        basis="Căn cứ Kế hoạch số 45/KH-UBND ngày 12 tháng 3 năm 2026 của Ủy ban nhân dân xã Tân Bình Thượng\n"
        "về việc phổ cập kỹ năng số cho người dân trên địa bàn xã năm 2026;",
        signing_as="TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        signing_note="(Ký tên, đóng dấu)",
        signatory="Nguyễn Văn Thượng",
        logo=logo(),
    )


def sheet(drawn: Drawn) -> Sheet:
    """A certificate as it is kept."""
    return Sheet(tuple(part.body for part in drawn.parts), drawn.tail)


@cache
def kept(store: str) -> dict[str, tuple[Sheet, str]]:
    """Number → what a release kept of a certificate, and the hash of its file, read without our code."""
    database = sqlite3.connect(":memory:")
    database.deserialize(gzip.decompress((GOLDEN / f"{store}.db.gz").read_bytes()))
    bodies = dict(database.execute("SELECT sha256, body FROM certificate_part"))
    rows = database.execute(
        "SELECT number, parts, content, file_sha256 FROM certificate"
    ).fetchall()
    database.close()
    return {
        number: (Sheet(tuple(bodies[one] for _name, one in sorted(json.loads(parts).items())), tail), digest)
        for number, parts, tail, digest in rows
    }  # fmt: skip

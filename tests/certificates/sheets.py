"""Fixed data for pages that are drawn, and the hard cases."""

from certificates.paper.page import Printed

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

"""A design drawn for somebody who does not exist, before it is used for anyone."""

from __future__ import annotations

from dataclasses import fields, replace

from certificates.paper.assembler import draw
from certificates.paper.design import DEFAULT, Design, Unfit
from certificates.paper.logo import BadLogo
from certificates.paper.page import Printed
from certificates.paper.slip import draw_slip
from certificates.paper.typeset import TooLong, UnknownLetter

_SOMEBODY = Printed(
    number="000000/2026/MAU",
    issuer="",
    name="Công Tằng Tôn Nữ Hoàng Phương Nguyễn Thị Đặng Trần Khánh Huy",
    birth="Sinh ngày 30/12/1950",
    programme="Trợ lý trí tuệ nhân tạo trong công việc hành chính của xã, phường: soạn thảo, tra cứu",
    level="Trình độ: Thành thạo  ·  Thời lượng: 12 giờ học",
    proof="Kết quả: đạt bài kiểm tra có giám sát và làm được bài thực hành có người quan sát",
    occasion="Ngày 30/12/2026, tại Nhà văn hóa khu dân cư số một của thôn và trường trung học cơ sở",
    dispatch="Tên một xã khá dài, ngày 30 tháng 12 năm 2026",
    address="https://lop.vi-du.example/gcn/MAU.ABCDEFGHJKLMNPQRSTUVWXYZ23",
    code="MAU.ABCD EFGH JKLM NPQR STUV WXYZ 23",
    replaces="Cấp lại, thay giấy số 000000/2026/MAU",
)
_BULK = ("basis", "superior", "signing_as", "title", "lead", "completed")
"""What takes room from the person, in the order in which it is blamed when all together is too much."""


def try_design(design: Design, issuer: str) -> None:
    """Unfit names the first field that cannot be printed."""
    somebody = replace(_SOMEBODY, issuer=issuer)
    for field in fields(Design):
        value = getattr(design, field.name)
        if value != field.default:
            _try(field.name, somebody, replace(DEFAULT, **{field.name: value}))
    filled = (name for name in _BULK if getattr(design, name) != getattr(DEFAULT, name))
    _try(next(filled, "title"), somebody, design)


def _try(field: str, printed: Printed, design: Design) -> None:
    try:
        draw(printed, design)
        draw_slip(printed, design)
    except UnknownLetter as error:
        raise Unfit(field, "letter", error.letter) from error
    except TooLong as error:
        raise Unfit(field, "long") from error
    except BadLogo as error:
        raise Unfit(field, "logo") from error

"""The words of a certificate, on paper and on screens.

What is printed is not translated: the paper is Vietnamese and frozen. The wording is a documented
default that has not been compared with Phụ lục II of Decision 757/QĐ-BKHCN.
"""

from __future__ import annotations

from datetime import date

from certificates.paper.back import Back
from certificates.paper.page import Printed
from certificates.rules import Claims, Lack, spaced
from courses.rules import ProgrammeVersion, UnknownContent
from lms.core.i18n import _
from lms.core.text import day
from lms.people.models import Commune

PROVEN = {
    "test_passed": "đạt bài kiểm tra",
    "test_supervised": "đạt bài kiểm tra có giám sát",
    "task_observed": "đạt bài kiểm tra có giám sát và làm được bài thực hành có người quan sát",
}
PROOF_MEANS = {
    "test_passed": "Học viên đạt bài kiểm tra cuối khóa; bài làm không có người giám sát.",
    "test_supervised": "Học viên đạt bài kiểm tra cuối khóa, làm tại lớp dưới sự giám sát.",
    "task_observed": "Học viên đạt bài kiểm tra cuối khóa làm tại lớp dưới sự giám sát, và đã tự làm các "
    "việc nêu trên trước mặt người quan sát.",
}
LEVEL_MEANS = {
    "basic": "Học viên tự làm được những việc số thường ngày theo cách đã học.",
    "proficient": "Học viên làm thành thạo những việc số thường ngày và biết tự kiểm tra lại.",
}
"""One sentence each, for the back of the paper: our own words, not those of a regulation."""
SAMPLE = "DỮ LIỆU MẪU – KHÔNG CÓ GIÁ TRỊ"


def printed(claims: Claims, token: str, base: str, issuer: str = "") -> Printed:
    """The words on paper; `base` is the public address of the service, without a slash at its end.

    `issuer` is how the commune's design names who issues; empty is the people's committee.
    """
    return Printed(
        number=claims.number,
        issuer=issuer or _committee(claims.commune, claims.province),
        name=claims.name,
        birth=_birth(claims),
        programme=claims.programme,
        level=f"Trình độ: {claims.level_title}  ·  Thời lượng: {claims.hours} giờ học",
        proof=f"Kết quả: {PROVEN[claims.proof]}",
        occasion=f"Ngày {day(date.fromisoformat(claims.completed_on))}, tại {claims.where}",
        dispatch=_dispatch(claims),
        address=f"{base}/gcn/{token}",
        code=spaced(token),
        replaces=f"Cấp lại, thay giấy số {claims.replaces}" if claims.replaces else "",
        sample=SAMPLE if claims.sample else "",
    )


def issuer_of(commune: Commune) -> str:
    """Who issues when the design does not say it."""
    return _committee(commune.title, commune.province)


def _committee(commune: str, province: str) -> str:
    return f"Ủy ban nhân dân {commune}, {province}".upper()


def back(claims: Claims) -> Back:
    """The words on the back of the paper: the same for all of a programme, level and proof."""
    return Back(
        claims.programme, claims.level_title, claims.skills, claims.tasks,
        LEVEL_MEANS.get(claims.level, ""), PROOF_MEANS.get(claims.proof, ""),
    )  # fmt: skip


def _birth(claims: Claims) -> str:
    if claims.birth_date:
        return f"Sinh ngày {day(date.fromisoformat(claims.birth_date))}"
    return f"Sinh năm {claims.birth_year}" if claims.birth_year else ""


def _dispatch(claims: Claims) -> str:
    """Decree 30/2020: days under 10 and the months 1 and 2 are written with a nought."""
    on = date.fromisoformat(claims.issued_on)
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    return f"{claims.place}, ngày {on.day:02d} tháng {month} năm {on.year}"


def proof(code: str) -> str:
    """A proof on a screen."""
    return {
        "self_declared": _("Tự khai"),
        "test_passed": _("Đạt bài kiểm tra"),
        "test_supervised": _("Đạt bài kiểm tra có giám sát"),
        "task_observed": _("Đạt bài kiểm tra có giám sát và làm được bài thực hành"),
    }[code]


def lack(missing: Lack, version: ProgrammeVersion) -> str:
    """What a person still lacks: 'bài kiểm tra có giám sát', 'bài thực hành “Gọi video”'."""
    if missing.code == "task":
        return _("bài thực hành “%(title)s”", title=_title(missing.name, version))
    return {
        "test_passed": _("bài kiểm tra"),
        "test_supervised": _("bài kiểm tra có giám sát"),
        "task_observed": _("bài kiểm tra có giám sát và các bài thực hành"),
    }[missing.name]


def _title(task: str, version: ProgrammeVersion) -> str:
    try:
        return version.task(task).title
    except UnknownContent:
        return task


def status(code: str) -> str:
    """A certificate's status on a screen."""
    return {
        "valid": _("Còn giá trị"),
        "replaced": _("Đã được thay bằng giấy khác"),
        "revoked": _("Đã bị thu hồi"),
        "duplicate": _("Cấp trùng người"),
    }[code]

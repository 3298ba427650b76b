"""The fields of a design in words: what each is for, an example, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from certificates.paper.design import DEFAULT, Design, Unfit
from certificates.paper.logo import BadLogo
from lms.core.i18n import _

LONGEST = 300
"""Letters that a field takes before anything is drawn; the paper itself holds fewer."""


@dataclass(frozen=True)
class Line:
    """A field of the form: its name in Design, and how it is asked for."""

    name: str
    label: str
    help: str
    rows: int = 1
    """Lines of the paper it may fill."""
    required: bool = False


def lines(issuer: str) -> list[Line]:
    """The fields from the top of the paper to its foot; `issuer` is what an empty issuer prints."""
    return [
        Line("superior", _("Cơ quan cấp trên"),
             _("Dòng nhỏ trên tên nơi cấp. Bỏ trống thì không in. Ví dụ: ỦY BAN NHÂN DÂN TỈNH …")),
        Line("issuer", _("Nơi cấp"), _("Bỏ trống thì in: %(issuer)s.", issuer=issuer)),
        Line("title", _("Tên giấy"),
             _("Dòng lớn nhất trên giấy. Ví dụ: GIẤY CHỨNG NHẬN HOÀN THÀNH."), required=True),
        Line("lead", _("Dòng trước họ tên"), _("Ví dụ: Chứng nhận học viên, Chứng nhận ông/bà.")),
        Line("completed", _("Dòng trước tên chương trình"),
             _("Ví dụ: đã hoàn thành chương trình.")),
        Line("basis", _("Căn cứ"),
             _("Nhiều nhất hai dòng. Chỉ ghi văn bản xã đang có, đúng số và ngày. "
               "Ví dụ: Căn cứ Kế hoạch số … ngày … của Ủy ban nhân dân xã …"), 2),
        Line("signing_as", _("Chức danh người ký"),
             _("Nhiều nhất hai dòng. Ví dụ: TM. ỦY BAN NHÂN DÂN, xuống dòng ghi CHỦ TỊCH."), 2),
        Line("signing_note", _("Dòng nhắc ở chỗ ký"),
             _("Chữ nhỏ trong ngoặc. Bỏ trống thì không in.")),
        Line("signatory", _("Họ tên người ký"),
             _("In dưới chỗ ký. Bỏ trống nếu người ký tự ghi tên. Ví dụ: Nguyễn Văn Mẫu.")),
    ]  # fmt: skip


NAMES = tuple(line.name for line in lines(""))


def label(name: str) -> str:
    """A field's name on the screen."""
    if name == "logo":
        return _("Lô-gô")
    return {line.name: line.label for line in lines("")}[name]


def without(design: Design, names: Iterable[str]) -> Design:
    """The design with these fields as the product has them, to look for further faults."""
    return replace(design, **{name: getattr(DEFAULT, name) for name in names})


def fault(error: Unfit) -> str:
    """What of a field cannot be printed, and what to do."""
    if error.why == "letter":
        return _(
            "Phông chữ của giấy chưa có chữ “%(letter)s” (%(code)s). Hãy viết cách khác.",
            letter=error.letter,
            code=" ".join(f"U+{ord(char):04X}" for char in error.letter),
        )
    if error.why == "logo":
        return _("Lô-gô này không in được. Hãy chọn ảnh khác.")
    return _("Dài quá khổ giấy. Hãy viết gọn lại.")


def too_long() -> str:
    """A field that nobody needs to try to draw."""
    return _("Dài quá. Hãy viết gọn trong %(n)s chữ cái.", n=LONGEST)


def too_many_lines(most: int) -> str:
    """A field with more lines than the paper has for it."""
    return _("Nhiều nhất %(n)s dòng. Hãy gộp hoặc bớt dòng.", n=most)


def named(problems: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The faults of a form, each with its field's name on the screen: two fields may have the same fault."""
    return [(name, f"{label(name)}: {message}") for name, message in problems]


def bad_logo(error: BadLogo) -> str:
    """Why a file is no logo, and what to do."""
    return {
        "large": _("Tệp lớn quá. Hãy chọn ảnh không quá 1 MB."),
        "size": _("Ảnh nhỏ quá hoặc lớn quá. Hãy chọn ảnh có cạnh từ 24 đến 4000 điểm."),
        "foreign": _("Trong tệp có thứ không phải ảnh. Hãy lưu lại thành ảnh PNG rồi chọn lại."),
        "blank": _("Ảnh này trắng cả. Hãy chọn ảnh có lô-gô."),
    }.get(
        error.why,
        _("Tệp này không phải ảnh PNG, JPEG hay WebP đọc được. Hãy chọn tệp ảnh khác."),
    )


def changes(mine: Design, theirs: Design) -> list[tuple[str, str, str]]:
    """(field's name, words now saved, words in the form) where two designs differ."""
    told = [
        (label(name), getattr(theirs, name), getattr(mine, name))
        for name in NAMES
        if getattr(mine, name) != getattr(theirs, name)
    ]
    if mine.logo != theirs.logo:
        told.append((label("logo"), _has(theirs), _has(mine)))
    return told


def _has(design: Design) -> str:
    return _("có lô-gô") if design.logo else ""

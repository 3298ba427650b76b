"""What is drawn for one person: words fitted into their places, and the code to check them by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from certificates.paper import artwork, qr
from certificates.paper.artwork import ACCENT, INK, MIDDLE, SOFT
from certificates.paper.structure import decoration, marked
from certificates.paper.subset import face
from certificates.paper.template import BESIDE, CODE, SIDE, SIGN
from certificates.paper.typeset import TooLong, Words, fitted, words

WIDE = 660.0
"""Points that a centred line may fill."""
TOP, FOOT = 396.0, 173.0
"""Between these heights stands what is said of the person."""
_RISE, _LEADING, _TIGHTEST = 0.95, 1.2, 0.3
_NAME_SIZES = (38.0, 35.0, 32.0, 29.0, 27.0, 25.0, 22.0, 19.0, 16.0)
_LINE_SIZES = (13.0, 12.5, 12.0, 11.0, 10.0, 9.0)
_TITLE_SIZES = (23.0, 21.0, 19.5, 18.0, 16.0, 14.0, 12.0)


@dataclass(frozen=True)
class Printed:
    """Everything printed for one person, as words: frozen at issue, kept as JSON."""

    number: str
    issuer: str
    name: str
    birth: str
    """'Sinh ngày 02/03/1958', 'Sinh năm 1958' or empty."""
    programme: str
    level: str
    """'Trình độ: cơ bản · Thời lượng: 8 giờ học'."""
    proof: str
    """'Kết quả: đạt bài kiểm tra có giám sát và làm được các bài thực hành'."""
    occasion: str
    """'Ngày 20/11/2026, tại Nhà văn hóa thôn Đông'."""
    dispatch: str
    """'Tân Bình Thượng, ngày 21 tháng 11 năm 2026'."""
    address: str
    """What the QR code holds: the public check page of this certificate."""
    code: str
    """The token in groups, for people who type it."""
    replaces: str = ""
    """'Cấp lại, thay giấy số 000001/2026/TBT' or empty."""
    sample: str = ""
    """'DỮ LIỆU MẪU – KHÔNG CÓ GIÁ TRỊ' in a sample commune."""

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Printed:
        """Read back from JSON; further names in it are left alone."""
        return cls(**{field.name: plain[field.name] for field in fields(cls)})

    def to_plain(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)

    @property
    def title(self) -> str:
        """The document's title, as a reader's window shows it."""
        return f"Giấy chứng nhận hoàn thành số {self.number}"


@dataclass(frozen=True)
class _Block:
    """Lines that belong together under one mark: `gap` is the blank above, which may be squeezed."""

    mark: int
    colour: str
    gap: float
    lines: list[Words]

    @property
    def height(self) -> float:
        """From the blank above to the last line's foot."""
        size = self.lines[0].size
        return _RISE * size + _LEADING * size * (len(self.lines) - 1)


def _stack(blocks: Sequence[_Block]) -> str:
    """Lines below one another between TOP and FOOT: squeezed when they are many, else in the middle."""
    gaps, solid = sum(block.gap for block in blocks), sum(block.height for block in blocks)
    room = TOP - FOOT
    squeeze = min(1.0, (room - solid) / gaps)
    if squeeze < _TIGHTEST:
        raise TooLong(blocks[-1].lines[0].run.text)
    y, out = TOP - (room - solid - squeeze * gaps) / 2, ""
    for block in blocks:
        first = y - squeeze * block.gap - _RISE * block.lines[0].size
        drawn = ""
        for n, line in enumerate(block.lines):
            drawn += line.centred(MIDDLE, first - n * _LEADING * line.size)
        out += artwork.colour(block.colour) + marked(block.mark, drawn)
        y -= squeeze * block.gap + block.height
    return out


def _issuer(printed: Printed) -> str:
    line = fitted(face("bold"), printed.issuer, WIDE, (13.0, 12.0, 11.0, 10.0, 9.0, 8.0), 0, 0.8)
    return artwork.colour(ACCENT) + marked(8, line[0].centred(MIDDLE, 472))


def _middle(printed: Printed) -> str:
    serif, bold = face("serif"), face("bold")
    blocks = [
        _Block(3, SOFT, 0, [words(serif, "Chứng nhận học viên", 14)]),
        _Block(9, INK, 9, fitted(bold, printed.name, WIDE, _NAME_SIZES, 27.0)),
        _Block(10, SOFT, 16, [words(serif, printed.birth, 13)]),
        _Block(4, SOFT, 13, [words(serif, "đã hoàn thành chương trình", 14)]),
        _Block(11, ACCENT, 11, fitted(bold, printed.programme, WIDE, _TITLE_SIZES, 18.0)),
        _Block(12, INK, 15, fitted(serif, printed.level, WIDE, _LINE_SIZES)),
        _Block(13, INK, 7, fitted(serif, printed.proof, WIDE, _LINE_SIZES, 11.0)),
        _Block(20, INK, 7, fitted(serif, printed.occasion, WIDE, _LINE_SIZES, 11.0)),
    ]
    empty = "".join(marked(block.mark, "") for block in blocks if not block.lines[0].run.count)
    return _stack([block for block in blocks if block.lines[0].run.count]) + empty


def _dispatch(printed: Printed) -> str:
    line = fitted(face("serif"), printed.dispatch, 280, (12.5, 12.0, 11.0, 10.0, 9.0, 8.0), 9.0)
    out = "".join(one.centred(SIGN, 152 + 11 * (len(line) - 1 - n)) for n, one in enumerate(line))
    return artwork.colour(INK) + marked(14, out)


def _check(printed: Printed) -> str:
    number = words(face("bold"), f"Số: {printed.number}", 12.5)
    code = words(face("sans"), f"Mã: {printed.code}", 9)
    replaces = words(face("sans"), printed.replaces, 9).at(BESIDE, 74) if printed.replaces else ""
    return (
        artwork.colour(INK)
        + marked(15, number.at(BESIDE, 121))
        + marked(16, qr.drawing(printed.address, CODE, CODE, SIDE))
        + marked(17, code.at(BESIDE, 88))
        + marked(18, replaces)
    )


def _sample(printed: Printed) -> str:
    if not printed.sample:
        return marked(19, "")
    line = words(face("bold"), printed.sample, 12, 1.2)
    half = line.width / 2 + 10
    box = artwork.colour(INK, line=True) + "0.8 w\n"
    box += artwork.path([(MIDDLE - half, 46), (MIDDLE + half, 46), (MIDDLE + half, 64),
                         (MIDDLE - half, 64)], "s")  # fmt: skip
    return decoration(box) + artwork.colour(INK) + marked(19, line.centred(MIDDLE, 51))


def content(printed: Printed) -> bytes:
    """The operators for one person. UnknownLetter and TooLong say what cannot be printed."""
    parts = (_issuer, _middle, _dispatch, _check, _sample)
    return ("q\n" + "".join(part(printed) for part in parts) + "Q\n").encode("ascii")

"""What a commune may word its own way on its certificates, with the defaults that are documented."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Design:
    """The words and the mark of a commune's certificates; every empty field leaves its line out.

    The defaults have not been compared with Phụ lục II of Decision 757/QĐ-BKHCN.
    """

    title: str = "GIẤY CHỨNG NHẬN HOÀN THÀNH"
    superior: str = ""
    """The body above the issuer, such as 'ỦY BAN NHÂN DÂN TỈNH …'; stands above it."""
    issuer: str = ""
    """Who issues; empty means 'ỦY BAN NHÂN DÂN XÃ …, TỈNH …' of the commune."""
    lead: str = "Chứng nhận học viên"
    completed: str = "đã hoàn thành chương trình"
    basis: str = ""
    """The legal basis, at most two lines: 'Căn cứ Kế hoạch số … ngày … của …'."""
    signing_as: str = "ĐẠI DIỆN NƠI CẤP"
    """In what capacity somebody signs; at most two lines: 'TM. ỦY BAN NHÂN DÂN' and 'CHỦ TỊCH'."""
    signing_note: str = "(Ký, ghi rõ chức vụ, họ tên và đóng dấu)"
    signatory: str = ""
    """The name printed under the place of the signature."""
    logo: bytes = b""
    """The commune's mark as PNG, decoded and written anew by us, or nothing."""

    def to_plain(self) -> dict[str, str]:
        """As JSON, without the logo, which is kept beside it."""
        plain = asdict(self)
        del plain["logo"]
        return plain

    @classmethod
    def from_plain(cls, plain: dict[str, Any], logo: bytes | None) -> Design:
        """Read back from JSON; TypeError names a field that is not one."""
        return cls(**plain, logo=logo or b"")


DEFAULT = Design()


class Unfit(ValueError):
    """A design that cannot be printed. `field` is its field, `why` one of letter, long, logo."""

    def __init__(self, field: str, why: str, letter: str = "") -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why, self.letter = field, why, letter


def check(design: Design, issuer: str = "ỦY BAN NHÂN DÂN XÃ …") -> None:
    """Draw with a design, field by field and then whole; Unfit says which field and why.

    The whole is drawn for somebody with a long name and programme, so that no design passes that would
    leave a person without room. `issuer` is the commune's own, which stands where the design has none.
    """
    # Drawing needs the design, so what draws is imported when it is asked for.
    from certificates.paper.trial import try_design

    try_design(design, issuer)

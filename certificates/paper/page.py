"""The words of one certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any


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
        """Read back from JSON of any release; further names in it are left alone."""
        return cls(**{one.name: plain[one.name] for one in fields(cls)
                      if one.name in plain or one.default is MISSING})  # fmt: skip

    def to_plain(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)

    @property
    def title(self) -> str:
        """The document's title, as a reader's window shows it."""
        return f"Giấy chứng nhận số {self.number}"

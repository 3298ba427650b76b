"""The one thing that tags carry here and there: how hard a question is."""

from __future__ import annotations

from collections.abc import Sequence

from courses.exchange.gathering import Draft
from courses.exchange.losses import quoted
from lms.core.i18n import _
from lms.core.text import fold

TAG = "do-kho-"
_LEVELS = {
    "nhan biet": 1, "de": 1, "easy": 1, "thong hieu": 2, "trung binh": 2, "medium": 2, "van dung": 3,
    "van dung thap": 3, "van dung cao": 3, "kho": 3, "hard": 3, "1": 1, "2": 2, "3": 3,
    "muc 1": 1, "muc 2": 2, "muc 3": 3, "nb": 1, "th": 2, "vd": 3, "vdc": 3,
}  # fmt: skip


def difficulty_of(text: str) -> int | None:
    """1, 2 or 3 for "Nhận biết", "Vận dụng", "Khó", "2" and the like."""
    return _LEVELS.get(fold(text).removeprefix("muc do ").strip())


def difficulty_tag(difficulty: int) -> str:
    """The tag that our own files carry."""
    return f"{TAG}{difficulty}"


def read_tags(draft: Draft, tags: Sequence[str]) -> None:
    """Take the difficulty from the tags; the others are told as lost."""
    for tag in tags:
        found = difficulty_of(tag.removeprefix(TAG))
        if found and draft.difficulty in (None, found):
            draft.difficulty = found
        else:
            draft.lose(_("Thẻ %(tag)s không giữ: ở đây câu hỏi không có thẻ.", tag=quoted(tag)))

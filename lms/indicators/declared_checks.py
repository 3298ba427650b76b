"""What every figure that somebody puts in must have: a day, a source, a number, a unit of the commune."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.core.text import clean
from lms.people.models import Unit

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)
MOST = 100_000_000
"""No commune counts more than this of anything."""


def common_problems(
    day: date, source: str, status: str, values: Sequence[int | None]
) -> dict[str, list[str]]:
    """What is wrong with a day, a source, a status or a number, by field."""
    problems: dict[str, list[str]] = {}
    if not date(2000, 1, 1) <= day <= clock.today():
        problems["as_of"] = [_("Ngày của số liệu không được sau hôm nay, hãy ghi lại.")]
    if not 3 <= len(clean(source)) <= 300:
        problems["source"] = [_("Hãy ghi nguồn: văn bản nào, của ai, ngày nào (3–300 chữ cái).")]
    if status not in ("official", "estimate"):
        problems["status"] = [_("Hãy chọn “chính thức” hoặc “ước tính”.")]
    if any(value is not None and not 0 <= value <= MOST for value in values):
        problems["value"] = [_("Số phải là số nguyên không âm, hãy ghi lại.")]
    return problems


def refuse(problems: dict[str, list[str]]) -> None:
    """Invalid with these problems by field; nothing when there are none."""
    if problems:
        raise Invalid(_("Chưa lưu được. Hãy sửa các chỗ được chỉ ra."), fields=problems)


def check_unit(session: Session, who: Actor, unit_id: UUID | None) -> None:
    """Invalid when the commune has no unit with this id."""
    if unit_id is not None and session.get(Unit, (who.commune, unit_id)) is None:
        wrong = _("Không tìm thấy đơn vị này, hãy chọn lại trong danh sách.")
        raise Invalid(wrong, fields={"unit_id": [wrong]})

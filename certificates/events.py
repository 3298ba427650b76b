"""What certificates listen to, and how their entries read in the audit log."""

from __future__ import annotations

from sqlalchemy.orm import Session

from certificates import merging
from lms.core.guard import system
from lms.core.i18n import lazy
from lms.core.signals import listen as on
from lms.people.audit_words import say
from lms.people.events import PersonsLinked, PersonsUnlinked


def _settle(session: Session, signal: PersonsLinked | PersonsUnlinked) -> None:
    merging.settle(session, system(signal.commune_id))


def listen() -> None:
    """Bring certificates up to every merge in its own transaction; calling it again changes nothing."""
    on(PersonsLinked, _settle)
    on(PersonsUnlinked, _settle)
    say(
        {
            ("issued", "certificate"): lazy("cấp giấy chứng nhận số %(number)s"),
            ("reissued", "certificate"): lazy(
                "cấp lại giấy chứng nhận, số mới %(number)s: %(reason)s"
            ),
            ("revoked", "certificate"): lazy("thu hồi giấy chứng nhận: %(reason)s"),
            ("doubled", "certificate"): lazy("đánh dấu giấy chứng nhận cấp trùng người"),
            ("restored", "certificate"): lazy("bỏ dấu trùng người của giấy chứng nhận"),
            ("saved", "certificate_design"): lazy("lưu mẫu giấy chứng nhận số %(version)s"),
            ("rotated", "issuer_key"): lazy("thay khóa ký giấy chứng nhận, khóa mới %(new)s"),
            ("erased", "certificate"): lazy("xóa nội dung giấy chứng nhận theo yêu cầu"),
            ("set", "seal"): lazy("đặt dấu số của xã, dùng đến ngày %(until)s"),
            ("removed", "seal"): lazy("gỡ dấu số của xã"),
        }
    )

"""What certificates listen to, and how their entries read in the audit log."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import actions, merging
from certificates.models import CertificateCounter
from certificates.numbering import skip
from lms.core import audit, clock
from lms.core.guard import system
from lms.core.i18n import lazy
from lms.core.signals import listen as on
from lms.ledger.generation import StoreRenewed
from lms.people.audit_words import say
from lms.people.events import PersonErased, PersonsLinked, PersonsUnlinked


def _settle(session: Session, signal: PersonsLinked | PersonsUnlinked) -> None:
    merging.settle(session, system(signal.commune_id))


def _pass_over(session: Session, _signal: StoreRenewed) -> None:
    """A restored store has forgotten the papers since its backup: their numbers are not given again."""
    year = clock.today().year
    for commune_id in session.scalars(select(CertificateCounter.commune_id).distinct()).all():
        audit.lock_chain(session, commune_id)
        first, last = skip(session, commune_id, year)
        facts = {"year": year, "first": first, "last": last}
        audit.record(session, system(commune_id), "skipped", "certificate_number", year, **facts)


def _forget(session: Session, signal: PersonErased) -> None:
    gone = sum(actions.erase(session, signal.who, key) for key in sorted(signal.person_ids))
    signal.told.append(("certificates", gone))


def listen() -> None:
    """Bring certificates up to every merge in its own transaction; calling it again changes nothing."""
    on(PersonsLinked, _settle)
    on(PersonsUnlinked, _settle)
    on(StoreRenewed, _pass_over)
    on(PersonErased, _forget)
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
            ("skipped", "certificate_number"): lazy(
                "sau khi khôi phục, bỏ trống số giấy %(first)s đến %(last)s của năm %(year)s"
            ),
            ("set", "seal"): lazy("đặt dấu số của xã, dùng đến ngày %(until)s"),
            ("removed", "seal"): lazy("gỡ dấu số của xã"),
        }
    )

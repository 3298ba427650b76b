"""What the register knows about credentials: what was withdrawn, whose a token is, which keys are ours."""

from __future__ import annotations

import json
from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from certificates import rules, wording
from certificates.credentials import keeping, status
from certificates.credentials.claimset import list_address
from certificates.credentials.did import short_code_of
from certificates.credentials.signing import signer_of
from certificates.credentials.verify import KeysOf, Outcome, Proven, Refused, forged
from certificates.issuer import Issuer
from certificates.models import Certificate, CertificateCounter, IssuerKey
from lms.core import clock
from lms.core.errors import NotFound
from lms.core.i18n import _
from lms.core.text import day
from lms.people.models import Commune

_KEPT = 64
_lists: OrderedDict[tuple[object, ...], bytes] = OrderedDict()
_lock = Lock()


def commune(session: Session, short_code: str) -> Commune:
    """The commune of a public address; NotFound for an unknown one."""
    found = session.scalar(select(Commune).where(Commune.short_code == short_code))
    if found is None:
        raise NotFound(_("Hệ thống này không phục vụ xã có mã đó."))
    return found


def state(session: Session, commune_id: UUID, year: int, purpose: str) -> status.Register:
    """What the register says of a year today; NotFound for a year in which nothing was issued."""
    last = session.scalar(
        select(CertificateCounter.last).where(
            CertificateCounter.commune_id == commune_id, CertificateCounter.year == year
        )
    )
    if not last:
        raise NotFound(_("Năm đó chưa cấp giấy chứng nhận nào."))
    withdrawn = session.scalars(
        select(Certificate.sequence).where(
            Certificate.commune_id == commune_id,
            Certificate.year == year,
            Certificate.status.in_(status.STATES[purpose]),
        )
    )
    return status.Register(last, frozenset(withdrawn))


def status_list(
    session: Session, issuer: Issuer, short_code: str, year: int, purpose: str, form: str
) -> bytes:
    """The signed list as the register stands now; the same state gives the same bytes within an hour."""
    signer = signer_of(issuer.keys)
    keeping.require_current(session.get(IssuerKey, signer.key.kid))
    now = state(session, commune(session, short_code).id, year, purpose)
    address = list_address(issuer.base, short_code, year, purpose)
    at = status.start_of(clock.now())
    known = (signer.key.kid, address, form, at, now)
    with _lock:
        if known in _lists:
            _lists.move_to_end(known)
            return _lists[known]
    body = status.signed(status.unsigned(now, address, issuer.base, short_code, at), signer, form)
    with _lock:
        _lists[known] = body
        while len(_lists) > _KEPT:
            _lists.popitem(last=False)
    return body


def keys_of(session: Session) -> KeysOf:
    """The keys of this service, for every issuer that is a commune of it, at whatever address."""
    keys = keeping.public_keys(session)
    codes = set(session.scalars(select(Commune.short_code)))
    return lambda did: keys if short_code_of(did) in codes else None


def compare(session: Session, proven: Proven, text: str) -> Certificate:
    """Hold a credential of ours against the register: Refused when it is not the one kept, or withdrawn.

    This finds also what a thief signed with a stolen key: the register has never seen it.
    """
    code = rules.read_code(str(proven.credential["id"]))
    found = session.scalar(_by_code(code)) if code else None
    if found is None or not found.data:
        raise Refused(Outcome.UNKNOWN, _("Chữ ký đúng nhưng sổ của xã không có giấy này."))
    if not _is_kept(session, found, proven, text):
        raise forged(_("Ký bằng khóa của xã nhưng khác bản đã cấp: khóa có thể đã bị lộ."))
    if found.status != rules.VALID:
        raise Refused(Outcome.WITHDRAWN, withdrawn_words(found))
    return found


def withdrawn_words(certificate: Certificate) -> str:
    """'Đã bị thu hồi từ ngày 21/11/2026: in nhầm tên.'"""
    since = f" từ ngày {day(certificate.status_on)}" if certificate.status_on else ""
    why = f": {certificate.status_reason}" if certificate.status_reason else ""
    return f"{wording.status(certificate.status)}{since}{why}."


def _by_code(code: rules.Code) -> Select[Certificate]:
    return (
        select(Certificate)
        .join(Commune, Commune.id == Certificate.commune_id)
        .where(Commune.short_code == code.short_code, Certificate.token == code.token)
    )


def _is_kept(session: Session, certificate: Certificate, proven: Proven, text: str) -> bool:
    """The token letter for letter; the JSON whatever its white space and the order of its words."""
    try:
        kept = keeping.text_of(session, certificate, proven.form)
    except NotFound:
        return False
    if proven.form == "jwt":
        return sha256(text.strip(" \t\r\n").encode()).digest() == sha256(kept).digest()
    return bool(json.loads(kept) == json.loads(text))

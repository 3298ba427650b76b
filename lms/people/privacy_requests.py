"""Requests about somebody's data: taken in, acknowledged, carried out or refused, each step once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.text import clean
from lms.people import privacy_consents, privacy_erasing, queries
from lms.people.account_queries import account_names
from lms.people.models import Person
from lms.people.privacy_models import DataRequest
from lms.people.privacy_words import RELATIONS
from lms.people.rules.privacy import Due, due

OFFICE = (Role.OFFICER, Role.ADMINISTRATOR)
LONGEST = 1000
OPEN = ("received", "acknowledged")


@dataclass(frozen=True)
class NewRequest:
    """A request as an officer takes it in. `id` is the form's, so that sending twice is once."""

    id: UUID
    kind: str
    received_on: date
    asked_by: str
    recognised: str
    purpose: str = ""
    detail: str = ""


def receive(session: Session, who: Actor, person_id: UUID, new: NewRequest) -> DataRequest:
    """Take a request in; the same form twice is one request."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    person = queries.person(session, who, person_id, clock.today())
    held = session.get(DataRequest, (who.commune, new.id))
    if held is not None:
        if held.person_id != person_id:
            raise Conflict(_("Phiếu này đã dùng cho người khác. Hãy mở lại trang rồi làm lại."))
        return held
    _check(session, person, new)
    here = DataRequest.commune_id == who.commune
    last = session.scalar(select(func.max(DataRequest.number)).where(here)) or 0
    row = DataRequest(
        commune_id=who.commune, id=new.id, number=last + 1, person_id=person_id, kind=new.kind,
        purpose=new.purpose if new.kind == "withdraw" else "", received_on=new.received_on,
        asked_by=new.asked_by, recognised=new.recognised, detail=_text(new.detail, "detail"),
        representative=_acting(session, person) if new.asked_by == "representative" else "",
        made_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _record(session, who, "received", row)
    return row


def _check(session: Session, person: Person, new: NewRequest) -> None:
    if new.received_on > clock.today():
        raise _wrong("received_on", _("Ngày nhận chưa tới. Hãy kiểm tra lại."))
    if new.kind == "withdraw" and not new.purpose:
        raise _wrong("purpose", _("Hãy chọn sự đồng ý nào được rút lại."))
    if new.kind == "correct" and not clean(new.detail):
        raise _wrong("detail", _("Hãy ghi chỗ nào sai và đúng là gì."))
    privacy_consents.check_voice(session, person, new.asked_by, "asked_by")
    if (new.asked_by == "representative") != (new.recognised == "authority"):
        raise _wrong(
            "recognised",
            _("Người đại diện phải cho xem giấy tờ đại diện; chính người đó thì không cần."),
        )


def _wrong(field: str, words: str) -> Invalid:
    return Invalid(words, fields={field: [words]})


def _acting(session: Session, person: Person) -> str:
    first = privacy_consents.standing(session, person.commune_id, person.id)[0]
    return f"{first.full_name} ({RELATIONS[first.relation]})"


def _text(text: str, field: str) -> str:
    cleaned = clean(text)
    if len(cleaned) > LONGEST:
        raise _wrong(field, _("Dài quá %(n)s chữ. Hãy ghi ngắn hơn.", n=LONGEST))
    return cleaned


def _record(session: Session, who: Actor, verb: str, row: DataRequest) -> None:
    audit.record(session, who, verb, "data_request", row.id, number=row.number, about=row.kind)


# Steps


def request(session: Session, who: Actor, key: UUID) -> DataRequest:
    """A request of the commune, or NotFound."""
    require(who, *OFFICE)
    row = session.get(DataRequest, (who.commune, key))
    if row is None:
        raise NotFound(_("Không tìm thấy yêu cầu này."))
    return row


def to_be_copied(session: Session, who: Actor, key: UUID) -> DataRequest:
    """A request to see or copy; nobody opens everything about somebody for another reason."""
    row = request(session, who, key)
    if row.kind not in ("see", "copy"):
        raise Conflict(_("Chỉ lấy bản sao khi người đó yêu cầu xem hoặc nhận bản sao."))
    return row


def _locked(session: Session, who: Actor, key: UUID) -> DataRequest:
    row = request(session, who, key)
    audit.lock_chain(session, who.commune)
    session.refresh(row, with_for_update=True)
    return row


def acknowledge(session: Session, who: Actor, key: UUID) -> DataRequest:
    """The asker was told that the request has come; twice is once, the first day stands."""
    row = _locked(session, who, key)
    if row.state == "received":
        row.state, row.revision = "acknowledged", row.revision + 1
        row.acknowledged_by, row.acknowledged_on = who.id, clock.today()
        session.flush()
        _record(session, who, "acknowledged", row)
    return row


def finish(
    session: Session, who: Actor, keys: Keys, key: UUID, revision: int, answer: str = ""
) -> DataRequest:
    """Carry a request out: a withdrawal stops, a deletion erases, for the others the officer says what.

    Twice is once. Only an administrator deletes.
    """
    row = _locked(session, who, key)
    if row.state == "done":
        return row
    _require_open(row, revision)
    said = _text(answer, "answer")
    if row.kind in ("see", "copy", "correct") and not said:
        raise _wrong("answer", _("Hãy ghi đã làm gì, ví dụ: đã in và trao tận tay."))
    if row.kind == "withdraw":
        form = "paper" if row.recognised == "authority" else "spoken"
        privacy_consents.withdraw(session, who, row.person_id, row.purpose, form, row.asked_by)
    if row.kind == "delete":
        deeds, said = _erase(session, who, keys, row), ""
        row.deeds = [[code, count] for code, count in deeds]
    _close(session, who, row, "done")
    row.answer = said
    session.flush()
    _record(session, who, "finished", row)
    return row


def _erase(session: Session, who: Actor, keys: Keys, row: DataRequest) -> privacy_erasing.Told:
    if who.role not in (Role.ADMINISTRATOR, Role.SYSTEM):
        raise Forbidden(_("Việc xóa do quản trị viên của xã bấm. Hãy chuyển phiếu này cho họ."))
    told = privacy_erasing.erase(session, who, keys, row.person_id)
    session.refresh(row)
    return told


def refuse(session: Session, who: Actor, key: UUID, revision: int, reason: str) -> DataRequest:
    """Refuse with a reason that the asker reads; twice is once."""
    row = _locked(session, who, key)
    if row.state == "refused":
        return row
    _require_open(row, revision)
    said = _text(reason, "refusal")
    if len(said) < 5:
        raise _wrong("refusal", _("Hãy ghi lý do từ chối để người yêu cầu đọc được."))
    _close(session, who, row, "refused")
    row.refusal = said
    session.flush()
    _record(session, who, "refused", row)
    return row


def _require_open(row: DataRequest, revision: int) -> None:
    if row.state not in OPEN:
        raise Conflict(_("Yêu cầu này đã được trả lời. Hãy mở lại trang để xem."))
    if row.revision != revision:
        raise Conflict(_("Có người vừa xử lý phiếu này. Hãy mở lại trang để xem rồi làm tiếp."))


def _close(session: Session, who: Actor, row: DataRequest, state: str) -> None:
    if row.acknowledged_on is None:
        row.acknowledged_on, row.acknowledged_by = clock.today(), who.id
    row.state, row.closed_at, row.closed_by = state, clock.now(), who.id
    row.revision += 1


# Lists


@dataclass(frozen=True)
class Line:
    """A request for the eye."""

    row: DataRequest
    name: str
    """Empty when the person was erased."""
    due: Due


def lines(session: Session, who: Actor, limit: int = 300) -> list[Line]:
    """Requests of the commune: what is due first, then the newest that are closed."""
    require(who, *OFFICE)
    same = (Person.commune_id == DataRequest.commune_id) & (Person.id == DataRequest.person_id)
    rows = session.execute(
        select(DataRequest, Person.full_name)
        .join(Person, same)
        .where(DataRequest.commune_id == who.commune)
        .order_by(DataRequest.closed_at.is_not(None), DataRequest.number.desc())
        .limit(limit)
    ).all()
    found = [Line(row, name, due_of(row)) for row, name in rows]
    return sorted(found, key=lambda line: line.due.by or date.max)


def due_of(row: DataRequest) -> Due:
    """What is owed next of a request, today."""
    return due(row.kind, row.state, row.received_on, clock.today())


def who_did(session: Session, rows: Sequence[DataRequest]) -> dict[UUID, str]:
    """Names of the accounts that did something with these requests."""
    ids = {key for row in rows for key in (row.made_by, row.acknowledged_by, row.closed_by) if key}
    return dict(account_names(session, ids))

"""One-time codes that bind a learner's phone at home, for practice only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import access, devices, joining, queries, rules
from lms.cohorts.actions import TEACHERS, teach
from lms.cohorts.carried_models import HomeCode
from lms.cohorts.joining import Joined
from lms.cohorts.models import Device, Enrolment
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require, require_cohort
from lms.core.i18n import _
from lms.core.ids import spoken_code, uuid7
from lms.core.keys import Keys
from lms.people.models import Commune, Person

CODE_STANDS = timedelta(days=14)
HOME_STAYS = timedelta(days=90)


@dataclass(frozen=True)
class HomeSlip:
    """A code that can still be used, with whose it is."""

    code: HomeCode
    enrolment: Enrolment
    person: Person


def standing(session: Session, commune_id: UUID, cohort_id: UUID) -> Sequence[HomeSlip]:
    """The codes of a class that nobody has used and that still work, as its learners are sorted."""
    people = {e.id: (e, p) for e, p in queries.learners(session, commune_id, cohort_id)}
    rows = session.scalars(
        select(HomeCode).where(
            HomeCode.commune_id == commune_id,
            HomeCode.enrolment_id.in_(people),
            HomeCode.used_at.is_(None),
            HomeCode.expires_at > clock.now(),
        )
    )
    found = {row.enrolment_id: row for row in rows}
    return [HomeSlip(found[key], e, p) for key, (e, p) in people.items() if key in found]


def make_for_learner(session: Session, who: Actor, keys: Keys, enrolment_id: UUID) -> HomeCode:
    """A code for one learner; while one stands that nobody has used it is the same."""
    require(who, *TEACHERS)
    learner = queries.enrolment(session, who.commune, enrolment_id)
    teach(session, who, learner.cohort_id)
    if learner.withdrawn_on is not None:
        raise Conflict(_("Người này đã thôi học. Hãy ghi danh lại rồi cấp mã."))
    slips = standing(session, who.commune, learner.cohort_id)
    found = next((slip.code for slip in slips if slip.enrolment.id == learner.id), None)
    return found or _make(session, who, keys, learner)


def make_for_class(session: Session, who: Actor, keys: Keys, cohort_id: UUID) -> int:
    """A code for everybody of the class who has neither one nor a phone at home; how many were made."""
    teach(session, who, cohort_id)
    held = {slip.enrolment.id for slip in standing(session, who.commune, cohort_id)}
    phones = devices.others(session, who.commune, [cohort_id])
    held |= {other.enrolment.id for other in phones if other.is_home}
    learners = queries.learners(session, who.commune, cohort_id)
    made = [_make(session, who, keys, e) for e, _person in learners if e.id not in held]
    return len(made)


def _make(session: Session, who: Actor, keys: Keys, learner: Enrolment) -> HomeCode:
    key, code = uuid7(), spoken_code(rules.HOME_LENGTH)
    row = HomeCode(
        commune_id=learner.commune_id, id=key, enrolment_id=learner.id,
        code_digest=keys.digest("home-code", code), code_sealed=keys.seal(code, f"home:{key}"),
        made_by=who.id, made_on=clock.today(), expires_at=clock.now() + CODE_STANDS,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "make_home_code", "enrolment", learner.id)
    return row


def spelled(keys: Keys, commune: Commune, code: HomeCode) -> str:
    """'TBT-K7PM-3QXA', as it is printed and read aloud."""
    letters = keys.open(code.code_sealed, f"home:{code.id}")
    return f"{commune.short_code}-{letters[:4]}-{letters[4:]}"


def take_back(session: Session, who: Actor, code_id: UUID) -> HomeCode:
    """A code that nobody has used opens nothing any more. A used one is taken back with its phone."""
    require(who, *TEACHERS)
    row = session.get(HomeCode, (who.commune, code_id))
    if row is None:
        raise NotFound(_("Không thấy mã này. Hãy mở lại trang mã học ở nhà."))
    learner = queries.enrolment(session, who.commune, row.enrolment_id)
    require_cohort(who, learner.cohort_id)
    if row.used_at is None and row.expires_at > clock.now():
        row.expires_at = clock.now()
        session.flush()
        audit.record(session, who, "take_back_home_code", "enrolment", learner.id)
    return row


def proven(
    session: Session, keys: Keys, typed: str, address: str, device_id: UUID | None = None
) -> HomeCode:
    """The code that was typed, if it may bind a phone (again the same one). Only reads.

    An unknown code counts against the address; one that was used or is too old is a person's, no guess.
    """
    joining.refuse_address(session, keys, address)
    before, code = rules.split_code(typed, rules.HOME_LENGTH)
    commune = joining.commune_called(session, before)
    found = _called(session, keys, commune.id, code) if commune else None
    if found is None:
        words = _("Mã học ở nhà chưa đúng, xem lại từng chữ trên phiếu.")
        refusal = Invalid(words, fields={"code": [words]})
        refusal.keep = lambda later: joining.count_address(later, keys, address)
        raise refusal
    _check(found, device_id)
    return found


def _called(session: Session, keys: Keys, commune_id: UUID, code: str) -> HomeCode | None:
    return session.scalar(
        select(HomeCode).where(
            HomeCode.commune_id == commune_id,
            HomeCode.code_digest == keys.digest("home-code", code),
        )
    )


def _check(code: HomeCode, device_id: UUID | None) -> None:
    if code.used_at is not None and (device_id is None or code.device_id != device_id):
        raise Conflict(
            _("Mã này đã dùng cho một điện thoại rồi. Xin nhờ thầy/cô cấp mã khác cho máy này.")
        )
    if code.used_at is None and code.expires_at <= clock.now():
        raise Conflict(_("Mã này đã hết hạn hoặc đã thu hồi. Xin nhờ thầy/cô cấp mã mới."))


def bind(
    session: Session, keys: Keys, code_id: tuple[UUID, UUID], held: str | None, device_id: UUID | None
) -> Joined:  # fmt: skip
    """Bind the phone to the code's learner for 90 days and use the code up.

    `device_id` is made by the phone: when the answer was lost, it asks again with the same and is let in.
    """
    code = session.get_one(HomeCode, code_id, with_for_update=True, populate_existing=True)
    _check(code, device_id)
    learner = queries.enrolment(session, code.commune_id, code.enrolment_id)
    if learner.withdrawn_on is not None:
        raise Conflict(_("Lượt học này đã dừng. Xin hỏi thầy/cô."))
    device = joining.held_device(session, keys, held, learner)
    if code.used_at is not None:
        return _again(session, keys, code, learner)
    if device is None or held is None:
        is_free = device_id and session.get(Device, (code.commune_id, device_id)) is None
        key = device_id if is_free else None
        device, held = devices.own_device(session, keys, "home", learner, key)
    device.kind, device.expires_at = "home", clock.now() + HOME_STAYS
    code.used_at, code.device_id = clock.now(), device.id
    session.flush()
    who = joining.by_device(device)
    audit.record(session, who, "bind_home", "device", device.id, learner=learner.id)
    return Joined(device, held, learner)


def _again(session: Session, keys: Keys, code: HomeCode, learner: Enrolment) -> Joined:
    """The answer to the first try was lost: the same phone gets a new credential for the same device."""
    device = queries.device(session, code.commune_id, code.device_id or code.id)
    if device.revoked_at is not None:
        raise Conflict(_("Máy học ở nhà này đã bị thu hồi. Xin nhờ thầy/cô cấp mã mới."))
    credential = access.new_token(session, code.commune_id)
    device.credential_digest = keys.digest("device", credential)
    session.flush()
    return Joined(device, credential, learner)

"""The fixed cast: the same people in every test, so that a test can say who may and who may not.

Commune TBT (xã Tân Bình Thượng) has two villages, a school, an agency; class K1 is taught by Trang and
open in a proctored sitting, class K2 by Tuấn. Commune KHA (phường Khánh An) is the foreign one.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from courses import actions as courses_actions
from lms.cohorts.models import (
    ClassSession,
    Cohort,
    CohortTrainer,
    Device,
    Enrolment,
    LearnerSession,
    Sitting,
)
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.text import clean, fold, sort_key
from lms.people import sessions
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Commune, Household, Membership, Person, Residence, Unit
from lms.people.passwords import hashed
from tests.factories.content import small_version

OPENED = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
PASSWORD = "mat-khau-cua-lop-hoc"
PIN = "4827"
_HASH = hashed(PASSWORD)


@dataclass
class Cast:
    """Ids of everybody, and the secrets that let a test act as each."""

    ids: dict[str, UUID] = field(default_factory=dict)
    staff_tokens: dict[str, str] = field(default_factory=dict)
    """Account name → staff session token (cookie lms_staff)."""
    learner_tokens: dict[str, str] = field(default_factory=dict)
    """Person name → learner session token (cookie lms_learner)."""
    device_credentials: dict[str, str] = field(default_factory=dict)
    machine_tokens: dict[str, str] = field(default_factory=dict)
    """Scopes of a machine ('counts:read records:read') → a token that stands (furnish makes them)."""

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]


def build_cast(database: Database, keys: Keys) -> Cast:
    """Write the cast to the database and return its ids and secrets."""
    cast = Cast()
    with database.write() as session:
        version = small_version()
        courses_actions.publish(session, version, {})
        cast.ids["version"] = version.id
        _commune(session, cast, "TBT", "xa", "Tân Bình Thượng", "")
        _commune(session, cast, "KHA", "phuong", "Khánh An", "xa_")
        _staff(session, keys, cast, "TBT", "")
        _staff(session, keys, cast, "KHA", "xa_")
        _classes(session, keys, cast, "TBT", "", version.id)
        _classes(session, keys, cast, "KHA", "xa_", version.id)
    return cast


def _add(session: Session, cast: Cast, name: str, row: object) -> UUID:
    row.id = row.id or uuid7()  # type: ignore[attr-defined]  # Every row of the cast has an id.
    session.add(row)
    session.flush()
    cast.ids[name] = row.id  # type: ignore[attr-defined]
    return cast.ids[name]


def _commune(session: Session, cast: Cast, code: str, kind: str, name: str, p: str) -> None:
    c = _add(
        session, cast, code, Commune(short_code=code, kind=kind, name=name, province="Tỉnh Mẫu")
    )
    units = (("thon_dong", "Thôn Đông", "thon", False), ("thon_tay", "Thôn Tây", "thon", True),
             ("truong", "Trường THCS Tân Bình", "truong", False),
             ("uy_ban", "Văn phòng UBND", "co_quan", False),
             ("xi_nghiep", "Công ty May Bình Minh", "doanh_nghiep", False))  # fmt: skip
    for unit, title, unit_kind, urban in units:
        _add(
            session,
            cast,
            p + unit,
            Unit(commune_id=c, code=unit, name=title, kind=unit_kind, is_urban=urban),
        )
    home = _add(
        session,
        cast,
        p + "nha_lan",
        Household(commune_id=c, code="H1", unit_id=cast[p + "thon_dong"]),
    )
    _person(
        session, cast, c, p + "lan", "Nguyễn Thị Lan", date(1958, 3, 2), "nu", p + "thon_dong", home
    )
    _person(
        session,
        cast,
        c,
        p + "hung",
        "Trần Văn Hùng",
        date(1990, 7, 15),
        "nam",
        p + "thon_dong",
        home,
    )
    _person(
        session, cast, c, p + "mai", "Lê Ngọc Mai", date(1985, 1, 30), "nu", p + "thon_tay", None
    )
    _person(
        session,
        cast,
        c,
        p + "minh",
        "Phạm Quang Minh",
        date(2012, 9, 5),
        "nam",
        p + "thon_tay",
        None,
    )
    session.add_all([
        Membership(commune_id=c, person_id=cast[p + "mai"], kind="public_sector", unit_id=cast[p + "uy_ban"]),
        Membership(commune_id=c, person_id=cast[p + "minh"], kind="student", level="lower_secondary",
                   unit_id=cast[p + "truong"]),
        Membership(commune_id=c, person_id=cast[p + "hung"], kind="worker", unit_id=cast[p + "xi_nghiep"]),
    ])  # fmt: skip
    session.flush()


def _person(
    session: Session, cast: Cast, commune: UUID, key: str, name: str, born: date, sex: str,
    unit: str, home: UUID | None,
) -> None:  # fmt: skip
    name = clean(name)
    person = _add(session, cast, key, Person(
        commune_id=commune, full_name=name, sort_key=sort_key(name), search_key=fold(name),
        birth_date=born, birth_year=born.year, sex=sex,
    ))  # fmt: skip
    session.add(
        Residence(commune_id=commune, person_id=person, unit_id=cast[unit], household_id=home)
    )
    session.flush()


def _staff(session: Session, keys: Keys, cast: Cast, code: str, p: str) -> None:
    people = (("trang", Role.TRAINER, None), ("tuan", Role.TRAINER, None), ("oanh", Role.OFFICER, None),
              ("an", Role.ADMINISTRATOR, None), ("bao", Role.UNIT_REPORTER, p + "truong"),
              ("tinh", Role.PROVINCE_READER, None))  # fmt: skip
    for name, role, unit in people:
        account = _add(
            session,
            cast,
            p + name,
            Account(login=f"{p}{name}", display_name=name.title(), password_hash=_HASH),
        )
        session.add(
            RoleGrant(
                commune_id=cast[code],
                account_id=account,
                role=role.value,
                unit_id=cast[unit] if unit else None,
            )
        )
        session.flush()
        # Tests run longer than a proof is fresh; those of the proof itself make it old.
        given = sessions.Circumstances(proven_at=datetime(2099, 1, 1, tzinfo=UTC))
        token = sessions.start(session, keys, account, cast[code], role, 24 * 365, given)
        cast.staff_tokens[p + name] = token


def _classes(session: Session, keys: Keys, cast: Cast, code: str, p: str, version: UUID) -> None:
    commune = cast[code]
    for label, trainer, learners in (("k1", "trang", ("lan", "hung")), ("k2", "tuan", ("mai",))):
        cohort = _add(
            session,
            cast,
            p + label,
            Cohort(
                commune_id=commune,
                code=label.upper(),
                name=f"Lớp {label.upper()}",
                programme_code="nguoi-dan",
                version_id=version,
                level="basic",
                unit_id=cast[p + "thon_dong"],
                place="Nhà văn hóa thôn Đông",
                starts_on=date(2026, 11, 2),
            ),
        )
        session.add(
            CohortTrainer(commune_id=commune, cohort_id=cohort, account_id=cast[p + trainer])
        )
        meeting = _add(
            session,
            cast,
            f"{p}{label}_buoi",
            ClassSession(
                commune_id=commune,
                cohort_id=cohort,
                number=1,
                planned_on=date(2026, 11, 20),
                code=f"{label.upper()}{'X' if p else 'A'}BCD"[:6],
                opened_at=OPENED,
            ),
        )
        _add(
            session,
            cast,
            f"{p}{label}_thi",
            Sitting(
                commune_id=commune,
                cohort_id=cohort,
                class_session_id=meeting,
                proctor_id=cast[p + trainer],
                place="Nhà văn hóa thôn Đông",
                opened_at=OPENED,
                accommodations={},
            ),
        )
        device = _device(session, keys, cast, code, f"{p}{label}_may")
        for n, person in enumerate(learners):
            _enrol(session, keys, cast, commune, p, person, cohort, meeting, device, n)  # fmt: skip


def _device(session: Session, keys: Keys, cast: Cast, code: str, name: str) -> UUID:
    credential = f"{code}.credential-of-{name}"
    cast.device_credentials[name] = credential
    return _add(session, cast, name, Device(
        commune_id=cast[code], label=name, kind="tablet",
        credential_digest=keys.digest("device", credential)))  # fmt: skip


def _enrol(
    session: Session, keys: Keys, cast: Cast, commune: UUID, p: str, person: str, cohort: UUID,
    meeting: UUID, device: UUID, n: int,
) -> None:  # fmt: skip
    enrolment = uuid7()
    _add(
        session,
        cast,
        f"{p}hv_{person}",
        Enrolment(
            id=enrolment,
            commune_id=commune,
            cohort_id=cohort,
            person_id=cast[p + person],
            picture=("non-la", "con-ga", "cay-tre")[n],
            colour=("teal", "red", "blue")[n],
            pin_hmac=keys.digest("pin", f"{enrolment}:{PIN}"),
            pin_sealed=keys.seal(PIN, str(enrolment)),
            enrolled_on=date(2026, 11, 2),
        ),
    )
    token = f"{p or 'TBT'}.learner-{person}" if not p else f"KHA.learner-{person}"
    cast.learner_tokens[p + person] = token
    session.add(
        LearnerSession(
            commune_id=commune,
            token_digest=keys.digest("learner-session", token),
            enrolment_id=enrolment,
            device_id=device,
            class_session_id=meeting,
            expires_at=datetime(2099, 1, 1, tzinfo=UTC),
        )
    )
    session.flush()  # fmt: skip

"""Rows for the database tests of this package: a few words per person, home, group and result."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from assessments.models import Attainment, AttainmentRevocation
from lms.cohorts.models import Attendance, ClassSession, Cohort
from lms.core.ids import uuid7
from lms.core.text import fold, sort_key
from lms.people.helping_models import Mentorship
from lms.people.models import Membership, Person, PersonLink, Residence
from tests.cast import Cast


@dataclass
class Village:
    """Writes rows into the commune TBT of the cast."""

    session: Session
    cast: Cast
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def commune(self) -> UUID:
        return self.cast["TBT"]

    def _add(self, row: object) -> UUID:
        self.session.add(row)
        self.session.flush()
        return row.id  # type: ignore[attr-defined,no-any-return]  # Every row here has an id.

    def person(
        self, name: str, born: date | None = None, year: int | None = None, sex: str | None = "nu"
    ) -> UUID:
        """Somebody in the register; no home yet."""
        self.ids[name] = self._add(
            Person(
                id=uuid7(), commune_id=self.commune, full_name=name, sort_key=sort_key(name),
                search_key=fold(name), birth_date=born, birth_year=born.year if born else year,
                sex=sex,
            )
        )  # fmt: skip
        return self.ids[name]

    def home(
        self, who: UUID, unit: str = "thon_dong", starts: date | None = None,
        ends: date | None = None, kind: str = "thuong_tru", household: UUID | None = None,
    ) -> UUID:  # fmt: skip
        return self._add(
            Residence(
                id=uuid7(), commune_id=self.commune, person_id=who, unit_id=self.cast[unit],
                household_id=household, kind=kind, from_date=starts, to_date=ends,
            )
        )  # fmt: skip

    def member(
        self, who: UUID, kind: str, unit: str | None = None, level: str | None = None,
        starts: date | None = None, ends: date | None = None,
    ) -> UUID:  # fmt: skip
        return self._add(
            Membership(
                id=uuid7(), commune_id=self.commune, person_id=who, kind=kind,
                unit_id=self.cast[unit] if unit else None, level=level, from_date=starts,
                to_date=ends,
            )
        )  # fmt: skip

    def guides(
        self, helper: UUID, mentee: UUID, starts: date, ends: date | None = None
    ) -> UUID:  # fmt: skip
        """Two people who are a pair from a day on."""
        return self._add(
            Mentorship(
                id=uuid7(), commune_id=self.commune, ambassador_id=helper, mentee_id=mentee,
                from_date=starts, to_date=ends, how="assigned",
            )
        )  # fmt: skip

    def attained(
        self, who: UUID, on: date, programme: str = "nguoi-dan", level: str = "basic",
        proof: str = "test_passed",
    ) -> UUID:  # fmt: skip
        supervised = proof in ("test_supervised", "task_observed")
        return self._add(
            Attainment(
                id=uuid7(), commune_id=self.commune, person_id=who, programme_code=programme,
                version_id=self.cast["version"], level=level, proof=proof, occurred_on=on,
                sitting_id=self.cast["k1_thi"] if supervised else None, evidence={},
            )
        )  # fmt: skip

    def revoked(self, attainment: UUID, on: date) -> None:
        self._add(
            AttainmentRevocation(
                id=uuid7(), commune_id=self.commune, attainment_id=attainment, revoked_on=on,
                reason="nhầm người",
            )
        )  # fmt: skip

    def same(self, duplicate: UUID, survivor: UUID, undone: datetime | None = None) -> None:
        self._add(
            PersonLink(
                id=uuid7(), commune_id=self.commune, duplicate_id=duplicate, survivor_id=survivor,
                reason="trùng", undone_at=undone,
            )
        )  # fmt: skip

    def cohort(self, code: str, programme: str, unit: str = "thon_dong") -> UUID:
        return self._add(
            Cohort(
                id=uuid7(), commune_id=self.commune, code=code, name=f"Lớp {code}",
                programme_code=programme, version_id=self.cast["version"], level="basic",
                unit_id=self.cast[unit], place="Nhà văn hóa", starts_on=date(2026, 9, 1),
            )
        )  # fmt: skip

    def meeting(self, cohort: UUID, number: int, opened: datetime | None) -> UUID:
        return self._add(
            ClassSession(
                id=uuid7(), commune_id=self.commune, cohort_id=cohort, number=number,
                planned_on=date(2026, 9, number), opened_at=opened, closed_at=opened,
            )
        )  # fmt: skip

    def present(self, meeting: UUID, enrolment: UUID, state: str = "present") -> None:
        self._add(
            Attendance(
                id=uuid7(), commune_id=self.commune, class_session_id=meeting,
                enrolment_id=enrolment, state=state, occurred_at=datetime(2026, 9, 1, tzinfo=UTC),
                event_id=uuid7(),
            )
        )  # fmt: skip

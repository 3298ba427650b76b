"""Making the sample commune: every row through the actions that real communes use."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from tqdm import tqdm

from certificates import actions as certificates
from certificates.issuer import Issuer
from courses import queries as courses
from courses.rules import ProgrammeVersion
from lms.cli.content import publish_library
from lms.cohorts import actions as cohorts
from lms.cohorts import classroom, devices
from lms.cohorts.models import Enrolment
from lms.core import clock
from lms.core.command import Context
from lms.core.guard import Actor, system
from lms.core.ids import derived
from lms.ledger.actions import accept, project_pending, web_device
from lms.people import actions as people_actions
from lms.people.account_models import Account, RoleGrant
from lms.people.models import Commune, Household, Membership, Person, Residence, Unit
from lms.people.passwords import hashed
from lms.sample import figures, helping, public
from lms.sample.classroom import Learner, Meeting, Tablet, Teller, batches
from lms.sample.roster import UNITS, Dice, Villager, as_csv, people
from lms.sample.timetable import CLASSES, SampleClass, learners

CODE, NAME, PROVINCE = "MAU", "An Phúc Khê", "Tỉnh Mẫu"
PASSWORD = "hoc-so-moi-ngay"  # noqa: S105 - the sample's password is printed on the screen.
STAFF = (
    ("trang", "Nguyễn Thu Trang", "trainer"),
    ("tuan", "Phạm Anh Tuấn", "trainer"),
    ("oanh", "Lê Kim Oanh", "officer"),
    ("an", "Đỗ Bình An", "administrator"),
)
BEGINS = time(8, 0)
TABLETS = 10


class SampleMaker:
    """Makes the commune of one day; its parts share who is who."""

    def __init__(self, context: Context, today: date) -> None:
        self.context, self.today = context, today
        self.database, self.keys = context.database, context.keys
        self.villagers = people(today)
        self.persons: list[UUID] = []
        self.units: dict[str, UUID] = {}
        self.staff: dict[str, UUID] = {}
        self.tablets: list[Tablet] = []
        self.enrolled: dict[UUID, Villager] = {}

    def make(self) -> None:
        """Everything, in the order in which a commune would do it."""
        with clock.frozen(self.at(CLASSES[0].days(self.today)[0] - timedelta(days=20))):
            with self.database.write() as session:
                self.who = self._commune(session)
            with self.database.write() as session:
                self._register(session)
            with self.database.write() as session:
                self._memberships(session)
                self._staff(session)
                self._devices(session)
                figures.adopt_plans(session, self.who)
        self._classes()
        with clock.frozen(self.at(self.today)), self.database.write() as session:
            figures.declare(session, self.who, self.today, self.persons, self.villagers)
            helping.help_at_home(session, self.who, self.today, self.persons, self.villagers)
            figures.close_days(session, self.who, self.today)
            public.open_page(session, self.who, self.today)

    def at(self, day: date, minutes: int = 0) -> datetime:
        """Eight in the morning of a day in Vietnam, so many minutes later."""
        return datetime.combine(day, BEGINS, clock.VIETNAM).astimezone(UTC) + timedelta(
            minutes=minutes
        )

    def _commune(self, session: Session) -> Actor:
        commune = Commune(
            id=derived("sample", CODE),
            short_code=CODE,
            kind="xa",
            name=NAME,
            province=PROVINCE,
            is_sample=True,
        )
        session.add(commune)
        session.flush()
        publish_library(session)
        for unit in UNITS:
            row = Unit(commune_id=commune.id, code=unit.code, name=unit.name, kind=unit.kind,
                       is_urban=unit.is_urban, parent_id=self.units.get(unit.serves))  # fmt: skip
            session.add(row)
            session.flush()
            self.units[unit.code] = row.id
        return system(commune.id)

    def _register(self, session: Session) -> None:
        """The roster goes through the real import, and nothing of it may be refused."""
        content = as_csv(self.villagers)
        row, plan = people_actions.preview_register(
            session, self.who, self.keys, "danh-sach-mau.csv", content
        )
        if plan.counts()["error"]:
            raise RuntimeError(f"The sample roster has errors: {row.summary}")
        people_actions.apply_register(session, self.who, self.keys, row.id)

    def _memberships(self, session: Session) -> None:
        self.persons = self._in_order(session)
        session.add_all(
            Membership(commune_id=self.who.commune, person_id=person, kind=kind, level=level or None,
                       unit_id=self.units.get(unit))
            for person, villager in zip(self.persons, self.villagers, strict=True)
            for kind, unit, level in villager.groups
        )  # fmt: skip
        session.flush()

    def _in_order(self, session: Session) -> list[UUID]:
        """The persons' ids in the order of the roster, found by household, name and year."""
        rows = session.execute(
            select(Household.code, Person.full_name, Person.birth_year, Person.id)
            .join(Residence, (Residence.person_id == Person.id) & (Residence.commune_id == Person.commune_id))
            .join(Household, (Household.id == Residence.household_id)
                  & (Household.commune_id == Residence.commune_id))
            .where(Person.commune_id == self.who.commune)
        ).all()  # fmt: skip
        known = {(home, name, year): key for home, name, year, key in rows}
        return [known[(v.home, v.name, v.year)] for v in self.villagers]

    def _staff(self, session: Session) -> None:
        password = hashed(PASSWORD)
        for login, name, role in STAFF:
            account = Account(login=login, display_name=name, password_hash=password)
            session.add(account)
            session.flush()
            session.add(RoleGrant(commune_id=self.who.commune, account_id=account.id, role=role))
            session.flush()
            self.staff[login] = account.id

    def _devices(self, session: Session) -> None:
        for number in range(1, TABLETS + 1):
            device, _credential = devices.enrol_device(
                session, self.who, self.keys, f"Máy {number:02d}"
            )
            self.tablets.append(Tablet(device.id))

    def _classes(self) -> None:
        chosen = learners(self.villagers, self.today)
        for course in tqdm(CLASSES, desc="Lớp học mẫu", unit="lớp", disable=None):
            self._class(course, chosen[course.code])

    def _class(self, course: SampleClass, members: Sequence[int]) -> None:
        days = course.days(self.today)
        with clock.frozen(self.at(days[0] - timedelta(days=7))), self.database.write() as session:
            version, cohort_id = self._cohort(session, course, days)
            enrolled = [
                cohorts.enrol(session, self.who, self.keys, cohort_id, self.persons[n])
                for n in members
            ]
            meetings = [cohorts.plan_session(session, self.who, cohort_id, day).id for day in days]
        class_ = [
            self._learner(course, e, n, place)
            for place, (e, n) in enumerate(zip(enrolled, members, strict=True))
        ]
        for number, (day, meeting) in enumerate(zip(days, meetings, strict=True), 1):
            if day < self.today:
                told = (number, len(days))
                self._session(course, cohort_id, meeting, told, day, version, class_)
            elif day == self.today:
                self._open_today(course, cohort_id, meeting)
        if days[-1] < self.today:
            self._certify(cohort_id, days[-1] + timedelta(days=2))

    def _cohort(
        self, session: Session, course: SampleClass, days: Sequence[date]
    ) -> tuple[ProgrammeVersion, UUID]:
        taught = courses.newest(session, self.who.commune)
        row = next(row for row in taught if row.code == course.programme)
        cohort = cohorts.create_cohort(session, self.who, cohorts.NewCohort(
            code=course.code, name=course.name, version_id=row.id, level="basic",
            unit_id=self.units[course.unit], place=course.place, starts_on=days[0], ends_on=days[-1],
            trainer_ids=[self.staff[course.trainer]],
        ))  # fmt: skip
        return courses.version(session, row.id), cohort.id

    def _learner(
        self, course: SampleClass, enrolment: Enrolment, index: int, place: int
    ) -> Learner:
        age = self.today.year - self.villagers[index].year
        return Learner(enrolment.id, f"{course.code}-{place}", age, self.tablets[place % TABLETS])

    def _session(
        self, course: SampleClass, cohort_id: UUID, meeting: UUID, told: tuple[int, int], day: date,
        version: ProgrammeVersion, class_: Sequence[Learner],
    ) -> None:  # fmt: skip
        last = told[0] == told[1]
        trainer = self.staff[course.trainer]
        with clock.frozen(self.at(day)) as now:
            with self.database.write() as session:
                classroom.open_session(session, self.who, meeting)
            sitting_id = None
            if last:
                now.move(self.at(day, 60))
                with self.database.write() as session:
                    sitting_id = classroom.open_sitting(
                        session, self.who, cohort_id, proctor_id=trainer
                    ).id
            now.move(self.at(day, 115))
            board = Tablet(web_device(self.who.commune))
            tale = Meeting(meeting, *told, self.at(day), version, sitting_id, trainer, board)
            self._deliver(Teller(tale, Dice(f"{course.code}-{told[0]}")).tell(class_))
            now.move(self.at(day, 120))
            with self.database.write() as session:
                classroom.close_session(session, self.who, meeting)
            project_pending(self.database, self.who.commune)

    def _deliver(self, texts: dict[UUID, list[str]]) -> None:
        for device, told in texts.items():
            for part in batches(told):
                with self.database.write() as session:
                    receipt = accept(session, self.who.commune, device, part, clock.now())
                refused = [fate for fate in receipt.fates if fate.outcome.value != "stored"]
                if refused:
                    raise RuntimeError(f"The sample's event was not stored: {refused[0]}")
        project_pending(self.database, self.who.commune)

    def _open_today(self, course: SampleClass, cohort_id: UUID, meeting: UUID) -> None:
        now = min(clock.now(), self.at(self.today, 240))
        with clock.frozen(now), self.database.write() as session:
            classroom.open_session(session, self.who, meeting)
            classroom.open_sitting(
                session, self.who, cohort_id, proctor_id=self.staff[course.trainer]
            )
        project_pending(self.database, self.who.commune)

    def _certify(self, cohort_id: UUID, day: date) -> None:
        base = self.context.settings.public_url or f"http://127.0.0.1:{self.context.settings.port}"
        with clock.frozen(self.at(min(day, self.today))), self.database.write() as session:
            issuer = Issuer(base, self.keys)
            certificates.issue(session, self.who, cohort_id, None, issuer)

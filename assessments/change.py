"""The measured change of a commune's learners: in all, by programme, group, class and unit.

What is measured is in `assessments.change_facts`, the arithmetic in `assessments.rules.gain`. Each
person counts once in every row: who learned in two programmes is, where they are counted together, in
with the one whose exit form came first.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assessments import change_facts
from assessments.change_facts import Course, Facts
from assessments.rules.gain import (
    Change,
    DropOut,
    Measured,
    Pair,
    TaskChange,
    change,
    change_by_skill,
    drop_out,
    task_change,
)
from courses.rules import GROUPS, ProgrammeVersion
from lms.cohorts import queries as cohorts_queries
from lms.cohorts.models import Cohort
from lms.core import clock
from lms.core.guard import Actor, require, require_cohort
from lms.core.i18n import _
from lms.core.policy import Role
from lms.people import queries as people_queries
from lms.people.models import Residence, Unit

FORMS = ("entry", "exit")
REPEATS = ("after30", "after90")


@dataclass(frozen=True)
class Row:
    """One set of people: their change from entry to exit, and who was not measured twice."""

    key: str
    label: str
    change: Change
    lost: DropOut


@dataclass(frozen=True)
class Repeat:
    """What is left after 30 or 90 days: the change from exit to the repeat."""

    kind: str
    change: Change
    lost: DropOut


@dataclass(frozen=True)
class Detail:
    """A row opened: by skill, by observed task, and the repeats."""

    row: Row
    skills: Sequence[tuple[str, Change]]
    """(title, change)."""
    tasks: Sequence[tuple[str, TaskChange]]
    repeats: Sequence[Repeat]


@dataclass(frozen=True)
class Report:
    """Everything the page shows. `unmeasured`: classes whose programme has no entry and exit form."""

    whole: Detail
    programmes: Sequence[Detail]
    groups: Sequence[Row]
    classes: Sequence[Row]
    homes: Sequence[Row]
    """By the unit where people live."""
    hosts: Sequence[Row]
    """By the unit that organises the class."""
    unmeasured: int

    @property
    def tables(self) -> list[tuple[str, Sequence[Row]]]:
        """(kind of rows, rows): every breakdown that has rows."""
        found = (
            ("programme", [one.row for one in self.programmes]),
            ("group", self.groups),
            ("class", self.classes),
            ("home", self.homes),
            ("host", self.hosts),
        )
        return [(kind, rows) for kind, rows in found if rows]


def of_class(session: Session, who: Actor, cohort_id: UUID) -> Detail | None:
    """The change of a class the actor may see; None when its programme does not measure."""
    cohort = cohorts_queries.cohort(session, who.commune, cohort_id)
    require_cohort(who, cohort.id)
    facts = change_facts.load(session, who.commune, {cohort.id})
    if cohort.id not in facts.cohorts:
        return None
    return _detail(str(cohort.id), cohort.name, facts.courses, facts.versions[cohort.id])


def report(session: Session, who: Actor) -> Report:
    """The whole commune for officers and administrators; a trainer's own classes for a trainer."""
    require(who, Role.TRAINER, Role.OFFICER, Role.ADMINISTRATOR)
    own = who.cohort_ids if who.role is Role.TRAINER else None
    facts = change_facts.load(session, who.commune, own)
    units = {unit.id: unit for unit in _units(session, who.commune)}
    homes = _homes(session, who.commune) if own is None else {}
    return Report(
        whole=_detail("all", _whole_label(who), facts.courses, None),
        programmes=_programmes(facts),
        groups=_groups(facts),
        classes=_classes(facts),
        homes=_by_unit(facts, units, lambda one: homes.get(one.person)) if own is None else (),
        hosts=_by_unit(facts, units, lambda one: facts.cohorts[one.cohort].unit_id)
        if own is None
        else (),
        unmeasured=facts.unmeasured,
    )


def _whole_label(who: Actor) -> str:
    return _("Các lớp của thầy cô") if who.role is Role.TRAINER else _("Toàn xã")


# --- rows ---------------------------------------------------------------------------------------


def once(courses: Iterable[Course]) -> list[Course]:
    """One course a person: one measured twice before others, the earlier exit form before a later."""
    held: dict[UUID, Course] = {}
    for one in sorted(courses, key=_rank):
        held.setdefault(one.person, one)
    return list(held.values())


def _rank(one: Course) -> tuple[object, ...]:
    missing = (not one.has(*FORMS), not one.has("exit"), not one.has("entry"))
    at = one.forms["exit"].at.timestamp() if one.has("exit") else 0.0
    return (*missing, at, one.programme, one.level, str(one.cohort))


def pairs(courses: Iterable[Course], before: str, after: str) -> list[Pair]:
    """The people who have both forms."""
    scores = ((one.score(before), one.score(after)) for one in courses)
    return [Pair(first, second) for first, second in scores if first and second]


def _row(key: str, label: str, courses: Iterable[Course]) -> Row:
    held = once(courses)
    lost = drop_out(Measured(one.has("entry"), one.has("exit"), one.learning) for one in held)
    return Row(key, label, change(pairs(held, *FORMS)), lost)


def _detail(
    key: str, label: str, courses: Sequence[Course], version: ProgrammeVersion | None
) -> Detail:
    """Skills and tasks are those of `version`; several programmes together have none in common."""
    held = once(courses)
    return Detail(
        _row(key, label, held),
        _skills(held, version) if version else (),
        _tasks(held, version) if version else (),
        [_repeat(held, kind) for kind in REPEATS if any(one.has(kind) for one in held)],
    )


def _repeat(courses: Sequence[Course], kind: str) -> Repeat:
    """Of the people with an exit form: their change until the repeat, and who did not come again."""
    left = [one for one in courses if one.has("exit")]
    lost = drop_out(Measured(True, one.has(kind)) for one in left)
    return Repeat(kind, change(pairs(left, "exit", kind)), lost)


def _skills(courses: Sequence[Course], version: ProgrammeVersion) -> list[tuple[str, Change]]:
    titles = {skill.code: skill.title for skill in version.programme.skills}
    found = change_by_skill(pairs(courses, *FORMS), titles)
    return [(titles[code], one) for code, one in found.items() if one.n]


def _tasks(courses: Sequence[Course], version: ProgrammeVersion) -> list[tuple[str, TaskChange]]:
    plans = (plan for plan in version.blueprints if plan.kind in FORMS)
    tasks = dict.fromkeys(task for plan in plans for task in plan.tasks)
    return [(version.task(task).title, _task(courses, task)) for task in tasks]


def _task(courses: Iterable[Course], task: str) -> TaskChange:
    verdicts = ((one.verdicts.get((task, "entry")), one.verdicts.get((task, "exit")))
                for one in courses)  # fmt: skip
    return task_change(verdicts)


# --- breakdowns ---------------------------------------------------------------------------------


def _split(courses: Iterable[Course], by: Callable[[Course], str]) -> dict[str, list[Course]]:
    found: dict[str, list[Course]] = defaultdict(list)
    for one in courses:
        found[by(one)].append(one)
    return found


def _programmes(facts: Facts) -> list[Detail]:
    """Newest version of each programme names the skills; older codes that it lacks are left out."""
    newest = {facts.cohorts[key].programme_code: facts.versions[key] for key in facts.cohorts}
    split = _split(facts.courses, lambda one: one.programme)
    return [
        _detail(code, newest[code].programme.title, split[code], newest[code])
        for code in sorted(split)
    ]


def _groups(facts: Facts) -> list[Row]:
    words = group_words()
    split = _split(facts.courses, lambda one: facts.versions[one.cohort].programme.group)
    return [_row(group, words[group], split[group]) for group in GROUPS if group in split]


def group_words() -> dict[str, str]:
    """What the groups of programmes are called."""
    return {
        "officials": _("Cán bộ, công chức, viên chức"),
        "students": _("Học sinh, sinh viên"),
        "workers": _("Người lao động"),
        "residents": _("Người dân"),
        "elderly": _("Người cao tuổi"),
        "traders": _("Tiểu thương"),
    }


def _classes(facts: Facts) -> list[Row]:
    split = _split(facts.courses, lambda one: str(one.cohort))
    named = ((str(key), cohort) for key, cohort in facts.cohorts.items())
    return [_row(key, _class_label(one), split[key]) for key, one in named if key in split]


def _class_label(cohort: Cohort) -> str:
    return f"{cohort.name} ({cohort.code})"


def _by_unit(
    facts: Facts, units: Mapping[UUID, Unit], unit_of: Callable[[Course], UUID | None]
) -> list[Row]:
    split = _split(facts.courses, lambda one: str(unit_of(one) or ""))
    rows = [_row(str(key), unit.name, split[str(key)]) for key, unit in units.items()
            if str(key) in split]  # fmt: skip
    elsewhere = split.get("")
    return rows + ([_row("", _("Không rõ / ngoài xã"), elsewhere)] if elsewhere else [])


def _units(session: Session, commune_id: UUID) -> Sequence[Unit]:
    query = select(Unit).where(Unit.commune_id == commune_id)
    return session.scalars(query.order_by(Unit.kind, Unit.name)).all()


def _homes(session: Session, commune_id: UUID) -> dict[UUID, UUID]:
    """Person after merges → the unit where they live today; of two homes the later, of two records
    the surviving one's."""
    survivors = people_queries.survivors(session, commune_id)
    rows = session.execute(
        select(Residence.person_id, Residence.unit_id)
        .where(Residence.commune_id == commune_id, people_queries.stands(Residence, clock.today()))
        .order_by(func.coalesce(Residence.from_date, date(1, 1, 1)), Residence.id)
    )
    own = {row[0]: row[1] for row in rows}
    lent = {survivors[key]: unit for key, unit in own.items() if key in survivors}
    return lent | {key: unit for key, unit in own.items() if key not in survivors}

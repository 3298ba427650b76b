"""The registered sheets of a class, one by one and counted."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments.paper_forms import typed_in
from assessments.paper_models import PaperForm
from lms.cohorts.models import Cohort, Enrolment
from lms.people.models import Person


@dataclass(frozen=True)
class Listed:
    """A registered form in a list. `state`: waiting, entered or spoiled."""

    row: PaperForm
    person: Person
    state: str


def listed(session: Session, cohort: Cohort) -> list[Listed]:
    """All forms that were ever registered for a class, the newest printing first, then by name."""
    entered = typed_in().label("entered")
    found = session.execute(
        select(PaperForm, Person, entered)
        .join(Enrolment, (Enrolment.commune_id == PaperForm.commune_id)
              & (Enrolment.id == PaperForm.enrolment_id))
        .join(Person, (Person.commune_id == Enrolment.commune_id)
              & (Person.id == Enrolment.person_id))
        .where(PaperForm.commune_id == cohort.commune_id, PaperForm.cohort_id == cohort.id)
        .order_by(PaperForm.kind, PaperForm.module, Person.sort_key, PaperForm.made_at)
    )  # fmt: skip
    return [
        Listed(row, person, "spoiled" if row.voided_at else "entered" if is_in else "waiting")
        for row, person, is_in in found
    ]


@dataclass(frozen=True)
class Counted:
    """How many sheets of one kind a class has: printed and still out, typed in, spoiled."""

    kind: str
    module: str
    waiting: int
    entered: int
    spoiled: int


def counted(session: Session, cohort: Cohort) -> list[Counted]:
    """The registered forms of a class by kind, those that are still out first."""
    tally: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in listed(session, cohort):
        tally[one.row.kind, one.row.module][one.state] += 1
    found = [
        Counted(kind, module, states["waiting"], states["entered"], states["spoiled"])
        for (kind, module), states in tally.items()
    ]
    return sorted(found, key=lambda one: (-one.waiting, one.kind, one.module))

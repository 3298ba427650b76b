"""Reading how questions did: the first attempts of a commune's people at each form of a programme.

A person counts once, whatever records were joined; of each form kind and level the first attempt that
was handed in and counted. A question that the person has met in an earlier attempt of the same bank is
left out of it. Questions are told apart by id and content hash, so an unchanged question keeps its
figures over versions and a changed one starts anew. Marks are those of the question's own key: a
re-marking that gave points hides no faulty question here.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, Text, cast, select, type_coerce
from sqlalchemy.orm import Session

from assessments.models import Answer, Attempt
from assessments.rules import statistics
from assessments.rules.choosing import question
from assessments.rules.statistics import Figures, Given, Reliability, Row, Tally
from courses import queries as courses_queries
from courses.activities import KINDS
from courses.chance import guess_chance, needed_points
from courses.models import ProgrammeVersionRow
from courses.rules import FORM_KINDS, Blueprint, Item, ProgrammeVersion, bank_of
from lms.cohorts.models import Enrolment
from lms.people import queries as people


@dataclass(frozen=True)
class Passing:
    """What a test asks for, and the chance of somebody who only guesses, in one try and over all."""

    needed: int
    tries: int
    one_try: Fraction
    all_tries: Fraction


@dataclass(frozen=True)
class ItemLine:
    """A question of a form: how many people were asked it first, and its figures when they are enough."""

    item: Item
    n: int
    figures: Figures | None


@dataclass(frozen=True)
class FormFigures:
    """A form of a version. `people` made a first attempt at it, in this version or another one.

    `totals` and `reliability` stand on those whose version draws the form in the same way; they and
    `passing` are None where there are too few, or for a form that nobody passes.
    """

    blueprint: Blueprint
    people: int
    totals: tuple[int, ...] | None
    reliability: Reliability | None
    passing: Passing | None
    lines: tuple[ItemLine, ...]


def of_forms(
    session: Session, commune_id: UUID, version: ProgrammeVersion, forms: Sequence[Blueprint]
) -> tuple[FormFigures, ...]:
    """The figures of some forms of one bank (see `courses.rules.bank_of`); empty for no forms."""
    if not forms:
        return ()
    kinds = [kind for kind in FORM_KINDS if bank_of(kind) == bank_of(forms[0].kind)]
    papers = _papers(session, commune_id, version.code, kinds)
    firsts = _firsts(papers, people.survivors(session, commune_id))
    own = {(form.kind, form.level) for form in forms}
    wanted = [first for first in firsts if (first.paper.kind, first.paper.level) in own]
    held = _answers(session, commune_id, version.code, {kind for kind, _level in own})
    marked = _Marked()
    rows = [(first.paper, _row(first, held.get(first.paper.key, {}), marked)) for first in wanted]
    return tuple(_form_figures(version, form, rows) for form in forms)


# --- which attempts -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Bank:
    """The questions of one version that stand in the bank, and what was given to them before."""

    version: ProgrammeVersion
    items: Mapping[str, tuple[str, Item]]
    """Item id → (content hash, item)."""


@dataclass(slots=True)
class _Paper:
    """A counted attempt: `key` is its id as the driver gives it, `asked` the ids of its questions."""

    key: Any
    person: UUID
    bank: _Bank
    kind: str
    level: str
    asked: Sequence[str]


@dataclass(slots=True)
class _First:
    """A person's first attempt at a form, and those of its questions that were new to the person."""

    paper: _Paper
    fresh: Sequence[str]


def _papers(session: Session, commune_id: UUID, code: str, kinds: Sequence[str]) -> list[_Paper]:
    """Every counted attempt of a bank, the earliest first."""
    query = (
        select(
            _bare(Attempt.id), Enrolment.person_id, Attempt.version_id, Attempt.purpose,
            Attempt.level, cast(Attempt.mark, Text),
        )
        .join(Enrolment, (Enrolment.commune_id == Attempt.commune_id)
              & (Enrolment.id == Attempt.enrolment_id))
        .where(*_counted(commune_id, code, kinds))
        .order_by(Attempt.started_at, Attempt.id)
    )  # fmt: skip
    rows = session.execute(query).all()
    versions = {row[2] for row in rows}
    banks = {key: _bank(courses_queries.version(session, key), kinds) for key in versions}
    return [
        _Paper(key, person, banks[version], kind, level, tuple(json.loads(mark)["items"]))
        for key, person, version, kind, level, mark in rows
    ]


def _bare(column: Any) -> ColumnElement[str]:
    """An id as the driver gives it: hundreds of thousands of UUID objects would double the time."""
    return type_coerce(column, String)


def _counted(commune_id: UUID, code: str, kinds: Iterable[str]) -> list[ColumnElement[bool]]:
    versions: Select[UUID] = select(ProgrammeVersionRow.id).where(ProgrammeVersionRow.code == code)
    return [
        Attempt.commune_id == commune_id,
        Attempt.state == "final",
        # The quiz of a module asks a part of the bank; the figures are those of whole forms.
        Attempt.blueprint.not_like("%/%/%"),
        Attempt.purpose.in_(sorted(kinds)),
        Attempt.version_id.in_(versions),
    ]


def _bank(version: ProgrammeVersion, kinds: Sequence[str]) -> _Bank:
    own = [item for item in version.items if item.bank == bank_of(kinds[0])]
    return _Bank(version, {item.id: (item.hash, item) for item in own})


def _firsts(papers: Iterable[_Paper], survivors: Mapping[UUID, UUID]) -> list[_First]:
    """The first paper of each person, kind and level; joined records are one person."""
    begun: set[tuple[UUID, str, str]] = set()
    met: dict[UUID, set[str]] = {}
    found = []
    for paper in papers:
        person = survivors.get(paper.person, paper.person)
        known = met.setdefault(person, set())
        items = paper.bank.items
        if (person, paper.kind, paper.level) not in begun:
            begun.add((person, paper.kind, paper.level))
            found.append(_First(paper, [x for x in paper.asked if items[x][0] not in known]))
        known.update(items[name][0] for name in paper.asked)
    return found


# --- what was given -----------------------------------------------------------------------------


Told = tuple[str, bool | None]
"""The response as JSON text, and whether the first try was right."""


def _answers(
    session: Session, commune_id: UUID, code: str, kinds: Iterable[str]
) -> dict[Any, dict[str, Told]]:
    """Attempt → item → what was given, in one read."""
    query = (
        select(
            _bare(Answer.attempt_id), Answer.item_id, cast(Answer.response, Text),
            Answer.first_correct,
        )
        .join(Attempt, (Attempt.commune_id == Answer.commune_id)
              & (Attempt.id == Answer.attempt_id))
        .where(*_counted(commune_id, code, kinds))
    )  # fmt: skip
    found: defaultdict[Any, dict[str, Told]] = defaultdict(dict)
    # The connection's own rows: there are hundreds of thousands, and none is a mapped object.
    for attempt, item, response, first in session.connection().execute(query):
        found[attempt][item] = (response, first)
    return found


def _row(first: _First, told: Mapping[str, Told], marked: "_Marked") -> Row:
    """The person's line of the matrix, by content hash."""
    items = first.paper.bank.items
    if first.paper.kind == "practice":
        # Later tries come after a hint, so only whether the first was right is known; what was not
        # tried was left for another day, and is no mistake.
        tried = [(items[name][0], told[name][1]) for name in first.fresh if name in told]
        return {key: Given(int(right)) for key, right in tried if right is not None}
    return {
        items[name][0]: marked.of(*items[name], told[name][0] if name in told else "[]")
        for name in first.fresh
    }


class _Marked(dict[tuple[str, str], Given]):
    """Answers marked by the question's own key: the same answer to the same question only once."""

    def of(self, key: str, item: Item, response: str) -> Given:
        """(content hash, JSON text of the response) → points and response."""
        found = self.get((key, response))
        if found is None:
            tokens = tuple(json.loads(response))
            found = self[key, response] = Given(KINDS[item.kind].points(item, tokens), tokens)
        return found


# --- figures ------------------------------------------------------------------------------------


def _form_figures(
    version: ProgrammeVersion, form: Blueprint, rows: Sequence[tuple[_Paper, Row]]
) -> FormFigures:
    own = [
        (paper, row) for paper, row in rows if (paper.kind, paper.level) == (form.kind, form.level)
    ]
    alike = [row for paper, row in own if _drawn_alike(paper.bank.version, form)]
    tallies = statistics.tally(row for _paper, row in own)
    return FormFigures(
        blueprint=form,
        people=len(own),
        totals=statistics.totals(alike, form.count),
        reliability=statistics.reliability(alike, form.count),
        passing=_passing(version, form),
        lines=tuple(_line(item, form, tallies) for item in items_of(version, form)),
    )


def _drawn_alike(version: ProgrammeVersion, form: Blueprint) -> bool:
    plans = ((plan.kind, plan.level, plan.rows) for plan in version.blueprints)
    return (form.kind, form.level, form.rows) in plans


def items_of(version: ProgrammeVersion, form: Blueprint) -> list[Item]:
    """The questions that the form may ask, in the order of their ids."""
    pools = (version.pool(form.kind, form.level, row) for row in form.rows)
    asked = {item.id: item for pool in pools for item in pool}
    return [asked[name] for name in sorted(asked)]


def _line(item: Item, form: Blueprint, tallies: Mapping[str, Tally]) -> ItemLine:
    tally = tallies.get(item.hash, {})
    asked = question(item)
    if form.kind == "practice":
        asked = replace(asked, chosen=None)
    return ItemLine(item, sum(tally.values()), statistics.figures(tally, asked))


def _passing(version: ProgrammeVersion, form: Blueprint) -> Passing | None:
    if form.kind != "certifying":
        return None
    rule = version.pass_rule(form.level)
    return Passing(
        needed=needed_points(rule.share, form.count),
        tries=rule.tries,
        one_try=guess_chance(version, form, rule, 1),
        all_tries=guess_chance(version, form, rule),
    )

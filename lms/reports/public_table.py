"""The figures of a closing as tables of counts, and what a publication says of them.

The frozen body of a closing holds every number; the body of a publication holds the shown ones alone.
What was published before is read back from both: which lines were shown from the publication, the true
numbers from the closing it was made of.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.core.i18n import _
from lms.indicators.rules.arithmetic import rate_text
from lms.indicators.rules.plan import Counted, Population
from lms.indicators.rules.vocabulary import LEVEL_RANK, MeasureKind, Subject
from lms.indicators.wording import population_name
from lms.reports.public_rules import THRESHOLD, Decided, Line, Row, State, Table, Why
from lms.reports.same_figures import counted_from, definition

SCHEMA = "lop-hoc-so/publication/1"
PLAIN, UNKNOWN = "plain", "unknown"
"""Two states beside those of the rules: a number of things, and a figure that says nothing yet."""

PEOPLE = frozenset(
    {
        "adults",
        "urban_adults",
        "residents",
        "learners",
        "citizens_16",
        "elderly",
        "disabled",
        "poor",
    }
)
INSIDE = {"ward_officials": "public_sector", "mentors": "ambassadors"}
"""A population that lies inside another one and is of its family."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure of a closing: its printed line, and its counts where it counts somebody."""

    line: Mapping[str, Any]
    counted: Counted
    table: Table | None
    names: Mapping[str, str]
    """Unit id → its name on the day of the closing."""

    @property
    def code(self) -> str:
        """The figure's code in its plan."""
        return str(self.line["code"])

    @property
    def is_things(self) -> bool:
        """Whether it is a number of things or offices (classes held, schools), which is about nobody."""
        return is_of_things(self.counted)


def is_of_things(counted: Counted) -> bool:
    """Things, and offices by what they did; people posted somewhere are people, a team its members."""
    return counted.subject in (Subject.THING, Subject.UNIT) and not counted.measure.posted_at


def measured(body: Mapping[str, Any]) -> list[Measured]:
    """Every figure with a number of its own, in the plan's own order; commitments are left out."""
    lines = {line["code"]: line for line in body["lines"] if not line["is_commitment"]}
    as_of = date.fromisoformat(body["period"]["as_of"])
    return [
        _measured(lines[figure["code"]], figure, as_of)
        for figure in body["report"]["figures"]
        if figure["code"] in lines
    ]


def _measured(line: Mapping[str, Any], figure: Mapping[str, Any], as_of: date) -> Measured:
    counted = counted_from(figure["counted"])
    names = {_unit(row): row["name"] or "" for row in figure["by_unit"]}
    return Measured(line, counted, _table(counted, figure, as_of), names)


def _unit(row: Mapping[str, Any]) -> str:
    return row["unit"] or ""


def _table(counted: Counted, figure: Mapping[str, Any], as_of: date) -> Table | None:
    numerator, size = figure["outcome"]["numerator"], figure["population"]["size"]
    if is_of_things(counted) or numerator is None or size is None:
        return None
    rows = tuple(
        Row(_unit(row), row["numerator"], row["population"] or 0) for row in figure["by_unit"]
    )
    return Table(
        key=definition(counted),
        families=frozenset(_families(counted)),
        population=f"{counted.subject.value} {counted.population.key}",
        level=LEVEL_RANK[counted.asked_level.value],
        as_of=as_of,
        numerator=numerator,
        size=size,
        rows=rows,
    )


def _families(counted: Counted) -> Iterable[str]:
    """Figures of learning over overlapping people may lie inside each other; other facts stand alone."""
    kind = counted.measure.kind
    learning = (MeasureKind.ATTAINED, MeasureKind.TRAINED, MeasureKind.HAS_AT_LEAST)
    fact = "learning" if kind in learning else f"{kind.value} {counted.measure.what or ''}"
    for part in counted.population.parts:
        yield f"{fact}: {_family(part)}"


def _family(population: Population) -> str:
    return "people" if population.code in PEOPLE else INSIDE.get(population.code, population.code)


# --- what a publication says --------------------------------------------------------------------


def entries(
    figures: Sequence[Measured], decided: Mapping[str, Decided], own_words: Mapping[str, str],
    units: Mapping[str, str],
) -> list[dict[str, Any]]:  # fmt: skip
    """The figures of a publication, in the plan's order; a covered number is None.

    `own_words` are the plan's own names of populations, `units` the names of units by id.
    """
    found = []
    for one in figures:
        decision = decided.get(one.code)
        said = {
            "code": one.code,
            "no": one.line["no"],
            "title": one.line["title"],
            "population": population_name(one.counted.population, own_words),
            "target": one.line["target"] if one.line["has_target"] else "",
        }
        found.append(said | (_counts(decision, units) if decision else _without_table(one)))
    return found


def _without_table(one: Measured) -> dict[str, Any]:
    if one.line["numerator"] is not None:
        if not one.is_things:
            return {"state": State.COVERED.value, "numerator": None, "lines": []}
        has_size = one.counted.subject is Subject.UNIT
        return {
            "state": PLAIN,
            "numerator": one.line["numerator"],
            "size": one.line["size"] if has_size else None,
        }
    return {"state": UNKNOWN, "text": one.line["state_text"] or _("chưa có số liệu")}


def _counts(decision: Decided, names: Mapping[str, str]) -> dict[str, Any]:
    table, shown = decision.table, decision.state is not State.COVERED
    listed = decision.lines if any(line.why is None for line in decision.lines) else ()
    return {
        "state": decision.state.value,
        "as_of": table.as_of.isoformat(),
        "number": decision.number,
        "size": table.size if table.size >= THRESHOLD else None,
        "numerator": table.numerator if shown else None,
        "rate": rate_text(table.numerator, table.size) if shown else None,
        "lines": [_line(line, names) for line in listed],
    }


def _line(line: Line, names: Mapping[str, str]) -> dict[str, Any]:
    told = line.why is None
    return {
        "units": sorted(line.units),
        "name": "; ".join(sorted(names.get(unit) or _("Không rõ đơn vị") for unit in line.units)),
        "population": line.population,
        "numerator": line.numerator if told else None,
        "rate": rate_text(line.numerator, line.population) if told else None,
    }


def read_back(
    entry: Mapping[str, Any], table: Table, number: int, unlisted: Sequence[Line]
) -> Decided | None:
    """A published figure with its true numbers; None where it only repeated an earlier one.

    `unlisted` are the lines of a figure that was shown without its units.
    """
    state = State(entry["state"])
    if state is State.KEPT:
        return None
    if state is not State.SHOWN:
        return Decided(table, state, tuple(unlisted) if state is State.TOTAL else (), number)
    rows = {row.unit: row for row in table.rows}
    lines = tuple(
        Line(
            frozenset(said["units"]),
            sum(rows[unit].numerator for unit in said["units"]),
            said["population"],
            None if said["numerator"] is not None else Why.GUARD,
        )
        for said in entry["lines"]
    )
    return Decided(table, state, lines, number)

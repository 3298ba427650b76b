"""What an officer does to a draft: plain data in, plain data out. Pure.

Codes stay: an indicator that is numbered anew, a reading that moves up, keep the code under which
the commune's wording, its choices and closed periods know them.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lms.indicators.editor_fields import ABSENT, Boxes, short_code
from lms.indicators.editor_forms import COMMITMENT, HEAD, INDICATOR, REPORT
from lms.indicators.editor_nodes import Node, data_of
from lms.indicators.plan_build import NO_NUMBER, RESERVED, derived_code
from lms.indicators.plan_fields import NOT_SET
from lms.indicators.plan_file import checked

Data = dict[str, Any]
READING_LISTS = {"contradictions": "contradiction", "other_readings": "reading"}


@dataclass(frozen=True)
class Part:
    """One sort of page of the editor: where its data stands in the file, and its form."""

    field: str
    nodes: tuple[Node, ...]


PARTS = {
    "chung": Part("", HEAD),
    "chi-tieu": Part("indicators", INDICATOR),
    "nhiem-vu": Part("commitments", COMMITMENT),
    "bao-cao": Part("reports", REPORT),
}
"""By the word in the address."""


def section(data: Data, part: str, place: int) -> Data | None:
    """The data of one page: the whole plan for its head, else one of a list; None when not there."""
    field = PARTS[part].field
    if not field:
        return data
    rows = data.get(field, [])
    return rows[place] if 0 <= place < len(rows) else None


def code_of(part: str, one: Mapping[str, Any]) -> str:
    """The code under which a part is known, also where the file leaves it to the number."""
    own = one.get("code")
    return str(own) if own else derived_code(str(one.get("no", ""))) if part == "chi-tieu" else ""


def place_of(data: Data, part: str, code: str) -> int | None:
    """Where the part of this code stands now."""
    rows = data.get(PARTS[part].field, [])
    return next((n for n, one in enumerate(rows) if code_of(part, one) == code), None)


def saved(
    data: Data, part: str, place: int, boxes: Boxes, known: frozenset[str], *, fresh: bool = False
) -> Data:
    """The plan with one page as its boxes say.

    `known` are codes that have been used before: they are not given to anything new. `fresh` says
    that this is another indicator altogether, which begins a code of its own.
    """
    nodes, old = PARTS[part].nodes, section(data, part, place) or {}
    new = data_of(nodes, boxes, old)
    if part == "chung":
        return new
    rows = [*data[PARTS[part].field]]
    new = _coded(data, part, place, new, known, fresh=fresh)
    rows[place] = new
    return {**data, PARTS[part].field: rows}


def _coded(
    data: Data, part: str, place: int, new: Data, known: frozenset[str], *, fresh: bool
) -> Data:
    """The same with its code: the one it had, or a free one for what is new."""
    old = data[PARTS[part].field][place]
    was, same_number = code_of(part, old), new.get("no") == old.get("no")
    if was and not fresh and (was in known or same_number):
        own = {name: value for name, value in new.items() if name != "code"}
        same = derived_code(str(own.get("no", ""))) == was if part == "chi-tieu" else False
        return new if same and "code" not in new else {"code": was, **own}
    own = {name: value for name, value in new.items() if name != "code"}
    number = str(own.get("no", NO_NUMBER))
    wanted = derived_code(number) if part == "chi-tieu" else ""
    wanted = wanted or short_code(str(own.get("title", "")))
    if not wanted:
        return own
    free = _free(wanted, _taken_codes(data, part, place) | known)
    return own if part == "chi-tieu" and free == derived_code(number) else {"code": free, **own}


def _taken_codes(data: Data, part: str, place: int) -> set[str]:
    """Codes that others bear; indicators and commitments share theirs."""
    parts = ("bao-cao",) if part == "bao-cao" else ("chi-tieu", "nhiem-vu")
    return {
        code_of(name, one)
        for name in parts
        for n, one in enumerate(data.get(PARTS[name].field, []))
        if (name, n) != (part, place)
    } | RESERVED


def _free(wanted: str, taken: set[str] | frozenset[str]) -> str:
    return next(
        code for code in (wanted, *(f"{wanted}-{n}" for n in range(2, 10_000))) if code not in taken
    )


# --- whole parts --------------------------------------------------------------------------------


def added(data: Data, part: str) -> Data:
    """A new part at the end, still empty."""
    field = PARTS[part].field
    return {**data, field: [*data.get(field, []), {}]}


def removed(data: Data, part: str, place: int) -> Data:
    """The plan without this part."""
    field = PARTS[part].field
    rows = [one for n, one in enumerate(data.get(field, [])) if n != place]
    return {**data, field: rows}


def moved(data: Data, part: str, place: int, by: int) -> Data:
    """The part one place up (-1) or down (1)."""
    field = PARTS[part].field
    return {**data, field: swapped(data.get(field, []), place, by)}


def swapped(rows: Sequence[Any], place: int, by: int) -> list[Any]:
    """The rows with one of them a place further; the ends stay."""
    found, other = [*rows], place + by
    if 0 <= place < len(found) and 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return found


def renamed(data: Data, code: str, old: str) -> Data:
    """The indicator of this code under its old code, where that is free."""
    place = place_of(data, "chi-tieu", code)
    if place is None or old in _taken_codes(data, "chi-tieu", place):
        return data
    rows = [*data["indicators"]]
    rows[place] = {"code": old, **{k: v for k, v in rows[place].items() if k != "code"}}
    return {**data, "indicators": rows}


# --- rows inside a part -------------------------------------------------------------------------


def with_row(data: Data, part: str, place: int, deed: str, name: str, row: int) -> Data:
    """A row of a list inside a part added, removed or moved (deeds them, bo, len, xuong)."""
    found = deepcopy(data)
    one = section(found, part, place)
    if one is None or name not in READING_LISTS:
        return data
    rows = _keep_codes(one.get(name, []), READING_LISTS[name])
    if deed == "them":
        codes = {reading.get("code") for reading in rows}
        rows.append({"code": _free(f"{READING_LISTS[name]}-{len(rows) + 1}", {*map(str, codes)})})
    elif deed == "bo":
        rows = [reading for n, reading in enumerate(rows) if n != row]
    else:
        rows = swapped(rows, row, -1 if deed == "len" else 1)
    one[name] = _without_needless(rows, READING_LISTS[name])
    if not rows:
        del one[name]
    return found


def _keep_codes(rows: Sequence[Data], kind: str) -> list[Data]:
    """The rows with the codes they have by their place written down."""
    return [{"code": f"{kind}-{n}", **reading} for n, reading in enumerate(rows, 1)]


def _without_needless(rows: Sequence[Data], kind: str) -> list[Data]:
    """The rows without a code where it says no more than their place."""
    return [
        {k: v for k, v in one.items() if k != "code" or v != f"{kind}-{n}"}
        for n, one in enumerate(rows, 1)
    ]


# --- years --------------------------------------------------------------------------------------


def years_of(data: Data) -> list[int]:
    """The years of the plan, as far as they are years."""
    years = data.get("years", [])
    found = years if isinstance(years, list) else [years]
    return sorted({year for year in found if type(year) is int and 2020 <= year <= 2100})


def loose_years(data: Data) -> tuple[list[int], list[int]]:
    """Years that some indicator lacks, and years some indicator has that the plan has not."""
    years, missing, foreign = set(years_of(data)), set[int](), set[int]()
    for one in data.get("indicators", []):
        targets = one.get("targets", ABSENT)
        if isinstance(targets, Mapping):
            missing |= years - {*targets}
            foreign |= {year for year in targets if type(year) is int} - years
        elif targets is ABSENT:
            missing |= years
        readings = (row for name in READING_LISTS for row in one.get(name, []))
        read = {year for row in readings for year in _years_read(row)}
        foreign |= {year for year in read if type(year) is int} - years
    return sorted(missing), sorted(foreign)


def filled(data: Data, year: int, *, copied: bool) -> Data:
    """Every indicator that lacks this year with the targets of its last year, or with none."""

    def how(targets: Any) -> Any:
        if isinstance(targets, str) or (isinstance(targets, Mapping) and year in targets):
            return targets
        known = dict(targets) if isinstance(targets, Mapping) else {}
        last = known[max(known)] if known and copied else NOT_SET
        return {**known, year: deepcopy(last)}

    return _each_target(data, how)


def without_year(data: Data, year: int) -> Data:
    """No indicator has this year any more; what was read otherwise in it alone goes with it."""

    def how(targets: Any) -> Any:
        if not isinstance(targets, Mapping):
            return targets
        return {y: one for y, one in targets.items() if y != year}

    made = _each_target(data, how)
    for one in made["indicators"]:
        for name in READING_LISTS.keys() & one.keys():
            rows = _keep_codes(one[name], READING_LISTS[name])
            left = [_reading_without(row, year) for row in rows if _years_read(row) != [year]]
            one[name] = _without_needless(left, READING_LISTS[name])
    return made


def _years_read(reading: Data) -> list[Any]:
    """The years a reading speaks of; empty for all of them."""
    years = reading.get("years", [])
    return years if isinstance(years, list) else [years]


def _reading_without(reading: Data, year: int) -> Data:
    years = [one for one in _years_read(reading) if one != year]
    return {**reading, "years": years} if "years" in reading else reading


def _each_target(data: Data, how: Any) -> Data:
    rows = [{**one, "targets": how(one.get("targets", ABSENT))} for one in data["indicators"]]
    return {**data, "indicators": rows}


# --- a new plan ---------------------------------------------------------------------------------


def new_plan(head: Mapping[str, Any], copied: Data | None) -> Data:
    """A plan with this head; what it is copied from gives the rest."""
    return {"indicators": [], **(deepcopy(copied) if copied else {}), **head}


def head_problems(head: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with the head of a new plan, by the box of its form."""
    found: dict[str, list[str]] = {}
    for path, said in checked({**head, "indicators": []})[1]:
        own = [str(step) for step in path if step not in ("place",)]
        if own and own[0] != "indicators":
            found.setdefault(own[0], []).append(said)
    return found

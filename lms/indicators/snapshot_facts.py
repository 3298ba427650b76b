"""Facts and sets packed into bytes and read again: columns of small numbers, ids once, deflated.

30,000 people with their homes, groups and results take about a megabyte. What a later service added to
the facts takes its default when an older packet is read; what it dropped is left out.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args, get_origin, get_type_hints

from lms.indicators.rules.ages import AGE_BANDS, BAND_STARTS, age_bands, birth_number
from lms.indicators.rules.facts import Facts, Key, Person, merged_persons, roots_of

_HINTS = get_type_hints(Facts)
_ROW_TYPES: dict[str, Any] = {
    name: get_origin(row) or row
    for name, hint in _HINTS.items()
    if get_origin(hint) is Sequence
    for row in get_args(hint)
}
"""Table → the named tuple or frozen dataclass of its rows."""


def _names(row_type: Any) -> tuple[str, ...]:
    """The columns of a table, in order."""
    named: tuple[str, ...] | None = getattr(row_type, "_fields", None)
    return named or tuple(one.name for one in fields(row_type))


class _Words(dict[str, int]):
    """Texts by number, in the order in which they were met."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


def deflated(data: Any) -> bytes:
    """JSON data as few bytes; the same data gives the same bytes."""
    return zlib.compress(
        json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(), 6
    )


def inflated(content: bytes) -> Any:
    """The data that `deflated` took."""
    return json.loads(zlib.decompress(content))


# --- facts --------------------------------------------------------------------------------------


def pack_facts(facts: Facts) -> bytes:
    """All facts of a commune as bytes."""
    words = _Words()
    packed = {one.name: _packed(getattr(facts, one.name), words) for one in fields(facts)}
    return deflated({"facts": packed, "words": list(words)})


def unpack_facts(content: bytes) -> Facts:
    """The facts that were packed."""
    data = inflated(content)
    words, packed = data["words"], data["facts"]
    known = {one.name for one in fields(Facts)}
    return Facts(
        **{name: _unpacked(name, it, words) for name, it in packed.items() if name in known}
    )


def _packed(value: Any, words: _Words) -> Any:
    if isinstance(value, Mapping):
        return [_column(list(value), words), _column(list(value.values()), words)]
    if isinstance(value, frozenset):
        return sorted(value)
    names = _names(type(value[0])) if value else ()
    if value and not isinstance(value[0], tuple):
        value = [tuple(getattr(row, name) for name in names) for row in value]
    columns = zip(*value, strict=True)
    return {name: _column(cells, words) for name, cells in zip(names, columns, strict=True)}


def _unpacked(name: str, packed: Any, words: list[str]) -> Any:
    make = _ROW_TYPES.get(name)
    if make is not None:
        return _rows(make, packed, words)
    if name == "household_units":
        keys, values = (_cells(column, words) for column in packed)
        return dict(zip(keys, values, strict=True))
    return frozenset(packed)


def _rows(make: Any, packed: Mapping[str, Any], words: list[str]) -> list[Any]:
    names = _names(make)
    known = {name: _cells(packed[name], words) for name in names if name in packed}
    missing = [name for name in names if name not in known]
    if not missing:
        return list(map(make, *known.values()))
    return [make(**dict(zip(known, row, strict=True))) for row in zip(*known.values(), strict=True)]


def _column(cells: Sequence[Any], words: _Words) -> list[Any]:
    """A column with its kind: text, day, days, or plain numbers and truths."""
    sample = next((cell for cell in cells if cell is not None), None)
    if isinstance(sample, str):
        return ["text", [None if cell is None else words[cell] for cell in cells]]
    if isinstance(sample, date):
        return ["day", [None if cell is None else cell.toordinal() for cell in cells]]
    if isinstance(sample, tuple):
        return ["days", [[day.toordinal() for day in cell] for cell in cells]]
    return ["plain", list(cells)]


def _cells(column: list[Any], words: list[str]) -> list[Any]:
    kind, cells = column
    if kind == "text":
        return [None if cell is None else words[cell] for cell in cells]
    if kind == "day":
        days = {n: date.fromordinal(n) for n in {n for n in cells if n is not None}}
        return [None if cell is None else days[cell] for cell in cells]
    if kind == "days":
        return [tuple(map(date.fromordinal, cell)) for cell in cells]
    return list(cells)


def blanked(content: bytes, people: frozenset[Key], as_of: date) -> bytes:
    """The packet with nothing of these people but what the count rests on: no sex, an age band's year.

    For erasure. Numerators and denominators stay, so a later restatement still adds up: of records
    that are one person each is as old as the person, for a blank of one is filled from another one.
    """
    facts = unpack_facts(content)
    whole, roots = merged_persons(facts), roots_of(facts.merges)
    known = {row.key: row for row in facts.persons}
    kept = {roots.get(key, key) for key in known.keys() - people}
    rows = []
    for row in facts.persons:
        root = roots.get(row.key, row.key)
        if row.key not in people:
            rows.append(row)
        elif root in kept:
            # Another record of this person stays: its year is no secret, and must stay the same.
            rows.append(row._replace(sex=None))
        else:
            rows.append(
                _blank(whole.get(root, row), as_of)._replace(key=row.key, died_on=row.died_on)
            )
    return pack_facts(replace(facts, persons=rows))


def _blank(row: Person, as_of: date) -> Person:
    """The record with the lowest age of its band, and 31/12 as its birthday where that had not come."""
    born = birth_number(row.birth_date, row.birth_year)
    if born is None:
        return row._replace(sex=None)
    band = age_bands([born], as_of)[born]
    years = dict(zip(AGE_BANDS, (0, *BAND_STARTS), strict=True))[band]
    year = as_of.year - years
    exact = row.birth_date is not None
    if not exact:
        # A bare year counts as its 31/12: the year before is as old on every other day.
        year -= (as_of.month, as_of.day) < (12, 31)
    return row._replace(birth_date=date(year, 1, 1) if exact else None, birth_year=year, sex=None)


# --- who is in which figure ---------------------------------------------------------------------


def pack_sets(sets: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Figures by code: subject, people, missing (or None) and proofs by subject, ids as texts."""
    words = _Words()
    packed = {code: _packed_set(figure, words) for code, figure in sets.items()}
    return deflated({"sets": packed, "words": list(words)})


def _packed_set(figure: Mapping[str, Any], words: _Words) -> dict[str, Any]:
    missing = figure["missing"]
    return {
        "subject": figure["subject"],
        "people": [words[key] for key in sorted(figure["people"])],
        "missing": None if missing is None else [words[key] for key in sorted(missing)],
        "proofs": [
            [words[proof] for proof in figure["proofs"].get(key, ())]
            for key in sorted(figure["people"])
        ],
    }


def unpack_sets(content: bytes) -> dict[str, dict[str, Any]]:
    """The figures that were packed; people and missing are frozen sets of ids."""
    data = inflated(content)
    words = data["words"]
    return {code: _unpacked_set(packed, words) for code, packed in data["sets"].items()}


def _unpacked_set(packed: Mapping[str, Any], words: list[str]) -> dict[str, Any]:
    people = [words[n] for n in packed["people"]]
    missing = packed["missing"]
    proofs = zip(people, packed["proofs"], strict=True)
    return {
        "subject": packed["subject"],
        "people": frozenset(people),
        "missing": None if missing is None else frozenset(words[n] for n in missing),
        "proofs": {key: tuple(words[n] for n in found) for key, found in proofs if found},
    }

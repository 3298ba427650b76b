"""Groups of fields: rows, years, what may be left out as a whole. Boxes to data and back. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.indicators.editor_fields import ABSENT, Boxes, Kind, PopulationKind
from lms.indicators.plan_counted import TARGET_NAMES
from lms.indicators.plan_fields import NOT_SET

MOST_ROWS = 60
Text = Any
"""Words that are translated when they are shown."""


@dataclass(frozen=True)
class Field:
    """One field of the plan file."""

    name: str
    label: Text
    kind: Kind
    help: Text = ""
    required: bool = False
    shape = "field"


@dataclass(frozen=True)
class Nest:
    """A group of fields under one name; left out when nothing in it is filled in."""

    name: str
    label: Text
    nodes: tuple["Node", ...]
    help: Text = ""
    folded: bool = False
    shape = "nest"


@dataclass(frozen=True)
class Rows:
    """A list of equal groups."""

    name: str
    label: Text
    one: Text
    nodes: tuple["Node", ...]
    help: Text = ""
    shape = "rows"


@dataclass(frozen=True)
class Targets:
    """The years of an indicator: what is asked, and what this year says differently."""

    name: str
    label: Text
    asked: tuple[Field, ...]
    own: tuple[Field, ...]
    help: Text = ""
    shape = "targets"


@dataclass(frozen=True)
class Fold:
    """Fields of the group around it that stand behind a heading of their own; no name of its own."""

    label: Text
    nodes: tuple["Node", ...]
    help: Text = ""
    name: str = field(default="", init=False)
    shape = "fold"


Node = Field | Nest | Rows | Targets | Fold


def joined(prefix: str, name: str) -> str:
    """The dotted name of a box."""
    return ".".join(part for part in (prefix, name) if part)


# --- data to boxes ------------------------------------------------------------------------------


def boxes_of(
    nodes: Sequence[Node], data: Mapping[str, Any], prefix: str = "", years: Sequence[int] = ()
) -> dict[str, tuple[str, ...]]:
    """What stands in every box of a group; `years` are those of the plan."""
    found: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        name, value = joined(prefix, node.name), data.get(node.name, ABSENT)
        if isinstance(node, Field):
            found |= {joined(name, s): texts for s, texts in node.kind.shown(value).items()}
        elif isinstance(node, Fold):
            found |= boxes_of(node.nodes, data, prefix, years)
        elif isinstance(node, Nest):
            found |= boxes_of(node.nodes, {} if value is ABSENT else value, name, years)
        elif isinstance(node, Rows):
            rows = [] if value is ABSENT else value
            found[joined(name, "rows")] = (str(len(rows)),)
            for place, row in enumerate(rows):
                found |= boxes_of(node.nodes, row, joined(name, str(place)), years)
        else:
            found |= _target_boxes(node, value, name, years)
    return found


def _target_boxes(
    node: Targets, value: Any, name: str, years: Sequence[int]
) -> dict[str, tuple[str, ...]]:
    written = value if isinstance(value, Mapping) else {}
    shown = sorted({*years, *written})
    found = {joined(name, "years"): tuple(map(str, shown))}
    for year in shown:
        one = written.get(year, ABSENT) if written or value is ABSENT else NOT_SET
        own = one if isinstance(one, Mapping) else {}
        how = "none" if _is_not_set(one) else "some" if set(own) & {*TARGET_NAMES} else ""
        asked = {} if how == "none" else own
        at = joined(name, str(year))
        found |= {joined(at, "set"): (how,) if how else ()}
        found |= boxes_of(node.asked, asked, at) | boxes_of(node.own, own, at)
    return found


def _is_not_set(one: Any) -> bool:
    value = one.get("value") if isinstance(one, Mapping) else one
    return isinstance(value, str) and value.strip().lower() == NOT_SET


# --- boxes to data ------------------------------------------------------------------------------


def data_of(
    nodes: Sequence[Node], boxes: Boxes, old: Mapping[str, Any], prefix: str = ""
) -> dict[str, Any]:
    """The group that the boxes say; fields it has no box for stay as they were."""
    own = {node.name for node in flat(nodes)}
    made = {name: value for name, value in old.items() if name not in own}
    for node in flat(nodes):
        value = _taken(node, boxes, old.get(node.name, ABSENT), joined(prefix, node.name))
        if value is not ABSENT:
            made[node.name] = value
    return made


def flat(nodes: Sequence[Node]) -> Iterator[Field | Nest | Rows | Targets]:
    """The nodes with those behind headings among them."""
    for node in nodes:
        if isinstance(node, Fold):
            yield from flat(node.nodes)
        else:
            yield node


def _taken(node: Field | Nest | Rows | Targets, boxes: Boxes, old: Any, name: str) -> Any:
    if isinstance(node, Field):
        own = {s: boxes.get(joined(name, s), ()) for s in node.kind.suffixes}
        return node.kind.read(own, old)
    if isinstance(node, Nest):
        return data_of(node.nodes, boxes, {} if old is ABSENT else old, name) or ABSENT
    if isinstance(node, Rows):
        rows = [] if old is ABSENT else old
        made = [
            data_of(node.nodes, boxes, rows[n] if n < len(rows) else {}, joined(name, str(n)))
            for n in range(row_count(boxes, name))
        ]
        return made or ABSENT
    return _targets_taken(node, boxes, old, name)


def row_count(boxes: Boxes, name: str) -> int:
    """How many rows a list has in these boxes."""
    said = "".join(boxes.get(joined(name, "rows"), ()))[:4]
    return min(int(said), MOST_ROWS) if said.isdecimal() else 0


def years_in(boxes: Boxes, name: str) -> list[int]:
    """The years that stand in these boxes."""
    said = boxes.get(joined(name, "years"), ())
    return [int(year) for year in said if year.isdecimal() and len(year) == 4]


def _targets_taken(node: Targets, boxes: Boxes, old: Any, name: str) -> Any:
    written = old if isinstance(old, Mapping) else {}
    before = NOT_SET if isinstance(old, str) else ABSENT
    shown = years_in(boxes, name)
    made = {year: one for year, one in written.items() if year not in shown}
    for year in shown:
        was = written.get(year, before)
        one = _year_taken(node, boxes, was, joined(name, str(year)))
        if one is not ABSENT:
            made[year] = one
    silent = isinstance(old, str) and all(one == NOT_SET for one in made.values())
    return old if silent and len(made) == len(shown) else made


def _year_taken(node: Targets, boxes: Boxes, old: Any, name: str) -> Any:
    """One year; a year of which nothing is said is not written."""
    how = "".join(boxes.get(joined(name, "set"), ()))
    was = old if isinstance(old, Mapping) else {}
    before = {n: was[n] for n in was if n not in TARGET_NAMES}
    own = data_of(node.own, boxes, before, name)
    if how == "none" and _is_not_set(old) and own == before:
        return old
    if how == "none":
        return {"value": NOT_SET, **own} if own else NOT_SET
    if how == "some":
        asked = {} if _is_not_set(was) else {n: was[n] for n in was if n in TARGET_NAMES}
        return {**data_of(node.asked, boxes, asked, name), **own}
    return own or ABSENT


# --- what the boxes are called ------------------------------------------------------------------


def names_of(nodes: Sequence[Node], boxes: Boxes, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every place that can bear a message: its dotted name and what it is called."""
    for node in flat(nodes):
        name = joined(prefix, node.name)
        yield name, str(node.label)
        if isinstance(node, Field):
            yield from ((joined(name, s), str(node.label)) for s in node.kind.suffixes)
        elif isinstance(node, Nest):
            yield from names_of(node.nodes, boxes, name)
        elif isinstance(node, Rows):
            for place in range(row_count(boxes, name)):
                at = joined(name, str(place))
                yield at, f"{node.one} {place + 1}"
                inner = names_of(node.nodes, boxes, at)
                yield from ((n, f"{node.one} {place + 1}: {label}") for n, label in inner)
        else:
            for year in years_in(boxes, name):
                at = joined(name, str(year))
                yield at, f"{node.label} {year}"
                inner = names_of((*node.asked, *node.own), boxes, at)
                yield from ((n, f"{year}: {label}") for n, label in inner)


def stray_levels(nodes: Sequence[Node], boxes: Boxes, prefix: str = "") -> Iterator[str]:
    """The populations in which school levels are ticked though nobody of school is chosen."""
    for name in dict(names_of(nodes, boxes, prefix)):
        if name.rpartition(".")[2] == "population":
            own = {s: boxes.get(joined(name, s), ()) for s in PopulationKind.suffixes}
            if PopulationKind.stray_levels(own):
                yield name

"""The door to plan files: text in, a checked `Plan` or every problem with its line out."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from marshmallow import ValidationError

from lms.indicators.plan_build import indicator_of
from lms.indicators.plan_text import Path, PlanError, Problem, field_name, read
from lms.indicators.rules.plan import Plan
from lms.indicators.schemas import IndicatorSchema, PlanSchema, RoleFields

__all__ = ["PlanError", "Problem", "checked", "load_plan", "shipped_plans"]

PLAIN_FIELDS = frozenset(
    {"code", "no", "title", "official_title", "where", "starts", "notes"}
).union(RoleFields._declared_fields)
"""Fields of an indicator that decide nothing about what is counted."""


def load_plan(text: str, name: str) -> Plan:
    """Read the text of a plan file; `name` is what messages call it.

    Raises PlanError, whose `problems` are (line, field, message) in the file's order.
    """
    document = read(text, name)
    plan, faults = checked(document.data)
    if plan is None:
        found = {Problem(document.line_of(p), field_name(p), message) for p, message in faults}
        raise PlanError(name, sorted(found, key=lambda p: (p.line or 0, p.field)))
    return plan


def checked(data: dict[str, Any]) -> tuple[Plan | None, list[tuple[Path, str]]]:
    """The plan of this plain data, or everything wrong with it: the path of a field, what to do."""
    try:
        return PlanSchema().load(data), []
    except ValidationError as error:
        faults = [*_faults(error.messages, ())]
        return None, [*faults, *_deeper(data, faults)]


def _deeper(data: Any, faults: list[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    """What else is wrong in indicators whose titles or units alone are not yet right.

    A plan is built only from fields that are all right; nobody should have to mend a title first to
    be told of a target.
    """
    years = data.get("years") if isinstance(data, dict) else None
    years = years if isinstance(years, list) else [years]
    rows = data.get("indicators", []) if isinstance(data, dict) else []
    if not isinstance(rows, list) or any(path[:1] == ("years",) for path, _said in faults):
        return
    for place, one in enumerate(rows):
        at: Path = ("indicators", place)
        wrong = {path[2] for path, _said in faults if path[:2] == at and len(path) > 2}
        if isinstance(one, dict) and wrong and wrong <= PLAIN_FIELDS:
            filled: dict[str, Any] = {
                name: "x" for name in ("no", "title", "where") if name in wrong
            }
            rest = {name: value for name, value in one.items() if name not in wrong}
            yield from _built_faults({**rest, **filled}, tuple(years), at)
        elif isinstance(one, dict) and not wrong:
            yield from _built_faults(one, tuple(years), at)


def _built_faults(
    one: dict[str, Any], years: tuple[int, ...], at: Path
) -> Iterator[tuple[Path, str]]:
    try:
        indicator_of(IndicatorSchema().load(one), years)
    except ValidationError as error:
        yield from _faults(error.messages, at)


def _faults(messages: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every message of marshmallow's nested answer, with the path of its field."""
    if isinstance(messages, dict):
        for key, value in messages.items():
            yield from _faults(value, path if key == "_schema" else (*path, key))
        return
    for message in messages:
        yield path, str(message)


def shipped_plans() -> dict[str, str]:
    """The five plan files that come with the service, by code."""
    folder = files("lms.indicators") / "plans"
    found = (item for item in folder.iterdir() if item.name.endswith(".yaml"))
    ordered = sorted(found, key=lambda item: item.name)
    return {item.name.removesuffix(".yaml"): item.read_text("utf-8") for item in ordered}

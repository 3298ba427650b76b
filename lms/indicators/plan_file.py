"""The door to plan files: text in, a checked `Plan` or every problem with its line out."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from marshmallow import ValidationError

from lms.indicators.plan_text import Path, PlanError, Problem, field_name, read
from lms.indicators.rules.plan import Plan
from lms.indicators.schemas import PlanSchema

__all__ = ["PlanError", "Problem", "checked", "load_plan", "shipped_plans"]


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
        return None, [*_faults(error.messages, ())]


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

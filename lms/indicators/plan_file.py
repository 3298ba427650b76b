"""The door to plan files: text in, a checked `Plan` or every problem with its line out."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from marshmallow import ValidationError

from lms.indicators.plan_text import Document, Path, PlanError, Problem, field_name, read
from lms.indicators.rules.plan import Plan
from lms.indicators.schemas import PlanSchema

__all__ = ["PlanError", "Problem", "load_plan", "shipped_plans"]


def load_plan(text: str, name: str) -> Plan:
    """Read the text of a plan file; `name` is what messages call it.

    Raises PlanError, whose `problems` are (line, field, message) in the file's order.
    """
    document = read(text, name)
    try:
        plan: Plan = PlanSchema().load(document.data)
    except ValidationError as error:
        found = {*_problems(error.messages, document, ())}
        raise PlanError(name, sorted(found, key=lambda p: (p.line or 0, p.field))) from None
    return plan


def _problems(messages: Any, document: Document, path: Path) -> Iterator[Problem]:
    """Every message of marshmallow's nested answer, with its line and its field."""
    if isinstance(messages, dict):
        for key, value in messages.items():
            yield from _problems(value, document, path if key == "_schema" else (*path, key))
        return
    for message in messages:
        yield Problem(document.line_of(path), field_name(path), str(message))


def shipped_plans() -> dict[str, str]:
    """The five plan files that come with the service, by code."""
    folder = files("lms.indicators") / "plans"
    found = (item for item in folder.iterdir() if item.name.endswith(".yaml"))
    ordered = sorted(found, key=lambda item: item.name)
    return {item.name.removesuffix(".yaml"): item.read_text("utf-8") for item in ordered}

"""The register of processing and the retention rules, read from `processing.toml` beside this file."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("processing.toml")


@dataclass(frozen=True)
class Activity:
    """One line of the register: what is done with whose data, and why."""

    code: str
    what: str
    purpose: str
    whose: str
    data: str
    seen_by: str
    kept: str
    tables: Sequence[str]


@dataclass(frozen=True)
class Rule:
    """Rows of a table whose `column` is older than `days` are deleted, or lose some columns."""

    code: str
    what: str
    days: int
    table: str
    column: str
    deed: str
    where: str = ""
    clear: Sequence[str] = ()
    set: Mapping[str, str] = field(default_factory=dict)


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def activities() -> tuple[Activity, ...]:
    """The register, in the order of the file."""
    return tuple(Activity(**one) for one in _file()["activity"])


@cache
def rules() -> tuple[Rule, ...]:
    """The retention rules, in the order of the file."""
    return tuple(Rule(**one) for one in _file()["retention"])


def without() -> dict[str, str]:
    """Table → why it holds nothing of anybody."""
    return dict(_file()["without"])


@cache
def title(table: str) -> str:
    """What a table belongs to, in words."""
    found = next((one.what for one in activities() if table in one.tables), "")
    return found or without().get(table, table)

"""A setting, command or API operation that is missing from docs/ fails here."""

from dataclasses import fields
from pathlib import Path

import click
import pytest
from flask import Flask

from lms.cli import lms
from lms.core.settings import Settings

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


@pytest.mark.pure
@pytest.mark.parametrize("name", [f.metadata["env"] for f in fields(Settings)])
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


def commands(group: click.Group, prefix: str = "lms") -> list[str]:
    """Every command's full name."""
    found = []
    for name, command in sorted(group.commands.items()):
        full = f"{prefix} {name}"
        found += commands(command, full) if isinstance(command, click.Group) else [full]
    return found


@pytest.mark.pure
@pytest.mark.parametrize("command", commands(lms))
def test_every_command_is_documented(command: str) -> None:
    assert command in (DOCS / "operations.md").read_text(encoding="utf-8")


@pytest.mark.db
def test_every_api_operation_is_documented(app: Flask) -> None:
    spec = app.test_client().get("/api/v1/openapi.json").json
    assert spec is not None
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    operations = [
        f"{method.upper()} {path}"
        for path, ways in spec["paths"].items()
        for method in ways
        if method in ("get", "post", "put", "patch", "delete")
    ]
    assert [o for o in operations if f"`{o}`" not in text] == []

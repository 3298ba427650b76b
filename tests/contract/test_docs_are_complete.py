"""A setting, command or API operation that is missing from docs/ fails here."""

import re
from dataclasses import Field, fields
from pathlib import Path

import click
import pytest
from flask import Flask

from lms.cli import lms
from lms.core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/[\w.-]*)`")
"""What looks like a path of this repository: words with a slash between or after them."""
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.pure
@pytest.mark.parametrize("name", [f.metadata["env"] for f in fields(Settings)])
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


@pytest.mark.pure
@pytest.mark.parametrize("setting", fields(Settings), ids=lambda one: one.metadata["env"])
def test_a_settings_row_says_what_the_code_says(setting: Field[object]) -> None:
    default = "–" if str(setting.default) in ("", ".") else f"`{setting.default}`"
    row = f"| `{setting.metadata['env']}` | {default} | {setting.metadata['doc']} |"
    assert row in (DOCS / "settings.md").read_text(encoding="utf-8")


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


@pytest.mark.pure
def test_every_path_of_the_tour_is_there() -> None:
    text = (DOCS / "tour.md").read_text(encoding="utf-8")
    found = PATH.findall(text)
    assert len(found) > 60
    assert [path for path in found if not (ROOT / path).exists()] == []


@pytest.mark.pure
def test_every_function_the_tour_names_in_a_file_is_in_that_file() -> None:
    text = (DOCS / "tour.md").read_text(encoding="utf-8")
    named = re.findall(r"`(\w+)`(?: in|,)\s+`([\w/]+\.py)`", text)
    assert len(named) > 20
    missing = [
        (name, path)
        for name, path in named
        if name not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert missing == []


@pytest.mark.pure
@pytest.mark.parametrize(
    "page", [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md"))], ids=lambda page: page.name
)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    assert [link for link in links if not (page.parent / link).exists()] == []

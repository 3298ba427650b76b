"""The plan editor: forms that say exactly what the file says, drafts, versions, who may."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.core.db import Database
from lms.core.guard import system
from lms.indicators import actions
from lms.indicators.editor_models import PlanDraft
from lms.indicators.plan_file import shipped_plans
from tests.cast import Cast

pytestmark = pytest.mark.db
ORIGIN = {"Origin": "http://localhost"}
CODE = "hung-chau"
EDIT = f"/ke-hoach/{CODE}/sua"


@pytest.fixture
def office(database: Database, cast: Cast) -> Cast:
    """The cast with a plan."""
    with database.write() as session:
        actions.adopt_shipped(session, system(cast["TBT"]), CODE)
    return cast


def signed_in(app: Flask, cast: Cast, name: str | None = "oanh") -> FlaskClient:
    client = app.test_client()
    if name in cast.learner_tokens:
        client.set_cookie("lms_learner", cast.learner_tokens[name])
    elif name:
        client.set_cookie("lms_staff", cast.staff_tokens[name])
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    return client


class Form(HTMLParser):
    """The boxes of the page's biggest form, as a browser without JavaScript would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self.inside = False
        self.select = self.area = ""
        self.chosen: str | None = None
        self.feed(html)

    @property
    def fields(self) -> MultiDict[str, str]:
        return MultiDict(max(self.forms, key=len))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append([])
            self.inside = True
        elif self.inside and tag == "input" and has.get("type") != "submit":
            self._input(has)
        elif self.inside and tag == "select":
            self.select, self.chosen = has["name"], None
        elif self.inside and tag == "option" and (self.chosen is None or "selected" in has):
            self.chosen = has["value"]
        elif self.inside and tag == "textarea":
            self.area, self.text = has["name"], ""

    def _input(self, has: dict[str, str]) -> None:
        ticked = has.get("type") not in ("checkbox", "radio") or "checked" in has
        if ticked and has.get("name") and has.get("type") != "file":
            self.forms[-1].append((has["name"], has.get("value", "on")))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.inside:
            self.forms[-1].append((self.select, self.chosen or ""))
        elif tag == "textarea" and self.area:
            self.forms[-1].append((self.area, self.text.replace("\n", "\r\n")))
            self.area = ""


def boxes(client: FlaskClient, url: str) -> MultiDict[str, str]:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status
    return Form(answer.get_data(as_text=True)).fields


def saved(client: FlaskClient, url: str, **others: str) -> str:
    """Open the page, change these boxes, save; where it leads."""
    fields = boxes(client, url)
    for name, value in others.items():
        fields.setlist(name.replace("__", "."), [value])
    answer = client.post(url, data=fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-2000:]
    return str(answer.location)


def draft(database: Database) -> PlanDraft:
    with database.read() as session:
        return session.scalars(select(PlanDraft)).one()


def every_part(client: FlaskClient, code: str) -> list[str]:
    page = client.get(f"/ke-hoach/{code}/sua").get_data(as_text=True)
    return sorted(set(re.findall(rf'href="(/ke-hoach/{code}/sua/[a-z-]+/\d+)"', page)))


# --- a round trip -------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["dien-sanh", "viet-tri"])
def test_every_form_of_a_plan_saved_as_it_was_opened_changes_nothing(
    app: Flask, database: Database, cast: Cast, code: str
) -> None:
    with database.write() as session:
        actions.adopt_shipped(session, system(cast["TBT"]), code)
    client = signed_in(app, cast)
    client.post(f"/ke-hoach/{code}/sua")
    parts = every_part(client, code)
    assert len(parts) > 8
    for url in parts:
        saved(client, url)
    row = draft(database)
    assert (row.source, row.revision) == (shipped_plans()[code], 1)

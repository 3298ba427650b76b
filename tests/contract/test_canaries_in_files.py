"""Values that nobody else has, looked for in every file that leaves: exports, papers, feeds, backup, log."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
import structlog
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import update
from werkzeug.test import TestResponse

from lms.cli.backup import write_backup
from lms.core.command import Context
from lms.core.keys import Keys
from lms.core.logs import configure
from lms.core.policy import HTTP_ROLES, Reach, Role, policy_of
from lms.people.account_models import Account
from lms.people.models import Person
from tests.cast import PASSWORD
from tests.contract.furnish import PLAN
from tests.contract.furnished import Furnished
from tests.contract.matrix import OBJECTS, build, methods, rules, sign_in
from tests.contract.test_access_matrix import values

pytestmark = pytest.mark.db
CITIZEN, PHONE, NAME = "079158000418", "0987000418", "Nguyễn Thị Hoàng Canari"
ENDINGS = ("pdf", "csv", "xlsx", "json", "yaml", "ics", "docx", "zip", "<ext>", "<kind>", "<doc_kind>",
           "kind>", "/phieu", "/in", "/danh-sach", "/ban-sao", "/xuat")  # fmt: skip
NAMELESS = (Role.MACHINE, Role.ANONYMOUS, Role.PROVINCE_READER)
"""Who is told figures and pseudonyms, and no name of anybody."""


@dataclass
class Read:
    """What was read, and what stood where it must not."""

    files: int = 0
    kinds: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def look(self, what: str, body: bytes, kind: str, values: tuple[str, ...]) -> str:
        """Look for the values in a body, unpacked; returns its text."""
        text = "\n".join(unpacked(body, kind))
        self.files += 1
        self.kinds.add(kind)
        self.wrong += [f"{what}: {value}" for value in values if value in text]
        return text


def unpacked(body: bytes, kind: str) -> Iterator[str]:
    """The text of a file: parts of an archive, pages of a PDF."""
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", "replace")
    elif body[:5] == b"%PDF-":
        reader = PdfReader(io.BytesIO(body))
        yield str(reader.metadata)
        yield from (page.extract_text() for page in reader.pages)
    else:
        yield body.decode("utf-8", "replace")


def plant(furnished: Furnished, keys: Keys) -> None:
    """Everybody bears the canary's name, phone and citizen id."""
    with furnished.database.write() as session:
        for person in session.query(Person):
            person.full_name, person.phone = NAME, PHONE
            person.citizen_id_sealed = keys.seal(CITIZEN, str(person.id))
        session.execute(update(Account).values(password_hash=f"$argon2id${PASSWORD}"))


def asked(furnished: Furnished) -> Iterator[tuple[Role, str]]:
    """Every address that gives a file, as the first role that may; all that machines and strangers may read."""
    app, cast = furnished.app, furnished.cast
    for rule in rules(app):
        policy = policy_of(app, rule.endpoint)
        if policy is None or "GET" not in methods(rule):
            continue
        own = {n: str(cast[OBJECTS[n].commune]) for n in rule.arguments if n in OBJECTS}
        url = build(app, rule, {**values(cast), **own})
        may = [role for role in HTTP_ROLES if policy.of(role) is not Reach.NONE]
        office = [
            one for one in (Role.OFFICER, Role.PROVINCE_READER, Role.UNIT_REPORTER) if one in may
        ]
        if Role.ANONYMOUS in may:
            may = [] if "/assets/" in url else [Role.ANONYMOUS]
        yield from ((role, url) for role in NAMELESS if role in may)
        if rule.rule.endswith(ENDINGS) and office:
            yield office[0], url


PEOPLE = f"/ke-hoach/{PLAN}/1/danh-sach"
ASKED = {"as_of": "2026-11-21", "purpose": "Kiểm thử", "form": "csv", "state": "all"}


def test_no_file_that_leaves_tells_what_it_must_not(
    furnished: Furnished, keys: Keys, capfd: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    furnished.reset()
    configure(as_json=True)
    try:
        plant(furnished, keys)
        read = Read()
        clients = {role: sign_in(furnished.app, furnished.cast, role) for role in HTTP_ROLES}
        for role, url in asked(furnished):
            _read(read, role, url, clients[role].get(url), furnished)
        _posted(read, clients, furnished)
        _backup(read, furnished, keys)
        log = capfd.readouterr()
        read.look("log", (log.out + log.err).encode(), "log", (CITIZEN, PHONE, NAME, PASSWORD))
    finally:
        structlog.reset_defaults()
        furnished.reset()
    assert read.wrong == []
    assert read.files > 60
    assert {
        "application/pdf",
        "text/csv",
        "application/json",
        "text/calendar",
        "backup",
        "log",
    } <= read.kinds
    assert [kind for kind in read.kinds if kind.endswith("sheet")]
    record_property("count: files and answers read for canaries", read.files)


def secrets_of(furnished: Furnished) -> tuple[str, ...]:
    tokens = (*furnished.cast.staff_tokens.values(), *furnished.cast.machine_tokens.values())
    return (CITIZEN, PASSWORD, *tokens)


def _read(read: Read, role: Role, url: str, got: TestResponse, furnished: Furnished) -> None:
    assert got.status_code < 500, url
    extra = (NAME, PHONE) if role in NAMELESS else ()
    own = url.startswith("/gcn/")
    read.look(
        f"{role} {url}", got.data, got.mimetype, (*secrets_of(furnished), *(() if own else extra))
    )


def _posted(read: Read, clients: dict[Role, FlaskClient], furnished: Furnished) -> None:
    """Files that a form asks for: without the phone unless it was asked for."""
    for url, form in ((PEOPLE, ASKED), ("/nhat-ky/xuat", {})):
        got = clients[Role.ADMINISTRATOR].post(url, data=form)
        assert got.status_code == 200, (url, got.text)
        text = read.look(url, got.data, got.mimetype, (*secrets_of(furnished), PHONE))
        assert (NAME in text) == (url == PEOPLE), url
    with_phone = {**ASKED, "with_phone": "1", "form": "xlsx"}
    got = clients[Role.OFFICER].post(PEOPLE, data=with_phone)
    assert PHONE in read.look("danh-sach", got.data, got.mimetype, secrets_of(furnished))


def _backup(read: Read, furnished: Furnished, keys: Keys) -> None:
    """The store is in it, names with it; what is sealed stays sealed and no key is there."""
    settings = furnished.app.extensions["lms.settings"]
    with closing(Context(settings)) as context:
        made = write_backup(context, settings.data_dir / "sao-luu")
    with zipfile.ZipFile(made) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("latin-1")
            read.files += 1
            tokens = furnished.cast.staff_tokens.values()
            read.wrong += [f"backup {name}: {one}" for one in (CITIZEN, *tokens) if one in text]
            told = [key for key in (keys.citizen_id, keys.pepper) if key.decode("latin-1") in text]
            read.wrong += [f"backup {name}: a key" for _key in told]
        assert set(json.loads(archive.read("manifest.json"))["audit"]) == {"TBT", "KHA"}
    read.kinds.add("backup")

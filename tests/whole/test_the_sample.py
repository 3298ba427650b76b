"""The sample commune as a whole: the same everywhere, made once, and open to be tried in every role."""

import hashlib
import io
import re
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from certificates.models import Certificate
from lms.cohorts import pictures
from lms.core.command import Context
from lms.core.row_counts import row_counts
from lms.ledger.rebuild import state_hash
from lms.people.models import Commune
from lms.sample.cli import ensure, welcome
from lms.sample.create import PASSWORD
from tests.cli.place import Place
from tests.whole.conftest import DAY
from tests.whole.plain_sql import rows

pytestmark = pytest.mark.db
ORIGIN = {"Origin": "http://localhost"}
PROJECTED = ("attempt", "answer", "attendance", "lesson_progress", "task_observation", "attainment")


def state(place: Place) -> tuple[str, dict[str, int], list[Any]]:
    """State hash, rows by table, ids of every projected row."""
    context = Context(place.settings)
    with context.database.read() as session:
        commune = session.scalars(select(Commune.id)).one()
        hashed = state_hash(session, commune)
        counts = row_counts(session.connection())
    context.close()
    database = place.data / "lms.db"
    ids = [rows(database, f"SELECT id FROM {table} ORDER BY id") for table in PROJECTED]
    return hashed, counts, ids


def test_the_sample_is_marked_and_of_the_promised_size(made_sample: Path) -> None:
    database = made_sample / "lms.db"
    assert rows(database, "SELECT name, is_sample FROM commune") == [("An Phúc Khê", 1)]
    ((persons,),) = rows(database, "SELECT count(*) FROM person")
    ((homes,),) = rows(database, "SELECT count(*) FROM household")
    assert 2800 < persons < 3200
    assert homes == 894
    kinds = dict(rows(database, "SELECT kind, count(*) FROM unit GROUP BY kind"))
    assert kinds["thon"] + kinds["to_dan_pho"] == 8
    assert {"truong", "doanh_nghiep", "hop_tac_xa", "co_quan"} <= kinds.keys()
    cohorts = dict(rows(database, """SELECT ended, count(*) FROM (SELECT min(closed_at IS NOT NULL) AS ended
        FROM class_session GROUP BY cohort_id) GROUP BY ended"""))  # fmt: skip
    assert cohorts == {1: 13, 0: 2}


def test_nobody_of_the_sample_could_be_a_real_person(made_sample: Path) -> None:
    """No phone numbers; citizen IDs begin with 000, which no province has (tested on the roster)."""
    from lms.sample.roster import people

    assert rows(made_sample / "lms.db", "SELECT count(*) FROM person WHERE phone IS NOT NULL") == [
        (0,)
    ]
    ids = {villager.citizen_id for villager in people(DAY)} - {""}
    assert len(ids) > 900
    assert {one[:3] for one in ids} == {"000"}


# Safe to repeat


def test_a_second_start_changes_nothing_and_is_quick(sample: Place) -> None:
    before = state(sample)
    context = Context(sample.settings)
    started = time.perf_counter()
    made = ensure(context)
    seconds = time.perf_counter() - started
    context.close()
    assert made is False
    assert state(sample) == before
    assert seconds < 3
    assert "không có gì thay đổi" in sample.ok("sample", "create")
    assert state(sample) == before


def test_a_real_commune_is_not_put_into_the_sample(sample: Place) -> None:
    before = state(sample)
    assert "dữ liệu mẫu, không nhận dữ liệu thật" in sample.refused(*sample.order())
    assert state(sample) == before


def test_the_store_and_the_audit_log_of_the_sample_are_whole(sample: Place) -> None:
    assert "✘" not in sample.ok("doctor")
    assert "nguyên vẹn" in sample.ok("audit", "verify")


# Certificates


def test_a_certificate_of_the_sample_opens_and_is_the_file_that_was_issued(sample: Place) -> None:
    with sample.looking() as session:
        row = session.scalars(select(Certificate).order_by(Certificate.sequence)).first()
        assert row is not None
        key, number, digest, token = row.id, row.number, row.file_sha256, row.token
    with sample.app() as app:
        client = signed_in(app.test_client(), "an")
        answer = client.get(f"/giay-chung-nhan/{key}.pdf")
        public = app.test_client().get(f"/gcn/{token}")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest() == digest
    reader = PdfReader(io.BytesIO(answer.data))
    assert len(reader.pages) == 2
    assert number in reader.pages[0].extract_text()
    assert public.status_code == 200
    assert number in public.get_data(as_text=True)


def test_everybody_who_finished_a_class_has_one_certificate(made_sample: Path) -> None:
    """One certificate per person and programme: the test was supervised and every task was seen."""
    missing = """SELECT count(*) FROM attainment a JOIN enrolment e ON e.id = a.enrolment_id
        WHERE a.proof = 'task_observed' AND NOT EXISTS (SELECT 1 FROM certificate c
          WHERE c.person_id = a.person_id AND c.programme_code = a.programme_code AND c.status = 'valid')"""
    assert rows(made_sample / "lms.db", missing) == [(0,)]
    ((certificates, persons),) = rows(
        made_sample / "lms.db",
        "SELECT count(*), count(DISTINCT person_id || programme_code) FROM certificate",
    )
    assert certificates == persons > 100


# The addresses and sign-ins that the start prints


def signed_in(client: FlaskClient, login: str, password: str = PASSWORD) -> FlaskClient:
    """A client after the sign-in form; it must have worked."""
    form = {"login": login, "password": password}
    answer = client.post("/dang-nhap", data=form, headers=ORIGIN)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert client.get(answer.location).status_code == 200
    return client


@pytest.fixture
def words(sample: Place) -> str:
    """What `lms sample serve` prints."""
    context = Context(sample.settings)
    text = welcome(context)
    context.close()
    return text


def test_the_printed_staff_sign_ins_work(sample: Place, words: str) -> None:
    printed = re.findall(r"(http://\S+)/dang-nhap +(\w+) / (\S+)", words)
    assert [login for _, login, _ in printed] == ["trang", "oanh", "an"]
    with sample.app() as app:
        for _, login, password in printed:
            signed_in(app.test_client(), login, password)
        refused = app.test_client().post(
            "/dang-nhap", data={"login": "an", "password": "sai-mat-khau"}, headers=ORIGIN
        )
        assert refused.status_code in (401, 422)


def tile(page: str, name: str, picture: str) -> str:
    """The address behind the tile with this name and drawing, as somebody reads them off the screen."""
    spoken = {
        pictures.spoken(d, c): (d, c) for d in pictures.drawings() for c in pictures.colours()
    }
    drawing, colour = spoken[picture]
    tiles = re.findall(r'<a class="person-tile" href="([^"]+)">(.*?)</a>', page, re.DOTALL)
    (address,) = (
        href for href, inside in tiles
        if f"picture--{colour}" in inside and f"/{drawing}.svg" in inside and name in inside
    )  # fmt: skip
    return str(address)


def test_the_printed_learner_gets_in_by_code_picture_and_pin(sample: Place, words: str) -> None:
    found = re.search(r"mã lớp (\w+), chọn “([^”]+)” \(([^)]+)\), PIN (\d{4})", words)
    assert found is not None, words
    code, name, picture, pin = found.groups()
    with sample.app() as app:
        client = app.test_client()
        assert client.get("/vao-lop").status_code == 200
        assert client.post("/vao-lop/may-thu", headers=ORIGIN).status_code == 303
        stand = client.post("/vao-lop", data={"code": code}, headers=ORIGIN)
        assert stand.status_code == 303, stand.get_data(as_text=True)
        address = tile(client.get(stand.location).get_data(as_text=True), name, picture)
        assert client.get(address).status_code == 200
        wrong = client.post(address, data={"pin": "0000"}, headers=ORIGIN)
        assert wrong.status_code == 422
        right = client.post(address, data={"pin": pin}, headers=ORIGIN)
        assert (right.status_code, right.location) == (303, "/hoc")
        assert client.get("/hoc").status_code == 200


@pytest.mark.parametrize(
    ("login", "pages"),
    [
        ("trang", ("/hom-nay", "/lop-hoc", "/may")),
        ("oanh", ("/ke-hoach", "/ke-hoach/viet-tri", "/dan-cu", "/lop-hoc")),
        ("an", ("/ke-hoach/thuan-an", "/dan-cu", "/don-vi", "/nhat-ky", "/tai-khoan")),
    ],
)
def test_the_main_pages_of_every_role_open(
    sample: Place, login: str, pages: tuple[str, ...]
) -> None:
    with sample.app() as app:
        client = signed_in(app.test_client(), login)
        answers = {page: client.get(page) for page in pages}
    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(
        pages, 200
    )
    assert [page for page, answer in answers.items()
            if "dữ liệu mẫu" not in answer.get_data(as_text=True).lower()] == []  # fmt: skip

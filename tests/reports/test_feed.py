"""What other systems read: who may read what, what changed since, and what is never told."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from assessments.models import Attainment, AttainmentRevocation
from certificates.models import Certificate
from lms.app import create_app
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.keys import Keys
from lms.core.policy import SCOPES, Role, policy_of
from lms.core.settings import Settings
from lms.indicators import actions as indicators
from lms.indicators import snapshot_queries as held
from lms.indicators import snapshots
from lms.indicators.closing_period import free_day
from lms.ledger import generation
from lms.people import actions as people
from lms.people import machines
from lms.people.machine_models import MachineToken
from lms.people.models import Person
from lms.reports import feed_records
from lms.reports.feed_changes import brought_up
from tests.cast import Cast, build_cast
from tests.factories.feed import FEED, PLAN, World, attainment, closed, let_in, results
from tests.factories.machines import call, made

pytestmark = pytest.mark.db
NAMES = ("Nguyễn", "Trần", "Lê Ngọc", "Phạm", "1958", "1990")


@pytest.fixture(scope="module")
def furnished(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, keys: Keys
) -> Iterator[World]:
    """Built once; each test gets the file as it was."""
    path = tmp_path_factory.mktemp("feed") / "lms.db"
    shutil.copy(sqlite_template, path)
    settings = Settings(data_dir=path.parent, database_url=f"sqlite:///{path}")
    database = Database(settings)
    app = create_app(settings, database=database, keys=keys, testing=True)
    cast = build_cast(database, keys)
    for prefix, code in (("", "TBT"), ("xa_", "KHA")):
        with database.write() as session:
            results(session, cast, prefix, cast[code])
            closed(session, cast, prefix, cast[code])
            let_in(session, keys, cast, prefix, cast[code])
    with database.engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    shutil.copy(path, path.with_name("source.db"))
    yield World(app, database, cast, keys)
    database.close()


@pytest.fixture
def world(furnished: World) -> World:
    furnished.database.close()
    path = Path(str(furnished.database.engine.url.database))
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(path.with_name("source.db"), path)
    return furnished


# --- who may read what --------------------------------------------------------------------------


def test_each_scope_opens_its_own_routes_and_an_end_closes_all(world: World) -> None:
    rules = [
        (rule.rule, policy.scope)
        for rule in world.app.url_map.iter_rules()
        if (policy := policy_of(world.app, rule.endpoint)) and policy.scope
        if "GET" in (rule.methods or ())
    ]
    assert {scope for _path, scope in rules} == {machines.COUNTS, machines.RECORDS}
    wrong, asked = [], 0
    for path, scope in rules:
        for held_scope in (*SCOPES, " ".join(SCOPES)):
            query = {"plan": PLAN} if "dhis2" in path or "present" in path else {}
            token = world.cast.machine_tokens[held_scope]
            client = world.app.test_client()
            head = {"Authorization": f"Bearer {token}"}
            got = client.get(path, headers=head, query_string=query).status_code
            asked_of = {**query, "commune": "KHA"}
            other = client.get(path, headers=head, query_string=asked_of).status_code
            may, asked = scope in held_scope, asked + 2
            foreign = 200 if path.endswith("communes") else 404
            if got != (200 if may else 403) or other != (foreign if may else 403):
                wrong.append((path, held_scope, got, other))
    assert wrong == []
    assert asked >= 48
    with world.database.write() as session:
        tokens = session.scalars(
            select(MachineToken).where(MachineToken.commune_id == world.cast["TBT"])
        ).all()
        tokens[0].expires_at = clock.now()
        tokens[1].revoked_at = clock.now()
        for token in tokens[2:]:
            machines.disable(session, system(world.cast["TBT"]), token.machine_id)
    for path, _scope in rules:
        for name, token in world.cast.machine_tokens.items():
            if not name.startswith("xa_"):
                answer = call(world.app, token, path)
                assert answer.status_code == 401, (path, name)
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_officer_reads_counts_and_never_the_feed_of_records(world: World) -> None:
    client = world.app.test_client()
    client.set_cookie("lms_staff", world.cast.staff_tokens["oanh"])
    assert client.get(f"{FEED}/counts").status_code == 200
    assert client.get(f"{FEED}/attainments").status_code == 403


def test_a_province_reads_the_counts_of_its_communes_alone(world: World) -> None:
    with world.database.write() as session:
        session.execute(text("UPDATE commune SET is_sample = 0"))
    machine = made(
        world.app, world.database, world.keys, world.cast["TBT"], "counts:read", reach="province"
    )
    token = machine.token()
    codes = [one["code"] for one in machine.get(token, f"{FEED}/communes").json or []]
    assert codes == ["TBT", "KHA"]
    assert machine.get(token, f"{FEED}/counts?commune=KHA").json["items"][0]["commune"] == "KHA"  # type: ignore[index]
    assert machine.get(token, f"{FEED}/attainments?commune=KHA").status_code == 403
    with world.database.write() as session:
        session.execute(text("UPDATE commune SET province = 'Tỉnh khác' WHERE short_code = 'KHA'"))
    assert machine.get(token, f"{FEED}/counts?commune=KHA").status_code == 404


# --- counts -------------------------------------------------------------------------------------


def test_a_closed_period_is_told_as_it_was_published_last(world: World) -> None:
    page = world.json("/counts")
    (item,) = page["items"]
    assert page["more"] is False
    assert item["id"] == f"TBT/{PLAN}/ngay/{item['period']['ends']}"
    assert (item["state"], item["closing"]["restatement"]) == ("closed", 1)
    with world.database.read() as session:
        row = held.snapshot(session, world.cast["TBT"], world.cast["chot"])
        body = held.body_of(held.restatements(session, row)[-1])
    printed = {one["code"]: (one["numerator"], one["denominator"]) for one in body["lines"]}
    told = {one["indicator"]: (one["numerator"], one["denominator"]) for one in item["figures"]}
    assert told == printed
    adults = next(one for one in item["figures"] if one["indicator"] == "3")
    assert (adults["denominator"], adults["known_by"]) == (40, "declared")
    assert {one["code"] for one in adults["units"]} == {"thon_dong", "thon_tay"}
    assert not any(name in json.dumps(page, ensure_ascii=False) for name in NAMES)


def test_only_what_changed_since_comes_again(world: World) -> None:
    first = world.json("/counts")
    again = world.json(f"/counts?changed_since={first['next']}")
    assert (again["items"], again["next"]) == ([], first["next"])
    with world.database.write() as session:
        closing = snapshots.Closing(free_day(date(2026, 10, 1)), in_spite="Số liệu để thử.")
        snapshots.close(session, system(world.cast["TBT"]), PLAN, closing)
    third = world.json(f"/counts?changed_since={first['next']}")
    assert [one["period"]["ends"] for one in third["items"]] == ["2026-10-01"]
    assert len(world.json("/counts")["items"]) == 2
    assert world.json(f"/counts?changed_since={third['next']}")["items"] == []
    assert world.json("/counts?plan=khong-co")["items"] == []


def test_an_answer_the_caller_has_is_not_sent_again(world: World) -> None:
    for path in ("/counts", f"/counts/present?plan={PLAN}", "/plans", "/units", "/communes"):
        first = world.get(path)
        same = world.get(path, **{"If-None-Match": first.headers["ETag"]})
        assert (same.status_code, same.data) == (304, b""), path
    before = world.get(f"/counts/present?plan={PLAN}").headers["ETag"]
    with world.database.write() as session:
        who = system(world.cast["TBT"])
        indicators.declare_population(
            session, who, "adults", 41, clock.today(), "Công an xã, để thử"
        )
    after = world.get(f"/counts/present?plan={PLAN}", **{"If-None-Match": before})
    assert after.status_code == 200
    assert next(f for f in after.json["figures"] if f["indicator"] == "3")["denominator"] == 41


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("changed_since=xxx", 422),
        ("changed_since=" + "A" * 500, 422),
        ("changed_since=WyJjbG9zaW5nIl0", 422),
        ("limit=0", 422),
        ("limit=x", 422),
        ("plan=" + "x" * 90, 422),
    ],
)
def test_a_broken_question_is_answered_in_words(furnished: World, query: str, status: int) -> None:
    answer = furnished.get(f"/counts?{query}")
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_no_day_to_come_is_counted(furnished: World) -> None:
    for day in ("2027-01-01", "1999-01-01"):
        answer = furnished.get(f"/counts/present?plan={PLAN}&as_of={day}")
        assert answer.status_code == 422
        assert "as_of" in answer.json["errors"]


# --- records ------------------------------------------------------------------------------------

ALL = " ".join(SCOPES)


def everything(world: World, path: str, token: str) -> list[dict[str, Any]]:
    """Every record of a feed, fetched in small pages."""
    found, after = [], ""
    while True:
        answer = call(world.app, token, f"{FEED}{path}?limit=2&changed_since={after}")
        assert answer.status_code == 200, answer.text
        page: Any = answer.json
        found, after = [*found, *page["items"]], page["next"]
        if not page["more"]:
            return found


def test_records_carry_pseudonyms_and_names_only_where_granted(world: World) -> None:
    plain = everything(world, "/attainments", world.cast.machine_tokens["records:read"])
    with world.database.read() as session:
        query = select(Attainment.id).where(Attainment.commune_id == world.cast["TBT"])
        assert {UUID(one["id"]) for one in plain} == set(session.scalars(query))
    assert len({one["id"] for one in plain}) == len(plain) > 3
    assert not any(name in json.dumps(plain, ensure_ascii=False) for name in NAMES)
    given = made(
        world.app, world.database, world.keys, world.cast["TBT"], "records:read", with_names=True
    )
    named = everything(world, "/certificates", given.token())
    lan = next(one for one in named if one["full_name"] == "Nguyễn Thị Lan")
    assert (lan["born"], lan["status"]) == ("1958-03-02", "valid")
    assert UUID(lan["person"]) == world.cast["lan"]
    assert not {"token", "phone", "citizen_id"} & set(lan)


def test_each_page_of_records_stands_in_the_log(world: World) -> None:
    world.json("/attainments?limit=2", "records:read")
    world.json("/attainments?limit=2", "records:read")
    with world.database.read() as session:
        rows = session.execute(text("SELECT body FROM audit_entry ORDER BY seq")).scalars().all()
    said = [one for one in map(json.loads, rows) if one["kind"] == "machine_records"]
    assert len(said) == 2
    assert said[0]["by"]["role"] == "machine"
    assert said[0]["facts"] == {
        "rows": "2", "what": "attainment", "said": "kết quả đạt", "after": "0", "until": "2", "names": "0",
    }  # fmt: skip


def _revoke(session: Session, cast: Cast) -> None:
    key = session.scalars(select(Attainment.id).where(Attainment.person_id == cast["lan"])).first()
    session.add(
        AttainmentRevocation(
            commune_id=cast["TBT"], attainment_id=key, revoked_on=clock.today(), reason="thử"
        )
    )


def _erase(session: Session, cast: Cast) -> None:
    gone = update(Person).where(Person.id == cast["hung"])
    session.execute(gone.values(full_name="", erased_on=clock.today()))


def _remove(session: Session, cast: Cast) -> None:
    # A rebuild after late events may find that a result does not stand any longer.
    session.execute(delete(Attainment).where(Attainment.person_id == cast["mai"]))


def _merge(session: Session, cast: Cast) -> None:
    people.link(session, system(cast["TBT"]), cast["lan"], cast["mai"], "cùng một người")


@pytest.mark.parametrize(
    ("deed", "who", "expected"),
    [
        (_revoke, "lan", {"revoked_on": True, "gone": None}),
        (_erase, "hung", {"gone": "erased"}),
        (_remove, "mai", {"gone": "removed"}),
        (_merge, "lan", {"person": "mai", "gone": None}),
    ],
    ids=["revoked", "erased", "removed", "merged"],
)
def test_what_happened_to_a_record_comes_with_the_next_call(
    world: World, deed: Any, who: str, expected: dict[str, Any]
) -> None:
    with world.database.read() as session:
        query = select(Attainment.id).where(Attainment.person_id == world.cast[who])
        own = {str(key) for key in session.scalars(query)}
    cursor = world.json("/attainments", ALL)["next"]
    with world.database.write() as session:
        deed(session, world.cast)
    page = world.json(f"/attainments?changed_since={cursor}", ALL)
    assert {one["id"] for one in page["items"]} <= own
    assert page["items"]
    for one in page["items"]:
        assert one.get("gone") == expected["gone"]
        if "revoked_on" in expected:
            assert one["revoked_on"] == clock.today().isoformat()
        if "person" in expected:
            assert UUID(one["person"]) == world.cast[expected["person"]]
        if one.get("gone"):
            assert set(one) == {"id", "gone"}
    assert world.json(f"/attainments?changed_since={page['next']}", ALL)["items"] == []


def test_a_pseudonym_bears_one_name_after_a_merge(world: World) -> None:
    given = made(
        world.app, world.database, world.keys, world.cast["TBT"], "records:read", with_names=True
    )
    with world.database.write() as session:
        _merge(session, world.cast)
    for path in ("/attainments", "/certificates"):
        told = {(one["person"], one["full_name"]) for one in everything(world, path, given.token())}
        names = {name for person, name in told if UUID(person) == world.cast["mai"]}
        assert names == {"Lê Ngọc Mai"}
    cursor = world.json("/attainments", ALL)["next"]
    with world.database.write() as session:
        session.get_one(Person, (world.cast["TBT"], world.cast["mai"])).full_name = "Lê Mai"
    changed = world.json(f"/attainments?changed_since={cursor}", ALL)["items"]
    assert len({one["id"] for one in changed}) > 1, "also those of the record that was joined"


def test_a_revoked_certificate_comes_again(world: World) -> None:
    cursor = world.json("/certificates", ALL)["next"]
    with world.database.write() as session:
        query = update(Certificate).where(Certificate.id == world.cast["gcn_lan"])
        session.execute(query.values(status="revoked", status_on=clock.today()))
    (one,) = world.json(f"/certificates?changed_since={cursor}", ALL)["items"]
    assert (UUID(one["id"]), one["status"]) == (world.cast["gcn_lan"], "revoked")


def test_after_a_restore_a_cursor_is_refused_and_everything_read_anew(world: World) -> None:
    with world.database.write() as session:
        session.add(generation.StoreGeneration(number=1, reason="thử", system=""))
    cursor = world.json("/attainments", ALL)["next"]
    with world.database.write() as session:
        session.add(generation.StoreGeneration(number=2, reason="khôi phục", system=""))
    answer = world.get(f"/attainments?changed_since={cursor}", ALL)
    assert answer.status_code == 410
    assert "đọc lại từ đầu" in answer.json["detail"]
    assert world.json("/attainments", ALL)["items"]
    foreign = world.get("/attainments", ALL, p="xa_").json["next"]
    assert world.get(f"/attainments?changed_since={foreign}", ALL).status_code == 422


def test_changes_are_found_the_same_on_both_databases(database: Database, cast: Cast) -> None:
    """Two readers who compare at once number a change once."""
    commune, source = cast["TBT"], feed_records.ATTAINMENTS
    assert brought_up(database, commune, source).seq == 0
    with database.write() as session:
        for person in ("lan", "hung"):
            session.add(attainment(cast, "", commune, person, "basic"))
    first, second = (brought_up(database, commune, source) for _ in range(2))
    assert first.seq == second.seq == 2
    with database.write() as session:
        session.execute(update(Person).where(Person.id == cast["lan"]).values(full_name="Lan"))
        session.execute(delete(Attainment).where(Attainment.person_id == cast["hung"]))
    assert brought_up(database, commune, source).seq == 4
    with database.read() as session:
        rows = session.execute(text("SELECT seq, gone FROM feed_change ORDER BY seq")).all()
    assert [tuple(row) for row in rows] == [(3, ""), (4, "removed")]


def test_a_machine_is_nobody_on_pages(furnished: World) -> None:
    client = furnished.app.test_client()
    head = {"Authorization": f"Bearer {furnished.cast.machine_tokens[ALL]}"}
    client.set_cookie("lms_staff", furnished.cast.staff_tokens["an"])
    for path in ("/he-thong-khac", "/tai-khoan", "/api/v1/people", "/ke-hoach"):
        assert client.get(path, headers=head).status_code in (401, 403), path
    assert Actor(Role.MACHINE).scopes == frozenset()

"""Homes, the walking list, ambassadors and teams: the indicator's own figures, for those who may."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.indicators import actions, helpers, helpers_teams, homes, queries
from lms.indicators.bare import full_id
from lms.indicators.rules.figure import Figure
from lms.people.helping_models import Mentorship, Visit
from lms.people.models import Household, Person, Unit
from tests.cast import Cast
from tests.indicators.commune import Village
from tests.indicators.test_pages_plans import page, signed_in

pytestmark = pytest.mark.db
ORIGIN = {"Origin": "http://localhost"}


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def officer(cast: Cast) -> Actor:
    return Actor(Role.OFFICER, cast["TBT"], cast["oanh"])


def household(village: Village, code: str, unit: str, *names: str) -> UUID:
    """A household with these members, all grown up."""
    home = village._add(
        Household(commune_id=village.commune, code=code, unit_id=village.cast[unit])
    )
    for name in names:
        village.home(village.person(name, date(1980, 1, 1)), unit, household=home)
    return home


def furnish(village: Village) -> Village:
    """Seven households in two villages: proven, revoked, moved out, dead, merged, by a pupil."""
    today = clock.today()
    for code, unit in (("H2", "thon_dong"), ("H10", "thon_dong"), ("H3", "thon_tay")):
        household(village, code, unit, f"An {code}", f"Bình {code}")
    village.attained(village.ids["An H2"], today, proof="self_declared")
    village.revoked(village.attained(village.ids["An H10"], today - timedelta(days=9)), today)
    village.attained(village.ids["An H3"], today - timedelta(days=9), "hoc-sinh")
    gone = household(village, "H4", "thon_tay")
    village.home(village.person("Đi Xa"), "thon_tay", ends=today, household=gone)
    both = household(village, "H5", "thon_tay", "Gộp Lại")
    double = village.person("Gop Lai")
    village.attained(double, today)
    village.same(double, village.ids["Gộp Lại"])
    household(village, "H6", "thon_tay", "Mất Rồi")
    village.session.get_one(Person, (village.commune, village.ids["Mất Rồi"])).died_on = today
    assert both
    return village


@pytest.fixture
def village(session: Session, cast: Cast) -> Village:
    return furnish(Village(session, cast))


def indicator_of(village: Village, plan: str, code: str) -> Figure:
    today = clock.today()
    report = queries.report(village.session, village.commune, plan, today.year, today)
    return next(one for one in report.figures if one.code == code)


def test_the_page_and_the_indicator_say_the_same_of_the_whole_and_of_every_unit(
    village: Village, cast: Cast
) -> None:
    actions.adopt_shipped(village.session, system(cast["TBT"]), "viet-tri")
    village.session.expire_all()
    figure = indicator_of(village, "viet-tri", "vi.2")
    found = homes.homes(village.session, cast["TBT"], clock.today())
    rows = homes.by_unit(officer(cast), found)
    whole = homes.whole(rows)
    assert (whole.homes, whole.proven) == (figure.population.size, figure.outcome.numerator)
    assert (whole.homes, whole.proven) == (5, 2)
    assert [(row.name, row.homes, row.proven) for row in rows] == [
        (row.name, row.population, row.numerator) for row in figure.by_unit
    ]
    assert found.without == figure.missing
    assert found.rule.code == "viet-tri:vi.2"


def test_without_a_plan_the_same_rule_is_ours(village: Village, cast: Cast) -> None:
    found = homes.homes(village.session, cast["TBT"], clock.today())
    assert (found.rule.code, len(found.tally.subjects), len(found.tally.passed)) == ("", 5, 2)


def test_the_walking_list_goes_by_number_and_says_who_lives_there(
    village: Village, cast: Cast
) -> None:
    session, commune = village.session, cast["TBT"]
    session.get_one(Person, (commune, cast["lan"])).phone = "0912345678"
    session.get_one(Person, (commune, village.ids["An H2"])).phone = "0912345679"
    village.home(village.person("Bé", year=clock.today().year - 12), "thon_dong",
                 household=cast["nha_lan"])  # fmt: skip
    session.get_one(Person, (commune, village.ids["Bé"])).phone = "0912345670"
    session.flush()
    found = homes.homes(session, commune, clock.today())
    places = homes.walking_list(session, officer(cast), found, cast["thon_dong"])
    rows = homes.described(session, commune, found, places)
    assert [row.number for row in rows] == ["H1", "H2", "H10"]
    assert [(one.name, one.phone) for one in rows[0].members] == [
        ("Nguyễn Thị Lan", "0912345678"), ("Trần Văn Hùng", ""), ("Bé", ""),
    ]  # fmt: skip
    assert homes.walking_list(session, officer(cast), found, cast["thon_tay"]) == []


def test_a_visit_to_a_record_that_was_merged_is_a_visit_to_the_home(
    village: Village, cast: Cast
) -> None:
    double = village.person("Nguyen Thi Lan")
    seen = Visit(commune_id=cast["TBT"], id=uuid7(), person_id=double, visited_on=clock.today(),
                 account_id=cast["oanh"], purpose="guide", outcome="guided")  # fmt: skip
    village._add(seen)
    village.same(double, cast["lan"])
    found = homes.homes(village.session, cast["TBT"], clock.today())
    home = homes.one_home(village.session, officer(cast), found, cast["nha_lan"])
    assert home.last is not None
    assert home.last.visit.id == seen.id


def test_a_reporter_sees_the_own_unit_only(village: Village, cast: Cast) -> None:
    who = Actor(
        Role.UNIT_REPORTER, cast["TBT"], cast["bao"], unit_ids=frozenset([cast["thon_tay"]])
    )
    found = homes.homes(village.session, cast["TBT"], clock.today())
    assert [row.name for row in homes.by_unit(who, found)] == ["Thôn Tây"]
    assert homes.walking_list(village.session, who, found) == []
    assert homes.walking_list(village.session, who, found, cast["thon_dong"]) == []


# --- pages --------------------------------------------------------------------------------------


@pytest.fixture
def office(database: Database, cast: Cast) -> Cast:
    """The furnished village, written down; Mai guides Hùng (credited), Lan and Minh."""
    with database.write() as session:
        village = furnish(Village(session, cast))
        village.member(cast["mai"], "ambassador")
        began = clock.today() - timedelta(days=30)
        for name in ("lan", "hung", "minh"):
            cast.ids[f"kem_{name}"] = village.guides(cast["mai"], cast[name], began)
        village.attained(cast["hung"], clock.today() - timedelta(days=2), proof="task_observed")
    return cast


def test_a_visit_is_written_down_in_two_taps(app: Flask, office: Cast, database: Database) -> None:
    client, home = signed_in(app, office, "oanh"), office["nha_lan"]
    village = f"don-vi={office['thon_dong']}"
    with database.write() as session:
        again = select(Household.id).where(Household.code == "H2")
        home = session.scalars(again.where(Household.commune_id == office["TBT"])).one()
    assert f"/ho-gia-dinh/{home}?{village}" in page(app, office, f"/ho-gia-dinh?{village}")
    form = page(app, office, f"/ho-gia-dinh/{home}?{village}")
    assert 'name="outcome" value="not_home"' in form
    key = form.split('name="id" value="')[1].split('"')[0]
    told = {"id": key, "outcome": "not_home", "visited_on": "", "don-vi": str(office["thon_dong"])}
    for _ in range(2):
        answer = client.post(f"/ho-gia-dinh/{home}", data=told, headers=ORIGIN)
        assert answer.status_code == 303
    assert "Đã ghi lần thăm" in page(app, office, answer.headers["Location"])
    assert "không gặp ai (Oanh)" in page(app, office, f"/ho-gia-dinh?{village}")
    refused = client.post(f"/ho-gia-dinh/{home}", data={**told, "id": str(uuid7()), "outcome": ""},
                          headers=ORIGIN)  # fmt: skip
    assert (refused.status_code, "Hãy chọn một trong" in refused.text) == (422, True)
    with database.read() as session:
        assert len(session.scalars(select(Visit)).all()) == 1


def test_a_sheet_is_printed_and_copied(app: Flask, office: Cast, database: Database) -> None:
    client, unit = signed_in(app, office, "oanh"), office["thon_dong"]
    printed = client.get(f"/ho-gia-dinh/danh-sach-di.pdf?don-vi={unit}")
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(printed.data)).pages)
    assert (printed.mimetype, "DANH SÁCH ĐI TỪNG NHÀ" in text) == ("application/pdf", True)
    assert text.index("H2") < text.index("H10")
    assert client.get("/ho-gia-dinh/danh-sach-di.pdf").status_code == 422
    form = page(app, office, f"/ho-gia-dinh/nhap-phieu?don-vi={unit}")
    fields = [part.split('"')[0] for part in form.split('name="outcome-')[1:]]
    told = {"form_key": str(uuid7()), "don-vi": str(unit), "visited_on": clock.today().isoformat(),
            **{f"outcome-{home}": "agreed" for home in fields}}  # fmt: skip
    for _ in range(2):
        answer = client.post("/ho-gia-dinh/nhap-phieu", data=told, headers=ORIGIN)
        assert answer.status_code == 303
    assert f"{len(fields)} hộ đã được ghi từ trước" in page(app, office, answer.headers["Location"])
    empty = {**told, **{f"outcome-{home}": "" for home in fields}}
    assert client.post("/ho-gia-dinh/nhap-phieu", data=empty, headers=ORIGIN).status_code == 422
    with database.read() as session:
        assert len(session.scalars(select(Visit)).all()) == len(fields) == 2


def test_an_ambassador_is_shown_with_evidence_and_to_a_trainer_only_own_learners(
    app: Flask, office: Cast
) -> None:
    assert "đang kèm 3 người, 1 người đã đạt" in page(app, office, "/dai-su")
    whole = page(app, office, f"/dai-su/{office['mai']}")
    assert "làm được việc thật" in whole
    assert "Phạm Quang Minh" in whole
    assert "đang kèm 2 người, 1 người đã đạt" in page(app, office, "/dai-su", "trang")
    seen = page(app, office, f"/dai-su/{office['mai']}?tim=minh", "trang")
    assert "Trần Văn Hùng" in seen
    assert "Phạm Quang Minh" not in seen
    assert "chưa kèm ai" in page(app, office, "/dai-su", "tuan")
    pasted = {"text": "Lê Ngọc Mai;Nguyễn Thị Lan;1958"}
    trainer = signed_in(app, office, "trang")
    read = trainer.post("/dai-su/danh-sach", data=pasted, headers=ORIGIN).text
    assert "(1985)" not in read


def test_pairs_are_made_ended_and_brought_in_by_their_pages(
    app: Flask, office: Cast, database: Database
) -> None:
    client, mai = signed_in(app, office, "oanh"), office["mai"]
    with database.write() as session:
        village = Village(session, office)
        fresh = [village.person("Cao Văn Mới"), village.person("Cao Thị Sen")]
    found = page(app, office, f"/dai-su/{mai}?tim=cao van moi")
    assert f'name="mentee_id" value="{fresh[0]}"' in found
    answer = client.post(f"/dai-su/{mai}/kem", data={"mentee_id": str(fresh[0])}, headers=ORIGIN)
    assert answer.status_code == 303
    assert client.post(f"/dai-su/{mai}/kem", data={}, headers=ORIGIN).status_code == 422
    ended = client.post(f"/kem-cap/{office['kem_minh']}/thoi", data={}, headers=ORIGIN)
    assert "Đã thôi kèm (1)" in page(app, office, ended.headers["Location"])
    pasted = {"text": "Lê Ngọc Mai\tCao Thị Sen\nLê Ngọc Mai\tAi Đó"}
    shown = client.post("/dai-su/danh-sach", data=pasted, headers=ORIGIN).text
    assert "Không có ai tên như vậy" in shown
    ticked = {"helper-1": str(mai), "mentee-1": str(fresh[1]), "helper-2": str(mai)}
    saved = client.post("/dai-su/danh-sach/luu", data=ticked, headers=ORIGIN)
    assert "da-ghep=1" in saved.headers["Location"]
    with database.read() as session:
        pairs = session.execute(select(Mentorship.mentee_id, Mentorship.to_date)).all()
    assert {row[0] for row in pairs if row[1] is None} == {
        office["lan"], office["hung"], *fresh,
    }  # fmt: skip


def test_who_may_not(app: Flask, office: Cast) -> None:
    reads = ("/ho-gia-dinh", "/lan-tham", "/to-cong-nghe-so", "/ho-gia-dinh/nhap-phieu")
    for name in ("trang", "tinh", "lan"):
        for path in reads:
            assert signed_in(app, office, name).get(path).status_code == 403, (name, path)
    for name in ("tinh", "lan"):
        assert signed_in(app, office, name).get("/dai-su").status_code == 403
    trainer = signed_in(app, office, "tuan")
    other = trainer.post(f"/kem-cap/{office['kem_lan']}/thoi", data={}, headers=ORIGIN)
    assert other.status_code == 404
    own = {"mentee_id": str(office["minh"])}
    assert trainer.post(f"/dai-su/{office['mai']}/kem", data=own, headers=ORIGIN).status_code == 404
    assert trainer.get(f"/dai-su/{office['lan']}").status_code == 404
    walk = signed_in(app, office, "bao").get(
        f"/ho-gia-dinh/danh-sach-di.pdf?don-vi={office['thon_dong']}"
    )
    assert walk.status_code == 404


def test_a_page_asks_few_statements_however_many_homes(
    app: Flask, office: Cast, database: Database
) -> None:
    with database.write() as session:
        village = Village(session, office)
        for n in range(20, 60):
            household(village, f"H{n}", "thon_dong", f"Cao Thị {n}")
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    for path in ("/ho-gia-dinh", "/dai-su", "/to-cong-nghe-so", "/lan-tham"):
        asked.clear()
        page(app, office, path)
        assert len(asked) <= 30, (path, len(asked))


# --- teams --------------------------------------------------------------------------------------


def test_a_team_has_it_as_the_indicator_says_and_members_are_told_what_they_lack(
    session: Session, cast: Cast
) -> None:
    village = Village(session, cast)
    actions.adopt_shipped(session, system(cast["TBT"]), "song-cong")
    team = Unit(commune_id=cast["TBT"], code="to1", name="Tổ 1", kind="to_cong_nghe_so",
                parent_id=cast["thon_dong"])  # fmt: skip
    cast.ids["to1"] = village._add(team)
    for name in ("lan", "hung"):
        village.member(cast[name], "digital_team", "to1")
    course = village.cohort("TCN", "to-cong-nghe-so")
    programme = ("to-cong-nghe-so", "proficient")
    village.attained(cast["lan"], date(2026, 6, 1), *programme)
    village.attained(cast["hung"], date(2026, 6, 1), "to-cong-nghe-so", "basic")

    def both() -> tuple[bool, bool, list[tuple[str, bool, int]]]:
        session.expire_all()
        figure = indicator_of(village, "song-cong", "6")
        (row,) = helpers_teams.teams(session, officer(cast), clock.today()).teams
        members = [(one.who.name, one.has_it, len(one.evidence)) for one in row.members]
        return full_id(next(iter(figure.people), team.id.hex)) == row.id, row.has_it, members

    found = helpers_teams.teams(session, officer(cast), clock.today())
    assert (found.having, found.classes) == (0, ())
    assert both()[1:] == (False, [("Trần Văn Hùng", False, 1), ("Nguyễn Thị Lan", True, 1)])
    village.attained(cast["hung"], date(2026, 6, 2), *programme)
    assert both() == (True, True, [("Trần Văn Hùng", True, 1), ("Nguyễn Thị Lan", True, 1)])
    basic = helpers_teams.teams(session, officer(cast), clock.today(), "no-such-rule")
    assert basic.rule.code.startswith("song-cong")
    assert course


def test_the_trainer_of_a_class_reaches_its_people_and_nobody_else(
    session: Session, cast: Cast
) -> None:
    village = Village(session, cast)
    double = village.person("Nguyen Lan")
    village.same(cast["lan"], double)
    who = Actor(Role.TRAINER, cast["TBT"], cast["trang"], cohort_ids=frozenset([cast["k1"]]))
    assert helpers.taught(session, who) == {double, cast["hung"]}
    assert helpers.taught(session, officer(cast)) == frozenset()

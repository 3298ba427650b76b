"""Figures put in by hand: many at once, never over somebody else's, corrected and taken back."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.db import Database
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.indicators import declared_actions, declared_counts, declared_table, queries
from lms.indicators.declared_save import About, Typed, save, whole_number
from lms.indicators.declared_sheet import Column, columns_of, past, sheet
from lms.indicators.models import CountedThing, DeclaredMeasure, DeclaredPopulation
from lms.indicators.rules.plan import Plan
from lms.people.importing import Upload
from tests.cast import Cast
from tests.indicators.test_pages_plans import ORIGIN, signed_in

DAY = date(2026, 11, 20)
ABOUT = About(DAY, "Công an xã báo ngày 20/11", "official")


@pytest.mark.pure
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("30500", 30500), ("30.500", 30500), ("30 500", 30500), (" 0 ", 0), ("1.234.567", 1_234_567),
        ("1.5", None), ("30.50", None), ("-3", None), ("", None), ("85%", None), ("1,5", None),
        ("١٢", None), ("9999999999", None), ("=1+1", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def who(session: Session, cast: Cast) -> Actor:
    actor = system(cast["TBT"])
    queries_plan(session, actor)
    return actor


def queries_plan(session: Session, who: Actor) -> Plan:
    from lms.indicators import actions

    actions.adopt_shipped(session, who, "song-cong")
    return actions.adopt_shipped(session, who, "viet-tri") and plan_of(session, who)


def plan_of(session: Session, who: Actor, code: str = "viet-tri") -> Plan:
    return queries.adopted(session, who.commune, code).plan


def counting(plan: Plan) -> Column:
    return next(one for one in columns_of(plan) if one.counts)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.db
def test_many_cells_are_saved_at_once_or_none_and_the_same_twice_is_once(
    session: Session, who: Actor, cast: Cast
) -> None:
    plan = plan_of(session, who)
    other = counting(plan).code
    good = [
        Typed("adults", None, whole="1.000"), Typed("adults", cast["thon_dong"], whole="600"),
        Typed(other, cast["thon_dong"], "300", "400"), Typed("adults", cast["thon_tay"]),
    ]  # fmt: skip
    with pytest.raises(Invalid) as refused:
        save(
            session, who, plan, [*good, Typed("adults", cast["thon_tay"], whole="nhiều")], ABOUT, ""
        )
    assert {*refused.value.fields} == {f"d|adults|{cast['thon_tay']}"}
    assert count(session, DeclaredPopulation) == 0
    assert save(session, who, plan, good, ABOUT, "") == 3
    assert save(session, who, plan, good, ABOUT, "") == 0
    now = sheet(session, who.commune, plan, DAY)
    assert now.cells["adults", None].text == "1.000"
    total = now.totals["adults"]
    assert (total.added, total.told, total.difference) == ("600", 1, "toàn xã nhiều hơn 400")
    assert (total.counts, total.lacks) == ("số của toàn xã", ("Thôn Tây",))
    with pytest.raises(Invalid, match="Chưa ghi số nào"):
        save(session, who, plan, [Typed("adults", None)], ABOUT, "")


@pytest.mark.db
def test_more_who_have_it_than_there_are_is_asked_about_and_flagged(
    session: Session, who: Actor
) -> None:
    plan = plan_of(session, who)
    odd = [Typed(counting(plan).code, None, "12", "10")]
    with pytest.raises(Invalid, match="lớn hơn tổng số"):
        save(session, who, plan, odd, ABOUT, "")
    assert count(session, DeclaredMeasure) == 0
    assert save(session, who, plan, odd, ABOUT, "", in_spite=True) == 1
    assert sheet(session, who.commune, plan, DAY).cells[counting(plan).code, None].exceeds


@pytest.mark.db
def test_a_correction_is_a_new_row_and_back_to_the_first_value_is_another(
    session: Session, who: Actor
) -> None:
    plan, column = plan_of(session, who), Column("adults", "người dân", counts=False)
    for text in ("100", "120", "100"):
        save(session, who, plan, [Typed("adults", None, whole=text)], ABOUT, "\uffff")
    told = past(session, who.commune, column, None)
    assert [(row.text, row.holds) for row in told] == [
        ("100", True),
        ("120", False),
        ("100", False),
    ]
    save(session, who, plan, [Typed("adults", None, whole="-")], ABOUT, "\uffff")
    assert sheet(session, who.commune, plan, DAY).cells["adults", None].text == "thiếu mẫu số"


@pytest.mark.db
def test_a_figure_of_the_wrong_day_is_taken_back_with_its_reason_and_counts_no_more(
    session: Session, who: Actor
) -> None:
    right = declared_actions.declare_population(
        session, who, "adults", 90, date(2026, 1, 5), "Sổ xã"
    )
    wrong = declared_actions.declare_population(session, who, "adults", 9, DAY, "Sổ xã")
    with pytest.raises(Invalid, match="lý do"):
        declared_actions.take_back(session, who, DeclaredPopulation, wrong.id, " ")
    declared_actions.take_back(session, who, DeclaredPopulation, wrong.id, "nhầm ngày")
    declared_actions.take_back(session, who, DeclaredPopulation, wrong.id, "bấm lần nữa")
    assert wrong.undo_reason == "nhầm ngày"
    held = queries.facts_of(session, who.commune).declared_populations
    assert [row.value for row in held] == [right.value]


@pytest.mark.db
def test_the_second_of_two_officers_sees_what_the_first_wrote(session: Session, who: Actor) -> None:
    plan = plan_of(session, who)
    seen = sheet(session, who.commune, plan, DAY).seen
    mine, hers = [Typed("adults", None, whole="100")], [Typed("adults", None, whole="200")]
    assert save(session, who, plan, hers, ABOUT, seen) == 1
    with pytest.raises(Conflict, match="có người đã ghi 1 ô") as refused:
        save(session, who, plan, mine, ABOUT, seen)
    assert "200" in str(refused.value.fields["d|adults|"])
    assert save(session, who, plan, hers, ABOUT, seen) == 0
    assert save(session, who, plan, mine, ABOUT, sheet(session, who.commune, plan, DAY).seen) == 1


TABLE = (
    "STT\tĐơn vị\tSố người\n1\tThôn Đông\t1.200\n2\tthon_tay\t800\n3\tThôn Lạ\t5\n4\tThôn Đông\t7\n"
    "5\tThôn Đông\tnhiều\n\tTổng cộng\t2000\n\tToàn xã\t2.000\n<b>x</b>\t3\n"
)


@pytest.mark.db
def test_a_small_table_fills_the_boxes_and_says_of_each_row_what_is_wrong(
    session: Session, who: Actor, cast: Cast
) -> None:
    plan, adults = plan_of(session, who), Column("adults", "người dân", counts=False)
    done = declared_table.read(
        session, who.commune, adults, Upload("x", TABLE.encode(), pasted=True)
    )
    assert {one.unit: one.whole for one in done.typed} == {
        cast["thon_dong"]: "1.200", cast["thon_tay"]: "800", None: "2.000",
    }  # fmt: skip
    assert [why.split(": ")[1] for why in done.problems] == [
        "không có đơn vị này trong xã.", "đơn vị đã có ở dòng 2.", "dòng tổng, không ghi.",
        "không có đơn vị này trong xã.",
    ]  # fmt: skip
    two = declared_table.read(
        session, who.commune, counting(plan), Upload("x.csv", b"Thon Dong;30;40\nToan xa;50\n")
    )
    assert [(one.numerator, one.whole) for one in two.typed] == [("30", "40"), ("50", "")]
    assert count(session, DeclaredPopulation) == 0
    for text in ("không có số", "Thôn Đông\t1\n" * 501):
        with pytest.raises(Invalid):
            declared_table.read(
                session, who.commune, adults, Upload("x", text.encode(), pasted=True)
            )


@pytest.mark.db
def test_a_count_is_corrected_by_a_new_entry_and_stands_beside_what_counts_by_itself(
    session: Session, who: Actor
) -> None:
    plan = plan_of(session, who, "song-cong")
    wrong = declared_actions.record_count(session, who, "pilot-model", DAY, 20, "Quyết định 15")
    key = uuid7()
    for _ in range(2):
        right = declared_actions.correct_count(
            session, who, wrong.id, DAY, 2, "Quyết định 15", None, "gõ thừa số không", key
        )
    assert (right.replaces_id, wrong.undo_reason) == (wrong.id, "gõ thừa số không")
    with pytest.raises(Conflict, match="rút lại hoặc sửa rồi"):
        declared_actions.correct_count(session, who, wrong.id, DAY, 3, "Sổ", None, "nữa", uuid7())
    things = {one.code: one for one in declared_counts.things(session, who.commune, plan, DAY)}
    year = things["pilot-model"].spans[1]
    assert (year.own, year.by_hand, year.together) == (0, 2, 2)
    assert [entry.undone_at is None for entry in things["pilot-model"].entries] == [True, False]
    declared_actions.take_back(session, who, CountedThing, right.id, "không còn mô hình")
    assert not [c for c in queries.facts_of(session, who.commune).counts if c.what == "pilot-model"]


@pytest.mark.db
def test_the_pages_of_figures_show_history_and_take_back(
    app: Flask, session: Session, who: Actor, cast: Cast
) -> None:
    row = declared_actions.declare_population(session, who, "adults", 77, DAY, "Sổ <i>xã</i>")
    key = row.id
    session.commit()
    client, here = signed_in(app, cast, "oanh"), "/ke-hoach/viet-tri/so-lieu"
    shown = client.get(f"{here}/o?cot=adults").get_data(as_text=True)
    assert "Số mới nhất" in shown
    assert "Sổ &lt;i&gt;xã" in shown
    boxes = client.get(f"{here}?cot=adults").get_data(as_text=True)
    assert "đang có: 77" in boxes
    form = {"bang": "mau-so", "so": str(key), "cot": "adults", "reason": ""}
    assert client.post(f"{here}/rut", data=form, headers=ORIGIN).status_code == 422
    done = client.post(f"{here}/rut", data={**form, "reason": "nhầm xã"}, headers=ORIGIN)
    assert "nhầm xã" in client.get(done.headers["Location"]).get_data(as_text=True)
    filled = client.post(
        f"{here}/bang", data={"cot": "adults", "text": "Thôn Đông\t12\nThôn Lạ\t3"}, headers=ORIGIN
    ).get_data(as_text=True)
    assert 'value="12"' in filled
    assert "không có đơn vị này trong xã" in filled
    assert client.get(f"{here}/o?cot=khong-co").status_code == 404
    assert client.get(f"{here}?don_vi=toan-xa").status_code == 200

"""A test done on two tablets at once: both lines are shown, the trainer may choose, and nothing is lost."""

import pytest
from flask import Flask
from sqlalchemy import select

from assessments.fork_models import BranchChoice
from assessments.models import Attempt
from lms.core.db import Database
from lms.ledger.rebuild import rebuild, state_hash
from tests.assessments.people import post, staff
from tests.assessments.tablet import Tablet, deliver
from tests.cast import Cast

pytestmark = pytest.mark.db


def forked(database: Database, cast: Cast, *, second: bool = True) -> Tablet:
    """Lan begins; two tablets go on from there. The first to hand in is bad, the second right."""
    start = Tablet(cast, segment="goc").start()
    bad = start.other("k1_may", "mot").answer_all(mistakes=9).submit()
    good = start.other("k2_may", "hai")
    good.at = bad.at
    good.answer_all()
    if second:
        good.submit()
    deliver(database, cast, [*start.texts, *bad.texts])
    deliver(database, cast, good.texts, "k2_may")
    return start


def mark(database: Database, cast: Cast, tablet: Tablet) -> tuple[int | None, bool | None, str]:
    with database.read() as session:
        row = session.get_one(Attempt, (cast["TBT"], tablet.attempt))
        return row.points, row.passed, state_hash(session, cast["TBT"])


def test_the_first_hand_in_stands_until_the_trainer_chooses_the_other_with_a_reason(
    app: Flask, database: Database, cast: Cast
) -> None:
    tablet = forked(database, cast)
    assert mark(database, cast, tablet)[:2] == (3, False)
    trang, path = staff(app, cast, "trang"), f"/luot-lam/{tablet.attempt}/nhanh"
    page = trang.get(path).text
    for words in ("k1_may", "k2_may", "3/12", "12/12", "đang được tính"):
        assert words in page
    branch = page.split('name="branch" value="')[2].split('"')[0]
    refused = post(trang, path, branch=branch, reason=" ")
    assert (refused.status_code, mark(database, cast, tablet)[0]) == (422, 3)
    for _ in range(2):
        assert post(trang, path, branch=branch, reason="Máy 01 hết pin").status_code == 303
    chosen = mark(database, cast, tablet)
    assert chosen[:2] == (12, True)
    rebuild(database, cast["TBT"])
    assert mark(database, cast, tablet) == chosen
    assert "Máy 01 hết pin" in trang.get(path).text
    assert post(trang, f"{path}/hoan-tac").status_code == 303
    assert mark(database, cast, tablet)[:2] == (3, False)
    with database.read() as session:
        row = session.scalars(select(BranchChoice)).one()
        assert row.undone_by == cast["trang"]


def test_a_line_that_was_not_handed_in_cannot_be_chosen(
    app: Flask, database: Database, cast: Cast
) -> None:
    """Else a choice would open a test again."""
    tablet = forked(database, cast, second=False)
    trang, path = staff(app, cast, "trang"), f"/luot-lam/{tablet.attempt}/nhanh"
    branch = f"{cast['k2_may']}/hai"
    assert post(trang, path, branch=branch, reason="Bài này hơn").status_code == 409
    assert post(trang, path, branch="khong-co", reason="x").status_code == 409
    assert mark(database, cast, tablet)[0] == 3


def test_the_end_of_the_class_lists_it_until_somebody_decided(
    app: Flask, database: Database, cast: Cast
) -> None:
    tablet = forked(database, cast)
    trang, end = staff(app, cast, "trang"), f"/lop-hoc/{cast['k1']}/ket-thuc"
    path = f"/luot-lam/{tablet.attempt}/nhanh"
    assert f'href="{path}"' in trang.get(end).text
    first = trang.get(path).text.split('name="branch" value="')[1].split('"')[0]
    post(trang, path, branch=first, reason="Bài nộp trước")
    assert f'href="{path}"' not in trang.get(end).text
    assert mark(database, cast, tablet)[0] == 3


def test_another_trainer_and_a_learner_may_not_choose(
    app: Flask, database: Database, cast: Cast
) -> None:
    path = f"/luot-lam/{forked(database, cast).attempt}/nhanh"
    tuan = staff(app, cast, "tuan")
    assert tuan.get(path).status_code == 403
    assert post(tuan, path, branch="x", reason="x").status_code == 403
    assert app.test_client().get(path).status_code in (302, 303, 401)

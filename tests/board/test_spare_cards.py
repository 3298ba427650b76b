"""Somebody walked in, learned with a spare card, and is on no list: the board asks who it is."""

import pytest
from flask import Flask
from sqlalchemy import select

from assessments.models import LessonProgress
from lms.cohorts import cards
from lms.cohorts.models import Enrolment
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.people.models import Person
from tests.assessments.people import post, staff
from tests.assessments.tablet import MINUTE, Tablet, deliver
from tests.cast import OPENED, Cast

pytestmark = pytest.mark.db


def test_a_walker_who_is_on_no_list_keeps_what_was_learned_with_the_spare_card(
    app: Flask, database: Database, cast: Cast, keys: Keys
) -> None:
    with database.write() as session:
        (spare,) = cards.spare_cards(session, system(cast["TBT"]), keys, cast["k1"], 1)
        key, number = spare.id, spare.number
    tablet = Tablet(cast, at=OPENED + MINUTE)
    tablet.write("activity.opened", {"lesson": "b1", "screen": 2}, attempt=None, learner=str(key))
    deliver(database, cast, tablet.texts, now=OPENED + 2 * MINUTE)
    with clock.frozen(OPENED + 3 * MINUTE):
        trang = staff(app, cast, "trang")
        board = trang.get(f"/lop-hoc/{cast['k1']}/bang").text
        assert "Thẻ khách 01 là ai?" in board
        address = f"/lop-hoc/{cast['k1']}/nguoi-moi?the={number}"
        assert f'href="{address}"' in board
        assert f'name="the" value="{number}"' in trang.get(address).text
        form = {"id": str(uuid7()), "name": "Đặng Thị Khách Mới", "sex": "nu", "the": str(number)}
        for _ in range(2):
            assert post(trang, f"/lop-hoc/{cast['k1']}/nguoi-moi", **form).status_code == 303
        assert "Thẻ khách 01 là ai?" not in trang.get(f"/lop-hoc/{cast['k1']}/bang").text
    with database.read() as session:
        learned = session.scalars(select(LessonProgress)).one()
        person = session.get_one(
            Person,
            (cast["TBT"], session.get_one(Enrolment, (cast["TBT"], key)).person_id),
        )
    assert learned.enrolment_id == key
    assert person.full_name == "Đặng Thị Khách Mới"

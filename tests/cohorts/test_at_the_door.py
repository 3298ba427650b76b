"""Who comes to the door often says only a name."""

import pytest

from lms.core.ids import uuid7
from lms.people.rules.matching import Traits, said_of
from tests.cast import Cast
from tests.cohorts.conftest import Browser
from tests.cohorts.test_class_list import post


@pytest.mark.db
def test_a_walk_in_of_whom_only_the_name_is_said_is_asked_for_first(
    cast: Cast, browser: Browser
) -> None:
    asked = post(browser("tuan"), cast, "nguoi-moi", id=str(uuid7()), name="Nguyễn Thị Lan")
    assert "Có phải người này?" in asked.text
    assert str(cast["lan"]) in asked.text


@pytest.mark.pure
def test_what_is_said_of_two_records_is_told_even_where_it_amounts_to_little() -> None:
    walker, known = Traits("Nguyễn Thị Lan"), Traits("Nguyễn Thị Lan", year=1958, sex="nu")
    assert said_of(walker, known) == said_of(known, walker) == ("name_same",)
    assert "sex_differs" in said_of(Traits("Nguyễn Thị Lan", sex="nam"), known)

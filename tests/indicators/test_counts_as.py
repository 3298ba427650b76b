"""Variants and copies of a programme count in the plans as the programme that they stand for."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from courses import actions, queries
from courses.draft_sources import copy_of
from courses.models import ProgrammeVersionRow
from courses.rules import COUNTED_PROGRAMMES, freeze
from lms.core.db import Database
from lms.indicators.rules.vocabulary import PROGRAMMES
from tests.cast import Cast
from tests.factories.content import small_version


@pytest.mark.pure
def test_content_and_plans_name_the_same_programmes() -> None:
    assert set(COUNTED_PROGRAMMES) == set(PROGRAMMES)


@pytest.mark.pure
def test_a_copy_goes_on_to_count_as_its_first() -> None:
    first = small_version("nguoi-dan")
    copy = copy_of(first, "nguoi-dan-xa-toi", "Bản của xã")
    assert copy.programme.counts_as == "nguoi-dan"
    assert copy_of(copy, "ban-ba", "Bản ba").programme.counts_as == "nguoi-dan"
    assert copy_of(copy, "nguoi-dan", "Về tên cũ").programme.counts_as == ""
    assert copy_of(small_version("rieng"), "khac", "Khác").programme.counts_as == ""


@pytest.mark.db
def test_a_commune_counts_shipped_variants_and_never_what_another_commune_wrote(
    database: Database, cast: Cast
) -> None:
    for code, shipped in (("hoc-sinh-thcs", True), ("cua-xa-khac", False)):
        small = small_version(code)
        parts = {
            name: getattr(small, name)
            for name in (
                "modules",
                "items",
                "observed_tasks",
                "blueprints",
                "pass_rules",
                "media",
            )
        }
        head = replace(small.programme, counts_as="hoc-sinh")
        version = freeze(programme=head, **parts)
        with database.write() as session:
            actions.publish(session, version, {})
            row = session.get(ProgrammeVersionRow, version.id)
            assert row is not None
            row.shipped = shipped
    with database.read() as session:
        assert queries.counted_as(session, cast["TBT"]) == {"hoc-sinh-thcs": "hoc-sinh"}
        assert (
            session.scalar(
                select(ProgrammeVersionRow.counts_as).where(ProgrammeVersionRow.code == "nguoi-dan")
            )
            == ""
        )

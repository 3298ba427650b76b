"""The same figures for DHIS2: periods by its names, whole numbers, sums that stay what they are."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from lms.core.command import Context
from lms.core.db import Database
from lms.core.errors import Invalid
from lms.core.guard import system
from lms.core.keys import Keys
from lms.core.settings import Settings
from lms.indicators import actions as indicators
from lms.indicators import snapshots
from lms.indicators.closing_period import free_day
from lms.people.machine_cli import machine
from lms.reports.feed_cli import feed
from lms.reports.feed_dhis2 import mapping_of, period_of, value_set
from tests.cast import Cast

PLAN = "thuan-an"


@pytest.mark.pure
@pytest.mark.parametrize(
    ("starts", "ends", "name"),
    [
        ((2026, 1, 1), (2026, 12, 31), "2026"),
        ((2026, 1, 1), (2026, 6, 30), "2026S1"),
        ((2026, 7, 1), (2026, 12, 31), "2026S2"),
        ((2026, 10, 1), (2026, 12, 31), "2026Q4"),
        ((2026, 1, 1), (2026, 3, 31), "2026Q1"),
        ((2028, 2, 1), (2028, 2, 29), "202802"),
        ((2028, 2, 1), (2028, 2, 28), "20280228"),
        ((2026, 2, 1), (2026, 4, 30), "20260430"),
        ((2026, 1, 1), (2026, 11, 14), "20261114"),
        ((2025, 1, 1), (2026, 12, 31), "20261231"),
    ],
)
def test_a_span_has_the_name_dhis2_gives_it(
    starts: tuple[int, int, int], ends: tuple[int, int, int], name: str
) -> None:
    assert period_of(date(*starts), date(*ends)) == name


def document(units: list[tuple[str | None, int, int | None]], n: int, d: int | None) -> Any:
    rows = [{"code": code, "numerator": a, "denominator": b} for code, a, b in units]
    figure = {"indicator": "3", "numerator": n, "denominator": d, "units": rows}
    return {
        "id": "TBT/thuan-an/quy/2026-12-31", "commune": "TBT", "plan": "thuan-an",
        "period": {"report": "quy", "starts": date(2026, 10, 1), "ends": date(2026, 12, 31)},
        "figures": [figure],
    }  # fmt: skip


@pytest.mark.pure
@pytest.mark.parametrize(
    ("units", "n", "d", "expected"),
    [
        ([("a", 3, 10), ("b", 4, 20)], 7, 30, {"num": {"a": 3, "b": 4}, "den": {"a": 10, "b": 20}}),
        ([("a", 3, 10), (None, 4, 20)], 7, 30, {"num": {"a": 3, "": 4}, "den": {"a": 10, "": 20}}),
        ([("a", 3, None)], 7, 30, {"num": {"a": 3, "": 4}, "den": {"": 30}}),
        ([("a", 9, 40)], 7, 30, {"num": {"": 7}, "den": {"": 30}}),
        ([("a", 0, 0)], 0, None, {"num": {"a": 0}}),
        ([], 7, 30, {"num": {"": 7}, "den": {"": 30}}),
    ],
    ids=[
        "all known",
        "some nowhere",
        "a declared whole",
        "more than the whole",
        "zero",
        "no units",
    ],
)
def test_units_and_the_rest_add_up_to_the_commune(
    units: list[tuple[str | None, int, int | None]], n: int, d: int | None, expected: Any
) -> None:
    made = value_set(document(units, n, d), "unit").document["dataValues"]
    found: dict[str, dict[str, int]] = {}
    for one in made:
        part = one["dataElement"].removeprefix("thuan-an.3.")
        unit = one["orgUnit"].removeprefix("TBT").removeprefix(".")
        assert one["period"] == "2026Q4"
        found.setdefault(part, {})[unit] = int(one["value"])
    assert found == expected
    whole = value_set(document(units, n, d)).document["dataValues"]
    assert {one["orgUnit"] for one in whole} == {"TBT"}
    for one in whole:
        part = one["dataElement"].removeprefix("thuan-an.3.")
        assert int(one["value"]) == sum(found[part].values())


@pytest.mark.pure
def test_a_mapping_gives_ids_and_says_what_it_lacks() -> None:
    ids = mapping_of({
        "dataSet": {"thuan-an": "lyLU2wR22tC"}, "orgUnit": {"TBT": "DiszpKrYNg8"},
        "dataElement": {"thuan-an.3.num": "f7n9E0hX8qk"},
        "categoryOptionCombo": {"default": "HllvX50cXC0"},
    })  # fmt: skip
    found = value_set(document([], 7, 30), "commune", ids)
    assert found.document["dataSet"] == "lyLU2wR22tC"
    assert found.document["dataValues"][0]["dataElement"] == "f7n9E0hX8qk"
    assert found.missing == ("attributeOptionCombo: default", "dataElement: thuan-an.3.den")


@pytest.mark.pure
@pytest.mark.parametrize(
    "data", [None, [], "x", {}, {"orgunit": {}}, {"orgUnit": ["x"]}, {"orgUnit": {"TBT": 7}}]
)
def test_a_mapping_of_another_shape_is_refused(data: Any) -> None:
    with pytest.raises(Invalid):
        mapping_of(data)


# --- with a commune -----------------------------------------------------------------------------


@pytest.fixture
def context(settings: Settings, database: Database, keys: Keys, cast: Cast) -> Context:
    context = Context(settings, "TBT")
    context.__dict__.update(database=database, keys=keys, commune_id=cast["TBT"])
    who = system(cast["TBT"])
    with database.write() as session:
        indicators.adopt_shipped(session, who, PLAN)
        closing = snapshots.Closing(free_day(date(2026, 11, 20)), in_spite="Số liệu để thử.")
        snapshots.close(session, who, PLAN, closing)
    return context


def run(context: Context, group: Any, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(group, [*arguments], obj=context)
    return result.exit_code, result.output


@pytest.mark.db
def test_the_page_the_file_and_the_command_say_the_same(
    app: Flask, context: Context, cast: Cast, tmp_path: Path
) -> None:
    client = app.test_client()
    client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    assert "closing=1" in client.get("/he-thong-khac/dhis2").text
    address = f"/he-thong-khac/dhis2/{PLAN}.json"
    answer = client.get(f"{address}?closing=1")
    assert "attachment" in answer.headers["Content-Disposition"]
    file = tmp_path / "dhis2.json"
    code, said = run(context, feed, "dhis2", PLAN, "--closing", "1", "--out", str(file))
    assert code == 0, said
    assert json.loads(file.read_text(encoding="utf-8")) == answer.json
    told = client.get(f"/api/v1/feed/dhis2?plan={PLAN}&closing=1").json
    assert told == answer.json
    assert all(one["value"].isdigit() and one["period"] == "20261120" for one in told["dataValues"])
    assert client.get(f"{address}?closing=x").status_code == 422
    assert client.get(f"{address}?closing=9").status_code == 404
    assert client.get(f"{address}?closing=1&level=x").status_code == 422


@pytest.mark.db
def test_a_mapping_file_that_lacks_a_code_writes_nothing(context: Context, tmp_path: Path) -> None:
    file = tmp_path / "ids.yaml"
    file.write_text("orgUnit: {TBT: DiszpKrYNg8}\n", encoding="utf-8")
    out = tmp_path / "dhis2.json"
    code, said = run(
        context, feed, "dhis2", PLAN, "--closing", "1", "--mapping", str(file), "--out", str(out)
    )
    assert (code, "còn thiếu" in said, out.exists()) == (1, True, False)
    file.write_text("orgUnit: [\n", encoding="utf-8")
    with pytest.raises(Invalid):
        CliRunner().invoke(
            feed, ["dhis2", PLAN, "--mapping", str(file)], obj=context, catch_exceptions=False
        )


@pytest.mark.db
def test_systems_are_made_changed_and_ended_by_command(context: Context) -> None:
    named = ("--name", "Cổng tỉnh", "--holder", "Sở của tỉnh")
    code, said = run(context, machine, "create", *named, "--scope", "counts:read", "--province")
    assert code == 0, said
    client_id = said.split()[1]
    assert "ms_" in said
    code, said = run(context, machine, "list")
    assert (client_id in said, "cả tỉnh" in said, "ms_" in said) == (True, True, False)
    assert "ms_" in run(context, machine, "rotate", client_id)[1]
    assert run(context, machine, "disable", client_id)[0] == 0
    assert "đã ngừng" in run(context, machine, "list")[1]

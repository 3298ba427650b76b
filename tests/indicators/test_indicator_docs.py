"""docs/indicators.md teaches the whole schema: a field, population or measure left out fails here."""

import re
from pathlib import Path

import pytest
from marshmallow import Schema

from lms.indicators import plan_annex, schemas
from lms.indicators.plan_file import load_plan
from lms.indicators.rules.vocabulary import (
    LADDER,
    MEMBER_KINDS,
    OUTSIDE_FACTS,
    POPULATIONS,
    PROGRAMMES,
    STUDENT_LEVELS,
    UNIT_KINDS,
    CountedOf,
    Letterhead,
    Level,
    MeasureKind,
    Subject,
    TargetUnit,
    Window,
)

pytestmark = pytest.mark.pure

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "indicators.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"`\"?([^`\"\n]+)\"?`", TEXT))
SCHEMAS = [
    schemas.PlanSchema,
    schemas.PlaceSchema,
    schemas.IndicatorSchema,
    schemas.YearSchema,
    schemas.VariantSchema,
    schemas.ReadingSchema,
    schemas.CommitmentSchema,
    schemas.ReportSchema,
    schemas.TrainedParams,
    schemas.DeclaredParams,
    schemas.CountParams,
    schemas.AtLeastParams,
    schemas.AnnexSchema,
    plan_annex.AnnexColumnSchema,
    plan_annex.AnnexRowSchema,
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_field_is_documented(schema: type[Schema]) -> None:
    assert [name for name in schema().fields if name not in WORDS] == []


def test_every_schema_of_a_plan_file_is_looked_at() -> None:
    bases = (schemas.CountedFields, schemas.TargetFields, schemas.RoleFields)
    found = {
        one
        for one in (*vars(schemas).values(), *vars(plan_annex).values())
        if isinstance(one, type) and issubclass(one, schemas.PlanFileSchema)
    }
    assert found == {*SCHEMAS, *bases, schemas.PlanFileSchema}


@pytest.mark.parametrize(
    "words",
    [
        list(POPULATIONS),
        [kind.value for kind in MeasureKind],
        [*PROGRAMMES],
        [*LADDER, *OUTSIDE_FACTS],
        [*STUDENT_LEVELS],
        [*UNIT_KINDS],
        [e.value for enum in (Subject, Window, TargetUnit, Level) for e in enum],
        [e.value for enum in (Letterhead, CountedOf) for e in enum],
        [*plan_annex.SHOWS],
    ],
)
def test_every_word_of_the_vocabulary_is_documented(words: list[str]) -> None:
    assert [word for word in words if word not in WORDS] == []


def test_the_basis_of_every_population_is_documented() -> None:
    letters = {"residence": "R", "membership": "M", "class": "class", "unit": "unit"}
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", TEXT, flags=re.MULTILINE))
    assert {code: rows[code] for code in POPULATIONS} == {
        code: letters[basis.value] for code, basis in POPULATIONS.items()
    }
    assert MEMBER_KINDS.keys() <= POPULATIONS.keys()


def test_the_example_is_a_plan_that_can_be_read() -> None:
    example = re.search(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)
    assert example is not None
    plan = load_plan(example[1], "docs/indicators.md")
    assert [item.no for item in plan.indicators] == ["1", "2", "3", "4.1", "4.2"]
    assert len(plan.commitments) == 2

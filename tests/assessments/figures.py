"""The figures of the cast's test, and a programme with one question changed."""

from dataclasses import replace

from sqlalchemy.orm import Session

from assessments import item_statistics
from assessments.item_statistics import FormFigures
from courses.rules import ProgrammeVersion, freeze
from tests.assessments.tablet import VERSION, right, wrong
from tests.cast import Cast

FORM = [item.id for item in VERSION.items if item.certifying][:12]
FIRST = FORM[0]
KEY = {name: right(name) for name in [item.id for item in VERSION.items]}
MISS = {name: wrong(name) for name in KEY}


def figures(
    session: Session, cast: Cast, kind: str = "certifying", commune: str = "TBT",
    version: ProgrammeVersion = VERSION,
) -> FormFigures:  # fmt: skip
    """The figures of a form, as a page would ask for them."""
    forms = [version.blueprint(kind)]
    return item_statistics.of_forms(session, cast[commune], version, forms)[0]


def asked(found: FormFigures, item: str = FIRST) -> int:
    """How many people the question is known of."""
    return next(line.n for line in found.lines if line.item.id == item)


def facility(found: FormFigures, item: str = FIRST) -> float | None:
    """The share who were right, None under thirty people."""
    line = next(line for line in found.lines if line.item.id == item)
    return line.figures.facility if line.figures else None


def changed(item: str) -> ProgrammeVersion:
    """The next version, in which one question is worded anew."""
    v = VERSION
    items = [replace(x, prompt="Câu viết lại?") if x.id == item else x for x in v.items]
    return freeze(
        programme=v.programme, modules=v.modules, items=items, observed_tasks=v.observed_tasks,
        blueprints=v.blueprints, pass_rules=v.pass_rules, media=v.media,
    )  # fmt: skip

"""When figures of two plans, two communes or two closings are the same figure.

Equal are subject, population, measure, level, programmes, proofs that count, and window: whatever
decides who is in the figure. Number, title and target may differ.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lms.core.audit import canonical
from lms.indicators.rules.figure import canonical as plain
from lms.indicators.rules.plan import Counted, Measure, Population
from lms.indicators.rules.vocabulary import CountedOf, Level, MeasureKind, Subject, Window


def definition(counted: Counted) -> str:
    """One text for everything that decides who is counted; equal texts may be added up."""
    return canonical(
        {
            "subject": counted.subject.value,
            "population": counted.population.key,
            "measure": plain(counted.measure) | {"label": None},
            "level": counted.asked_level.value,
            "window": counted.window.value,
            "programmes": sorted(counted.counted_programmes),
            "proofs": sorted(counted.counted_proofs),
        }
    )


def counted_from(data: Mapping[str, Any]) -> Counted:
    """What a frozen report says is counted, as the rules have it."""
    measure = data["measure"]
    share, of = measure["share"], measure["of"]
    return Counted(
        subject=Subject(data["subject"]),
        population=_population(data["population"]),
        measure=Measure(
            MeasureKind(measure["kind"]),
            share=Decimal(share) if share is not None else None,
            k=measure["k"],
            of=CountedOf(of) if of else None,
            what=measure["what"],
            label=measure["label"],
            posted_at=measure["posted_at"],
        ),
        level=Level(data["level"]) if data["level"] else None,
        window=Window(data["window"]),
        programmes=_tuple(data["programmes"]),
        accepts=_tuple(data["accepts"]),
    )


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _population(data: Mapping[str, Any]) -> Population:
    parts = tuple(_population(part) for part in data["any_of"])
    return Population(data["code"], tuple(data["levels"]), parts)

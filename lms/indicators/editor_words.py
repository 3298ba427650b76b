"""The lists from which the forms of a plan are filled: code and name."""

from lms.core.i18n import _
from lms.indicators import wording
from lms.indicators.plan_diff_words import measure_kinds
from lms.indicators.rules.plan import Population
from lms.indicators.rules.vocabulary import POPULATIONS, STUDENT_LEVELS, CountedOf
from lms.people.models import UNIT_KINDS

Option = tuple[str, str]


def option_words() -> dict[str, list[Option]]:
    """Every list that more than one field uses."""
    return {
        "populations": [(code, wording.population_name(Population(code))) for code in POPULATIONS],
        "levels": [(code, _level(code)) for code in STUDENT_LEVELS],
        "measures": [*measure_kinds().items()],
        "posted_at": [*UNIT_KINDS.items()],
        "of": [
            (CountedOf.ATTAINED_MEMBERS.value, _("thành viên của hộ đã đạt")),
            (CountedOf.MENTEES.value, _("người đang được kèm")),
        ],
    }


def _level(code: str) -> str:
    """A school level by itself."""
    whole = wording.population_name(Population("students", (code,)))
    return whole.rpartition("(")[2].rstrip(")")

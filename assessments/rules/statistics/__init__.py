"""How questions and forms behave: facility, discrimination, wrong answers, reliability. All pure.

Read first attempts only: whoever has met a question before answers it from memory.
"""

from assessments.rules.statistics.choices import Choice, ChoiceFigures, Question
from assessments.rules.statistics.items import Figures, figures, wilson
from assessments.rules.statistics.matrix import LEAST_PEOPLE, Given, Row, Tally, tally, totals
from assessments.rules.statistics.reliability import Reliability, reliability

__all__ = [
    "LEAST_PEOPLE",
    "Choice",
    "ChoiceFigures",
    "Figures",
    "Given",
    "Question",
    "Reliability",
    "Row",
    "Tally",
    "figures",
    "reliability",
    "tally",
    "totals",
    "wilson",
]

"""Questions as pages show them, a module for each look; the kinds themselves are in courses.

Every kind has a template of its name in `templates/assessments/activities/`. It is included with
`question` (assessments.questions.Question), `name` (of the fields that carry the response), `level`
(of the prompt's heading) and `media` (name of a picture of the version → its address).
"""

from collections.abc import Mapping

from assessments.shown.choice import CHOICE
from assessments.shown.matching import MATCHING
from assessments.shown.numbers import NUMBER
from assessments.shown.ordering import ORDERING
from assessments.shown.phone import PHONE
from assessments.shown.picture import PICTURE
from assessments.shown.view import View

__all__ = ["VIEWS", "View"]

VIEWS: Mapping[str, View] = {
    "single": CHOICE,
    "multiple": CHOICE,
    "order": ORDERING,
    "match": MATCHING,
    "spot": PICTURE,
    "number": NUMBER,
    "simulation": PHONE,
}

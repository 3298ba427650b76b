"""What this package brings to the app."""

from assessments import api, events, lesson_pages, pages, question_pages
from lms.core.feature import Feature

# These two hang their views on the blueprint of `pages`.
_VIEWS = (lesson_pages, question_pages)

FEATURE = Feature(
    "assessments", pages=(pages.blueprint,), api=(api.blueprint,), listen=events.listen
)

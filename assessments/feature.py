"""What this package brings to the app."""

from assessments import (
    api,
    audit_words,
    events,
    lesson_pages,
    pages,
    question_pages,
    remark_pages,
)
from lms.core.feature import Feature

# These two hang their views on the blueprint of `pages`.
_VIEWS = (lesson_pages, question_pages)


def _listen() -> None:
    events.listen()
    audit_words.listen()


FEATURE = Feature(
    "assessments",
    pages=(pages.blueprint, remark_pages.blueprint),
    api=(api.blueprint,),
    listen=_listen,
)

"""What this package brings to the app."""

from assessments import (
    api,
    audit_words,
    change_pages,
    desk_api,
    events,
    fork_pages,
    lesson_pages,
    pages,
    paper_entry_pages,
    paper_pages,
    preview_pages,
    projector,
    question_pages,
    remark_pages,
    slip_pages,
    statistics_pages,
)
from lms.core.feature import Feature, NavItem
from lms.core.policy import Role

# These hang their views on the blueprint of `pages`.
_VIEWS = (lesson_pages, question_pages, change_pages)
_READERS = frozenset({Role.TRAINER, Role.OFFICER, Role.ADMINISTRATOR})


def _listen() -> None:
    events.listen()
    audit_words.listen()


FEATURE = Feature(
    "assessments",
    pages=(
        pages.blueprint,
        preview_pages.blueprint,
        paper_pages.blueprint,
        paper_entry_pages.blueprint,
        projector.blueprint,
        remark_pages.blueprint,
        slip_pages.blueprint,
        fork_pages.blueprint,
        statistics_pages.blueprint,
    ),
    api=(api.blueprint, desk_api.blueprint),
    listen=_listen,
    nav=(NavItem("Thay đổi năng lực", "assessments.change_page", "chart", _READERS, 35),),
)

"""What this package brings to the app."""

from lms.board import class_form_pages, diary_pages, pages, results_pages
from lms.core.feature import Feature, NavItem
from lms.core.policy import Role

FEATURE = Feature(
    "board",
    pages=(
        pages.blueprint,
        class_form_pages.copies,
        diary_pages.blueprint,
        results_pages.blueprint,
    ),
    nav=(
        NavItem("Hôm nay", "board.today", "home", frozenset({Role.TRAINER}), 10),
        NavItem(
            "Lớp học",
            "board.classes",
            "class",
            frozenset({Role.TRAINER, Role.OFFICER, Role.ADMINISTRATOR}),
            20,
        ),
    ),
)

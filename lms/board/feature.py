"""What this package brings to the app."""

from lms.board import (
    attendance_pages,
    class_form_pages,
    closing_pages,
    diary_pages,
    hall_pages,
    pages,
    results_pages,
    turn_pages,
)
from lms.core.feature import Feature, NavItem
from lms.core.policy import Role

FEATURE = Feature(
    "board",
    pages=(
        pages.blueprint,
        class_form_pages.copies,
        diary_pages.blueprint,
        results_pages.blueprint,
        hall_pages.blueprint,
        attendance_pages.blueprint,
        turn_pages.blueprint,
        closing_pages.blueprint,
    ),
    nav=(
        NavItem("Hôm nay", "board.today", "home", frozenset({Role.TRAINER}), 10),
        NavItem(
            "Lớp học",
            "board.classes",
            "class",
            frozenset({Role.TRAINER, Role.OFFICER, Role.ADMINISTRATOR}),
            20,
            also=("/buoi", "/buoi-hoc", "/ghi-danh", "/bai-giay", "/luot-lam", "/the"),
        ),
    ),
)

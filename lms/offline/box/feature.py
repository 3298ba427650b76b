"""What laptops that carry classes bring to the app."""

from lms.core.feature import Feature, NavItem
from lms.core.policy import Role
from lms.offline.box import audit_words, openness, own_pages, pages

FEATURE = Feature(
    "box",
    pages=(pages.blueprint, own_pages.blueprint),
    nav=(
        NavItem("Việc về xã", "own_box.page", "at-commune", frozenset({Role.TRAINER}), 15),
        NavItem(
            "Máy lớp", "boxes.page", "laptop", frozenset({Role.OFFICER, Role.ADMINISTRATOR}), 62
        ),
    ),
    init_app=openness.init_app,
    listen=audit_words.listen,
)

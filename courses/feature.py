"""What this package brings to the app."""

from courses import api, pages
from lms.core.feature import Feature, NavItem
from lms.core.policy import STAFF

FEATURE = Feature(
    "courses",
    pages=(pages.blueprint,),
    api=(api.blueprint,),
    nav=(NavItem("Chương trình", "courses.programmes", "lesson", frozenset(STAFF), 60),),
)

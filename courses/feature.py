"""What this package brings to the app."""

from courses import api, draft_exchange_pages, draft_file_pages, draft_pages, framework_pages, pages
from lms.core.feature import Feature, NavItem
from lms.core.policy import STAFF

VIEWS = (draft_exchange_pages, draft_file_pages, draft_pages)
"""Importing them puts their views on the blueprint."""

FEATURE = Feature(
    "courses",
    pages=(pages.blueprint, framework_pages.blueprint),
    api=(api.blueprint,),
    nav=(NavItem("Chương trình", "courses.programmes", "lesson", frozenset(STAFF), 60),),
)

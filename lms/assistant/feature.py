"""What this package brings to the app."""

from lms.assistant import counts, pages
from lms.core.feature import Feature

FEATURE = Feature("assistant", pages=(pages.blueprint,), init_app=counts.init_app)

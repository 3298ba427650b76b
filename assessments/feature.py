"""What this package brings to the app."""

from assessments import api, events, pages
from lms.core.feature import Feature

FEATURE = Feature(
    "assessments", pages=(pages.blueprint,), api=(api.blueprint,), listen=events.listen
)

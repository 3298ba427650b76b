"""What this package brings to the app."""

from certificates import api, events, pages
from lms.core.feature import Feature

FEATURE = Feature(
    "certificates", pages=(pages.blueprint,), api=(api.blueprint,), listen=events.listen
)

"""What this package brings to the app."""

from lms.core.feature import Feature
from lms.offline import api, carry_pages, content_api, pack_api, pages

FEATURE = Feature(
    "offline",
    pages=(pages.blueprint, carry_pages.blueprint),
    api=(api.blueprint, content_api.blueprint, pack_api.blueprint),
)

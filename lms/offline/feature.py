"""What this package brings to the app."""

from lms.core.feature import Feature
from lms.offline import api, content_api, pages

FEATURE = Feature("offline", pages=(pages.blueprint,), api=(api.blueprint, content_api.blueprint))

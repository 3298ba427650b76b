"""What this package brings to the app."""

from lms.core.feature import Feature
from lms.offline import api

FEATURE = Feature("offline", api=(api.blueprint,))

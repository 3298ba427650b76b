"""What this package brings to the app."""

from lms.core.feature import Feature
from lms.people import sessions

FEATURE = Feature("people", resolvers=(sessions.resolve,))

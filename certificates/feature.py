"""What this package brings to the app."""

from lms.core.feature import Feature

FEATURE = Feature("certificates")

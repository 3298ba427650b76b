"""What this package brings to the app: reports that are sent, shown and read by other systems."""

from lms.core.feature import Feature
from lms.reports import audit_words

FEATURE = Feature("reports", listen=audit_words.listen)

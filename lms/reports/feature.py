"""What this package brings to the app: reports that are sent, shown and read by other systems."""

from lms.core.feature import Feature
from lms.reports import audit_words, feed_api, feed_pages
from lms.reports.feed_cli import feed

FEATURE = Feature(
    "reports",
    pages=(feed_pages.blueprint,),
    api=(feed_api.blueprint,),
    commands=(feed,),
    listen=audit_words.listen,
)

"""What this package brings to the app."""

from lms.core.feature import Feature
from lms.offline import api, carry_pages, content_api, pack_api, pages
from lms.offline.box import counting, home_api, home_pages, home_words, receipts


def listen() -> None:
    """What is at a box, and what has come home from it, is asked by others."""
    counting.listen()
    receipts.listen()
    home_words.listen()


FEATURE = Feature(
    "offline",
    pages=(pages.blueprint, carry_pages.blueprint, home_pages.blueprint),
    api=(api.blueprint, content_api.blueprint, pack_api.blueprint, home_api.blueprint),
    listen=listen,
)

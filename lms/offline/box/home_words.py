"""What was brought home from a box, in the plain words of the audit page."""

from lms.core.i18n import lazy
from lms.people.audit_words import say

WORDS = {
    ("receive", "box_bundle"): lazy(
        "nhận gói số %(number)s của máy lớp: %(stored)s việc mới, %(kept)s việc giữ riêng"
    ),
}


def listen() -> None:
    """Make the words known."""
    say(WORDS)

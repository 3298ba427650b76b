"""What happened to laptops that carry classes, in the plain words of the audit page."""

from lms.core.i18n import lazy
from lms.people.audit_words import say

WORDS = {
    ("create", "box"): lazy("tạo máy lớp"),
    ("disable", "box"): lazy("ngừng máy lớp"),
    ("enable", "box"): lazy("cho máy lớp đã ngừng dùng lại"),
    ("give", "box_cohort"): lazy("giao lớp cho máy lớp"),
    ("take_back", "box_cohort"): lazy("thu lớp về từ máy lớp"),
    ("begin", "box"): lazy("bắt đầu dùng máy này làm máy lớp"),
    ("take_snapshot", "box"): lazy("máy lớp nhận dữ liệu lớp mới của xã"),
}


def listen() -> None:
    """Make the words known."""
    say(WORDS)

"""What happened to a plan and its figures, in the plain words of the audit page."""

from lms.core.i18n import lazy
from lms.people.audit_words import say

WORDS = {
    ("adopt", "plan"): lazy("nhận kế hoạch %(code)s"),
    ("word", "plan"): lazy("ghi nguyên văn chỉ tiêu %(indicator)s"),
    ("choose", "plan"): lazy("chọn cách đọc kế hoạch"),
    ("count", "counted_thing"): lazy("ghi số lượng: %(quantity)s"),
    ("declare", "declared_population"): lazy("khai mẫu số"),
    ("declare", "declared_measure"): lazy("khai số liệu của cơ quan khác"),
    ("import", "outside_fact"): lazy("nhập danh sách từ bên ngoài: %(rows)s dòng"),
    ("undo", "outside_fact"): lazy("rút lại danh sách từ bên ngoài"),
    ("redo", "outside_fact"): lazy("dùng lại danh sách từ bên ngoài"),
}


def listen() -> None:
    """Make the words known."""
    say(WORDS)

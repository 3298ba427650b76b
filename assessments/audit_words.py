"""What this package writes into the audit log, in words."""

from lms.core.i18n import lazy
from lms.people.audit_words import say


def listen() -> None:
    """Give the log its sentences."""
    say(
        {
            ("print_forms", "cohort"): lazy("làm %(count)s phiếu làm bài trên giấy cho lớp"),
            ("spoil", "paper_form"): lazy("hủy một phiếu làm bài trên giấy"),
            ("restore", "paper_form"): lazy("bỏ hủy một phiếu làm bài trên giấy"),
            ("copy", "paper_form"): lazy("nhập bài làm từ giấy: %(answers)s câu trả lời"),
            ("copy_tasks", "class_session"): lazy("nhập %(count)s dấu quan sát từ giấy"),
            ("taught", "cohort"): lazy("ghi bài “%(lesson)s” đã dạy cho %(count)s người có mặt"),
            ("remarked", "item"): lazy(
                "cho chấm lại câu “%(item)s”: %(attempts)s bài làm được thêm điểm"
            ),
            ("choose", "attempt"): lazy("chọn phần làm được tính của một bài kiểm tra: %(reason)s"),
            ("take_back", "choice"): lazy("bỏ lựa chọn phần làm của một bài kiểm tra"),
        }
    )

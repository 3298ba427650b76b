"""What happened to reports, their links and lists, in the plain words of the audit page."""

from lms.core.i18n import lazy
from lms.people.audit_words import say

WORDS = {
    ("set", "report_letterhead"): lazy(
        "đặt mẫu chữ ký, tiêu đề báo cáo (%(head)s), bản số %(number)s"
    ),
    ("write", "report_text"): lazy("ghi lời báo cáo của kế hoạch %(plan)s"),
    ("keep", "report_template"): lazy("tải lên mẫu Word của báo cáo (%(head)s), bản số %(number)s"),
    ("choose", "report_template"): lazy("chọn mẫu Word của báo cáo (%(head)s): bản số %(number)s"),
    ("make", "report_document"): lazy(
        "lập báo cáo số %(number)s của bản chốt số %(snapshot)s, kế hoạch %(plan)s"
    ),
    ("convert", "report_document"): lazy("lập PDF theo mẫu của xã cho báo cáo số %(number)s"),
    ("write", "commend_criteria"): lazy("ghi tiêu chí khen thưởng"),
    ("change", "commend_criteria"): lazy("sửa tiêu chí khen thưởng, bản %(revision)s"),
    ("put_away", "commend_criteria"): lazy("thôi dùng một tiêu chí khen thưởng"),
    ("take_up", "commend_criteria"): lazy("dùng lại một tiêu chí khen thưởng"),
    ("leave_out", "commend_decision"): lazy("đưa một trường hợp ra khỏi danh sách khen thưởng"),
    ("add", "commend_decision"): lazy("bổ sung một trường hợp vào danh sách khen thưởng"),
    ("undo", "commend_decision"): lazy("bỏ một quyết định về danh sách khen thưởng"),
    ("decide", "commend_list"): lazy("chốt danh sách khen thưởng số %(number)s: %(size)s dòng"),
    ("switch", "public_page"): lazy("mở hoặc tắt trang công khai: %(on)s"),
    ("word", "public_page"): lazy("sửa lời giới thiệu của trang công khai"),
    ("show", "public_class"): lazy("đưa lớp %(cohort)s lên trang công khai"),
    ("hide", "public_class"): lazy("bỏ lớp %(cohort)s khỏi trang công khai"),
    ("write", "public_event"): lazy("ghi sự kiện trên trang công khai: %(title)s"),
    ("cancel", "public_event"): lazy("bỏ sự kiện khỏi trang công khai: %(title)s"),
    ("publish", "publication"): lazy("công bố số liệu lần %(number)s, kế hoạch %(plan)s"),
    ("withdraw", "publication"): lazy("rút lần công bố số liệu %(number)s: %(reason)s"),
}


def listen() -> None:
    """Make the words known."""
    say(WORDS)

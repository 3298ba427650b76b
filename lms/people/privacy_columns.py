"""Words for what stands in a copy of somebody's data: columns and the values in them."""

from collections.abc import Mapping
from typing import Any

from lms.core.i18n import lazy
from lms.people.helping_words import OUTCOME_WORDS, PURPOSE_WORDS
from lms.people.machine_words import COMPLETION_WORDS
from lms.people.models import MEMBERSHIP_KINDS, STUDENT_LEVELS
from lms.people.privacy_words import ASKERS, FORMS, KINDS, PURPOSES, RELATIONS, STATES

COLUMNS = {
    "full_name": lazy("Họ tên"),
    "unit_name": lazy("Đơn vị"),
    "cohort_name": lazy("Lớp"),
    "household_name": lazy("Hộ"),
    "birth_date": lazy("Ngày sinh"),
    "birth_year": lazy("Năm sinh"),
    "sex": lazy("Giới tính"),
    "phone": lazy("Điện thoại"),
    "died_on": lazy("Ngày mất"),
    "kind": lazy("Loại"),
    "level": lazy("Trình độ"),
    "from_date": lazy("Từ ngày"),
    "to_date": lazy("Đến trước ngày"),
    "reason": lazy("Lý do"),
    "purpose": lazy("Mục đích"),
    "outcome": lazy("Kết quả"),
    "note": lazy("Ghi chú"),
    "visited_on": lazy("Ngày thăm"),
    "enrolled_on": lazy("Ngày vào lớp"),
    "withdrawn_on": lazy("Ngày thôi học, rút lại"),
    "withdraw_reason": lazy("Lý do thôi học"),
    "state": lazy("Tình trạng"),
    "occurred_at": lazy("Ngày"),
    "occurred_on": lazy("Ngày"),
    "started_at": lazy("Bắt đầu"),
    "submitted_at": lazy("Nộp bài"),
    "points": lazy("Điểm"),
    "max_points": lazy("Điểm tối đa"),
    "passed": lazy("Đạt"),
    "proof": lazy("Minh chứng"),
    "number": lazy("Số"),
    "issued_on": lazy("Ngày cấp"),
    "status": lazy("Tình trạng"),
    "status_reason": lazy("Lý do"),
    "day": lazy("Ngày"),
    "minutes": lazy("Số phút học"),
    "result": lazy("Kết quả"),
    "given_on": lazy("Ngày đồng ý"),
    "given_by": lazy("Ai đồng ý"),
    "form": lazy("Bằng cách"),
    "received_on": lazy("Ngày nhận"),
    "detail": lazy("Nội dung"),
    "answer": lazy("Đã làm gì"),
    "refusal": lazy("Lý do từ chối"),
    "relation": lazy("Quan hệ"),
    "asked_at": lazy("Gọi giúp lúc"),
    "finished_at": lazy("Học xong"),
    "revoked_on": lazy("Ngày thu hồi"),
    "course_title": lazy("Khóa học"),
    "completed_on": lazy("Ngày hoàn thành"),
}
"""Column → its word. Columns without one (ids, codes of the program) are in the file only."""

CODED = frozenset(
    {"kind", "state", "status", "form", "purpose", "result", "proof", "relation", "given_by", "level",
     "outcome", "sex"}
)  # fmt: skip
"""Columns that hold a code of the program: shown only where VALUES gives their words."""

_LEVELS = {"basic": lazy("cơ bản"), "proficient": lazy("nâng cao")}
VALUES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("", "sex"): {"nam": lazy("nam"), "nu": lazy("nữ")},
    ("membership", "kind"): MEMBERSHIP_KINDS,
    ("membership", "level"): STUDENT_LEVELS,
    ("", "level"): _LEVELS,
    ("residence", "kind"): {"thuong_tru": lazy("thường trú"), "tam_tru": lazy("tạm trú")},
    ("", "proof"): {
        "self_declared": lazy("tự khai"),
        "test_passed": lazy("đạt bài kiểm tra"),
        "test_supervised": lazy("đạt bài kiểm tra có giám sát"),
        "task_observed": lazy("làm được việc thật, có người quan sát"),
    },
    ("attendance", "state"): {
        "present": lazy("có mặt"),
        "absent": lazy("vắng"),
        "excused": lazy("vắng có phép"),
    },
    ("attempt", "state"): {
        "open": lazy("đang làm"),
        "provisional": lazy("đã nộp, chờ đủ bài"),
        "final": lazy("đã chấm"),
        "refused": lazy("không được tính"),
    },
    ("attempt", "purpose"): {
        "certifying": lazy("kiểm tra"),
        "practice": lazy("luyện tập"),
        "entry": lazy("đầu khóa"),
        "exit": lazy("cuối khóa"),
    },
    ("task_observation", "result"): {
        "can_do": lazy("làm được"),
        "needs_help": lazy("cần giúp"),
        "not_yet": lazy("chưa"),
    },
    ("certificate", "status"): {
        "valid": lazy("còn giá trị"),
        "replaced": lazy("đã thay bằng giấy mới"),
        "revoked": lazy("đã thu hồi"),
        "duplicate": lazy("trùng người"),
    },
    ("certificate_form", "kind"): {
        "slip": lazy("bản nhỏ A5"),
        "seal": lazy("dấu của tệp"),
        "jwt": lazy("chứng nhận số"),
        "ld": lazy("chứng nhận số"),
    },
    ("visit", "purpose"): PURPOSE_WORDS,
    ("visit", "outcome"): OUTCOME_WORDS,
    ("outside_fact", "kind"): {
        "vneid_confirmed": lazy("xác nhận trên VNeID"),
        "external_certificate": lazy("giấy của nơi khác"),
        "prior_record": lazy("kết quả có từ trước"),
    },
    ("sent_completion", "state"): {
        "waiting": lazy("chờ cán bộ xem"),
        "confirmed": lazy("cán bộ đã ghi nhận"),
        "left": lazy("cán bộ đã bỏ qua"),
    },
    ("sent_completion", "result"): COMPLETION_WORDS,
    ("device", "kind"): {"phone": lazy("máy riêng ở lớp"), "home": lazy("máy riêng ở nhà")},
    ("commend_decision", "kind"): {"leave_out": lazy("không đưa vào"), "add": lazy("đưa thêm vào")},
    ("consent", "purpose"): PURPOSES,
    ("consent", "form"): FORMS,
    ("consent", "given_by"): ASKERS,
    ("data_request", "kind"): KINDS,
    ("data_request", "state"): STATES,
    ("data_request", "purpose"): PURPOSES,
    ("representative", "relation"): RELATIONS,
}
"""(table, column) → value → word; an empty table stands for every one that is not named."""

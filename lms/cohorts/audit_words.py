"""What happened to a class, in the plain words of the audit page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts.models import Enrolment
from lms.core.i18n import lazy
from lms.core.signals import listen as on
from lms.people.audit_search import TracesAsked
from lms.people.audit_words import say

WORDS = {
    ("create", "cohort"): lazy("tạo lớp"),
    ("change", "cohort"): lazy("sửa thông tin lớp"),
    ("cancel", "cohort"): lazy("hủy lớp"),
    ("restore", "cohort"): lazy("bỏ hủy lớp"),
    ("end", "cohort"): lazy("kết thúc lớp"),
    ("reopen", "cohort"): lazy("mở lại lớp đã kết thúc"),
    ("copy", "cohort"): lazy("tạo lớp theo lớp lần trước"),
    ("plan", "cohort"): lazy("xếp lịch học cho lớp"),
    ("move", "class_session"): lazy("đổi ngày, giờ hoặc nơi của buổi học"),
    ("cancel", "class_session"): lazy("hủy buổi học"),
    ("restore", "class_session"): lazy("bỏ hủy buổi học"),
    ("appoint", "class_session"): lazy("giao người dạy thay buổi học"),
    ("release", "class_session"): lazy("thôi giao dạy thay buổi học"),
    ("write_diary", "class_session"): lazy("ghi nhật ký buổi học"),
    ("move", "enrolment"): lazy("chuyển học viên sang lớp khác"),
    ("take_back", "enrolment"): lazy("cho học viên học lại"),
    ("enrol", "enrolment"): lazy("ghi danh học viên"),
    ("enrol_list", "cohort"): lazy("ghi danh %(made)s người vào lớp theo danh sách"),
    ("undo_list", "cohort"): lazy(
        "hoàn tác một danh sách của lớp: bỏ %(removed)s, cho thôi %(withdrawn)s, giữ %(kept)s người"
    ),
    ("withdraw", "enrolment"): lazy("cho học viên thôi học"),
    ("new_pin", "enrolment"): lazy("cấp mã số mới cho học viên"),
    ("new_card", "enrolment"): lazy("cấp thẻ mới cho học viên"),
    ("make_cards", "cohort"): lazy("làm thẻ cho học viên của lớp"),
    ("make_spares", "cohort"): lazy("làm thẻ khách cho lớp"),
    ("renew_card", "account"): lazy("cấp thẻ cho chính mình"),
    ("unlock", "enrolment"): lazy("mở khóa cho học viên"),
    ("accommodate", "enrolment"): lazy("ghi hỗ trợ khi kiểm tra"),
    ("move", "turn"): lazy("đổi người cho một lượt ngồi máy: %(reason)s"),
    ("take_back", "turn"): lazy("hoàn tác đổi người cho một lượt ngồi máy"),
    ("invite", "device"): lazy("mở mã QR để đăng ký máy"),
    ("enrol", "device"): lazy("đăng ký máy tính bảng"),
    ("revoke", "device"): lazy("thu hồi máy"),
    ("join", "device"): lazy("cho điện thoại riêng vào buổi học"),
    ("bind_home", "device"): lazy("gắn điện thoại để luyện tập ở nhà"),
    ("make_home_code", "enrolment"): lazy("cấp mã học ở nhà"),
    ("take_back_home_code", "enrolment"): lazy("thu hồi mã học ở nhà"),
    ("open", "sitting"): lazy("mở buổi kiểm tra có giám sát"),
    ("close", "sitting"): lazy("kết thúc buổi kiểm tra có giám sát"),
    ("session.opened", "class_session"): lazy("mở buổi học"),
    ("session.closed", "class_session"): lazy("kết thúc buổi học"),
    ("copy_hours", "class_session"): lazy("ghi giờ của buổi học từ giấy"),
    ("copy_hours", "sitting"): lazy("ghi buổi kiểm tra có giám sát từ giấy"),
    ("copy_attendance", "class_session"): lazy("nhập điểm danh từ giấy: %(count)s người"),
    ("carry", "cohort"): lazy("làm gói lớp để mang đi"),
    ("take_back", "class_pack"): lazy("thu lại gói lớp đã mang đi"),
    ("confirmed", "claim"): lazy("xác nhận việc làm trên máy của học viên"),
    ("refused", "claim"): lazy("không nhận việc làm trên máy của học viên"),
    ("link", "spare_card"): lazy("ghi tên người dùng thẻ khách"),
}


def listen() -> None:
    """Make the words known, and under which ids we speak of a person."""
    say(WORDS)
    on(TracesAsked, _tell)


def _tell(session: Session, asked: TracesAsked) -> None:
    asked.ids.update(
        session.scalars(
            select(Enrolment.id).where(
                Enrolment.commune_id == asked.commune_id, Enrolment.person_id.in_(asked.person_ids)
            )
        )
    )

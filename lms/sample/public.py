"""The sample commune's public page: a class to join, an event, and its newest closing published."""

from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from lms.core.guard import Actor
from lms.core.ids import derived
from lms.reports import public_actions, public_publish, public_queries

GREETING = "Học dùng điện thoại, máy tính bảng ngay tại thôn. Trang mẫu, không có thật."
CONTACT = "Bộ phận một cửa của xã mẫu, trong giờ làm việc."
HOW = "Đến nơi học trước giờ vào lớp gặp giảng viên. Lớp mẫu, không có thật."
WHAT = "\n".join(
    ("Cài ứng dụng có người giúp", "Tập trả tiền bằng mã QR", "Nghe kể chuyện tránh lừa đảo",
     "Đăng ký lớp học của thôn")
)  # fmt: skip


def open_page(session: Session, who: Actor, today: date) -> None:
    """Switch the page on with something of each kind; figures only where a closing stands."""
    public_actions.switch(session, who, on=True)
    public_actions.save_words(session, who, GREETING, CONTACT, 1)
    for one in public_queries.classes(session, who.commune, today):
        public_actions.show_class(session, who, one.cohort_id, HOW, 0, shown=True)
    event = public_actions.NewEvent(
        derived("sample-event", "festival"), "Ngày hội toàn dân học tập số",
        today + timedelta(days=14), time(7, 30), time(11, 0), "Sân nhà văn hóa xã", WHAT,
    )  # fmt: skip
    public_actions.save_event(session, who, event)
    closings = public_queries.to_publish(session, who.commune)
    if closings:
        ready = public_publish.prepare(session, who, closings[0].id)
        public_publish.publish(session, who, closings[0].id, ready.number, ready.sha256)

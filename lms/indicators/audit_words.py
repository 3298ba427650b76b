"""What happened to a plan and its figures, in the plain words of the audit page."""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit import Checkpoint, CheckpointsAsked, Known
from lms.core.i18n import _, lazy
from lms.core.signals import listen as on
from lms.indicators.snapshot_models import ReportSnapshot
from lms.people.audit_words import say

WORDS = {
    ("adopt", "plan"): lazy("nhận kế hoạch %(code)s"),
    ("begin", "plan_draft"): lazy("bắt đầu soạn bản nháp kế hoạch %(code)s"),
    ("throw_away", "plan_draft"): lazy("bỏ bản nháp kế hoạch %(code)s"),
    ("word", "plan"): lazy("ghi nguyên văn chỉ tiêu %(indicator)s"),
    ("choose", "plan"): lazy("chọn cách đọc kế hoạch"),
    ("count", "counted_thing"): lazy("ghi số lượng: %(quantity)s"),
    ("declare", "declared_population"): lazy("khai mẫu số"),
    ("declare", "declared_measure"): lazy("khai số liệu của cơ quan khác"),
    ("export", "people_list"): lazy(
        "xuất danh sách %(rows)s dòng của chỉ tiêu %(indicator)s, kế hoạch %(plan)s; mục đích: %(purpose)s"
    ),
    ("import", "outside_fact"): lazy("nhập danh sách từ bên ngoài: %(rows)s dòng"),
    ("undo", "outside_fact"): lazy("rút lại danh sách từ bên ngoài"),
    ("close", "report_snapshot"): lazy("chốt số liệu kế hoạch %(plan)s, bản số %(number)s"),
    ("propose", "report_snapshot"): lazy(
        "đề nghị chốt số liệu kế hoạch %(plan)s, bản số %(number)s"
    ),
    ("approve", "report_snapshot"): lazy("duyệt bản chốt số %(number)s của kế hoạch %(plan)s"),
    ("return", "report_snapshot"): lazy("trả lại đề nghị chốt số %(number)s của kế hoạch %(plan)s"),
    ("withdraw", "report_snapshot"): lazy("rút đề nghị chốt số %(number)s của kế hoạch %(plan)s"),
    ("propose_restatement", "report_snapshot"): lazy(
        "đề nghị điều chỉnh bản chốt số %(number)s của kế hoạch %(plan)s"
    ),
    ("return_restatement", "report_snapshot"): lazy(
        "rút hoặc trả lại đề nghị điều chỉnh bản chốt số %(number)s của kế hoạch %(plan)s"
    ),
    ("restate", "report_snapshot"): lazy("công bố điều chỉnh lần %(number)s của kế hoạch %(plan)s"),
    ("set", "closing_rule"): lazy("đặt số người phải duyệt bản chốt: %(two_persons)s"),
    ("take_back", "declared_population"): lazy("rút lại mẫu số đã khai"),
    ("take_back", "declared_measure"): lazy("rút lại số liệu của cơ quan khác"),
    ("take_back", "counted_thing"): lazy("rút lại số lượng đã ghi"),
    ("send", "sent_completion"): lazy("gửi kết quả khóa học của hệ thống đó: %(rows)s dòng"),
    ("confirm", "sent_completion"): lazy("ghi nhận kết quả do hệ thống khác gửi: %(rows)s dòng"),
    ("leave", "sent_completion"): lazy("bỏ qua kết quả do hệ thống khác gửi: %(rows)s dòng"),
    ("bring_back", "sent_completion"): lazy("đưa kết quả đã bỏ qua vào chờ xem lại: %(rows)s dòng"),
    ("redo", "outside_fact"): lazy("dùng lại danh sách từ bên ngoài"),
}


def listen() -> None:
    """Make the words known, and the checkpoints that closed reports carry."""
    say(WORDS)
    on(CheckpointsAsked, _tell)


def _tell(session: Session, asked: CheckpointsAsked) -> None:
    rows = session.execute(
        select(ReportSnapshot.plan_code, ReportSnapshot.number, ReportSnapshot.body)
        .where(ReportSnapshot.commune_id == asked.commune_id)
        .order_by(ReportSnapshot.proposed_at)
    )
    for plan, number, body in rows:
        told = json.loads(body)["audit"]
        carrier = _("bản chốt số %(number)s của kế hoạch %(plan)s", number=number, plan=plan)
        asked.found.append(Known(Checkpoint(told["size"], told["root"]), carrier))

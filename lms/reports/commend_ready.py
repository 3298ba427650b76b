"""Criteria to begin with. They are proposals of the service, not of any office: the commune changes them."""

from datetime import date
from typing import Any

from lms.core.i18n import _
from lms.reports.commend_reading import SCHEMA


def ready_made(today: date) -> dict[str, dict[str, Any]]:
    """Code → criteria as data, for the present year. Every number is there to be changed."""
    return {code: {**_base(today), **data} for code, data in _proposals().items()}


def _base(today: date) -> dict[str, Any]:
    year = today.year
    return {
        "schema": SCHEMA, "group": "", "from": f"{year}-01-01", "to": f"{year}-12-31", "order": 0,
        "award": "", "remark": "",
    }  # fmt: skip


def _result(kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "programmes": [], "level": "basic", "proof": "test_passed"} | {
        "span": "period", **more,
    }  # fmt: skip


def _proposals() -> dict[str, dict[str, Any]]:
    return {
        "dai-su": {
            "name": _("Đại sứ số có người được kèm đã đạt"), "subject": "person",
            "group": "ambassadors", "conditions": [_result("mentees", least="5")],
        },
        "hoc-vien": {
            "name": _("Người học đạt có giám sát và tiến bộ rõ"), "subject": "person",
            "conditions": [
                _result("attained", proof="test_supervised"), {"kind": "gain", "least": "20"},
            ],
        },
        "cao-tuoi": {
            "name": _("Người cao tuổi làm được việc thật trên mạng"), "subject": "person",
            "group": "elderly", "conditions": [_result("attained", proof="task_observed")],
        },
        "can-bo": {
            "name": _("Cán bộ, công chức, viên chức sử dụng tốt"), "subject": "person",
            "group": "public_sector",
            "conditions": [_result("attained", level="proficient", proof="test_supervised")],
        },
        "giang-vien": {
            "name": _("Giảng viên có lớp đạt kết quả"), "subject": "trainer",
            "conditions": [_result("taught", least="2"), _result("class_share", least="80")],
        },
        "gia-dinh": {
            "name": _("Gia đình số: mọi người lớn đều đạt"), "subject": "household",
            "conditions": [_result("home_adults", span="by_end")],
        },
        "to-cong-nghe-so": {
            "name": _("Tổ công nghệ số mà mọi thành viên sử dụng tốt"), "subject": "team",
            "conditions": [
                _result("team_members", least="100", level="proficient", span="by_end")
            ],
        },
        "thon": {
            "name": _("Thôn, tổ dân phố có tỷ lệ cao"), "subject": "unit", "group": "residential",
            "order": 1,
            "conditions": [
                _result("people_share", least="80", span="by_end"),
                _result("homes_share", least="80", span="by_end"),
            ],
        },
        "truong": {
            "name": _("Trường có tỷ lệ học sinh, giáo viên đạt cao"), "subject": "unit",
            "group": "school", "order": 1,
            "conditions": [_result("people_share", least="80", span="by_end")],
        },
        "doanh-nghiep": {
            "name": _("Doanh nghiệp, hợp tác xã có tỷ lệ người lao động đạt cao"),
            "subject": "unit", "group": "enterprise", "order": 1,
            "conditions": [_result("people_share", least="80", span="by_end")],
        },
    }  # fmt: skip

"""What the public pages say: what a status means for whoever is shown the paper, what a proof proves."""

from __future__ import annotations

from dataclasses import dataclass

from certificates.rules import Shown
from lms.core.i18n import _
from lms.core.text import day


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict in words. `kind`: success, warning or error."""

    kind: str
    title: str
    what: str
    todo: str


def verdict(shown: Shown) -> Said:
    """What a certificate is worth today, and what to do with it."""
    say = {"valid": _valid, "revoked": _revoked, "replaced": _replaced}.get(
        shown.status, _duplicate
    )
    return _sample(say(shown)) if shown.sample else say(shown)


def _sample(real: Said) -> Said:
    return Said(
        "warning",
        _("Giấy mẫu, không có giá trị"),
        _("Giấy làm từ dữ liệu mẫu để dùng thử; người trong đó không có thật. Với giấy thật, ở đây ghi: "
          "“%(title)s”.", title=real.title),
        _("Đừng dùng tờ giấy này làm căn cứ."),
    )  # fmt: skip


def _valid(_shown: Shown) -> Said:
    return Said(
        "success",
        _("Giấy chứng nhận còn giá trị"),
        _("Giấy có trong sổ của nơi cấp và đang có hiệu lực."),
        _("So tờ giấy với từng dòng dưới đây. Có một dòng khác nhau là tờ giấy đã bị sửa."),
    )


def _revoked(shown: Shown) -> Said:
    what = _(
        "Thu hồi ngày %(day)s. Lý do: %(reason)s", day=day(shown.status_on), reason=shown.reason
    )
    if shown.replaced_by:
        todo = _("Đừng dùng tờ giấy này. Nơi cấp đã cấp giấy số %(number)s: hỏi người học tờ đó.",
                 number=shown.replaced_by)  # fmt: skip
    else:
        todo = _("Đừng dùng tờ giấy này làm căn cứ. Người đứng tên thấy chưa đúng thì hỏi nơi cấp.")
    return Said("error", _("Giấy chứng nhận đã bị thu hồi"), what, todo)


def _replaced(shown: Shown) -> Said:
    if shown.replaced_by:
        what = _("Thay ngày %(day)s bằng giấy số %(number)s. Tờ này không còn hiệu lực.",
                 day=day(shown.status_on), number=shown.replaced_by)  # fmt: skip
    else:
        what = _("Thay ngày %(day)s. Tờ này không còn hiệu lực.", day=day(shown.status_on))
    todo = _("Hỏi người học tờ giấy mới rồi quét mã trên tờ đó.")
    return Said("warning", _("Giấy này đã được thay bằng giấy khác"), what, todo)


def _duplicate(shown: Shown) -> Said:
    return Said(
        "warning",
        _("Giấy này cấp trùng người"),
        _("Từ ngày %(day)s: người này đã có một giấy khác cho cùng chương trình và trình độ, giấy đó "
          "mới được tính.", day=day(shown.status_on)),
        _("Kết quả học không bị nghi ngờ. Hỏi người học tờ giấy kia rồi quét mã trên tờ đó."),
    )  # fmt: skip


def proof_means(proof: str) -> str:
    """What a proof proves, for somebody who has never seen such a class."""
    return {
        "test_passed": _(
            "Người học đạt bài kiểm tra của chương trình. Lúc làm bài không có người giám sát."
        ),
        "test_supervised": _(
            "Người học làm bài kiểm tra tại chỗ, có người giám sát, và đạt."
        ),
        "task_observed": _(
            "Người học làm bài kiểm tra tại chỗ, có người giám sát, và đạt; rồi tự tay làm được việc "
            "thật trước mặt người quan sát."
        ),
    }[proof]  # fmt: skip


def status(code: str) -> str:
    """A row's status in a table or file of many."""
    return {
        "valid": _("Còn giá trị"),
        "revoked": _("Đã bị thu hồi"),
        "replaced": _("Đã được thay bằng giấy khác"),
        "duplicate": _("Cấp trùng người"),
        "sample": _("Giấy mẫu, không có giá trị"),
        "unknown": _("Không tìm thấy"),
        "malformed": _("Mã chưa đúng dạng"),
    }[code]


KINDS = {"valid": "success", "revoked": "error", "replaced": "warning", "duplicate": "warning",
         "sample": "warning", "unknown": "error", "malformed": "warning"}  # fmt: skip
"""Status of a row → how it is marked."""


def todo(code: str) -> str:
    """What to do with a row."""
    return {
        "valid": "",
        "revoked": _("Đừng dùng làm căn cứ."),
        "replaced": _("Hỏi người học tờ giấy mới rồi kiểm tra mã trên tờ đó."),
        "duplicate": _("Hỏi người học tờ giấy kia rồi kiểm tra mã trên tờ đó."),
        "sample": _("Đừng dùng làm căn cứ."),
        "unknown": _("Xem lại từng chữ; nếu mã đúng như trên giấy, hãy hỏi nơi cấp."),
        "malformed": _("Mã gồm phần đầu, dấu chấm, rồi 26 chữ và số. Hãy chép lại từ giấy."),
    }[code]

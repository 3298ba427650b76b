"""Words of mentorships and visits: choices for forms, and what is wrong with what was typed."""

from collections.abc import Mapping
from datetime import date

from flask_babel.speaklater import LazyString

from lms.core.errors import Invalid
from lms.core.i18n import _, lazy
from lms.core.text import day
from lms.people.rules.helping import LONGEST_NOTE, Fault

PAIRING_WORDS: Mapping[str, LazyString] = {
    "assigned": lazy("thôn, tổ phân công"),
    "volunteer": lazy("tự nhận kèm"),
    "neighbour": lazy("người nhà, hàng xóm"),
    "class": lazy("quen ở lớp học"),
    "other": lazy("cách khác"),
}
PURPOSE_WORDS: Mapping[str, LazyString] = {
    "invite": lazy("mời đi học"),
    "guide": lazy("hướng dẫn tại nhà"),
    "review": lazy("xem lại việc đã học"),
    "other": lazy("việc khác"),
}
OUTCOME_WORDS: Mapping[str, LazyString] = {
    "agreed": lazy("sẽ đi học"),
    "guided": lazy("đã hướng dẫn tại nhà"),
    "needs_help": lazy("cần người giúp thêm"),
    "not_home": lazy("không gặp ai"),
    "declined": lazy("chưa muốn học"),
    "other": lazy("kết quả khác"),
}
FAULT_WORDS: Mapping[str, LazyString] = {
    "day_far": lazy("Ngày này ở tương lai hoặc quá xa. Hãy chọn một ngày đã qua, hoặc hôm nay."),
    "end_early": lazy(
        "Ngày thôi kèm phải từ ngày bắt đầu %(since)s đến hôm nay. Hãy chọn lại ngày."
    ),
    "next_far": lazy(
        "Ngày hẹn lại phải từ ngày thăm trở đi và trong vòng một năm. Hãy chọn lại, hoặc để trống."
    ),
    "note_long": lazy("Ghi chú dài quá %(most)s chữ. Hãy rút ngắn lại."),
}


def refuse(fault: Fault | None, since: date | None = None) -> None:
    """Raise Invalid with the sentence of a fault beside its field; nothing when there is none."""
    if fault is None:
        return
    words = str(FAULT_WORDS[fault.code]) % {"since": day(since), "most": LONGEST_NOTE}
    raise Invalid(words, fields={fault.field: [words]})


def chosen(name: str, value: str, words: Mapping[str, LazyString]) -> str:
    """The value when it is one of the choices, else Invalid beside its field."""
    if value in words:
        return value
    message = _("Hãy chọn một trong các ý có sẵn.")
    raise Invalid(message, fields={name: [message]})

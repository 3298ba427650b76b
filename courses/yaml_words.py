"""What the YAML reader found wrong, in words that say what to do."""

from __future__ import annotations

from lms.core.i18n import _

WORDS = (
    ("cannot start any token", _("có dấu tab hoặc ký tự lạ ở đầu; hãy thụt dòng bằng dấu cách")),
    ("mapping values are not allowed", _("có dấu hai chấm lạc chỗ; đặt cả câu giữa hai dấu nháy kép")),
    ("could not find expected", _("thiếu dấu hai chấm sau tên trường")),
    ("did not find expected key", _("dòng này thụt vào không đều với các dòng trên")),
    ("expected <block end>", _("dòng này thụt vào không đều với các dòng trên")),
    ("did not find expected '-'", _("dòng này thụt vào không đều với các dòng trên")),
    ("expected ','", _("danh sách trong ngoặc thiếu dấu phẩy hoặc chưa đóng ngoặc")),
    ("unexpected end of stream", _("dấu nháy mở ra mà chưa đóng")),
    ("unknown escape character", _("dấu gạch chéo ngược trong nháy kép; hãy dùng nháy đơn")),
    ("another document", _("một tệp chỉ có một phần; bỏ dòng “---” thừa")),
)  # fmt: skip
"""Parts of the reader's own sentences, the first that fits is told."""


def yaml_words(problem: str) -> str:
    """A Vietnamese clause for what PyYAML says."""
    found = (words for part, words in WORDS if part in problem)
    return next(found, _("hãy xem lại thụt dòng, dấu hai chấm và dấu nháy"))

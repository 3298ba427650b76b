"""What both written formats have to say about the questions they cannot hold."""

from __future__ import annotations

from courses.exchange.losses import Loss
from courses.rules import Item
from lms.core.i18n import _

NOT_WRITTEN = {
    "spot": _("Câu bấm chỗ trên hình chỉ chạy được ở đây, định dạng này không có kiểu tương ứng."),
    "simulation": _(
        "Câu điện thoại mô phỏng chỉ chạy được ở đây, định dạng này không có kiểu tương ứng."
    ),
}
"""Kind → why no foreign format holds it."""


def item_place(item: Item) -> str:
    """Where a loss of a question stands: its id."""
    return _("câu %(id)s", id=item.id)


def file_loss() -> Loss:
    """What no question takes along."""
    message = _("Kỹ năng, mức độ chương trình, nguồn, ngày rà soát và ngân hàng câu hỏi không ghi vào tệp này; "
                "hãy dùng gói chương trình nếu cần giữ đủ.")  # fmt: skip
    return Loss(_("cả tệp"), message)

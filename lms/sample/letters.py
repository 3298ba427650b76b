"""What the sample commune writes for its last closed period: a letterhead and the words of the report."""

from dataclasses import replace

from sqlalchemy.orm import Session

from lms.core.guard import Actor
from lms.indicators import queries
from lms.indicators import snapshot_queries as held
from lms.indicators.snapshot_models import ReportSnapshot
from lms.reports import document_letterhead as heads
from lms.reports import document_texts as texts
from lms.reports import document_words as words

SIGNER = "Nguyễn Văn Mẫu"
TYPED = {
    "difficulties": (
        "- Lời mẫu, không có thật: một số người cao tuổi chưa có điện thoại thông minh.\n"
        "- Lời mẫu, không có thật: đường truyền ở nhà văn hóa hai thôn chưa ổn định."
    ),
    "proposals": "Lời mẫu, không có thật: đề nghị hỗ trợ thêm máy tính bảng cho lớp buổi tối.",
    "next_tasks": "Lời mẫu, không có thật: mở thêm lớp ở các thôn; người dân trưởng thành đang "
    "đạt {chỉ tiêu 3 (c): tỷ lệ}.",
}


def write(session: Session, who: Actor, row: ReportSnapshot) -> None:
    """Set the letterhead and write the words; the document is left for the visitor to make."""
    commune = queries.commune_of(session, who.commune)
    own = replace(heads.standard("ubnd", commune), signer=SIGNER, recipients=("Lưu: VT, VHXH",))
    heads.save(session, who, own, 0)
    figures = texts.frozen_figures(held.body_of(row))
    typed = texts.tidied({**TYPED, "results": words.draft(figures)})
    texts.save(session, who, texts.about(row), typed, 0, figures)

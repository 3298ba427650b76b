"""A made-up paper with every field filled, to look at a letterhead and to try a template."""

from typing import Any

from lms.core.i18n import _
from lms.reports.document_letterhead import Letterhead
from lms.reports.document_paper import ROMAN
from lms.reports.document_words import SECTIONS

_ZEROS = "0" * 64


def example(letterhead: Letterhead | None = None, year: int = 2026) -> dict[str, Any]:
    """A paper without real figures, under a letterhead or an example of one."""
    head = letterhead or _example_head()
    words = _("Đoạn chữ thử, chỉ để xem cách trình bày.")
    row = {
        "no": "1", "title": _("Chỉ tiêu thử"), "population": _("mẫu số thử"), "target": "80%",
        "numerator": "82", "denominator": "100", "rate": "82,0%", "verdict": _("đạt"),
        "leads": _("Đơn vị thử"), "helpers": _("Đơn vị phối hợp thử"),
    }  # fmt: skip
    return {
        "head": head.head, "superior": list(head.superior), "agency": list(head.agency),
        "own_name": head.own_name, "number_line": head.number_line,
        "date_line": head.date_line(year), "subject": _("Trích yếu nội dung báo cáo (bản xem thử)"),
        "addressees": list(head.address_lines), "opening": words,
        "sections": [
            {"heading": f"{ROMAN[n]}. {str(title).upper()}", "paragraphs": [words, words]}
            for n, title in enumerate(SECTIONS.values())
        ],
        "words": {name: [words] for name in SECTIONS}, "ending": f"{words[:-1]}./.",
        "authority": list(head.authority), "position": head.position, "signer": head.signer,
        "recipients": list(head.recipient_lines),
        "annex": {
            "title": _("TÊN PHỤ LỤC"),
            "under": _("(Kèm theo Báo cáo số … của %(who)s)", who=head.own_name),
            "rows": [row, {**row, "no": "2", "population": ""}], "promised_title": _("Nhiệm vụ thử"),
            "promised": [row], "ladder_title": _("Số người ở từng bậc (thử)"),
            "ladder": [{"no": "1", "title": _("Chỉ tiêu thử"), "steps": _("đã dự: 90; làm được: 82")}],
            "notes": [words],
        },
        "landscape": head.annex == "landscape", "sample": _("BẢN XEM THỬ – KHÔNG CÓ SỐ LIỆU THẬT"),
        "seal": _("Mã kiểm tra SHA-256: %(sha)s.", sha=_ZEROS), "sha256": _ZEROS, "snapshot": 1,
        "plan": _("Kế hoạch thử"), "period": _("Kỳ thử"), "as_of": "31/12/2026",
        "commune": _("Tên xã"), "province": _("Tên tỉnh"),
    }  # fmt: skip


def _example_head() -> Letterhead:
    return Letterhead(
        "ubnd", (_("CƠ QUAN CẤP TRÊN"),), (_("TÊN CƠ QUAN"),), _("Tên cơ quan"), _("Địa danh"),
        "BC-UBND", (_("Nơi gửi thử"),), (_("TM. TÊN CƠ QUAN"),), _("CHỨC VỤ"), _("Họ và tên"),
        (_("Lưu: VT"),), "landscape", "full",
    )  # fmt: skip

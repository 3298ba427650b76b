"""A report's paper put into a Word template: the fields a template may name, and the file that comes out.

The template is data from outside: it is rendered in jinja's sandbox, and `document_check` has refused
everything in it but plain fields, `for` and `if`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms.core.i18n import lazy
from lms.reports import document_zip

ROW_FIELDS = {
    "stt": "no", "ten": "title", "doi_tuong": "population", "muc_giao": "target",
    "tu_so": "numerator", "mau_so": "denominator", "ty_le": "rate", "danh_gia": "verdict",
    "chu_tri": "leads", "phoi_hop": "helpers",
}  # fmt: skip
"""A row of the annex: its field in a template → its key on the paper."""
STEP_FIELDS = {"stt": "no", "ten": "title", "cac_bac": "steps"}

FIELDS = {
    "so_ky_hieu": lazy("dòng “Số: … /BC-UBND”"),
    "dia_danh_ngay": lazy("địa danh, ngày tháng năm"),
    "trich_yeu": lazy("trích yếu nội dung"),
    "mo_dau": lazy("câu mở đầu"),
    "ket_thuc": lazy("câu kết"),
    "chuc_vu": lazy("chức vụ người ký"),
    "nguoi_ky": lazy("họ tên người ký"),
    "phu_luc_ten": lazy("tên phụ lục"),
    "phu_luc_kem_theo": lazy("dòng “Kèm theo Báo cáo số …”"),
    "nhiem_vu_ten": lazy("dòng tên nhóm nhiệm vụ không ghi tỷ lệ"),
    "bac_ten": lazy("tên bảng bậc chứng minh"),
    "ma_kiem_tra": lazy("câu có mã kiểm tra SHA-256"),
    "sha256": lazy("riêng mã SHA-256 của bản chốt"),
    "so_ban_chot": lazy("số của bản chốt"),
    "ky_bao_cao": lazy("kỳ báo cáo"),
    "ngay_chot": lazy("ngày chốt số liệu"),
    "ten_ke_hoach": lazy("tên kế hoạch"),
    "co_quan": lazy("tên cơ quan như đọc trong câu"),
    "xa": lazy("tên xã, phường"),
    "tinh": lazy("tên tỉnh, thành phố"),
    "du_lieu_mau": lazy("chữ “dữ liệu mẫu”, chỉ có ở xã mẫu"),
}
"""Fields that are one text each."""
LISTS: dict[str, Any] = {
    "co_quan_chu_quan": lazy("các dòng tên cơ quan cấp trên"),
    "ten_co_quan": lazy("các dòng tên cơ quan báo cáo"),
    "kinh_gui": lazy("các dòng Kính gửi"),
    "ket_qua": lazy("các đoạn kết quả thực hiện"),
    "kho_khan": lazy("các đoạn khó khăn, vướng mắc"),
    "de_xuat": lazy("các đoạn đề xuất, kiến nghị"),
    "nhiem_vu_ky_toi": lazy("các đoạn nhiệm vụ kỳ tới"),
    "tham_quyen": lazy("các dòng quyền hạn của người ký"),
    "noi_nhan": lazy("các dòng Nơi nhận"),
    "ghi_chu": lazy("các ghi chú của phụ lục"),
    "cac_phan": lazy("các mục đã đánh số: phan.tieu_de, phan.doan"),
    "chi_tieu": lazy("các dòng chỉ tiêu của phụ lục"),
    "nhiem_vu": lazy("các nhiệm vụ không ghi tỷ lệ"),
    "bac": lazy("số người ở từng bậc chứng minh"),
}
"""Fields that are lists, to be gone through with `for`."""
MEMBERS: dict[str, dict[str, Any]] = {
    "cac_phan": {"tieu_de": "", "doan": []},
    "chi_tieu": dict.fromkeys(ROW_FIELDS, ""),
    "nhiem_vu": dict.fromkeys(ROW_FIELDS, ""),
    "bac": dict.fromkeys(STEP_FIELDS, ""),
}
"""Lists whose members have fields of their own; those of the others are one text each."""


def context(paper: Mapping[str, Any]) -> dict[str, Any]:
    """The paper under the names that a template uses."""
    annex, words = paper["annex"], paper["words"]
    return {
        **_texts(paper),
        "co_quan_chu_quan": paper["superior"],
        "ten_co_quan": paper["agency"],
        "kinh_gui": paper["addressees"],
        "ket_qua": words["results"],
        "kho_khan": words["difficulties"],
        "de_xuat": words["proposals"],
        "nhiem_vu_ky_toi": words["next_tasks"],
        "tham_quyen": paper["authority"],
        "noi_nhan": paper["recipients"],
        "ghi_chu": annex["notes"],
        "cac_phan": [
            {"tieu_de": one["heading"], "doan": one["paragraphs"]} for one in paper["sections"]
        ],
        "chi_tieu": [_renamed(row, ROW_FIELDS) for row in annex["rows"]],
        "nhiem_vu": [_renamed(row, ROW_FIELDS) for row in annex["promised"]],
        "bac": [_renamed(row, STEP_FIELDS) for row in annex["ladder"]],
    }


def _texts(paper: Mapping[str, Any]) -> dict[str, str]:
    annex = paper["annex"]
    names = {
        "so_ky_hieu": "number_line", "dia_danh_ngay": "date_line", "trich_yeu": "subject",
        "mo_dau": "opening", "ket_thuc": "ending", "chuc_vu": "position", "nguoi_ky": "signer",
        "ma_kiem_tra": "seal", "sha256": "sha256", "so_ban_chot": "snapshot",
        "ky_bao_cao": "period", "ngay_chot": "as_of", "ten_ke_hoach": "plan", "xa": "commune",
        "tinh": "province", "du_lieu_mau": "sample", "co_quan": "own_name",
    }  # fmt: skip
    return {name: str(paper[key]) for name, key in names.items()} | {
        "phu_luc_ten": annex["title"],
        "phu_luc_kem_theo": annex["under"],
        "nhiem_vu_ten": annex["promised_title"],
        "bac_ten": annex["ladder_title"],
    }


def _renamed(row: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {name: row[key] for name, key in names.items()}


MOST_MADE = 24_000_000
"""Letters of one rendered part: a page within a loop over many paragraphs would fill the memory."""


def _environment() -> Any:
    """A sandbox that stops a template which swells."""
    from jinja2 import StrictUndefined, Template, TemplateRuntimeError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Bounded(Template):
        def render(self, *args: Any, **kwargs: Any) -> str:
            room, made = MOST_MADE, []
            for words in self.generate(*args, **kwargs):
                room -= len(words)
                if room < 0:
                    raise TemplateRuntimeError("too long")
                made.append(words)
            return "".join(made)

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    environment.template_class = Bounded
    return environment


def docx_bytes(template: bytes, paper: Mapping[str, Any], made: datetime) -> bytes:
    """The paper in a Word template; the same three give the same bytes."""
    from docxtpl import DocxTemplate

    document = DocxTemplate(io.BytesIO(template))
    document.render(context(paper), _environment(), autoescape=True)
    return document_zip.saved(
        document.docx,
        made,
        author=str(paper["own_name"]),
        title=str(paper["subject"]),
        subject=str(paper["period"]),
        keywords=f"SHA-256 {paper['sha256']}",
        comments=str(paper["seal"]),
    )

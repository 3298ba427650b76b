"""The register as files that an officer prints and keeps: a workbook for paper, csv for other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from certificates import register_words as say
from certificates.register import STATUSES, Entry
from lms.core.books import Cell, Column, Sheet, Table, csv_row, xlsx_bytes
from lms.core.cells import csv_bytes
from lms.core.i18n import _
from lms.core.text import day, hour, number
from lms.people.models import Commune

WIDTHS = (16.5, 20, 11.5, 17, 10, 21.5, 11.5, 17, 11.5, 13, 18)


def heads() -> tuple[str, ...]:
    """The columns, left to right."""
    return (
        _("Số"), _("Họ và tên"), _("Ngày sinh, năm sinh"), _("Chương trình"), _("Trình độ"),
        _("Hình thức kết quả"), _("Ngày hoàn thành"), _("Nơi"), _("Ngày cấp"), _("Tình trạng"), _("Ghi chú"),
    )  # fmt: skip


def row(one: Entry) -> list[Cell]:
    """An entry's cells; of an erased one only what the register itself keeps."""
    said = one.said
    if said is None:
        own: list[Cell] = [one.number, "", None, "", "", "", None, ""]
    else:
        own = [
            one.number, said.name, say.born(said), said.programme, said.level_title, say.proof(said.proof),
            say.done_on(said), said.where,
        ]  # fmt: skip
    return [*own, one.issued_on, say.status(one), say.note(one)]


def xlsx(entries: Sequence[Entry], commune: Commune, filters: str, at: datetime) -> bytes:
    """The register as one sheet for A4 across, whose headings stand on every page."""
    columns = [Column(label, plain=place == 2) for place, label in enumerate(heads())]
    table = Table(columns, [row(one) for one in entries], empty=_("Chưa có giấy nào."))
    lines = [
        _("SỔ CẤP GIẤY CHỨNG NHẬN"),
        _("Ủy ban nhân dân %(commune)s, %(province)s", commune=commune.title, province=commune.province),
        *([_("Chỉ gồm: %(filters)s.", filters=filters)] if filters else []),
        _("In lúc %(hour)s ngày %(day)s. %(total)s.", hour=hour(at), day=day(at), total=total(entries)),
    ]  # fmt: skip
    sheet = Sheet(_("Sổ cấp giấy"), lines, [table], WIDTHS, frozen=2)
    return xlsx_bytes([sheet], lines[0].capitalize(), at, sample=commune.is_sample)


def total(entries: Sequence[Entry]) -> str:
    """'205 giấy: 201 còn giá trị, 4 đã bị thu hồi': counted from the rows that are written."""
    counts = Counter(one.status for one in entries)
    told = [f"{number(counts[key])} {say.state(key).lower()}" for key in STATUSES if counts[key]]
    everything = _("%(n)s giấy", n=number(len(entries)))
    return ": ".join([everything, ", ".join(told)]) if told else everything


def csv(entries: Iterable[Entry]) -> bytes:
    """The register as csv: one row for each certificate, below the headings."""
    return csv_bytes(_lines(entries))


def _lines(entries: Iterable[Entry]) -> Iterable[Sequence[str]]:
    yield csv_row(heads())
    for one in entries:
        yield csv_row(row(one))

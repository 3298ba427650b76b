"""The register's words: what stands in its columns on the screen and in its files."""

from __future__ import annotations

from datetime import date

from certificates.register import Choices, Entry, Wanted
from certificates.rules import Claims
from lms.core.i18n import _
from lms.core.text import day


def proof(code: str) -> str:
    """A proof in the width of a column."""
    return {
        "self_declared": _("Tự khai"),
        "test_passed": _("Kiểm tra"),
        "test_supervised": _("Kiểm tra có giám sát"),
        "task_observed": _("Kiểm tra có giám sát, thực hành có quan sát"),
    }[code]


def state(code: str) -> str:
    """A status in the width of a column."""
    return {
        "valid": _("Còn giá trị"),
        "revoked": _("Đã thu hồi"),
        "replaced": _("Đã thay"),
        "duplicate": _("Trùng người"),
    }[code]


def status(one: Entry) -> str:
    """A certificate's status with its day."""
    words = state(one.status)
    return (
        _("%(status)s ngày %(day)s", status=words, day=day(one.status_on))
        if one.status_on
        else words
    )


def note(one: Entry) -> str:
    """Which certificate it replaces or was replaced by, and why it was withdrawn."""
    parts = []
    if one.said is None:
        parts.append(_("Nội dung đã xóa theo yêu cầu của người học."))
    elif one.said.replaces:
        parts.append(_("Thay giấy số %(number)s.", number=one.said.replaces))
    if one.replaced_by:
        parts.append(_("Được thay bằng giấy số %(number)s.", number=one.replaced_by))
    if one.reason:
        parts.append(_("Lý do: %(reason)s", reason=one.reason))
    return " ".join(parts)


def born(said: Claims) -> date | int | None:
    """The day of birth, else the year."""
    return date.fromisoformat(said.birth_date) if said.birth_date else said.birth_year


def born_text(said: Claims) -> str:
    """The day of birth, else the year, as text."""
    known = born(said)
    return day(known) if isinstance(known, date) else str(known or "")


def done_on(said: Claims) -> date:
    """The day of the last evidence."""
    return date.fromisoformat(said.completed_on)


def filters(wanted: Wanted, offered: Choices, cohort: str) -> str:
    """What the register is narrowed to, as one line of a file; empty when it is whole."""
    units = {unit.id: unit.name for unit in offered.units}
    told = [
        (_("năm"), str(wanted.year) if wanted.year else ""),
        (_("chương trình"), offered.programmes.get(wanted.programme, wanted.programme)),
        (_("đơn vị mở lớp"), units.get(wanted.unit_id, "") if wanted.unit_id else ""),
        (_("lớp"), cohort),
        (_("tình trạng"), state(wanted.status) if wanted.status else ""),
        (_("tìm"), wanted.text),
    ]
    return "; ".join(f"{name}: {value}" for name, value in told if value)

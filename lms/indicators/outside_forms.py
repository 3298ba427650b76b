"""The fields of the forms of a list from outside, read from the request."""

from datetime import date

from flask import request

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.text import clean, typed_day
from lms.indicators.outside_columns import OWN, WHO
from lms.indicators.outside_fates import Where
from lms.indicators.outside_header import Header
from lms.people.importing import Upload

MOST_TABLES, MOST_COLUMNS = 100, 300


def header_of_form() -> Header:
    """What is said of the whole list; Invalid with the days that cannot be read."""
    wrong: dict[str, list[str]] = {}
    days: dict[str, date | None] = {}
    for name in ("listed_on", "on"):
        try:
            days[name] = day_of_form(name)
        except ValueError:
            wrong[name] = [_("Hãy ghi ngày/tháng/năm, ví dụ 21/11/2026.")]
    listed = days.get("listed_on")
    if listed is None and "listed_on" not in wrong:
        wrong["listed_on"] = [_("Hãy ghi ngày của danh sách.")]
    if listed is None or wrong:
        raise Invalid(_("Chưa đọc được danh sách. Hãy sửa các chỗ được chỉ ra."), fields=wrong)
    return Header(
        _text("kind"), _text("source"), _text("document"), listed, days["on"],
        _text("programme") or None, _text("level") or None,
    )  # fmt: skip


def upload_of_form() -> Upload:
    """The request's list: field `text` for a paste, else `file`."""
    text = request.form.get("text", "")
    if text.strip():
        return Upload(_("Danh sách dán vào"), text.encode(), pasted=True)
    file = request.files.get("file")
    if file is None or not file.filename:
        message = _("Chưa có danh sách. Hãy chọn tệp, hoặc dán danh sách vào ô.")
        raise Invalid(message, fields={"file": [message]})
    return Upload(file.filename, file.read())


def _text(name: str) -> str:
    return clean(request.form.get(name, ""))


def day_of_form(name: str) -> date | None:
    """A day as browsers or people write it; None when the field is empty, ValueError when it is no day."""
    text = _text(name)
    if not text:
        return None
    found = typed_day(text)
    if found is not None:
        return found
    raise ValueError(text)


def columns_of_form() -> tuple[dict[int, dict[str, int]] | None, tuple[int, ...] | None]:
    """(table → field → column, the lists that are read); each None when the form does not ask for it.

    A field said of two columns is refused: nobody could tell which is meant.
    """
    asked = [int(n) for n in request.form.getlist("co-bang") if n.isdecimal() and len(n) < 4]
    if not asked:
        return None, None
    chosen = {int(n) for n in request.form.getlist("bang") if n.isdecimal() and len(n) < 4}
    tables = tuple(sorted(chosen & set(asked))) if len(asked) > 1 else None
    return {number: _columns(number) for number in asked[:MOST_TABLES]}, tables


def _columns(table: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for column in range(MOST_COLUMNS):
        field = request.form.get(f"cot-{table}-{column}", "")
        if field not in (*WHO, *OWN):
            continue
        if field in found:
            wrong = _("Hai cột cùng được chọn là một mục. Hãy để mỗi mục ở một cột.")
            raise Invalid(wrong, fields={"columns": [wrong]})
        found[field] = column
    return found


def where_of(text: str) -> Where | None:
    """'0-12' is row 12 of the first list."""
    table, _dash, row = text.partition("-")
    good = table.isdecimal() and row.isdecimal() and len(text) < 12
    return (int(table), int(row)) if good else None

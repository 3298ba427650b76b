"""Reading the form of a new class: what was typed, what is wrong with it, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from lms.cohorts.actions import NewCohort
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.text import clean


@dataclass
class ClassForm:
    """The typed values, kept so that a refused form is shown again as it was."""

    values: dict[str, str] = field(default_factory=dict)
    trainers: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What was typed in a field."""
        return self.values.get(name, "")

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(field, message), for the summary at the top."""
        return list(self.errors.items())

    def refuse(self, refusal: Invalid) -> None:
        """Take over what the action says of each field."""
        for name, messages in refusal.fields.items():
            self.errors[name] = "; ".join(messages)
        if not self.errors:
            self.errors["name"] = refusal.message


REQUIRED = {
    "name": "Hãy ghi tên lớp.",
    "code": "Hãy ghi mã lớp.",
    "place": "Hãy ghi nơi học.",
    "version": "Hãy chọn chương trình.",
    "unit_id": "Hãy chọn đơn vị tổ chức.",
    "starts_on": "Hãy chọn ngày bắt đầu.",
}


def read_class(
    values: Mapping[str, str], trainers: list[str]
) -> tuple[ClassForm, NewCohort | None]:
    """The form and, when nothing is missing or unreadable, the class to make."""
    form = ClassForm({name: clean(value) for name, value in values.items()}, trainers)
    for name, message in REQUIRED.items():
        if not form.text(name):
            form.errors[name] = _(message)
    days = {name: _day(form, name) for name in ("starts_on", "ends_on")}
    ids = {name: _uuid(form, name) for name in ("id", "version", "unit_id")}
    chosen = [found for found in (_as_uuid(one) for one in trainers) if found]
    starts, version, unit = days["starts_on"], ids["version"], ids["unit_id"]
    if form.errors or starts is None or version is None or unit is None:
        return form, None
    level = form.text("level") or "basic"
    return form, NewCohort(
        code=form.text("code")[:40], name=form.text("name")[:200], version_id=version,
        level=level, unit_id=unit, place=form.text("place")[:200], starts_on=starts,
        ends_on=days["ends_on"], trainer_ids=chosen, id=ids["id"],
    )  # fmt: skip


def _day(form: ClassForm, name: str) -> date | None:
    typed = form.text(name)
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        form.errors[name] = _("Ngày chưa đúng. Hãy chọn lại trên lịch.")
        return None


def _uuid(form: ClassForm, name: str) -> UUID | None:
    typed = form.text(name)
    found = _as_uuid(typed) if typed else None
    if typed and found is None:
        form.errors[name] = _("Hãy chọn lại từ danh sách.")
    return found


def _as_uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None

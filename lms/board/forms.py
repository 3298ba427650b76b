"""Reading the forms of a new class and of a copy: what was typed, what is wrong with it, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lms.cohorts.actions import NewCohort
from lms.cohorts.timetable_forms import Form, Plan, as_uuid, read_plan, typed_values

REQUIRED = {
    "place": "Hãy ghi nơi học.",
    "version": "Hãy chọn chương trình.",
    "unit_id": "Hãy chọn đơn vị tổ chức.",
    "starts_on": "Hãy chọn ngày bắt đầu.",
}
IN_DETAILS = ("name", "code", "level", "ends_on", "trainer_ids")
"""Fields that most people leave as they are: they stand under "Thêm chi tiết"."""


@dataclass
class ClassForm(Form):
    """The typed values, the ticked trainers and the ticked weekdays."""

    trainers: list[str] = field(default_factory=list)
    weekdays: list[str] = field(default_factory=list)

    @property
    def opens_details(self) -> bool:
        """Whether something is wrong among the fields that most people leave as they are."""
        return any(name in self.errors for name in IN_DETAILS)


def read_class(
    values: Mapping[str, str], trainers: list[str], weekdays: list[str]
) -> tuple[ClassForm, NewCohort | None, Plan]:
    """The form and, when nothing is missing or unreadable, the class to make with its meetings.

    An empty name or code is left empty: whoever makes the class puts a proposal there.
    """
    form = ClassForm(typed_values(values), trainers=trainers, weekdays=weekdays)
    form.require(REQUIRED)
    starts, ends = form.day("starts_on"), form.day("ends_on")
    key, version, unit = form.uuid("id"), form.uuid("version"), form.uuid("unit_id")
    plan = read_plan(form, weekdays, starts)
    chosen = [found for found in map(as_uuid, trainers) if found]
    if form.errors or starts is None or version is None or unit is None:
        return form, None, plan
    new = NewCohort(
        code=form.text("code")[:40], name=form.text("name")[:200], version_id=version,
        level=form.text("level") or "basic", unit_id=unit, place=form.text("place")[:200],
        starts_on=starts, ends_on=ends, trainer_ids=chosen, id=key,
    )  # fmt: skip
    return form, new, plan

"""Hours as they are typed from paper: a day, from when to when, the number of the sheet."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from lms.cohorts.models import ClassSession
from lms.cohorts.paper.hours import Hours, hours_on
from lms.cohorts.timetable_forms import Form
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.text import hour


class HoursForm(Form):
    """The typed hours; a refused form is shown again as it was."""

    @classmethod
    def of(cls, _session: Session, meeting: ClassSession) -> HoursForm:
        """What is known or planned of a meeting, to start from."""
        day = clock.day_of(meeting.opened_at) if meeting.opened_at else meeting.planned_on
        begins = meeting.opened_at and hour(meeting.opened_at)
        ends = meeting.closed_at and hour(meeting.closed_at)
        planned = [
            one.strftime("%H:%M") if one else "" for one in (meeting.starts_at, meeting.ends_at)
        ]
        return cls(
            {
                "day": day.isoformat(),
                "starts_at": begins or planned[0],
                "ends_at": ends or planned[1],
            }
        )

    def hours_told(self) -> Hours:
        """The hours; Invalid names each field that cannot be read."""
        self.require({
            "day": "Hãy chọn ngày.", "starts_at": "Hãy ghi giờ bắt đầu.",
            "ends_at": "Hãy ghi giờ kết thúc.",
        })  # fmt: skip
        day, begins, ends = self.day("day"), self.hour("starts_at"), self.hour("ends_at")
        if day is None or begins is None or ends is None:
            fields = {name: [message] for name, message in self.errors.items()}
            raise Invalid(_("Chưa ghi được giờ. Hãy sửa các chỗ được chỉ ra."), fields=fields)
        return hours_on(day, begins, ends, self.text("reference"))

    def proctor(self) -> UUID:
        """Who watched, from a list."""
        try:
            return UUID(self.text("proctor_id"))
        except ValueError:
            words = _("Hãy chọn người giám sát.")
            raise Invalid(words, fields={"proctor_id": [words]}) from None

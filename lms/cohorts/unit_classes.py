"""What the classes keep under a unit, said when somebody renames or merges it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.cohorts.models import Cohort
from lms.core.i18n import _
from lms.core.text import number
from lms.people.events import UnitsAsked


def tell(session: Session, asked: UnitsAsked) -> None:
    """How many classes these units organise; they stay with the unit of their day."""
    count = session.scalar(
        select(func.count()).where(
            Cohort.commune_id == asked.commune_id, Cohort.unit_id.in_(asked.unit_ids)
        )
    )
    if count:
        asked.told.append(_("%(count)s lớp do đơn vị tổ chức", count=number(count)))

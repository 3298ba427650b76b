"""Which communes, days and closings another system may ask for."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.errors import Invalid, NotFound
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.policy import Role
from lms.indicators import queries
from lms.indicators import snapshot_queries as held
from lms.people.machine_models import MachineClient
from lms.people.models import Commune
from lms.reports import feed_counts


def communes_of(session: Session, who: Actor, code: str = "") -> list[Commune]:
    """The communes somebody may read, of them the one of this code; without one its own comes first.

    A machine of a province reads every commune of it that is as real as its own.
    """
    own = queries.commune_of(session, who.commune)
    found = [own, *(_of_province(session, own) if _is_of_province(session, who) else ())]
    return [one for one in found if code in ("", one.short_code)]


def _is_of_province(session: Session, who: Actor) -> bool:
    row = session.get(MachineClient, (who.commune, who.key)) if who.role is Role.MACHINE else None
    return row is not None and row.reach == "province"


def _of_province(session: Session, own: Commune) -> list[Commune]:
    query = select(Commune).where(
        Commune.province == own.province,
        Commune.is_sample == own.is_sample,
        Commune.id != own.id,
    )
    return list(session.scalars(query.order_by(Commune.short_code)))


def day_asked(given: date | None) -> date:
    """The day that is asked for, by default today; nobody has counted a day to come."""
    today = clock.today()
    if given is not None and not date(2020, 1, 1) <= given <= today:
        wrong = _("Ngày phải từ 2020-01-01 đến hôm nay.")
        raise Invalid(wrong, fields={"as_of": [wrong]})
    return given or today


def closing_of(session: Session, commune: Commune, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a standing closing by its number, or of a day as it is counted now."""
    plan = asked["plan"]
    adopted = queries.adopted(session, commune.id, plan)
    number = asked.get("closing")
    if number is None:
        return feed_counts.present_document(
            session, commune, adopted, day_asked(asked.get("as_of"))
        )
    for row in held.snapshots(session, commune.id, plan):
        if row.number == number and row.state == "standing":
            return feed_counts.closed_document(session, commune, row)
    raise NotFound(_("Kế hoạch không có bản chốt số %(n)s đang có hiệu lực.", n=number))

"""What figures keep of a person who is erased: years and homes in closed periods, lists from outside."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core.signals import listen as on
from lms.indicators import restating
from lms.indicators.outside_models import FactList
from lms.indicators.sent_models import SentCompletion
from lms.people.events import PersonErased


def listen() -> None:
    """Erase our part with the person; calling it again changes nothing."""
    on(PersonErased, erase)


def erase(session: Session, signal: PersonErased) -> None:
    """Blank the person in what closed periods rest on, and drop lists that are still looked at.

    Every figure of a closed period stays as it was sent; the ids in it lead to nobody.
    """
    first = min(signal.person_ids)
    packets = restating.forget_person(session, signal.commune_id, first)
    signal.told.extend([("closings", packets), ("outside_lists", _drop_lists(session, signal))])
    signal.told.append(("sent", _drop_sent(session, signal)))


def _drop_lists(session: Session, signal: PersonErased) -> int:
    statement = (
        update(FactList)
        .where(FactList.commune_id == signal.commune_id, FactList.status == "previewed")
        .values(content=None, fates=None, status="left", revision=FactList.revision + 1)
    )
    return len(session.execute(statement.returning(FactList.id)).all())


def _drop_sent(session: Session, signal: PersonErased) -> int:
    table = SentCompletion
    statement = delete(table).where(
        table.commune_id == signal.commune_id, table.person_id.in_(signal.person_ids)
    )
    return len(session.execute(statement.returning(table.id)).all())

"""Sealing everything anew after the sealing key was changed: in parts, safe to stop and to repeat.

A sealed value begins with the name of the set that sealed it, so what is left to do is seen in the
database itself. The digest of a citizen ID is made anew together with its sealed value.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, LargeBinary, bindparam, func, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from lms.cohorts.carried_models import HomeCode, SpareCard, StaffCard
from lms.cohorts.models import Enrolment
from lms.core.db import Database
from lms.core.keys import Keys
from lms.indicators.outside_models import FactList
from lms.offline.box.models import BoxSelf
from lms.people.account_models import AccountTotp
from lms.people.models import Person, RegisterImport

PART = 500
"""Rows of one transaction: a running service waits for no more than these."""


@dataclass(frozen=True)
class Sealed:
    """A column of sealed values, and what each is bound to, by the id of its row."""

    column: InstrumentedAttribute[Any]
    context: Callable[[UUID], str]
    digest: InstrumentedAttribute[Any] | None = None
    """The column that keeps the value's digest as a citizen ID."""

    @property
    def is_bytes(self) -> bool:
        """Whether the column holds bytes: larger things, packed before they were sealed."""
        return isinstance(self.column.type, LargeBinary)


SEALED = (
    Sealed(Person.citizen_id_sealed, str, Person.citizen_id_hmac),
    Sealed(Enrolment.pin_sealed, str),
    Sealed(Enrolment.card_sealed, lambda key: f"card:{key}"),
    Sealed(SpareCard.card_sealed, lambda key: f"card:{key}"),
    Sealed(StaffCard.card_sealed, lambda key: f"card:{key}"),
    Sealed(HomeCode.code_sealed, lambda key: f"home:{key}"),
    Sealed(RegisterImport.content, str),
    Sealed(RegisterImport.plan, lambda key: f"plan:{key}"),
    Sealed(RegisterImport.undo, lambda key: f"undo:{key}"),
    Sealed(FactList.content, lambda key: f"fact-list:{key}"),
    Sealed(FactList.fates, lambda key: f"fact-fates:{key}"),
    Sealed(AccountTotp.secret_sealed, lambda key: f"totp:{key}"),
    Sealed(BoxSelf.signing_key_sealed, lambda key: f"box:{key}"),
)
SHORT_LIVED = {
    "oidc_request.sealed": "lives ten minutes",
    "oidc_link_request.sealed": "is emptied when somebody decided, or its days have passed",
    "oidc_session.token_sealed": "ends with its sign-in",
}
"""Sealed columns that are left: the key before stays readable for longer than they live."""


@dataclass
class Tally:
    """What a pass did: values sealed anew, and those that no key of the set opens."""

    done: int = 0
    unreadable: int = 0


def waiting(database: Database, keys: Keys) -> int:
    """Values that another set than the present one has sealed."""
    with database.read() as session:
        return sum(
            session.scalar(
                select(func.count()).select_from(one.column.class_).where(_old(one, keys))
            )
            or 0
            for one in SEALED
        )


def reseal(database: Database, keys: Keys, tick: Callable[[int], object]) -> Tally:
    """Seal everything with the present key; `tick` is told how many values each part had."""
    tally = Tally()
    for one in SEALED:
        for part in _parts(database, keys, one, tally):
            tick(part)
    return tally


def _old(one: Sealed, keys: Keys) -> Any:
    name: str | bytes = f"{keys.kid}:"
    name = name.encode() if one.is_bytes else name  # type: ignore[union-attr]  # It is a str until here.
    # An empty one was sealed by nobody: of somebody erased, or on a laptop that is not told it.
    is_filled = one.column.is_not(None) & (func.length(one.column) > 0)
    return is_filled & (func.substr(one.column, 1, len(name)) != name)


def _parts(database: Database, keys: Keys, one: Sealed, tally: Tally) -> Iterator[int]:
    table = one.column.class_.__table__
    place = tuple(table.primary_key.columns)
    last: tuple[Any, ...] | None = None
    while True:
        query = select(*place, one.column).where(_old(one, keys)).order_by(*place).limit(PART)
        if last is not None:
            query = query.where(tuple_(*place) > tuple_(*map(bindparam_of, place, last)))
        with database.write() as session:
            rows = session.execute(query.with_for_update()).all()
            _write(session.connection(), keys, one, rows, tally)
        if not rows:
            return
        last = tuple(rows[-1][: len(place)])
        yield len(rows)


def bindparam_of(column: Any, value: Any) -> Any:
    """A value as the column's type binds it, for a comparison of whole keys."""
    return bindparam(None, value, type_=column.type, unique=True)


def _write(connection: Connection, keys: Keys, one: Sealed, rows: Any, tally: Tally) -> None:
    table = one.column.class_.__table__
    place = tuple(table.primary_key.columns)
    changes = []
    for row in rows:
        changed = _again(keys, one, row[-2], row[-1])
        if changed is None:
            tally.unreadable += 1
            continue
        changes.append({**{f"key_{n}": row[n] for n in range(len(place))}, **changed})
    if changes:
        names = [one.column.key, *([one.digest.key] if one.digest is not None else [])]
        where = [column == bindparam(f"key_{n}") for n, column in enumerate(place)]
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        connection.execute(update(table).where(*where).values(values), changes)
        tally.done += len(changes)


def _again(keys: Keys, one: Sealed, key: UUID, sealed: str | bytes) -> dict[str, Any] | None:
    """The new values of one row, or None when no key of the set opens what it has."""
    context = one.context(key)
    try:
        plain = keys.open(sealed.decode() if isinstance(sealed, bytes) else sealed, context)
    except (InvalidTag, ValueError):
        return None
    again = keys.seal(plain, context)
    changed: dict[str, Any] = {f"new_{one.column.key}": again.encode() if one.is_bytes else again}
    if one.digest is not None:
        changed[f"new_{one.digest.key}"] = keys.digest("citizen-id", plain)
    return changed

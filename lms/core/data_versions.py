"""Stamps: how anybody knows for certain whether the rows that figures are made of have changed.

Every statement that adds, changes or removes a row of a watched table gives the row's commune a new
random number for that table, in the same transaction, by triggers of the database itself: no writer
can forget it, and what is rolled back leaves no stamp. Equal stamps mean equal rows, in any process,
and also after a restore: a number is drawn anew, never counted up, so it does not come back with other
rows behind it. docs/adr/0019 says why it is done this way.

On SQLite there is one row for each commune and table. On PostgreSQL every transaction adds a row of
its own (no two writers ever wait for each other here) and the stamp is the sum of all rows; now and
then a transaction folds the rows of earlier ones into its own, which leaves the sum as it was.
"""

from collections.abc import Iterator
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import (
    BigInteger,
    Connection,
    String,
    Uuid,
    column,
    delete,
    func,
    insert,
    inspect,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.db import Base, CommuneRow

WATCHED = (
    "attainment", "attainment_revocation", "attendance", "class_session", "cohort",
    "commune_programme", "counted_thing", "declared_measure", "declared_population", "enrolment", "fact_import",
    "household", "lesson_progress", "membership", "mentorship", "outside_fact", "person",
    "person_link", "residence", "unit", "unit_change",
)  # fmt: skip
"""Tables of a commune whose rows make its figures."""

ROUND = 1 << 62
"""Stamps are counted within this many."""
TABLE = "data_version"
WORDING = 1
"""The number of the triggers' present wording."""

Stamps = dict[str, int]
"""Table → stamp, of one commune. A table that is not in it has no row of the commune, and never had."""


class DataVersion(CommuneRow, Base):
    """A part of the stamp of one table of a commune. No personal data; never written by Python."""

    __tablename__ = TABLE

    topic: Mapped[str] = mapped_column(String())
    number: Mapped[int] = mapped_column(BigInteger())


def stamps(session: Session, commune_id: UUID) -> Stamps | None:
    """The stamps as this transaction sees them; None where they do not tell its own writes apart.

    Read them before the rows: what is read afterwards is then at least as new as the stamps say.
    """
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "postgresql" and _has_written(connection):
        return None
    query = (
        select(DataVersion.topic, func.sum(DataVersion.number))
        .where(DataVersion.commune_id == commune_id)
        .group_by(DataVersion.topic)
    )
    return {topic: int(total) % ROUND for topic, total in connection.execute(query)}


def _has_written(connection: Connection) -> bool:
    """Whether this transaction wrote anything: its rows are stamped once, at the first statement."""
    return connection.exec_driver_sql("SELECT txid_current_if_assigned()").scalar() is not None


def all_stamps(session: Session) -> dict[UUID, Stamps]:
    """The stamps of every commune, for a reader that wrote nothing."""
    query = select(
        DataVersion.commune_id, DataVersion.topic, func.sum(DataVersion.number)
    ).group_by(DataVersion.commune_id, DataVersion.topic)
    found: dict[UUID, Stamps] = {}
    for commune, topic, total in session.execute(query):
        found.setdefault(commune, {})[topic] = int(total) % ROUND
    return found


# --- triggers -----------------------------------------------------------------------------------

_ON_SQLITE = """
CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when} BEGIN
  UPDATE data_version SET number = random() WHERE commune_id = {side}.commune_id AND id = '{row}';
  INSERT INTO data_version (commune_id, id, topic, number)
  SELECT {side}.commune_id, '{row}', '{table}', random() WHERE NOT EXISTS
    (SELECT 1 FROM data_version WHERE commune_id = {side}.commune_id AND id = '{row}');
END
"""
_SIDES = (
    ("insert", "INSERT", "NEW", ""),
    ("update", "UPDATE", "NEW", ""),
    ("moved", "UPDATE", "OLD", "WHEN OLD.commune_id IS NOT NEW.commune_id"),
    ("delete", "DELETE", "OLD", ""),
)

_NUMBER = f"(random() * {ROUND - 1})::bigint"
_ON_POSTGRESQL = """
CREATE TRIGGER {name} AFTER {event} ON {table} {rows}
FOR EACH STATEMENT EXECUTE FUNCTION {function}()
"""
_EVENTS = (
    ("insert", "INSERT", "REFERENCING NEW TABLE AS changed", "stamp_changed"),
    ("update", "UPDATE", "REFERENCING OLD TABLE AS gone NEW TABLE AS changed", "stamp_moved"),
    ("delete", "DELETE", "REFERENCING OLD TABLE AS changed", "stamp_changed"),
    ("truncate", "TRUNCATE", "", "stamp_emptied"),
)
_COMMUNES = {
    "stamp_changed": "SELECT DISTINCT commune_id FROM changed",
    "stamp_moved": "SELECT commune_id FROM changed UNION SELECT commune_id FROM gone",
    "stamp_emptied": "SELECT id AS commune_id FROM commune",
}
_FUNCTION = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $stamp$
DECLARE
  -- One row for each transaction: the number of a transaction can come back in another cluster, its
  -- beginning cannot.
  own uuid := md5(concat_ws(':', TG_TABLE_NAME, txid_current(), extract(epoch FROM now())))::uuid;
  added bigint;
BEGIN
  INSERT INTO data_version (commune_id, id, topic, number)
  SELECT commune_id, own, TG_TABLE_NAME, {number} FROM ({communes}) AS here
  ON CONFLICT (commune_id, id) DO NOTHING;
  GET DIAGNOSTICS added = ROW_COUNT;
  IF added > 0 AND random() < {often} AND current_setting('transaction_isolation') = 'read committed'
  THEN
    WITH earlier AS (
      SELECT commune_id, id FROM data_version
      WHERE commune_id IN ({communes}) AND topic = TG_TABLE_NAME AND id <> own
      FOR UPDATE SKIP LOCKED
    ), folded AS (
      DELETE FROM data_version USING earlier
      WHERE data_version.commune_id = earlier.commune_id AND data_version.id = earlier.id
      RETURNING data_version.commune_id, data_version.number
    ), sums AS (SELECT commune_id, sum(number) AS total FROM folded GROUP BY commune_id)
    UPDATE data_version SET number = mod(number + sums.total, {round})::bigint
    FROM sums WHERE data_version.commune_id = sums.commune_id AND data_version.id = own;
  END IF;
  RETURN NULL;
END $stamp$
"""
FOLDED = 0.03
"""How often a transaction folds the rows of earlier ones: some thirty rows then stand for a table."""


def install(connection: Connection) -> None:
    """Where a trigger is missing, make all of them anew and stamp everything anew.

    Run after every upgrade: a migration may make a table anew, and SQLite then drops its triggers.
    """
    if not inspect(connection).has_table(TABLE) or not missing(connection):
        return
    postgresql = connection.dialect.name == "postgresql"
    for statement in _functions() if postgresql else ():
        connection.exec_driver_sql(statement)
    for name, on in _present(connection).items():
        connection.exec_driver_sql(f"DROP TRIGGER {name}" + (f" ON {on}" if postgresql else ""))
    for statement in _triggers(connection).values():
        connection.exec_driver_sql(statement)
    _stamp_all(connection)


def missing(connection: Connection) -> set[str]:
    """The triggers that should be here and are not; without one of them a figure could be stale."""
    return _triggers(connection).keys() - _present(connection).keys()


def _present(connection: Connection) -> dict[str, str]:
    """Our triggers as they are in the database, each with its table."""
    catalogue = {
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger "
        "WHERE tgenabled IN ('O', 'A') AND starts_with(tgname, 'stamp')",
        "sqlite": "SELECT name, tbl_name FROM sqlite_master "
        "WHERE type = 'trigger' AND substr(name, 1, 5) = 'stamp'",
    }
    rows = connection.exec_driver_sql(catalogue[connection.dialect.name])
    return {str(name): str(on) for name, on in rows}


def _triggers(connection: Connection) -> dict[str, str]:
    """The statement that makes each trigger, by its name.

    The number in the names is that of their wording: with a new one every store gets them anew.
    """
    made: dict[str, str] = {}
    for on in WATCHED:
        if connection.dialect.name == "postgresql":
            for word, event, rows, function in _EVENTS:
                name = f"stamp{WORDING}_{on}_{word}"
                made[name] = _ON_POSTGRESQL.format(
                    name=name, event=event, table=on, rows=rows, function=function
                )
            continue
        for word, event, side, when in _SIDES:
            name = f"stamp{WORDING}_{on}_{word}"
            made[name] = _ON_SQLITE.format(
                name=name, event=event, table=on, when=when, side=side, row=_row(on).hex
            )
    return made


def _functions() -> Iterator[str]:
    for function, communes in _COMMUNES.items():
        yield _FUNCTION.format(
            function=function, communes=communes, number=_NUMBER, often=FOLDED, round=ROUND
        )


def _stamp_all(connection: Connection) -> None:
    """Give every table of every commune a new stamp: nothing that was kept counts any longer."""
    connection.execute(delete(DataVersion))
    number = _NUMBER if connection.dialect.name == "postgresql" else "random()"
    communes = table("commune", column("id"))
    for name in WATCHED:
        row = select(
            communes.c.id, literal(_row(name), Uuid()), literal(name), literal_column(number)
        )
        connection.execute(
            insert(DataVersion).from_select(["commune_id", "id", "topic", "number"], row)
        )


def _row(name: str) -> UUID:
    """The key of a table's row, the same in every commune."""
    return uuid5(NAMESPACE_URL, f"{TABLE}:{name}")

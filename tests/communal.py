"""Does a statement stay within a commune? Read from its SQL, as a database that shards by commune would.

Every commune table that a SELECT, UPDATE or DELETE names must have its `commune_id` held: by a value that
is given with the statement, by equality with one that is held, or by coming out of a part of the statement
that is asked the same question by itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import sqlglot
from flask import has_request_context, request
from sqlalchemy import Engine, event
from sqlglot import exp

from lms.tables import GLOBAL_TABLES, METADATA

KEY = "commune_id"
COMMUNE_TABLES = {table.name for table in METADATA.sorted_tables} - set(GLOBAL_TABLES)
_COMMUNE = "commune"
_ASKED = COMMUNE_TABLES | {_COMMUNE}
_BLOCKS = (exp.Select, exp.Update, exp.Delete)

Node = exp.Expression

ACROSS = (
    ("role_grant", "role_grant.account_id = ?", "in which communes somebody works"),
    (
        "event_batch",
        "SELECT min(event_batch.received_at)",
        "the lag of the whole service's projector",
    ),
    ("device", "device.reported_at < ?", "the late tablets of the whole service, as a number"),
    ("data_version", "sum(data_version.number)", "has any commune of a province changed?"),
    (
        "figure_count",
        "figure_count.plan_code = ?",
        "a plan's figures over the communes of a province",
    ),
    (
        "figure_cell",
        "figure_count.plan_code = ?",
        "a plan's figures over the communes of a province",
    ),
    ("figure_count", "commune.province = ?", "the figures of a province"),
    ("figure_cell", "commune.province = ?", "the figures of a province"),
    ("plan_adoption", "PARTITION BY plan_adoption.commune_id", "which communes took up a plan"),
    ("report_snapshot", "commune.province = ?", "the closed reports of a province"),
    ("restatement", "commune.province = ?", "the closed reports of a province"),
)
"""(table, what the statement says, why it may look over communes). Whatever else must stay in one."""


def unheld(sql: str) -> list[str]:
    """The commune tables of a statement whose commune nothing holds, by name, sorted."""
    tree = sqlglot.parse_one(sql, dialect="sqlite")
    found = set()
    for block in tree.find_all(*_BLOCKS):
        found |= _unheld_of(block)
    return sorted(found)


def straying(sql: str) -> list[str]:
    """The commune tables over which a statement strays without a reason that is named in ACROSS."""
    if not any(name in sql for name in COMMUNE_TABLES):
        return []
    named = {table for table, says, _why in ACROSS if says in sql}
    return [table for table in unheld(sql) if table not in named]


@dataclass
class Watch:
    """Looks at every statement of a request once, in the order in which they come."""

    seen: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def on(self, engine: Engine) -> None:
        """Look at what this engine is asked from now on, as far as a request asks it."""
        event.listen(engine, "before_cursor_execute", self._look)

    def _look(self, _c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement in self.seen or not has_request_context():
            return
        self.seen.add(statement)
        words = " ".join(statement.split())
        if words.startswith(_READ_OR_CHANGED) and (tables := straying(words)):
            self.found.append(f"{request.method} {request.path} looks over {tables}: {words}")

    def told(self) -> list[str]:
        """What was found since it was asked last."""
        found, self.found = self.found, []
        return found


_READ_OR_CHANGED = ("SELECT", "WITH", "UPDATE", "DELETE", "INSERT")


def _unheld_of(block: Node) -> set[str]:
    tables, others = _sources(block)
    if not set(tables.values()) & COMMUNE_TABLES:
        return set()
    links = _Links(tables, others)
    for condition in _conditions(block):
        links.learn(condition)
    return {name for alias, name in tables.items() if name != _COMMUNE and not links.held(alias)}


def _sources(block: Node) -> tuple[dict[str, str], set[str]]:
    """Alias → commune table of this block itself, and the aliases of its other sources."""
    tables: dict[str, str] = {}
    others: set[str] = set()
    for source in _named(block):
        if isinstance(source, exp.Table) and source.name in _ASKED - _ctes(block):
            tables[source.alias_or_name] = source.name
        elif source.alias_or_name:
            others.add(source.alias_or_name)
    return tables, others


def _named(block: Node) -> Iterator[Node]:
    if isinstance(block, (exp.Update, exp.Delete)) and isinstance(block.this, exp.Table):
        yield block.this
    start = block.args.get("from_") or block.args.get("from")
    if start is not None:
        yield start.this
    for join in block.args.get("joins") or ():
        yield join.this


def _ctes(block: Node) -> set[str]:
    """Names that WITH gives to parts of the statement: they may be those of tables."""
    whole = block.root()
    return {cte.alias for cte in whole.find_all(exp.CTE)}


def _conditions(block: Node) -> Iterator[Node]:
    """What must be true of every row: the parts of WHERE and of each ON, taken apart at AND."""
    where = block.args.get("where")
    if where is not None:
        yield from _parts(where.this)
    for join in block.args.get("joins") or ():
        if join.args.get("on") is not None:
            yield from _parts(join.args["on"])


def _parts(condition: Node) -> Iterator[Node]:
    plain = condition.unnest()
    if isinstance(plain, exp.And):
        yield from _parts(plain.this)
        yield from _parts(plain.expression)
    else:
        yield plain


@dataclass
class _Links:
    """Which aliases have the same commune, and whose commune is given."""

    tables: dict[str, str]
    others: set[str]
    groups: list[set[str]] = field(default_factory=list)
    given: set[str] = field(default_factory=set)

    def learn(self, condition: Node) -> None:
        """One part that is true of every row."""
        if isinstance(condition, exp.Or):
            self._learn_either(condition)
        elif isinstance(condition, exp.EQ):
            for left, right in _pairs(condition.this, condition.expression):
                self._equal(left, right)
        elif isinstance(condition, exp.In):
            self._among(condition)

    def _learn_either(self, condition: Node) -> None:
        """Each way must hold the commune for the whole to hold it."""
        ways = []
        for way in (condition.this, condition.expression):
            other = _Links(self.tables, self.others)
            for part in _parts(way):
                other.learn(part)
            ways.append({alias for alias in self.tables if other.held(alias)})
        self.given |= ways[0] & ways[1]

    def _among(self, condition: Node) -> None:
        """`x.commune_id IN (…)`, also as one of several columns, with values or with a query of its own."""
        columns = (
            condition.this.expressions
            if isinstance(condition.this, exp.Tuple)
            else [condition.this]
        )
        for column in columns:
            alias = self._alias(column)
            if alias is not None:
                self.given.add(alias)

    def _equal(self, left: Node, right: Node) -> None:
        mine, other = self._alias(left), self._alias(right)
        if mine is None and other is None:
            return
        if mine is not None and other is not None:
            self.groups.append({mine, other})
        elif not _is_column(right if mine is not None else left):
            self.given.add(mine or other or "")

    def _alias(self, column: Node) -> str | None:
        """The source whose commune this column is; the only table when it names none."""
        plain = column.unnest()
        if isinstance(plain, exp.Cast):
            plain = plain.this
        if not isinstance(plain, exp.Column):
            return None
        source = plain.table or (next(iter(self.tables)) if len(self.tables) == 1 else "")
        if self.tables.get(source) == _COMMUNE:
            return source if plain.name in ("id", "short_code") else None
        # A part of a statement may give the communes it lists another name.
        listed = source not in self.tables and plain.name in ("id", f"{KEY}_1", "commune")
        return source if source and (plain.name == KEY or listed) else None

    def held(self, alias: str) -> bool:
        """Whether a chain of equalities leads to what is given, or to a source that is asked for itself."""
        known, size = {alias}, 0
        while len(known) > size:
            size = len(known)
            for group in self.groups:
                if group & known:
                    known |= group
        # A source of an outer block is no source here: it is asked where it stands.
        return bool(known & self.given) or bool(known - self.tables.keys())


def _is_column(node: Node) -> bool:
    return isinstance(node.unnest(), exp.Column)


def _pairs(left: Node, right: Node) -> Iterable[tuple[Node, Node]]:
    """The equalities of `a = b` and of `(a, b) = (c, d)`."""
    if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple):
        return list(zip(left.expressions, right.expressions, strict=True))
    return [(left, right)]

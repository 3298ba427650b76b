"""Reading many rows cheaply: bare ids and bare rows, the same on SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class BareId(GenericFunction[str]):
    """A Uuid column as its 32 hexadecimal digits, as SQLite keeps it anyway."""

    type = String()
    inherit_cache = True
    name = "bare_id"


@compiles(BareId)
def _as_text(element: BareId, compiler: SQLCompiler, **kw: Any) -> str:
    return f"replace(CAST({compiler.process(element.clauses, **kw)} AS text), '-', '')"


@compiles(BareId, "sqlite")
def _as_kept(element: BareId, compiler: SQLCompiler, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))

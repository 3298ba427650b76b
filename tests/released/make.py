"""Write the store of the release that is checked out: python -m tests.released.make 0009

Run it in a checkout of the release, before anything of the next schema is there; commit what it writes.
Of the two communes of the cast the first is kept; office files and papers of closed periods, which are
large and say nothing about a schema, are left out.
"""

import base64
import hashlib
import json
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Any

from lms.app import create_app
from lms.core import migrate
from lms.core.db import Database, sqlite_module
from lms.core.keys import make_keys
from lms.core.settings import Settings
from tests.assessments.tablet import deliver, whole
from tests.contract.furnish import furnish

FOLDER = Path(__file__).parent
FOREIGN = "KHA"
LEFT_OUT = {"xlsx", "docx", "pdf"}
LONG = 1000
"""Characters; what is longer lies in `large.json`."""


def made(folder: Path) -> Path:
    """A database with the furnished cast and a marked attempt."""
    settings, keys = Settings(data_dir=folder), make_keys()
    database = Database(settings)
    migrate.upgrade(database.engine)
    create_app(settings, database=database, keys=keys, testing=True)
    cast = furnish(database, keys)
    deliver(database, cast, whole(cast).texts)
    database.close()
    return folder / "lms.db"


def kept(cell: Any, large: dict[str, str]) -> Any:
    """A cell as it is written; what is long goes into `large`."""
    is_bytes = isinstance(cell, bytes)
    if not is_bytes and not (isinstance(cell, str) and len(cell) > LONG):
        return cell
    raw = cell if is_bytes else cell.encode("utf-8")
    if is_bytes and len(raw) <= LONG // 8:
        return {"bytes": base64.b64encode(raw).decode()}
    digest = hashlib.sha256(raw).hexdigest()[:16]
    large[digest] = base64.b85encode(zlib.compress(raw, 9)).decode()
    return {"blob" if is_bytes else "text": digest}


def main(revision: str) -> None:
    """Write `<revision>.json` and add to `large.json`."""
    assert revision == migrate.head(), f"This checkout is at {migrate.head()}."
    path = FOLDER / "large.json"
    large = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite_module().connect(str(made(Path(folder))))
        (foreign,) = connection.execute(
            "SELECT id FROM commune WHERE short_code = ?", (FOREIGN,)
        ).fetchone()
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        tables = [name for (name,) in names if name != "alembic_version"]
        text = [_table(connection, name, foreign, large) for name in tables]
        connection.close()
    (FOLDER / f"{revision}.json").write_text(
        "{\n" + ",\n".join(one for one in text if one) + "\n}\n", encoding="utf-8"
    )
    path.write_text(json.dumps(large, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def _table(connection: Any, name: str, foreign: str, large: dict[str, str]) -> str:
    found = connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid')
    columns = [column[0] for column in found.description]
    rows = [
        json.dumps([kept(cell, large) for cell in row], ensure_ascii=False, separators=(",", ":"))
        for row in found.fetchall()
        if _stays(name, dict(zip(columns, row, strict=True)), foreign)
    ]
    body = ",\n".join(rows)
    return (
        f'{json.dumps(name)}: {{"columns": {json.dumps(columns)}, "rows": [\n{body}]}}'
        if rows
        else ""
    )


def _stays(table: str, row: dict[str, Any], foreign: str) -> bool:
    if table == "snapshot_file" and row["kind"] in LEFT_OUT:
        return False
    return row["id"] != foreign if table == "commune" else row.get("commune_id") != foreign


if __name__ == "__main__":
    main(sys.argv[1])

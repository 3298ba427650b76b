"""Everything there is to download of the certificates in a store, as hashes: also for another process."""

import json
import sys
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import files, forms, queries
from certificates.credentials.keeping import text_of
from certificates.models import Certificate
from certificates.paper.bundle import two_up
from lms.core.db import Database
from lms.core.settings import Settings


def hashes(database: Database, session: Session) -> dict[str, str]:
    """What → hash of everything there is to download: each form of each certificate, and the class's."""
    rows = session.scalars(select(Certificate).order_by(Certificate.number)).all()
    found: dict[str, bytes] = {}
    for one in rows:
        found[f"{one.number} a4"] = files.file(session, one)
        if forms.of(session, one):
            found[f"{one.number} a5"] = forms.slip(session, one)
            found |= {f"{one.number} {kind}": text_of(session, one, kind) for kind in ("jwt", "ld")}
    mine, class_ = rows[0].commune_id, rows[0].cohort_id
    assert class_ is not None
    ids = queries.printable(session, mine, class_)
    found["class a4"] = b"".join(files.class_file(database, mine, ids, "Lớp"))
    if slips := list(forms.slips(session, mine, ids)):
        found["class a5"] = b"".join(two_up(slips, "Lớp"))
    return {name: sha256(body).hexdigest() for name, body in found.items()}


def tell(address: str) -> None:
    """Run in a process of its own: print what it would hand out."""
    database = Database(Settings(database_url=address))
    with database.read() as session:
        sys.stdout.write(json.dumps(hashes(database, session)))
    database.close()

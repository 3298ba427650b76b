"""Certificates of an earlier release: its own store, upgraded, gives its own files."""

import gzip
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select, text

from certificates import files
from certificates.models import Certificate
from lms.core import migrate
from lms.core.db import Database
from lms.core.settings import Settings

STORES = Path(__file__).parents[1] / "golden"
ISSUED = {
    "store-0004": {
        "000001/2026/TBT": ("revoked", "1944a7a160fcd8e05c2313a0a3cc4c9d69739b613dbfc5a6e095c640d24c9e3e"),
        "000002/2026/TBT": ("replaced", "84f374f5a6372fa810afeb9cd27699240cdd44bf6adcd8a359b6930e8f18642b"),
        "000003/2026/TBT": ("valid", "5732c4fd30f1177c71b705c8c5851063b3282d8bd78c45b5e1554adfc01efbb1"),
    }
}  # fmt: skip
"""Store as a release left it → number → status and hash of the file that was downloaded then."""

pytestmark = pytest.mark.db


@pytest.fixture(params=ISSUED)
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Database]]:
    """A store of an earlier release after today's migrations."""
    place = tmp_path / "lms.db"
    place.write_bytes(gzip.decompress((STORES / f"{request.param}.db.gz").read_bytes()))
    database = Database(Settings(database_url=f"sqlite:///{place}"))
    migrate.upgrade(database.engine)
    yield request.param, database
    database.close()


def test_an_upgrade_changes_no_file_no_status_and_issues_nothing(
    upgraded: tuple[str, Database],
) -> None:
    store, database = upgraded
    with database.read() as session:
        found = {
            one.number: (one.status, sha256(files.file(session, one)).hexdigest())
            for one in session.scalars(select(Certificate))
        }
        forms = session.scalar(text("SELECT count(*) FROM certificate_form"))
    assert found == ISSUED[store]
    assert forms == 0

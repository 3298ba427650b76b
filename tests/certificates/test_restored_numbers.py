"""Numbers of certificates after the store was put back from a backup."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from certificates import actions
from lms.core import clock
from lms.core.audit import AuditEntry
from lms.core.db import Database
from lms.core.settings import Settings
from lms.ledger import generation
from tests.cast import Cast
from tests.certificates.work import ISSUER, TODAY, attained, officer

pytestmark = pytest.mark.db


def test_a_restored_store_gives_no_number_that_it_may_have_given_before(
    database: Database, cast: Cast, app: Flask, tmp_path: Path
) -> None:
    with clock.frozen(TODAY), database.write() as session:
        attained(session, cast, "lan")
        attained(session, cast, "hung")
        actions.issue(session, officer(cast), cast["k1"], [cast["hv_lan"]], ISSUER)
    with clock.frozen(TODAY):
        generation.renew(database, Settings(data_dir=tmp_path), "restored")
    with clock.frozen(TODAY), database.write() as session:
        (after,) = actions.issue(session, officer(cast), cast["k1"], [cast["hv_hung"]], ISSUER).made
        told = session.scalars(select(AuditEntry.body)).all()
    assert after.number == "001002/2026/TBT"
    assert sum('"last":"1001"' in body for body in told) == 1

"""A batch is stored once, verbatim, event by event."""

import pytest
from flask import Flask

from lms.core import clock
from lms.core.db import Database
from lms.ledger.actions import accept
from tests.cast import Cast
from tests.ledger.events import event_text

pytestmark = pytest.mark.db


def test_a_batch_is_stored_and_the_same_batch_again_is_a_duplicate(
    app: Flask, database: Database, cast: Cast
) -> None:
    texts = [event_text(cast, "help.asked", {}), event_text(cast, "help.asked", {})]
    for outcome in ("stored", "duplicate"):
        with database.write() as session:
            receipt = accept(session, cast["TBT"], cast["k1_may"], texts, clock.now())
        assert [fate.outcome for fate in receipt.fates] == [outcome, outcome]

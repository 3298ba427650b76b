"""Texts of events as a tablet of the cast writes them."""

import json
from typing import Any

from lms.core import clock
from lms.core.ids import uuid7
from lms.ledger.rules import millis
from tests.cast import Cast


def envelope(cast: Cast, kind: str, payload: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """One event of Lan's in the open class K1, written on its tablet."""
    return {
        "v": 1,
        "id": str(uuid7()),
        "device": str(cast["k1_may"]),
        "epoch": "e1",
        "seq": 1,
        "class": str(cast["k1_buoi"]),
        "learner": str(cast["hv_lan"]),
        "type": kind,
        "payload": payload,
        "at": millis(clock.now()),
        "mono": 5,
        "offset": 0,
        "app": "1.0",
    } | changes


def event_text(cast: Cast, kind: str, payload: dict[str, Any], **changes: Any) -> str:
    """The verbatim text of such an event."""
    return json.dumps(envelope(cast, kind, payload, **changes), ensure_ascii=False)

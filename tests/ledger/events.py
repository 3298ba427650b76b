"""Texts of events as a tablet of the cast writes them."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import marshmallow as ma
from sqlalchemy.orm import Session

from lms.core import clock
from lms.core.ids import uuid7
from lms.ledger import registry
from lms.ledger.registry import StoredEvent
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


class Nothing(ma.Schema):
    """A payload without fields."""

    class Meta:
        unknown = ma.RAISE


def nothing(_session: Session, _commune_id: UUID, _events: Sequence[StoredEvent]) -> None:
    """Projects to nothing."""


def forget_type(name: str) -> None:
    """Take a test's own type out of the registry again."""
    registry._types.pop(name, None)

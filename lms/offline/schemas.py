"""JSON of the sync calls, for the API's description; the hot call writes the same by msgspec."""

import marshmallow as ma

from lms.core.api import In, Out
from lms.ledger.rules import APP_PATTERN, MAX_COUNT, WORD_PATTERN, Outcome, Reason

EPOCHS_AT_MOST = 2000
"""Each visit of the player is an epoch."""


class BatchIn(ma.Schema):
    """What a device sends. It is never validated as a whole: a bad event never fails its batch."""

    protocol = ma.fields.Integer(load_default=1)
    events = ma.fields.List(
        ma.fields.String(metadata={"description": "the verbatim text of one event"}), required=True
    )


class FateOut(Out):
    """The answer to one event."""

    index = ma.fields.Integer(
        allow_none=True, metadata={"description": "place in the batch; null for an unreadable body"}
    )
    id = ma.fields.String(allow_none=True)
    fate = ma.fields.String(validate=ma.validate.OneOf([one.value for one in Outcome]))
    reason = ma.fields.String(
        allow_none=True, validate=ma.validate.OneOf([one.value for one in Reason])
    )


class ReceiptOut(Out):
    """The answer to a batch."""

    store_generation = ma.fields.UUID(allow_none=True)
    server_time = ma.fields.Integer(metadata={"description": "milliseconds since 1970, UTC"})
    events = ma.fields.List(ma.fields.Nested(FateOut))
    confirmed = ma.fields.List(
        ma.fields.String(), metadata={"description": "ids that the commune holds for good"}
    )


class HaveOut(Out):
    """What the store holds of the calling device."""

    store_generation = ma.fields.UUID(allow_none=True)
    server_time = ma.fields.Integer()
    device = ma.fields.UUID()
    epochs = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.List(ma.fields.Integer())),
        metadata={"description": "epoch → runs [first, last] of sequence numbers"},
    )


class TimeOut(Out):
    """The commune's clock, for a device to measure its offset."""

    store_generation = ma.fields.UUID(allow_none=True)
    server_time = ma.fields.Integer()


_WORD = ma.validate.Regexp(WORD_PATTERN)
_COUNT = ma.validate.Range(0, MAX_COUNT)


class ReportIn(In):
    """What a device says of itself."""

    unsent = ma.fields.Integer(
        required=True, strict=True, validate=_COUNT,
        metadata={"description": "acts that the service has not confirmed"},
    )  # fmt: skip
    made = ma.fields.Dict(
        keys=ma.fields.String(validate=_WORD),
        values=ma.fields.Integer(strict=True, validate=_COUNT),
        required=True,
        validate=ma.validate.Length(max=EPOCHS_AT_MOST),
        metadata={"description": "epoch → how many events were made in it, numbered from 0"},
    )
    pack = ma.fields.UUID(
        load_default=None, allow_none=True,
        metadata={"description": "the carried class that this tablet holds"},
    )  # fmt: skip
    app = ma.fields.String(load_default="", validate=ma.validate.Regexp(APP_PATTERN))
    persisted = ma.fields.Boolean(load_default=None, allow_none=True)
    usage = ma.fields.Integer(load_default=None, allow_none=True, validate=_COUNT)
    quota = ma.fields.Integer(load_default=None, allow_none=True, validate=_COUNT)
    emptied = ma.fields.Boolean(
        load_default=False,
        metadata={"description": "its store was found empty although it had held something"},
    )
    fresh = ma.fields.Boolean(
        load_default=False,
        metadata={
            "description": "its store was made just now: the answer says what the service holds of it"
        },
    )


class ReportedOut(TimeOut):
    """The commune's clock; `epochs` (as in `HaveOut`) only for a device whose store is fresh."""

    epochs = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.List(ma.fields.Integer())),
        allow_none=True,
    )

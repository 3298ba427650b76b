"""The envelope of an event in marshmallow: the readable twin of `lms.ledger.envelope.Envelope`.

The store decodes with msgspec, because on this one path decoding is the cost; a property test holds both
equal (docs/adr/0002-one-compiled-decoder.md). Change them together.
"""

from typing import Any

import marshmallow as ma

from lms.ledger import rules


class _Whole(ma.fields.Integer):
    """A whole number as JSON writes it: neither 1.0 nor true nor "1"."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(strict=True, validate=ma.validate.Range(least, most), **options)

    def _validated(self, value: Any) -> Any:
        if type(value) is not int:
            raise self.make_error("invalid")
        return super()._validated(value)


def _text(pattern: str, **options: Any) -> ma.fields.String:
    return ma.fields.String(validate=ma.validate.Regexp(pattern), **options)


def _optional(pattern: str, **options: Any) -> ma.fields.String:
    return _text(pattern, load_default=None, allow_none=True, **options)


class EnvelopeIn(ma.Schema):
    """One event as it travels. Pseudonyms only: a field that is not named here is refused."""

    class Meta:
        unknown = ma.RAISE

    v = _Whole(1, rules.MAX_VERSION, required=True)
    """Version of the event type."""
    id = _text(rules.UUID7_PATTERN, required=True)
    device = _text(rules.UUID_PATTERN, required=True)
    epoch = _text(rules.WORD_PATTERN, required=True)
    """Random at each opening of the client's database."""
    seq = _Whole(0, rules.MAX_COUNT, required=True)
    """Counts up within an epoch."""
    class_ = _optional(rules.UUID_PATTERN, data_key="class")
    """The class session."""
    learner = _optional(rules.UUID_PATTERN)
    """The enrolment id: a pseudonym."""
    attempt = _optional(rules.UUID_PATTERN)
    segment = _optional(rules.WORD_PATTERN)
    parent = _optional(rules.UUID_PATTERN)
    """The event this one goes on from, corrects or answers."""
    content = _optional(rules.HASH_PATTERN)
    """Hash of the programme version the client worked from."""
    type = _text(rules.TYPE_PATTERN, required=True)
    payload = ma.fields.Dict(required=True)
    """Checked by the schema of the type's owner."""
    at = _Whole(0, rules.MAX_MILLIS, required=True)
    """Device time in milliseconds since 1970."""
    mono = _Whole(0, rules.MAX_COUNT, load_default=0)
    """Monotonic milliseconds since the page was loaded."""
    offset = _Whole(-rules.MAX_MILLIS, rules.MAX_MILLIS, load_default=0)
    """Measured milliseconds to add to device time."""
    app = _text(rules.APP_PATTERN, load_default="")
    """Version of the client."""

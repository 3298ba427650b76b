"""The compiled decoder and the marshmallow schema take and refuse the same envelopes (ADR 0002)."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.ids import uuid7
from lms.ledger.envelope import Envelope, Misfit, decode
from lms.ledger.rules import (
    MAX_COUNT,
    MAX_MILLIS,
    claimed_id,
    device_time,
    ranges,
    verbatim,
)
from lms.ledger.schemas import EnvelopeIn

pytestmark = pytest.mark.pure

SCHEMA = EnvelopeIn()
WHOLE = {
    "v": 1, "id": "01890000-0000-7000-8000-00000000000a",
    "device": "01890000-0000-7000-8000-00000000000b", "epoch": "e1", "seq": 0,
    "class": "01890000-0000-7000-8000-00000000000c", "learner": None, "attempt": None,
    "segment": "s1", "parent": None, "content": "a" * 64, "type": "answer.given",
    "payload": {"item": "q1"}, "at": 1, "mono": 0, "offset": -5, "app": "1.0",
}  # fmt: skip
UUIDS = st.uuids(version=4).map(str) | st.builds(lambda: str(uuid7()))
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(
        [-1, MAX_COUNT, MAX_COUNT + 1, MAX_MILLIS, MAX_MILLIS + 1, -MAX_MILLIS, 1.0, 1e3]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
    UUIDS,
    UUIDS.map(str.upper),
    UUIDS.map(lambda key: key.replace("-", "")),
    st.text(max_size=70),
    st.sampled_from(
        ["", "a\n", "e1\n", "é", "a" * 64, "a" * 65, "0" * 64 + "\n", "a.b", "A.b", "1"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@st.composite
def envelopes(draw: st.DrawFn) -> dict[str, Any]:
    """A good envelope with up to three fields changed, left out or added."""
    body = dict(WHOLE)
    for name in draw(st.lists(st.sampled_from(sorted(WHOLE)), max_size=3, unique=True)):
        if draw(st.booleans()):
            body[name] = draw(ODD)
        else:
            body.pop(name)
    return body | draw(st.dictionaries(st.sampled_from(["name", "phone", ""]), ODD, max_size=1))


def taken(text: str) -> Envelope | None:
    try:
        return decode(text)
    except Misfit:
        return None


@settings(max_examples=1500, deadline=None)
@given(envelopes())
def test_both_readers_take_and_refuse_the_same_envelopes(body: dict[str, Any]) -> None:
    text = json.dumps(body)
    event = taken(text)
    errors = SCHEMA.validate(json.loads(text))
    # The payload is left raw by the decoder and read by its owner's schema afterwards.
    payload_errors = errors.pop("payload", None) if body.get("payload", {}) is not None else None
    if isinstance(body.get("payload"), dict) or "payload" not in body:
        errors |= {"payload": payload_errors} if payload_errors else {}
    else:
        errors.pop("payload", None)
    assert (event is None) == bool(errors), (errors, body)


@settings(max_examples=300, deadline=None)
@given(envelopes())
def test_both_readers_read_the_same_values(body: dict[str, Any]) -> None:
    text = json.dumps(body)
    event = taken(text)
    if event is None or not isinstance(body["payload"], dict):
        return
    loaded = SCHEMA.load(json.loads(text))
    assert json.loads(bytes(event.payload)) == loaded.pop("payload")
    assert {name: getattr(event, name) for name in loaded} == loaded


def test_a_whole_envelope_is_taken() -> None:
    assert taken(json.dumps(WHOLE)) is not None
    assert SCHEMA.validate(WHOLE) == {}


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"v":NaN}', "x" * 10, "\ud800"])
def test_what_is_no_envelope_is_refused(text: str) -> None:
    assert taken(text) is None


def test_an_unreadable_text_still_tells_which_id_it_claims() -> None:
    key = str(uuid7())
    assert claimed_id('{"v":1, "id" : "KEY", "type":'.replace("KEY", key)) == key
    assert claimed_id("no id here") is None


@given(st.sets(st.integers(0, 60)))
def test_ranges_hold_exactly_the_numbers(numbers: set[int]) -> None:
    runs = ranges(numbers)
    assert {n for first, last in runs for n in range(first, last + 1)} == numbers
    assert all(b[0] > a[1] + 1 for a, b in pairwise(runs))


@given(st.integers(0, MAX_MILLIS), st.integers(-MAX_MILLIS, MAX_MILLIS))
def test_any_device_clock_gives_an_instant(at: int, offset: int) -> None:
    assert device_time(at, offset).year >= 1970


def test_an_event_the_server_makes_leaves_blanks_out() -> None:
    assert (
        verbatim({"v": 1, "class": None, "payload": {"tên": "ô"}})
        == '{"v":1,"payload":{"tên":"ô"}}'
    )

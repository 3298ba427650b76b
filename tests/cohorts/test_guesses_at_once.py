"""Guesses sent at once: all are judged before the first is counted; no more are answered than allowed."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from lms.cohorts import limits, sign_in
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.settings import Settings
from lms.people import sign_in as staff_sign_in
from lms.people import totp
from lms.people.account_models import AccountTotp
from tests.cast import PASSWORD, PIN, Cast
from tests.people.door import try_in
from tests.people.steps import code_of, send_code, switch_on

pytestmark = pytest.mark.db
AT_ONCE = 8
"""More than are allowed; the service works on as many at a time as it has threads, the rest waits."""
TOGETHER = Settings().threads
Count = Callable[[str, object], None]


def all_at_once(guess: Callable[[int], int]) -> Counter[int]:
    """The statuses of so many calls in as many threads."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(guess, range(AT_ONCE)))


def judged_together(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, parties: int) -> None:
    """Nobody leaves this function before so many have come to it."""
    real, together = getattr(module, name), Barrier(parties)

    def waits(*given: Any) -> Any:
        found = real(*given)
        together.wait(60)
        return found

    monkeypatch.setattr(module, name, waits)


def try_pin(app: Flask, cast: Cast, pin: str) -> int:
    body = {"class_code": "K1ABCD", "enrolment_id": str(cast["hv_lan"]), "pin": pin}
    headers = {"Authorization": f"Bearer {cast.device_credentials['k1_may']}"}
    address = "/api/v1/learner-sessions"
    return app.test_client().post(address, json=body, headers=headers).status_code


def test_of_pins_sent_at_once_five_are_told_that_they_were_wrong(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, record_property: Count
) -> None:
    judged_together(monkeypatch, sign_in, "missed", TOGETHER)
    told = all_at_once(lambda n: try_pin(app, cast, f"000{n}"))
    assert told == {422: limits.PER_LEARNER.tries, 429: AT_ONCE - limits.PER_LEARNER.tries}
    assert try_pin(app, cast, PIN) == 429, "and the right one comes too late"
    record_property("count: PIN and card guesses, got in 0", AT_ONCE)


def test_of_passwords_sent_at_once_five_are_told_that_they_were_wrong(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, record_property: Count
) -> None:
    """The right one among them gets in only if it was one of the first five that were counted."""
    judged_together(monkeypatch, staff_sign_in, "matches", TOGETHER)

    def guess(n: int) -> int:
        password = PASSWORD if n == 0 else f"doan-thu-{n}-sai"
        return try_in(app.test_client(), "oanh", password).status_code

    told = all_at_once(guess)
    assert told[401] == staff_sign_in.PER_LOGIN.tries or told[303] == 1
    assert told[401] <= staff_sign_in.PER_LOGIN.tries + told[303] * 2
    assert told.total() == AT_ONCE
    record_property("count: password and code guesses at once, too many 0", AT_ONCE)


def test_of_codes_sent_at_once_five_are_told_that_they_were_wrong(
    app: Flask, database: Database, keys: Keys, cast: Cast, record_property: Count
) -> None:
    secret, _codes = switch_on(database, keys, Actor(Role.OFFICER, cast["TBT"], cast["oanh"]))
    browsers = [app.test_client() for _n in range(AT_ONCE)]
    for one in browsers:
        try_in(one, "oanh")
    wrong = f"{(int(code_of(secret)) + 7) % 1_000_000:06}"
    told = all_at_once(lambda n: send_code(browsers[n], wrong).status_code)
    assert told == {422: totp.SHORT.tries, 429: AT_ONCE - totp.SHORT.tries}
    assert send_code(browsers[0], code_of(secret)).status_code == 429
    with database.read() as session:
        assert session.get_one(AccountTotp, cast["oanh"]).confirmed_at is not None
    record_property("count: password and code guesses at once, too many 0", AT_ONCE)

"""What is open on a box, over the whole map of routes."""

import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule

from lms.core.db import Database
from lms.core.guard import SAFE_METHODS
from lms.core.keys import Keys
from lms.core.policy import PUBLIC, Role, policy_of
from lms.offline.box.openness import HOUSE, OPEN, OWN, SIGN_IN, TABLETS, WHEN_DISABLED
from tests.cast import Cast
from tests.contract.matrix import methods, rules
from tests.offline.laptops import begin, make_file, signed_in

WRITES = frozenset({
    # Events of learners and of the class.
    "assessments.answer", "assessments.begin", "assessments.hand_in", "assessments.pass_screen",
    "attempts.put_attempt", "attempts.put_task", "attendance.card", "attendance.tap", "attendance.tap_all",
    "attendance.untap", "board.observe", "cohorts.call_help", "projector.taught", "sync.post_batch",
    "teaching.answer_help", "teaching.mark_attendance",
    # The hours of the class and of its test, told as events of the box.
    "board.open_today", "teaching.open_session", "teaching.close_session", "teaching.open_sitting",
    "teaching.close_sitting",
    # Who sits where, on this box alone.
    "cohorts.next_person", "cohorts.take_card", "cohorts.take_code", "cohorts.take_pin", "people.sign_in_now",
    "people.sign_out", "tablet.enter_class", "tablet.leave_class", "tablet.scan_card",
    "tablet.sign_in_learner", "tablet.sign_out_learner", "tablet.join_by_phone", "teaching.unlock",
    "core.theme",
    # Questions to the lessons: nothing of them is stored.
    "assistant.learner_answer", "assistant.staff_answer",
    # Tablets of the box; they are told to the commune with the work.
    "invites.begin", "invites.come_in", "invites.done", "packs.put_report", "teaching.enrol_tablet",
    "teaching.revoke_tablet",
})  # fmt: skip
"""Every route that writes on a box beside its own page, so that another one is opened on purpose only."""


@pytest.mark.pure
def test_the_list_names_routes_that_are_there_and_every_write_was_chosen(built_app: Flask) -> None:
    known = {rule.endpoint for rule in rules(built_app)}
    assert OPEN - known == set()
    assert WHEN_DISABLED <= OPEN
    writing = {
        rule.endpoint
        for rule in rules(built_app)
        if set(methods(rule)) - set(SAFE_METHODS) and rule.endpoint in OPEN
    }
    assert writing - OWN == WRITES


@pytest.mark.pure
def test_nobody_but_trainers_learners_and_tablets_finds_a_door(built_app: Flask) -> None:
    """What officers, administrators, other systems and the public have for themselves stays closed."""
    ours = {Role.TRAINER, Role.LEARNER, Role.DEVICE}
    for rule in rules(built_app):
        policy = policy_of(built_app, rule.endpoint)
        assert policy is not None
        if rule.endpoint in OPEN:
            assert policy is PUBLIC or ours & set(policy.reach), rule.endpoint
    public = {
        r.endpoint for r in rules(built_app) if policy_of(built_app, r.endpoint) is PUBLIC
    } & OPEN
    entries = {name for name in public if name.startswith(("cohorts.", "own_phones."))}
    assert public - entries <= HOUSE | SIGN_IN | TABLETS


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A box is on SQLite."""
    shutil.copy(sqlite_template, tmp_path / "lms.db")
    return f"sqlite:///{tmp_path / 'lms.db'}"


@pytest.mark.db
def test_every_other_route_is_answered_with_the_page_that_says_where(
    app: Flask, database: Database, keys: Keys, cast: Cast, sqlite_template: Path, tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    """Asked as the trainer of the class, wherever the policy would let a trainer in."""
    _key, code, file = make_file(database, keys, cast, "k1")
    box = begin(sqlite_template, tmp_path / "may-lop", file, code)
    box.run(app)
    client = signed_in(app)
    asked, wrong = 0, []
    for rule in rules(app):
        policy = policy_of(app, rule.endpoint)
        if rule.endpoint in OPEN or policy is None or not policy.lets_in(Role.TRAINER):
            continue
        address = _address(app, rule)
        # Every write, and what is read without naming anything: the gate is one for all.
        for method in (one for one in methods(rule) if one != "GET" or not rule.arguments):
            answer = client.open(address, method=method, base_url="http://localhost")
            text = answer.get_data(as_text=True)
            asked += 1
            if answer.status_code != 403 or "Việc này làm ở máy chủ của xã" not in text:
                wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    record_property("count: closed routes asked on a box", asked)
    assert wrong == []
    assert asked > 80
    home = client.get("/hom-nay").get_data(as_text=True)
    assert "/viec-ve-xa" in home
    assert "/dan-cu" not in home
    box.database.close()


def _address(app: Flask, rule: Rule) -> str:
    """The route's address with ids of nobody."""
    filled = {}
    for name in rule.arguments:
        kind = type(rule._converters[name]).__name__
        filled[name] = {"UUIDConverter": uuid4(), "IntegerConverter": 1}.get(kind, "x")
        if kind == "AnyConverter":
            filled[name] = sorted(rule._converters[name].items)[0]
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, filled)

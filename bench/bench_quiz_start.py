"""300 learners sign in and begin a test within 60 seconds: p95 under 500 ms, no error, nothing lost.

    .venv/bin/python bench/bench_quiz_start.py                       # SQLite, then PostgreSQL
    .venv/bin/python bench/bench_quiz_start.py --learners 60 --seconds 12

Each learner comes at a moment of chance on a connection of its own and does what the player does: signs in with
the PIN, asks for the desk and for the content, begins the test (the service draws the form), and sends the turn
and five answers as a batch. In the same run as many calls go to a granian with a page of one line, at the same
moments. At the end the store has to hold every test and every answer.
"""

import argparse
import gzip
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from class_load import Learner, Line, Service, bare, hall, percentile
from common import postgres
from sqlalchemy import func, select

from assessments.models import Answer, Attempt
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.ledger.models import Event
from tests.cast import PIN

GOAL = 0.5
ANSWERS = 5
STEPS = ("sign in", "desk", "content", "begin the test", "send the answers")


class Book:
    """Times by step, and errors."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {name: [] for name in STEPS}
        self.errors: Counter[str] = Counter()
        self.attempts: list[str] = []
        self.events: set[str] = set()
        self.guard = threading.Lock()

    def timed(self, step: str, work: Callable[[], tuple[int, bytes]]) -> bytes:
        """One call; an answer that is no success is an error."""
        began = time.perf_counter()
        try:
            status, body = work()
        except OSError as error:
            status, body = 0, str(error).encode()
        with self.guard:
            self.times[step].append(time.perf_counter() - began)
            if status not in (200, 201):
                self.errors[f"{step}: {status} {body[:200]!r}"] += 1
        return body


def start(book: Book, service: Service, who: Learner) -> None:
    """One learner: from the PIN to the first answers."""
    line = Line(service.port, who.credential)
    body = {"class_code": who.code, "enrolment_id": who.id, "pin": PIN}
    book.timed("sign in", lambda: line.call("POST", "/api/v1/learner-sessions", body, device=True))
    book.timed("desk", lambda: line.call("GET", "/api/v1/learner/desk"))
    book.timed("content", lambda: line.call("GET", f"/api/v1/content/{service.content}/basic"))
    attempt = str(uuid7())
    told = book.timed("begin the test", lambda: line.call(
        "PUT", f"/api/v1/attempts/{attempt}", {"kind": "certifying"}))  # fmt: skip
    with book.guard:
        book.attempts.append(attempt)
    texts = answers(who, attempt, _read(told))
    batch = {"protocol": 1, "events": texts}
    sent = book.timed(
        "send the answers", lambda: line.call("POST", "/api/v1/sync/batches", batch, device=True)
    )
    with book.guard:
        book.events |= set(_read(sent).get("confirmed", []))
        if len(_read(sent).get("confirmed", [])) != len(texts):
            book.errors["a batch was not confirmed whole"] += 1


def _read(body: bytes) -> dict[str, Any]:
    try:
        plain = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        return dict(json.loads(plain))
    except ValueError:
        return {}


def answers(who: Learner, attempt: str, told: dict[str, Any]) -> list[str]:
    """The turn and the first answers, as a tablet writes them."""
    items = [one["id"] for one in told.get("questions", [])][:ANSWERS]
    acts = [("turn.began", {"how": "pin"}, None)]
    acts += [("answer.given", {"item": item, "response": []}, attempt) for item in items]
    return [
        json.dumps({
            "v": 1, "id": str(uuid7()), "device": who.device, "epoch": "e1", "seq": n,
            "class": who.meeting, "learner": who.id, "attempt": about, "segment": "t1",
            "type": kind, "payload": payload, "at": int(time.time() * 1000), "mono": n, "app": "bench",
        })
        for n, (kind, payload, about) in enumerate(acts)
    ]  # fmt: skip


def arrive(works: list[Callable[[], None]], seconds: float) -> None:
    """Each at its moment of chance, in a thread of its own."""
    dice, began = Random(300), time.perf_counter()

    def come(work: Callable[[], None], at: float) -> None:
        time.sleep(max(0.0, at - (time.perf_counter() - began)))
        work()

    threads = [
        threading.Thread(target=come, args=(work, dice.uniform(0, seconds))) for work in works
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def bare_calls(service: Service, book: Book) -> None:
    """As many calls to the page of one line."""
    line = Line(service.port)
    for step in STEPS:
        book.timed(step, lambda: line.call("GET", "/"))


def missing(service: Service, book: Book) -> tuple[int, int]:
    """(tests, events) that were answered with success and are not in the store."""
    database = Database(service.settings)
    try:
        with database.read() as session:
            tests = set(session.scalars(select(Attempt.id)))
            events = set(session.scalars(select(Event.id)))
            counted = session.scalar(select(func.count()).select_from(Answer))
            print(
                f"  {len(tests)} tests begun, {len(events)} events, {counted} answers counted yet"
            )
    finally:
        database.close()
    lost = sum(UUID(one) not in tests for one in book.attempts)
    return lost, sum(UUID(one) not in events for one in book.events)


def measure(name: str, learners: int, seconds: float, url: str = "") -> bool:
    """One store; True when the goal is kept."""
    with hall(learners, url, workers=2 if url else 1) as service:
        book, floor = Book(), Book()
        before = service.cpu()
        arrive([partial(start, book, service, who) for who in service.learners], seconds)
        spent = service.cpu() - before
        lost = missing(service, book)
    with bare() as beside:
        arrive([partial(bare_calls, beside, floor)] * learners, seconds)
    print(
        f"{name}: {learners} learners within {seconds:.0f} s, {spent * 1000 / learners:.0f} ms CPU each"
    )
    for step in STEPS:
        ours, theirs = book.times[step], floor.times[step]
        p95 = percentile(ours, 0.95)
        print(f"  {step:<18} p50 {percentile(ours, 0.5) * 1000:6.0f} ms   p95 {p95 * 1000:6.0f} ms   "
              f"max {max(ours) * 1000:6.0f} ms   bare p95 {percentile(theirs, 0.95) * 1000:5.0f} ms   "
              f"{p95 / percentile(theirs, 0.95):5.1f}×")  # fmt: skip
    every = [one for step in STEPS for one in book.times[step]]
    p95, errors = percentile(every, 0.95), sum(book.errors.values())
    kept = p95 < GOAL and not errors and not any(lost)
    print(f"  all calls p95 {p95 * 1000:.0f} ms (goal < {GOAL * 1000:.0f}), {errors} errors; {lost[0]} tests "
          f"and {lost[1]} events lost: {'kept' if kept else 'NOT KEPT'}")  # fmt: skip
    for words, times in book.errors.most_common(3):
        print(f"    {times} × {words}")
    return kept


def main() -> None:
    """Both stores."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--learners", type=int, default=300)
    asked.add_argument("--seconds", type=float, default=60)
    chosen = asked.parse_args()
    kept = [measure("SQLite", chosen.learners, chosen.seconds)]
    with postgres() as (url, _programs):
        kept.append(measure("PostgreSQL", chosen.learners, chosen.seconds, url))
    if not all(kept):
        sys.exit("The goal is not kept.")


if __name__ == "__main__":
    main()

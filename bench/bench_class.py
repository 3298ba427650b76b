"""A class at once: sign-ins, the learner's home, and saving answers, by processor time of the whole service.

    .venv/bin/python bench/bench_class.py                 # 30 and 300 learners, SQLite
    .venv/bin/python bench/bench_class.py --seconds 3

In the same run a granian with a Flask page of one line is asked in the same way: that is what a request costs
before it does anything. The peer's figures are Kolibri's as written (design/performance.md): 18–20 ms of
processor time to save an answer, 77–84 ms for a learner's home, p50 of 30 sign-ins 1.7–2.1 s.
"""

import argparse
import json
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from class_load import Learner, Line, Service, bare, hall, percentile, together
from sqlalchemy import select

from assessments.rules import draw_form, form_to_plain
from courses import queries as courses
from courses.models import ProgrammeVersionRow
from lms.core.db import Database
from lms.core.ids import uuid7
from lms.people.passwords import matches
from tests.cast import _HASH, PASSWORD, PIN

PEER_ANSWER, PEER_HOME = 19.0, 80.0
"""Milliseconds of processor time of the peer."""


class Load:
    """Calls of many clients for some seconds: how many, how long, how much processor time."""

    def __init__(self, service: Service, clients: int, seconds: float) -> None:
        self.service, self.clients, self.seconds = service, clients, seconds
        self.times: list[float] = []
        self.guard = threading.Lock()

    def run(self, makes: list[Callable[[], Callable[[], int]]]) -> "Load":
        """Each of `makes` gives a client's call, which returns its status."""
        before = self.service.cpu()
        self.wall = together([partial(self._client, make()) for make in makes])
        time.sleep(0.5)
        self.cpu = self.service.cpu() - before
        return self

    def _client(self, call: Callable[[], int]) -> None:
        end, own = time.perf_counter() + self.seconds, []
        while time.perf_counter() < end:
            began = time.perf_counter()
            status = call()
            own.append(time.perf_counter() - began)
            assert status in (200, 201, 303), f"answered {status}"
        with self.guard:
            self.times += own

    @property
    def each(self) -> float:
        """Milliseconds of processor time a call."""
        return self.cpu * 1000 / len(self.times)


def tell(
    what: str, load: Load, floor: Load, *, per: int = 1, peer: float = 0.0, p95_goal: float = 0
) -> None:
    """One line: calls and milliseconds of processor time, beside a bare page and the peer."""
    each, p95 = load.each / per, percentile(load.times, 0.95) * 1000
    beside = f"   {peer / each:5.1f}× the peer's {peer:.0f} ms, goal ≥ 20×" if peer else ""
    within = f" (goal < {p95_goal:.0f})" if p95_goal else ""
    print(f"{what:<46} {len(load.times) * per / load.wall:7.0f} a second   {each:6.2f} ms CPU each = "
          f"{load.each / floor.each:5.1f}× a bare page   p95 {p95:5.0f} ms{within}{beside}")  # fmt: skip


def signed_in(service: Service, who: Learner) -> Line:
    """The learner's tablet, signed in."""
    line = Line(service.port, who.credential)
    body = {"class_code": who.code, "enrolment_id": who.id, "pin": PIN}
    status, _body = line.call("POST", "/api/v1/learner-sessions", body, device=True)
    assert status == 201, f"signing in was answered {status}"
    return line


def page(line: Line, path: str) -> Callable[[], int]:
    """Asking for one address again and again."""
    return lambda: line.call("GET", path)[0]


class Work:
    """Attempts of a learner, one after the other: begun as the player begins them, each question answered."""

    def __init__(self, service: Service, who: Learner, form: dict[str, Any]) -> None:
        self.service, self.who, self.form, self.seq = service, who, form, 0
        self.left: list[tuple[str, list[str]]] = []

    def text(self, kind: str, payload: dict[str, Any]) -> str:
        """One event as a tablet writes it."""
        self.seq += 1
        return json.dumps({
            "v": 1, "id": str(uuid7()), "device": self.who.device, "epoch": "e1", "seq": self.seq,
            "class": self.who.meeting, "learner": self.who.id, "attempt": self.attempt, "segment": "t1",
            "content": self.service.content, "type": kind, "payload": payload,
            "at": int(time.time() * 1000), "mono": self.seq, "app": "bench",
        })  # fmt: skip

    def answer(self) -> list[str]:
        """The next answer; before the first one of an attempt also its beginning."""
        begun = []
        if not self.left:
            self.attempt, self.left = str(uuid7()), list(self.form["items"])
            start = {"kind": "practice", "level": "basic", **self.form}
            begun = [self.text("attempt.started", start)]
        item, options = self.left.pop()
        return [*begun, self.text("answer.given", {"item": item, "response": options[:1]})]


def practice(service: Service) -> dict[str, Any]:
    """A practice form of the programme: seed and items."""
    database = Database(service.settings)
    try:
        with database.read() as session:
            key = session.scalars(
                select(ProgrammeVersionRow.id).where(
                    ProgrammeVersionRow.content_hash == service.content
                )
            ).one()
            version = courses.version(session, key)
        plain = form_to_plain(draw_form(version, version.blueprint("practice", "basic"), "bench"))
        return {"seed": plain["seed"], "items": plain["items"]}
    finally:
        database.close()


def answering(line: Line, work: Work, size: int) -> Callable[[], int]:
    """Sending `size` answers again and again."""

    def send() -> int:
        texts = [text for _n in range(size) for text in work.answer()]
        body = {"protocol": 1, "events": texts}
        status, answer = line.call("POST", "/api/v1/sync/batches", body, device=True)
        assert b"quarantined" not in answer
        return status

    return send


def staff(service: Service, login: str) -> Callable[[], int]:
    """One officer signs in with a password."""
    form = f"login={login}&password={PASSWORD}"
    return lambda: Line(service.port).call("POST", "/dang-nhap", form=form)[0]


def once(what: str, calls: list[Callable[[], int]], goal: float) -> None:
    """All at once, one call each."""
    times, guard = list[float](), threading.Lock()

    def one(call: Callable[[], int]) -> None:
        began = time.perf_counter()
        assert call() in (200, 201, 303)
        with guard:
            times.append(time.perf_counter() - began)

    wall = together([partial(one, call) for call in calls])
    p95 = percentile(times, 0.95)
    print(f"{what:<46} all in {wall:5.2f} s   p50 {percentile(times, 0.5):5.2f} s   p95 {p95:5.2f} s "
          f"(goal < {goal:.0f} s): {'kept' if p95 < goal else 'NOT KEPT'}")  # fmt: skip


def hashing() -> float:
    """Seconds of processor time of one password by argon2id alone: what a sign-in cannot be below."""
    began = time.process_time()
    for _n in range(10):
        matches(PASSWORD, _HASH)
    return (time.process_time() - began) / 10


def measure(learners: int, seconds: float, floor: Load) -> None:
    """One class of so many learners."""
    with hall(learners) as service:
        print(f"--- {learners} learners, SQLite, one worker")
        if learners == 30:
            print(f"one password by argon2id alone: {hashing() * 1000:.0f} ms of processor time, 30 of them "
                  f"{hashing() * 30:.2f} s")  # fmt: skip
            once("30 officers sign in at once (password)",
                 [staff(service, login) for login in service.staff], 1)  # fmt: skip
            lines = [(who, Line(service.port, who.credential)) for who in service.learners]
            body = [
                {"class_code": who.code, "enrolment_id": who.id, "pin": PIN} for who, _l in lines
            ]
            once("30 learners sign in at once (PIN)", [
                partial(_sign, line, told) for (_who, line), told in zip(lines, body, strict=True)
            ], 1)  # fmt: skip
        held = [(who, signed_in(service, who)) for who in service.learners]
        for what, path in (
            ("learner's home, the player's desk", "/api/v1/learner/desk"),
            ("learner's home, the plain page", "/hoc"),
        ):
            load = Load(service, learners, seconds).run(
                [partial(page, line, path) for _who, line in held]
            )
            tell(what, load, floor, peer=PEER_HOME)
        form = practice(service)
        for size in (1, 10):
            load = Load(service, learners, seconds).run(
                [partial(answering, line, Work(service, who, form), size) for who, line in held]
            )
            goal = 100 if learners == 30 else 0
            tell(
                f"answers saved, {size} a batch",
                load,
                floor,
                per=size,
                peer=PEER_ANSWER,
                p95_goal=goal,
            )


def _sign(line: Line, body: dict[str, str]) -> int:
    return line.call("POST", "/api/v1/learner-sessions", body, device=True)[0]


def main() -> None:
    """30 and 300 learners."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--seconds", type=float, default=8, help="of each load")
    asked.add_argument("--learners", type=int, nargs="+", default=[30, 300])
    chosen = asked.parse_args()
    with bare() as service:
        lines = [Line(service.port) for _n in range(30)]
        floor = Load(service, 30, chosen.seconds).run([partial(page, line, "/") for line in lines])
        print(
            f"a bare page: {len(floor.times) / floor.wall:.0f} a second, {floor.each:.2f} ms CPU each"
        )
    for learners in chosen.learners:
        measure(learners, chosen.seconds, floor)


if __name__ == "__main__":
    main()

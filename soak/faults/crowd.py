"""Many simulated tablets at a real service: real HTTP over a line that loses, doubles, delays and reorders.

A tablet is the model of tests/protocol/tablet.py, each in a thread of its own; what it holds is its disk, and
`history` is the truth that is compared with the store at the end.
"""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from typing import Any
from uuid import UUID

from assessments.rules import draw_form, form_to_plain
from courses.rules import ProgrammeVersion
from lms.core.ids import uuid7
from soak.faults.house import House
from tests.protocol.tablet import DAY, Answer, Kept, Killed, NotSaved, Tablet

LINE = ("fine", "request lost", "answer lost", "cut off", "twice", "late", "portal")
WEIGHTS = (14, 1, 1, 1, 1, 1, 1)
FATES, FATE_WEIGHTS = ("ok", "abort", "late", "killed-before", "killed-after"), (24, 1, 1, 1, 1)
TIME_OUT = 20.0


class Careful(Tablet):
    """The model, which tells what it purges: nothing but what the commune confirmed may go."""

    purged: set[str]
    unconfirmed_purged: set[str]

    def purge(self, server_time: int) -> None:
        before = set(self.disk.events)
        super().purge(server_time)
        gone = before - set(self.disk.events)
        self.purged = getattr(self, "purged", set()) | gone
        self.unconfirmed_purged = getattr(self, "unconfirmed_purged", set()) | (
            gone - self.shown_home
        )


@dataclass
class Work:
    """One attempt and what was tapped last of each question."""

    id: str
    items: list[tuple[str, list[str]]]
    given: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Crowd:
    """The class at its tablets, and what the line does."""

    house: House
    version: ProgrammeVersion
    meeting: str
    pause: tuple[float, float] = (1.0, 4.0)
    """Seconds between two acts of one learner."""
    rough: bool = True
    """Whether the line is bad and tablets die; the class ends on a good one."""
    over: threading.Event = field(default_factory=threading.Event)
    ending: threading.Event = field(default_factory=threading.Event)
    statuses: Counter[str] = field(default_factory=Counter)
    odd: set[str] = field(default_factory=set)
    intended: set[str] = field(default_factory=set)
    troubles: list[str] = field(default_factory=list)
    delayed: list[tuple[float, str, bytes]] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def fill(self, kind: type[Tablet], seed: int, size: int) -> None:
        """Everybody sits down."""
        self.seats = [
            Seat(self, kind(UUID(device), Random(seed * 1000 + n), 100), learner, Random(seed * 1000 + n))
            for n, (device, learner) in enumerate(
                zip(self.house.credentials, self.house.learners, strict=True)
            )
            if n < size
        ]  # fmt: skip
        self.threads = [threading.Thread(target=seat.run, daemon=True) for seat in self.seats]
        self.threads.append(threading.Thread(target=self._post_late, daemon=True))
        for thread in self.threads:
            thread.start()

    def call(self, method: str, path: str, device: str, body: bytes = b"") -> Answer:
        """One call of the real service; status 0 where nothing came back."""
        line = HTTPConnection("127.0.0.1", self.house.port, timeout=TIME_OUT)
        headers = {
            "Authorization": f"Bearer {self.house.credentials[device]}", "Content-Type": "application/json",
        }  # fmt: skip
        try:
            line.request(method, path, body or None, headers)
            came = line.getresponse()
            text = came.read()
            answer = Answer(came.status, json.loads(text) if text else None)
        except (OSError, HTTPException, ValueError):
            answer = Answer(0)
        finally:
            line.close()
        self.note(answer)
        return answer

    def note(self, answer: Answer) -> None:
        """Count the answer; one that is neither a receipt nor a clean refusal is a trouble."""
        name = f"calls answered {answer.status}" if answer.status else "calls without an answer"
        with self.guard:
            self.statuses[name] += 1
            if answer.status not in (0, 200, 503):
                self.troubles.append(f"answered {answer.status}: {str(answer.body)[:160]}")

    def cut_off(self, device: str, body: bytes) -> None:
        """The line breaks in the middle of a request."""
        line = HTTPConnection("127.0.0.1", self.house.port, timeout=TIME_OUT)
        try:
            line.putrequest("POST", "/api/v1/sync/batches")
            line.putheader("Authorization", f"Bearer {self.house.credentials[device]}")
            line.putheader("Content-Length", str(len(body)))
            line.endheaders(body[: len(body) // 2])
        except (OSError, HTTPException):
            pass
        finally:
            line.close()

    def carried(self, device: str, texts: list[str], dice: Random) -> Answer:
        """A batch on this line."""
        body = json.dumps({"protocol": 1, "events": texts}).encode()
        fault = dice.choices(LINE, WEIGHTS)[0] if self.rough else "fine"
        with self.guard:
            self.statuses[f"line: {fault}"] += 1
        if fault == "request lost":
            return Answer(0)
        if fault == "portal":
            return Answer(200, "<html>Wifi</html>")
        if fault == "cut off":
            self.cut_off(device, body)
            return Answer(0)
        answer = self.call("POST", "/api/v1/sync/batches", device, body)
        if fault == "twice":
            answer = self.call("POST", "/api/v1/sync/batches", device, body)
        if fault == "late":
            with self.guard:
                self.delayed.append((time.monotonic() + dice.uniform(1, 20), device, body))
        return Answer(0) if fault in ("answer lost", "late") else answer

    def _post_late(self) -> None:
        """What was stuck arrives in another order than it was sent in."""
        while not self.over.is_set():
            with self.guard:
                due = [one for one in self.delayed if one[0] < time.monotonic() or not self.rough]
                self.delayed = [one for one in self.delayed if one not in due]
            for _at, device, body in due:
                self.call("POST", "/api/v1/sync/batches", device, body)
            self.over.wait(0.2)

    def drain(self, seconds: float) -> bool:
        """The faults have ended; True when every tablet was sent empty in time."""
        self.rough = False
        self.ending.set()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.delayed and all(seat.is_home() for seat in self.seats):
                break
            time.sleep(0.3)
        self.over.set()
        for thread in self.threads:
            thread.join(TIME_OUT + 10)
        return all(seat.is_home() for seat in self.seats)


@dataclass
class Seat:
    """A learner at a tablet."""

    crowd: Crowd
    tablet: Any
    learner: str
    dice: Random
    works: list[Work] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Learn until the class ends; then send what is left."""
        try:
            while not self.crowd.over.is_set():
                with self.guard:
                    self._once()
                ending = self.crowd.ending.is_set()
                low, high = (0.05, 0.3) if ending else self.crowd.pause
                self.crowd.over.wait(self.dice.uniform(low, high))
        except Exception as error:
            self.crowd.troubles.append(f"a tablet broke: {type(error).__name__} {error}"[:200])

    def is_home(self) -> bool:
        """Whether nothing waits on the tablet."""
        with self.guard:
            return not self.tablet.waiting() and not self.tablet.unsaved

    def _once(self) -> None:
        if self.crowd.ending.is_set():
            self.tablet.retry_unsaved()
            self._send()
            return
        act = self.dice.choices(
            ("answer", "begin", "send", "person", "crash", "jump", "odd", "purge"),
            (40, 6, 40, 3, 3, 2, 1, 3),
        )[0]
        if act in ("crash", "jump", "odd") and not self.crowd.rough:
            return
        getattr(self, f"_{act}")()

    def _begin(self) -> None:
        form = draw_form(
            self.crowd.version, self.crowd.version.blueprint("practice"), str(self.dice.random())
        )
        plain = form_to_plain(form)
        work = Work(str(uuid7()), plain["items"])
        payload = {
            "kind": "practice", "level": "basic", "seed": plain["seed"], "items": plain["items"],
        }  # fmt: skip
        if self._act(work, "attempt.started", payload, content=self.crowd.version.content_hash):
            self.works.append(work)

    def _answer(self) -> None:
        if not self.works:
            self._begin()
            return
        work = self.works[-1]
        item, options = self.dice.choice(work.items)
        response = [self.dice.choice(options)]
        if self._act(work, "answer.given", {"item": item, "response": response}):
            work.given[item] = response

    def _act(self, work: Work, kind: str, payload: dict[str, Any], **names: str) -> bool:
        tablet, before = self.tablet, set(self.tablet.history)
        fate = self.dice.choices(FATES, FATE_WEIGHTS)[0] if self.crowd.rough else "ok"
        try:
            tablet.act(
                work.id,
                kind,
                payload,
                fate,
                learner=self.learner,
                class_=self.crowd.meeting,
                **names,
            )
        except NotSaved as tapped:
            self.crowd.intended.add(tapped.args[0])
            tablet.retry_unsaved()
        except Killed:
            tablet.open()
        return bool(set(tablet.history) - before)

    def _person(self) -> None:
        self.tablet.sign_out()

    def _crash(self) -> None:
        self.tablet.open()

    def _jump(self) -> None:
        days = self.dice.choice((-20_000, -3, -1, 1, 40, 4000))
        self.tablet.clock = max(0, self.tablet.clock + days * DAY)

    def _odd(self) -> None:
        self.crowd.odd.add(self.tablet.write(self.tablet.draft("tomorrow.thing", {}, learner=None)))

    def _purge(self) -> None:
        answer = self.crowd.call("GET", "/api/v1/sync/time", self.tablet.device)
        if answer.status == 200 and isinstance(answer.body, dict):
            self.tablet.make_room(answer.body["store_generation"], answer.body["server_time"])

    def _send(self) -> None:
        batch: list[Kept] = self.tablet.batch()
        if not batch:
            self._purge()
            return
        answer = self.crowd.carried(self.tablet.device, self.tablet.texts(batch), self.dice)
        self.tablet.receive(batch, answer)

"""What happens in a class with a bad line, one act after the other, and what was promised about it."""

import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from assessments.rules import draw_form, form_to_plain
from courses import queries as courses
from lms.core.ids import uuid7
from tests.protocol.hall import FAULTS, Hall
from tests.protocol.tablet import DAY, Killed, NotSaved, Tablet

FATES = ("ok", "abort", "late", "killed-before", "killed-after")
ROUNDS = 60


@dataclass
class Work:
    """One attempt: where it is, what the learner did, and whether two tablets went on from one place."""

    id: str
    tablet: Tablet
    items: list[tuple[str, list[str]]]
    last: str | None = None
    given: dict[str, list[str]] = field(default_factory=dict)
    forked: bool = False


class Story:
    """Acts of learners, tablets, the line and the store; `broken` says at the end what was not kept."""

    def __init__(
        self, hall: Hall, dice: Random, kind: type[Tablet] = Tablet, size: int = 5
    ) -> None:
        self.hall, self.dice = hall, dice
        self.tablets = [hall.enrol(size, kind), hall.enrol(size, kind)]
        self.works: list[Work] = []
        self.backup = hall.commit_number()
        self.swept: set[str] = set()
        """Ids that were lost with a tablet's whole database, which nobody can prevent."""
        self.wiped: set[str] = set()
        self.intended: dict[str, str] = {}
        """Id of a draft → tablet, of what was tapped and not yet saved."""
        self.odd: set[str] = set()

    # What people do

    def begin(self, at: int, fate: str = "ok") -> None:
        """A learner begins a quiz."""
        tablet = self.tablets[at]
        with self.hall.database.read() as session:
            version = courses.version(session, self.hall.cast["version"])
        form = draw_form(version, version.blueprint("practice"), str(self.dice.random()))
        plain = form_to_plain(form)
        work = Work(str(uuid7()), tablet, plain["items"])
        payload = {
            "kind": "practice", "level": "basic", "seed": plain["seed"], "items": plain["items"],
        }  # fmt: skip
        if self._act(work, "attempt.started", payload, fate, content=version.content_hash):
            self.works.append(work)

    def answer(self, at: int, nth: int, option: int, fate: str = "ok") -> None:
        """A tap on an option of the newest quiz at this tablet."""
        work = self._at(at)
        if work is None:
            return
        item, options = work.items[nth % len(work.items)]
        response = [options[option % len(options)]]
        if self._act(work, "answer.given", {"item": item, "response": response}, fate):
            work.given[item] = response

    def _act(
        self, work: Work, kind: str, payload: dict[str, object], fate: str, **names: str
    ) -> bool:
        tablet, before = work.tablet, set(work.tablet.history)
        learner, meeting = str(self.hall.cast["hv_lan"]), str(self.hall.cast["k1_buoi"])
        try:
            tablet.act(work.id, kind, payload, fate, learner=learner, class_=meeting, **names)
        except NotSaved as tapped:
            # Nobody goes on before the tap is saved: it is tapped again at once.
            self.intended[tapped.args[0]] = tablet.device
            tablet.retry_unsaved()
        except Killed:
            tablet.open()
        new = set(tablet.history) - before
        work.last = next(iter(new), work.last)
        return bool(new)

    def _at(self, at: int) -> Work | None:
        here = [work for work in self.works if work.tablet is self.tablets[at]]
        return here[-1] if here else None

    def odd_event(self, at: int) -> None:
        """A newer page wrote something this service does not know yet."""
        tablet = self.tablets[at]
        self.odd.add(tablet.write(tablet.draft("tomorrow.thing", {}, learner=None)))

    def next_person(self, at: int) -> None:
        """'Người tiếp theo', and the same learner comes back later."""
        self.tablets[at].sign_out()

    def move(self, at: int) -> None:
        """The learner goes on at the other tablet, with what the service knows."""
        work = self._at(at)
        if work is None:
            return
        last, seen = self.hall.desk(work.id)
        if last is None:
            return
        work.tablet = self.tablets[1 - at]
        work.tablet.begin_turn()
        work.tablet.take_up(work.id, last, seen)
        work.forked = work.forked or last != work.last

    # What happens to tablets

    def crash(self, at: int) -> None:
        """The tab dies, the battery is empty, the page is loaded anew."""
        self.tablets[at].open()

    def jump(self, at: int, days: int) -> None:
        """Somebody or something sets the tablet's clock."""
        self.tablets[at].clock = max(0, self.tablets[at].clock + days * DAY)

    def wipe(self, at: int) -> None:
        """The system empties the browser's database."""
        tablet = self.tablets[at]
        kept = self.hall.texts([tablet.device])
        self.swept |= {one for one in tablet.history if one not in kept}
        # What is only in the store may still be lost with a restore: nobody offers it again.
        self.swept |= set(tablet.history)
        self.wiped.add(tablet.device)
        for work in self.works:
            work.forked = work.forked or any(
                json.loads(text)["attempt"] == work.id for text in tablet.history.values()
            )
        self.works = [work for work in self.works if work.tablet is not tablet]
        type(tablet.disk).__init__(tablet.disk)
        tablet.open()

    def purge(self, at: int) -> None:
        """The tablet makes room: only in a contact that has told it the generation and the time.

        A tablet that thinks of the time by itself would purge what a restored store has lost meanwhile.
        """
        told, now = self.hall.told()
        self.tablets[at].make_room(told, now)

    def week(self) -> None:
        """More than a week passes; every backup is newer than that, and made of a whole store."""
        self.hall.days += 8
        self.backup = self.hall.commit_number()

    # The line and the store

    def send(self, at: int, fault: str = "fine") -> None:
        """The tablet's sender has its turn."""
        self.hall.send(self.tablets[at], fault)

    def stuck_arrives(self) -> None:
        """Calls that hung somewhere reach the service."""
        self.hall.deliver_late()

    def take_backup(self) -> None:
        """A backup of the store."""
        self.backup = self.hall.commit_number()

    def restore(self) -> None:
        """The store is as it was at the newest backup."""
        self.hall.restore(self.backup)

    # The end

    def finish(self) -> list[str]:
        """Faults end; every tablet is sent empty. What was promised and not kept, by name."""
        self.hall.deliver_late()
        for tablet in self.tablets:
            tablet.retry_unsaved()
        for _round in range(ROUNDS):
            waiting = [self.hall.send(tablet) for tablet in self.tablets]
            if not any(waiting):
                break
        return sorted(name for name, is_broken in self._promises().items() if is_broken)

    def _promises(self) -> dict[str, bool]:
        devices = [tablet.device for tablet in self.tablets]
        held, raw = self.hall.texts(devices), self.hall.raw(devices)
        truth = {k: v for tablet in self.tablets for k, v in tablet.history.items()}
        whole = {k: v for k, v in truth.items() if k not in self.odd}
        saved = set().union(*(tablet.shown_saved for tablet in self.tablets))
        home = set().union(*(tablet.shown_home for tablet in self.tablets))
        counters = Counter(
            (one["device"], one["epoch"], one["seq"]) for one in map(json.loads, held.values())
        )
        return {
            "drained": any(tablet.waiting() for tablet in self.tablets),
            "nothing lost": bool(whole.keys() - held.keys() - self.swept),
            "nothing changed": any(held[k] != v for k, v in whole.items() if k in held),
            "nothing invented": bool(held.keys() - truth.keys()),
            "no id with two bodies": self.hall.conflicts(devices) > 0,
            "no false saved": bool(saved - truth.keys()),
            "no false home": bool(home - held.keys() - self.swept),
            "each counter once": any(n > 1 for n in counters.values()),
            "what could not be saved is tried again": bool(self.intended.keys() - truth.keys()),
            "what is held is kept": self._odd_is_gone(raw),
            "an emptied tablet says so": any(
                tablet.device in self.wiped and not tablet.emptied for tablet in self.tablets
            ),
            "the last answer counts": any(self._wrong(work) for work in self.works),
        }

    def _odd_is_gone(self, raw: set[str]) -> bool:
        """What the service cannot read yet lies raw in its quarantine and still on the tablet."""
        on_tablets = {one for tablet in self.tablets for one in tablet.disk.events}
        return bool(self.odd - self.swept - raw) or bool(self.odd - self.swept - on_tablets)

    def _wrong(self, work: Work) -> bool:
        return not work.forked and self.hall.answers(work.id) != work.given


def play(story: Story, dice: Random, steps: int) -> list[str]:
    """A schedule of chance; what of it was not kept."""
    for _step in range(steps):
        _one(story, dice)
    return story.finish()


def _one(story: Story, dice: Random) -> None:
    at, fate = dice.randrange(2), dice.choices(FATES, (16, 1, 1, 1, 1))[0]
    act = dice.choices(
        ("answer", "begin", "send", "next_person", "move", "crash", "jump", "odd", "purge", "week",
         "stuck", "backup", "restore", "wipe"),
        (34, 6, 24, 4, 4, 5, 4, 2, 4, 1, 3, 3, 2, 1),
    )[0]  # fmt: skip
    if act == "answer":
        story.answer(at, dice.randrange(3), dice.randrange(4), fate)
    elif act == "begin":
        story.begin(at, fate)
    elif act == "send":
        story.send(at, dice.choices(FAULTS, (12, 2, 2, 2, 1, 1, 1))[0])
    elif act == "jump":
        story.jump(at, dice.choice((-20_000, -3, -1, 1, 40, 4000)))
    elif act in ("next_person", "move", "crash", "purge", "wipe"):
        getattr(story, act)(at)
    elif act == "odd":
        story.odd_event(at)
    else:
        {"week": story.week, "stuck": story.stuck_arrives, "backup": story.take_backup,
         "restore": story.restore}[act]()  # fmt: skip

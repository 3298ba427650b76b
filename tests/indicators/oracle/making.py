"""Random communes for the oracle: small, and full of what goes wrong on the edge of a day.

Hypothesis gives the die. Days lie around the cut-offs and values are few, so that edges meet often.
Rows are such as the service can hold: no ring of merges, no unit merged twice. A disagreement is made
small by `tale`, which knows what names what, so that Hypothesis need not shrink.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.indicators.oracle.world import Row, World

T = TypeVar("T")

CUT_OFFS = (
    date(2025, 6, 30), date(2025, 7, 1), date(2025, 9, 1), date(2025, 9, 9), date(2025, 12, 31),
    date(2026, 1, 1), date(2026, 3, 1), date(2026, 11, 14), date(2026, 12, 31), date(2024, 12, 31),
    date(2027, 1, 4),
)  # fmt: skip
"""Ends of periods, days of merger, the first day of an indicator (1/9/2025), New Year, the day after a
February of 28 days, years outside the plans."""
NEAR = tuple(sorted({day + timedelta(days=k) for day in CUT_OFFS for k in (-40, -1, 0, 1)}))
PROGRAMMES = (
    "can-bo", "hoc-sinh", "nguoi-lao-dong", "nguoi-dan", "nguoi-cao-tuoi", "tieu-thuong-4t",
    "ai-mot-cong-cu", "ai-hanh-chinh", "to-cong-nghe-so",
)  # fmt: skip
KINDS = (
    "public_sector", "student", "worker", "trader", "farmer", "digital_team", "ambassador", "mentor",
    "ward_official", "poor", "disabled", "digital_team", "digital_team", "ward_official", "student",
)  # fmt: skip
LEARNED_AS = {
    "public_sector": "can-bo", "ward_official": "ai-hanh-chinh", "student": "hoc-sinh",
    "worker": "nguoi-lao-dong", "trader": "tieu-thuong-4t", "farmer": "tieu-thuong-4t",
    "digital_team": "to-cong-nghe-so", "ambassador": "ai-hanh-chinh",
}  # fmt: skip
TRAINED = ("digital_team", "ward_official", "ambassador")
PROOFS = ("test_passed", "test_supervised", "task_observed", "self_declared")
POPULATIONS = (
    "adults", "public_sector", "workers", "households", "digital_teams", "elderly", "residents",
    "adults",
    "students(lower_secondary,upper_secondary)", "students(primary,lower_secondary,upper_secondary)",
    "students(primary)", "students(lower_secondary)", "students(upper_secondary)",
    "any_of[traders,farmers,residents]",
)  # fmt: skip
MEASURES = (
    "smartphone",
    "payment-account",
    "digital-identity",
    "digital-support",
    "vneid_confirmed",
)
THINGS = (
    "class-held", "worker-class-held", "elderly-class", "disabled-class", "accessible-page",
    "training-course", "community-class", "pilot-model", "posted-ambassador", "posted-helper",
)  # fmt: skip


class Die:
    """Draws, in the words of the trade."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def of(self, choices: Sequence[T]) -> T:
        """One of these."""
        return choices[self.up_to(len(choices) - 1)]

    def up_to(self, most: int) -> int:
        """From 0 to `most`."""
        return self._random.randint(0, most)

    def hit(self, of_ten: int) -> bool:
        """True so many times of ten."""
        return self.up_to(9) >= 10 - of_ten

    def day(self) -> date:
        """A day on or near a cut-off."""
        return self.of(NEAR)

    def span(self) -> tuple[date | None, date | None]:
        """From a day to before another; either may be open, most are."""
        starts = self.day() if self.hit(4) else None
        ends = self.day() if self.hit(3) else None
        if starts and ends and ends < starts:
            starts, ends = ends, starts
        return starts, ends

    def instant(self, days: Sequence[date] = NEAR) -> datetime:
        """A time in UTC; in Vietnam it is 23:30 of a day near a cut-off, 00:30, or noon."""
        hour = self.of(((16, 30), (17, 30), (5, 0)))
        day = self.of(days)
        return datetime(day.year, day.month, day.day, *hour)  # noqa: DTZ001  # UTC, kept bare in every table.


def worlds(most_people: int = 12) -> st.SearchStrategy[World]:
    """A commune and what it chose."""
    dice = st.randoms(use_true_random=True).map(Die)
    return dice.map(lambda die: Maker(die, most_people).world())


class Maker:
    """Makes one commune, table by table."""

    def __init__(self, die: Die, most_people: int) -> None:
        self.die = die
        self.rows: dict[str, list[Row]] = {}
        self.people = [f"p{n:02}" for n in range(3 + die.up_to(most_people - 3))]
        self.homes = [f"u{n}" for n in range(2 + die.up_to(2))]
        self.teams = [f"t{n}" for n in range(1 + die.up_to(1))]

    def add(self, table: str, *row: Any) -> None:
        """One more row."""
        self.rows.setdefault(table, []).append(row)

    def key(self, table: str, letter: str) -> str:
        """The next key of a table."""
        return f"{letter}{len(self.rows.get(table, ())):02}"

    def world(self) -> World:
        """The whole commune."""
        self.units()
        for who in self.people:
            self.person(who)
        self.links()
        self.classes()
        self.lists()
        self.declared()
        for _ in range(self.die.up_to(4)):
            self.add("thing", self.key("thing", "x"), self.die.of(THINGS), self.die.day(),
                     1 + self.die.up_to(1), self.die.of([*self.homes, "truong", None]),
                     self.die.hit(1))  # fmt: skip
        keys = ("adults", "public_sector", "students(lower_secondary,upper_secondary)")
        chosen = {key: self.die.of(("register", "declared")) for key in keys if self.die.hit(2)}
        rows = {table: tuple(made) for table, made in self.rows.items() if table != "renamed"}
        homes = self.homes
        rows["household"] = tuple((f"h{n}", homes[n % len(homes)]) for n in range(3))
        return World(rows, temporary=self.die.hit(7), chosen=chosen)

    # --- units and what became of them --------------------------------------------------------------

    def units(self) -> None:
        """Villages, teams, a school and the one-stop centre, with their changes."""
        die = self.die
        names = {key: f"thôn {key}" for key in self.homes} | {
            key: f"tổ {key}" for key in self.teams
        }
        changes: list[Row] = []
        for group in (self.homes, self.teams):
            standing = list(group)
            for day in sorted(die.day() for _ in range(die.up_to(3))):
                changes += self._change(standing, names, day, len(changes))
        for change in changes:
            self.add("unit_change", *change)
        for key in self.homes:
            kind = die.of(("thon", "to_dan_pho", "khu_dan_cu"))
            touched = any(key in change for change in changes)
            closed = die.day() if not touched and die.hit(1) else None
            opened = date(2025, 7, 1) if not touched and closed is None and die.hit(1) else None
            self.add("unit", key, names[key], kind, die.hit(5), opened, closed, None)
        for key in self.teams:
            self.add(
                "unit", key, names[key], "to_cong_nghe_so", False, None, None, die.of(self.homes)
            )
        self.add("unit", "truong", "trường", "truong", False, None, None, None)
        self.add("unit", "hcc", "trung tâm", "trung_tam_hcc", False, None, None, None)

    def _change(self, standing: list[str], names: dict[str, str], day: date, n: int) -> list[Row]:
        """A rename or a merger of units that stand that day, or one that was taken back."""
        unit = self.die.of(standing)
        others = [one for one in standing if one != unit]
        undone = self.die.hit(2)
        if others and self.die.hit(6):
            into = self.die.of(others)
            if not undone:
                standing.remove(unit)
            return [(unit, day, names[unit], names[into], into, undone)]
        if any(row[0] == unit and row[1] == day for row in self.rows.get("renamed", ())):
            return []
        self.add("renamed", unit, day)
        old, new = names[unit], f"{unit} tên {n}"
        if not undone:
            names[unit] = new
        return [(unit, day, old, new, None, undone)]

    # --- people -------------------------------------------------------------------------------------

    def person(self, who: str) -> None:
        """A record with homes, groups and proofs."""
        die = self.die
        born, year = self._birth()
        died = die.day() if die.hit(1) else None
        self.add("person", who, born, year, die.of(("nam", "nu", None)), died)
        for _ in range(1 if die.hit(8) else die.up_to(2)):
            starts, ends = die.span()
            household = die.of(("h0", "h1", "h2", None))
            self.add("residence", who, die.of(self.homes), household, die.hit(2), starts, ends)
        kinds = {die.of(KINDS) for _ in range(die.up_to(3))}
        for kind in sorted(kinds):
            self.add("membership", who, kind, self._posted(kind), self._level(kind), *die.span())
        self._proofs(who, sorted(kinds))
        if die.hit(2):
            for mentee in sorted({die.of(self.people) for _ in range(3 + die.up_to(8))} - {who}):
                starts, ends = die.span() if die.hit(2) else (None, None)
                self.add("mentoring", who, mentee, starts or date(2020, 1, 1), ends)

    def _birth(self) -> tuple[date | None, int | None]:
        """On the edge of an age at a cut-off, on a 29th of February, by its year only, or unknown."""
        die = self.die
        if die.hit(1):
            return None, None
        day = die.of((*CUT_OFFS, date(2026, 2, 28)))
        age = die.of((16, 18, 60, 30, 45, 10))
        born = date(day.year - age, day.month, min(day.day, 28)) + timedelta(days=die.up_to(2) - 1)
        if die.hit(1):
            born = die.of((date(2008, 2, 29), date(1966, 2, 28), date(2007, 12, 31)))
        return (None if die.hit(2) else born), born.year

    def _posted(self, kind: str) -> str | None:
        if kind == "digital_team":
            return self.die.of(self.teams)
        return self.die.of(("hcc", "truong", self.homes[0], None))

    def _level(self, kind: str) -> str | None:
        levels = ("primary", "lower_secondary", "upper_secondary", "tertiary", None)
        return self.die.of(levels) if kind == "student" else None

    def _proofs(self, who: str, kinds: Sequence[str]) -> None:
        """Attainments, mostly of the programme of the person's own group."""
        die = self.die
        reached = set()
        for _ in range(die.up_to(3)):
            own = [LEARNED_AS[kind] for kind in kinds if kind in LEARNED_AS]
            programme = die.of(own) if own and die.hit(7) else die.of(PROGRAMMES)
            level, proof = die.of(("basic", "proficient")), die.of(PROOFS)
            at, revoked = die.instant(), die.day() if die.hit(2) else None
            if (programme, level, proof) not in reached:
                reached.add((programme, level, proof))
                key = self.key("attainment", "a")
                self.add("attainment", key, who, programme, level, proof, at, revoked)

    def links(self) -> None:
        """Records of one person, chains of them too; some were told apart again."""
        for n, who in enumerate(self.people[1:], 1):
            if self.die.hit(2):
                self.add("link", who, self.die.of(self.people[:n]), self.die.hit(3))

    # --- classes, lists and declared figures --------------------------------------------------------

    def classes(self) -> None:
        """Classes with meetings, who enrolled and who came; two meetings are never of one day."""
        die = self.die
        learners = [row[0] for row in self.rows.get("membership", ()) if row[1] in TRAINED]
        for number in range(1 + die.up_to(2)):
            cohort = f"k{number}"
            programme = die.of(("to-cong-nghe-so", "to-cong-nghe-so", "ai-hanh-chinh", *PROGRAMMES))
            self.add("cohort", cohort, programme, die.of([*self.homes, "truong"]))
            meetings = [m for m in range(1 + die.up_to(2)) if self._meeting(cohort, m)]
            found = {who for who in learners if die.hit(7)}
            for who in sorted(found | {die.of(self.people)}):
                self._enrolled(cohort, who, meetings)

    def _meeting(self, cohort: str, number: int) -> bool:
        """Whether the meeting was opened; otherwise it is still planned, or was cancelled."""
        start, at = self.die.instant(NEAR[: len(NEAR) // 3]), f"{cohort}-{number}"
        opened = start + timedelta(days=2 * number) if self.die.hit(9) else None
        day = (opened or start).date()
        taken = {(row[1], vietnam_day(row[3])) for row in self.rows.get("meeting", ()) if row[3]}
        if opened and (cohort, vietnam_day(opened)) in taken:
            opened = None
        planned = day + timedelta(days=1000 + 10 * number)
        self.add("meeting", at, cohort, planned, opened, opened is None and self.die.hit(7))
        return opened is not None

    def _enrolled(self, cohort: str, who: str, meetings: Sequence[int]) -> None:
        die, key = self.die, self.key("enrolment", "e")
        self.add("enrolment", key, cohort, who, die.day(), die.day() if die.hit(2) else None)
        for number in meetings:
            if die.hit(9):
                self.add("attendance", key, f"{cohort}-{number}")

    def lists(self) -> None:
        """Lists of confirmations, some taken back, one perhaps without anybody of ours."""
        die = self.die
        for number in range(die.up_to(2)):
            kind = die.of(("vneid_confirmed", "vneid_confirmed", "external_certificate"))
            self.add("fact_list", f"l{number}", kind, die.hit(3))
            for who in sorted({die.of(self.people) for _ in range(die.up_to(6))}):
                programme = die.of((None, "nguoi-dan"))
                self.add(
                    "fact",
                    self.key("fact", "f"),
                    f"l{number}",
                    kind,
                    who,
                    die.day(),
                    programme,
                    None,
                )

    def declared(self) -> None:
        """Figures of others, of the commune and of its units, some blank, some of units merged since."""
        die = self.die
        for _ in range(die.up_to(5)):
            self._said("declared_population", die.of(POPULATIONS), (0, 3, 9, 20, 100, None))
        for _ in range(die.up_to(6)):
            whole = die.of((5, 20, None, 0))
            self._said("declared_measure", die.of(MEASURES), (0, 5, 17, 19), whole)

    def _said(
        self, table: str, what: str, values: Sequence[int | None], *whole: int | None
    ) -> None:
        """One figure, or one of every village; sometimes another one of the same day, official where
        the first is not."""
        die, day, official = self.die, self.die.day(), self.die.hit(5)
        units = [*self.homes] if die.hit(4) else [die.of([*self.homes, None])]
        for unit in units:
            on = day if die.hit(7) else die.day()
            for standing in (official, not official) if die.hit(2) else (official,):
                key = self.key(table, "d" if table == "declared_population" else "m")
                self.add(table, key, what, die.of(values), *whole, on, standing, unit, die.hit(1))


def vietnam_day(at: datetime) -> date:
    """The day in Vietnam of a bare instant in UTC."""
    return (at.replace(tzinfo=UTC) + timedelta(hours=7)).date()

"""Why somebody is in a figure or not: what counted, and what each other trace lacks, in plain words."""

from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import date

from lms.core.i18n import _
from lms.core.text import day as day_text
from lms.indicators import wording
from lms.indicators.began import levels_from
from lms.indicators.definition import programme_name
from lms.indicators.rules.day import Day
from lms.indicators.rules.evidence import Evidence
from lms.indicators.rules.facts import Attainment, Key, OutsideFact, Participation
from lms.indicators.rules.figure import Figure
from lms.indicators.rules.plan import Counted
from lms.indicators.rules.vocabulary import LADDER, VNEID_CONFIRMED, Subject


def members_of(day: Day, figure: Figure, key: Key) -> Set[Key]:
    """The persons of a household or a team; nobody for any other subject."""
    if figure.counted.subject is Subject.HOUSEHOLD:
        return day.household_members.get(key, set())
    return day.teams.get(key, set()) if figure.counted.subject is Subject.TEAM else set()


def subject_of(day: Day, figure: Figure, who: Key) -> Key:
    """What a figure counts for this person: the person, the household, or the team."""
    if figure.counted.subject is Subject.HOUSEHOLD:
        return day.household_of.get(who, who)
    if figure.counted.subject is Subject.TEAM:
        return next((team for team, people in day.teams.items() if who in people), who)
    return who


@dataclass(slots=True)
class Trace:
    """Everything that was ever recorded of one person, whether it counts or not."""

    attainments: list[Attainment] = field(default_factory=list)
    outside: list[OutsideFact] = field(default_factory=list)
    classes: list[Participation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Why:
    """One trace in words: whether it counts, and if not what it lacks. `key` is its record."""

    key: Key
    said: str
    counts: bool
    lacks: str = ""
    class_key: Key | None = None


def traces(evidence: Evidence, people: Set[Key]) -> dict[Key, Trace]:
    """The traces of these people, merged records joined; one walk over the facts for all of them."""
    day, found = evidence.day, {who: Trace() for who in people}
    root = day.roots.get
    for row in day.facts.attainments:
        who = root(row[1], row[1])
        if who in found:
            found[who].attainments.append(row)
    for fact in day.facts.outside:
        who = root(fact.person, fact.person)
        if who in found:
            found[who].outside.append(fact)
    for part in evidence.classes:
        if part.person in found:
            found[part.person].classes.append(part)
    return found


def reasons(evidence: Evidence, counted: Counted, trace: Trace, chosen: Set[Key]) -> list[Why]:
    """Every trace with what it lacks, what counts first, then the newest first."""
    asks = Asked(evidence, counted)
    found = [
        *((row.occurred_on, asks.of_attainment(row, chosen)) for row in trace.attainments),
        *((row.occurred_on, asks.of_fact(row, chosen)) for row in trace.outside),
        *((row.enrolled_on, asks.of_class(row, chosen)) for row in trace.classes),
    ]
    ordered = sorted(found, key=lambda pair: (pair[0], str(pair[1].key)), reverse=True)
    return sorted((why for _on, why in ordered), key=lambda why: not why.counts)


class Asked:
    """What a figure asks of a trace on its day."""

    def __init__(self, evidence: Evidence, counted: Counted) -> None:
        self.counted = counted
        self.on = evidence.day.as_of
        self.start = evidence.start(counted)
        self.levels = levels_from(counted)

    def of_attainment(self, row: Attainment, chosen: Set[Key]) -> Why:
        """A result of our own tests."""
        said = _(
            "%(proof)s, chương trình %(programme)s, mức %(level)s, ngày %(day)s",
            proof=wording.proof_name(row.proof), programme=programme_name(row.programme),
            level=wording.level_name(row.level), day=day_text(row.occurred_on),
        )  # fmt: skip
        lacks = [*self._attainment_lacks(row)]
        if row.key not in chosen and not lacks:
            return Why(row.key, said, True, _("cũng được tính, nhưng đã có căn cứ mạnh hơn"))
        return Why(row.key, said, row.key in chosen, "; ".join(lacks))

    def _attainment_lacks(self, row: Attainment) -> Iterator[str]:
        if row.programme not in self.counted.counted_programmes:
            yield _("chỉ tiêu không tính chương trình này")
        if row.proof not in self.counted.counted_proofs:
            yield _("cách chứng minh này chỉ để tham khảo")
        if row.level not in self.levels:
            asked = wording.level_name(self.counted.asked_level.value)
            yield _("mới ở mức thấp hơn mức phải có là %(level)s", level=asked)
        yield from self._day_lacks(row.occurred_on)
        if row.revoked_on is not None and row.revoked_on <= self.on:
            yield _("đã bị thu hồi từ ngày %(day)s", day=day_text(row.revoked_on))

    def _day_lacks(self, on: date) -> Iterator[str]:
        if on > self.on:
            yield _("có sau ngày chốt")
        if on < self.start:
            yield _("có trước ngày %(day)s, là ngày bắt đầu đếm", day=day_text(self.start))

    def of_fact(self, row: OutsideFact, chosen: Set[Key]) -> Why:
        """A line of a list from outside."""
        said = _(
            "%(kind)s ngày %(day)s", kind=wording.proof_name(row.kind),
            day=day_text(row.occurred_on),
        )  # fmt: skip
        lacks = [*self._fact_lacks(row)]
        if row.key not in chosen and not lacks:
            return Why(row.key, said, True, _("cũng được tính, nhưng đã có căn cứ khác"))
        return Why(row.key, said, row.key in chosen, "; ".join(lacks))

    def _fact_lacks(self, row: OutsideFact) -> Iterator[str]:
        if row.kind not in self.counted.counted_proofs:
            yield _("chỉ tiêu không tính danh sách loại này")
        elif row.programme is None and row.kind != VNEID_CONFIRMED:
            yield _("danh sách không ghi chương trình")
        elif row.programme and row.programme not in self.counted.counted_programmes:
            yield _("chỉ tiêu không tính chương trình này")
        yield from self._day_lacks(row.occurred_on)

    def of_class(self, row: Participation, chosen: Set[Key]) -> Why:
        """A class: how many sessions, whether the lessons were done; it counts where coming counts."""
        came = len({on for on in row.attended if self.start <= on <= self.on})
        said = _(
            "lớp %(programme)s: dự %(came)s trên %(total)s buổi",
            programme=programme_name(row.programme), came=came, total=row.total,
        )  # fmt: skip
        if row.learned_on is not None and row.learned_on <= self.on:
            said += _(", học xong các bài ngày %(day)s", day=day_text(row.learned_on))
        lacks = "" if row.class_key in chosen else _("dự lớp và học bài chưa phải là đạt")
        if not row.total:
            lacks = _("lớp chưa có buổi nào")
        return Why(row.class_key, said, row.class_key in chosen, lacks, row.class_key)


def nearest(evidence: Evidence, counted: Counted, trace: Trace) -> str:
    """How near somebody is who is not yet in a figure: the highest rung reached, in a few words."""
    asks, on = Asked(evidence, counted), evidence.day.as_of
    standing = [
        row
        for row in trace.attainments
        if row.programme in counted.counted_programmes
        and asks.start <= row.occurred_on <= on
        and not (row.revoked_on and row.revoked_on <= on)
    ]
    if standing:
        best = max(standing, key=lambda row: (LADDER.index(row.proof), row.level))
        return _nearest_words(best)
    came = [row for row in trace.classes if row.programme in counted.counted_programmes]
    learned = [row for row in came if row.learned_on is not None and row.learned_on <= on]
    if learned:
        return _("đã học xong bài, chưa đạt bài kiểm tra")
    most = max(((len(set(row.attended)), row.total) for row in came), default=(0, 0))
    if most[0]:
        return _("đã dự %(came)s trên %(total)s buổi", came=most[0], total=most[1])
    return _("đã ghi danh, chưa đến lớp") if came else _("chưa học lớp nào")


def _nearest_words(row: Attainment) -> str:
    return _(
        "%(proof)s ở mức %(level)s",
        proof=wording.proof_name(row.proof), level=wording.level_name(row.level),
    )  # fmt: skip

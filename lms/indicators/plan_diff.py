"""What changed between two versions of a plan, in words. Pure: two plans in, sentences out.

Nothing is left out: two plans give no change exactly when they are equal.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.core.i18n import _
from lms.indicators import plan_diff_words as words
from lms.indicators.headline import place_text
from lms.indicators.plan_annex import Annex
from lms.indicators.plan_build import NO_NUMBER
from lms.indicators.rules.deadlines import Period, ReportDuty
from lms.indicators.rules.plan import Commitment, Counted, Indicator, Plan, Roles
from lms.indicators.rules.vocabulary import Letterhead

Say = Callable[[Any], str]
Years = tuple[int, ...]
Annexes = tuple[Annex, ...]
ORDER = "readings"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another now. `old` or `new` is None where it was not there.

    `part` is plan, indicator, commitment or report and `code` which one; `name` is what people call
    it; `field` is the field of the plan file, `label` the same in words.
    """

    part: str
    code: str
    name: str
    field: str
    label: str
    old: str | None
    new: str | None

    @property
    def text(self) -> str:
        """'mức 2026 từ ≥ 85% thành > 90%', 'thêm …', 'bỏ …'."""
        if self.old is None:
            return _("thêm %(label)s: %(new)s", label=self.label, new=self.new)
        if self.new is None:
            return _("bỏ %(label)s: %(old)s", label=self.label, old=self.old)
        return _("%(label)s từ %(old)s thành %(new)s", label=self.label, old=self.old, new=self.new)


@dataclass(frozen=True, slots=True)
class Told:
    """A value of one version, its name and how it is said."""

    label: str
    value: Any
    said: str


@dataclass(frozen=True, slots=True)
class Renumbered:
    """The same indicator under another code: its history would break off."""

    title: str
    old: str
    new: str


def differences(
    old: Plan, new: Plan, annexes: tuple[Annexes, Annexes] = ((), ())
) -> tuple[Change, ...]:
    """Every difference: first the plan's head, then its parts in the new plan's order.

    `annexes` are the old and the new file's own tables, which are no part of a plan.
    """
    return (
        *_changes("plan", "", _("Kế hoạch"), _head(old), _head(new)),
        *_by_year(old, new),
        *_parts("commitment", old.commitments, new.commitments, _commitment),
        *_parts("report", old.reports, new.reports, _report),
        *_annexes(*annexes),
    )


def grouped(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """The changes under what they belong to."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.name, []).append(change)
    return found


def renumbered(old: Plan, new: Plan) -> tuple[Renumbered, ...]:
    """Indicators that keep their title and lose their code.

    Codes carry the commune's wording, its choices and the comparison with closed periods.
    """
    if old.code != new.code:
        return ()
    before = {one.title: one.code for one in old.indicators}
    return tuple(
        Renumbered(one.title, before[one.title], one.code)
        for one in new.indicators
        if before.get(one.title, one.code) != one.code
    )


# --- pairs of values ----------------------------------------------------------------------------


def _changes(
    part: str, code: str, name: str, old: Mapping[str, Told], new: Mapping[str, Told]
) -> Iterator[Change]:
    """A change for every field whose value is another; codes are added where words agree."""
    for field in [*new, *(field for field in old if field not in new)]:
        was, now = old.get(field), new.get(field)
        if (was and was.value) == (now and now.value) and (was is None) == (now is None):
            continue
        before, after = _apart(was, now)
        told = now or was
        yield Change(part, code, name, field, told.label if told else "", before, after)


def _apart(was: Told | None, now: Told | None) -> tuple[str | None, str | None]:
    if was and now and was.said == now.said:
        return _coded(was), _coded(now)
    return was.said if was else None, now.said if now else None


def _coded(one: Told) -> str:
    return f"{one.said} [{words.plain_words(one.value)}]"


def _told(*rows: tuple[str, str, Any, Say]) -> dict[str, Told]:
    return {field: Told(label, value, say(value)) for field, label, value, say in rows}


# --- the head -----------------------------------------------------------------------------------


def _head(plan: Plan) -> dict[str, Told]:
    text, texts = words.text_words, words.texts_words
    years = ", ".join(map(str, plan.years))
    names = {
        f"names.{code}": Told(_("tên gọi của đối tượng %(code)s", code=code), name, text(name))
        for code, name in sorted(plan.names.items())
    }
    return {
        **_told(
            ("code", _("mã kế hoạch"), plan.code, text),
            ("title", _("tên kế hoạch"), plan.title, text),
            ("official_title", _("tên chính thức"), plan.official_title, text),
            ("place", _("nơi ban hành"), plan.place, lambda _place: place_text(plan)),
            ("letterhead", _("văn bản của"), plan.letterhead, _letterhead),
            ("years", _("các năm"), plan.years, lambda _years: years),
            ("open_ended", _("năm cuối còn tính tiếp"), plan.open_ended, _yes),
            ("lead", _("đơn vị chủ trì chung"), plan.lead, texts),
            ("lead_where", _("chỗ ghi đơn vị chủ trì"), plan.lead_where, text),
            ("notes", _("ghi chú chung"), plan.notes, texts),
        ),
        **names,
    }


def _letterhead(head: Letterhead) -> str:
    return _("Ủy ban nhân dân") if head is Letterhead.UBND else _("Đảng ủy")


def _yes(value: bool) -> str:
    return _("có") if value else _("không")


# --- indicators ---------------------------------------------------------------------------------


def _by_year(old: Plan, new: Plan) -> Iterator[Change]:
    """Indicators; a field that changed alike in several years is told once."""
    before = {one.code: one for one in old.indicators}
    for one in new.indicators:
        if one.code not in before:
            yield _whole("indicator", one.code, indicator_name(one), None, _gist(one))
            continue
        was = before[one.code]
        yield from _indicator_changes(was, one, (old.years, new.years))
    now = {one.code for one in new.indicators}
    for gone in old.indicators:
        if gone.code not in now:
            yield _whole("indicator", gone.code, indicator_name(gone), _gist(gone), None)
    yield from _order("indicator", old.indicators, new.indicators)


def _indicator_changes(
    was: Indicator, now: Indicator, years: tuple[Years, Years]
) -> Iterator[Change]:
    name = indicator_name(now)
    yield from _changes("indicator", now.code, name, _plain(was), _plain(now))
    found = [
        change
        for year in now.years
        for change in _changes(
            "indicator", now.code, name, _before(was, now, year), _year(now, year)
        )
    ]
    yield from _together(found, set(years[0]) | set(years[1]))
    same = {one.code for one in was.readings} == {one.code for one in now.readings}
    for change in _changes("indicator", now.code, name, _readings(was), _readings(now)):
        # Readings that came or went are told one by one: their order says nothing more.
        if same or change.field != ORDER:
            yield change


def _before(was: Indicator, now: Indicator, year: int) -> dict[str, Told]:
    """What a year is held against: itself, or for a new year all but the target of the last one."""
    if year in was.years:
        return _year(was, year)
    last = _year(now, max(was.years)) if max(was.years) in now.years else {}
    told = {f"targets.{year}.{field.split('.')[2]}": one for field, one in last.items()}
    return {field: one for field, one in told.items() if not field.endswith(".value")}


def _together(changes: Sequence[Change], years: set[int]) -> Iterator[Change]:
    """Equal changes of several years as one; the years are named unless it is all of them."""
    alike: dict[tuple[str, str | None, str | None], list[Change]] = {}
    for change in changes:
        alike.setdefault((change.label, change.old, change.new), []).append(change)
    for (label, old, new), same in alike.items():
        found = [change.field.split(".")[1] for change in same]
        said = label if len(found) == len(years) > 1 else f"{label} {', '.join(found)}"
        first = same[0]
        yield Change(first.part, first.code, first.name, first.field, said, old, new)


def indicator_name(one: Indicator) -> str:
    """'Chỉ tiêu 3', or its title where the plan gives no number."""
    named = one.no if one.no != NO_NUMBER else f"“{one.title}”"
    return _("Chỉ tiêu %(no)s", no=named)


def _gist(one: Indicator) -> str:
    """A whole indicator in one line."""
    asked = "; ".join(f"{y}: {words.target_words(r.target)}" for y, r in one.years.items())
    last = one.years[max(one.years)].counted
    return f"{one.title} ({words.population_words(last.population)}; {asked})"


def _plain(one: Indicator) -> dict[str, Told]:
    text = words.text_words
    return {
        **_told(
            ("no", _("số trong kế hoạch"), one.no, text),
            ("title", _("tên gọi"), one.title, text),
            ("official_title", _("tên chính thức"), one.official_title, text),
            ("where", _("chỗ ghi"), one.where, text),
            ("starts", _("ngày bắt đầu tính"), one.starts, words.day_words),
            ("notes", _("ghi chú"), one.notes, words.texts_words),
        ),
        **_roles(one.roles),
    }


def _roles(roles: Roles) -> dict[str, Told]:
    return _told(
        ("lead", _("đơn vị chủ trì"), roles.lead, words.texts_words),
        ("done_by", _("đơn vị thực hiện"), roles.done_by, words.texts_words),
        ("guides", _("đơn vị hướng dẫn"), roles.guides, words.texts_words),
        ("coordinates", _("đơn vị phối hợp"), roles.coordinates, words.texts_words),
    )


def _year(one: Indicator, year: int) -> dict[str, Told]:
    """One year of an indicator; nothing for a year it does not have."""
    rule = one.years.get(year)
    if rule is None:
        return {}
    asked = _told(("value", _("mức"), rule.target, words.target_words))
    asked |= _told(("where", _("chỗ ghi của năm"), rule.where, words.text_words))
    told = {**asked, **_counted(rule.counted)}
    return {f"targets.{year}.{field}": one for field, one in told.items()}


def _counted(counted: Counted) -> dict[str, Told]:
    return _told(
        ("population", _("đối tượng"), counted.population, words.population_words),
        ("measure", _("cách đo"), counted.measure, words.measure_words),
        ("level", _("mức đạt"), counted.level, words.level_words),
        ("subject", _("đếm theo"), counted.subject, words.subject_words),
        ("window", _("khoảng thời gian"), counted.window, words.window_words),
        ("programmes", _("chương trình được tính"), counted.programmes, words.programmes_words),
        ("accepts", _("bằng chứng được tính"), counted.accepts, words.proofs_words),
    )


def _readings(one: Indicator) -> dict[str, Told]:
    found = {}
    for reading in one.readings:
        label = _("chỗ ghi khác (%(where)s)", where=reading.where)
        years = f" ({', '.join(map(str, reading.years))})" if reading.years else ""
        said = f"“{reading.text}”{years}, {words.variant_words(reading.variant)}"
        found[f"readings.{reading.code}"] = Told(label, reading, said)
    order = tuple(reading.code for reading in one.readings)
    return found | _told((ORDER, _("thứ tự chỗ ghi khác"), order, words.texts_words))


# --- commitments and reports --------------------------------------------------------------------


def _parts(
    part: str, old: Sequence[Any], new: Sequence[Any], tell: Callable[[Any], dict[str, Told]]
) -> Iterator[Change]:
    before = {one.code: one for one in old}
    names = {"commitment": _("Nhiệm vụ “%(t)s”"), "report": _("Báo cáo “%(t)s”")}
    for one in new:
        name = names[part] % {"t": one.title}
        if one.code in before:
            yield from _changes(part, one.code, name, tell(before[one.code]), tell(one))
        else:
            yield _whole(part, one.code, name, None, one.title)
    now = {one.code for one in new}
    for gone in (one for one in old if one.code not in now):
        yield _whole(part, gone.code, names[part] % {"t": gone.title}, gone.title, None)
    yield from _order(part, old, new)


def _commitment(one: Commitment) -> dict[str, Told]:
    text = words.text_words
    return {
        **_told(
            ("title", _("tên gọi"), one.title, text),
            ("where", _("chỗ ghi"), one.where, text),
            ("due", _("hạn"), one.due, words.day_words),
            ("yearly_on", _("ngày hằng năm"), one.yearly_on, text),
            ("target", _("mức"), one.target, words.target_words),
            ("notes", _("ghi chú"), one.notes, words.texts_words),
        ),
        **_roles(one.roles),
        **(_counted(one.counted) if one.counted else {}),
    }


def _report(one: ReportDuty) -> dict[str, Told]:
    return _told(
        ("title", _("tên gọi"), one.title, words.text_words),
        ("where", _("chỗ ghi"), one.where, words.text_words),
        ("period", _("kỳ"), one.period, period_words),
        ("due", _("hạn"), one.due, words.due_words),
        ("sender", _("nơi gửi"), one.sender, words.texts_words),
        ("receiver", _("nơi nhận"), one.receiver, words.texts_words),
        ("notes", _("ghi chú"), one.notes, words.texts_words),
    )


def period_words(period: Period) -> str:
    """How often a report is wanted."""
    return {
        Period.QUARTER: _("hằng quý"),
        Period.HALF_YEAR: _("sáu tháng"),
        Period.YEAR: _("hằng năm"),
        Period.UNSPECIFIED: _("không ghi kỳ"),
    }[period]


# --- annexes ------------------------------------------------------------------------------------


def _annexes(old: Annexes, new: Annexes) -> Iterator[Change]:
    """Tables that came, went or became others; the counting is the same."""
    before, after = ({one.name: _annex(one) for one in found} for found in (old, new))
    for name in [*after, *(name for name in before if name not in after)]:
        yield from _changes("annex", name, name, before.get(name, {}), after.get(name, {}))
    if set(before) == set(after) and [*before] != [*after]:
        said = (", ".join(before), ", ".join(after))
        yield Change("annex", "", _("Kế hoạch"), "order", _("thứ tự các phụ lục"), *said)


def _annex(one: Annex) -> dict[str, Told]:
    columns = "; ".join(" – ".join(column.heading) for column in one.columns)
    rows = _("%(n)s dòng", n=len(one.rows))
    return _told(
        ("title", _("tên bảng"), one.title, words.text_words),
        ("columns", _("các cột"), one.columns, lambda _columns: columns),
        ("rows", _("các dòng"), one.rows, lambda _rows: rows),
    )


# --- whole parts --------------------------------------------------------------------------------


def _whole(part: str, code: str, name: str, old: str | None, new: str | None) -> Change:
    labels = {
        "indicator": _("chỉ tiêu"),
        "commitment": _("nhiệm vụ"),
        "report": _("báo cáo"),
    }
    return Change(part, code, name, "", labels[part], old, new)


def _order(part: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Change]:
    """The order of what stands in both, when it is another."""
    before, after = [one.code for one in old], [one.code for one in new]
    was = [code for code in before if code in after]
    now = [code for code in after if code in before]
    if was != now:
        label = {
            "indicator": _("thứ tự các chỉ tiêu"),
            "commitment": _("thứ tự các nhiệm vụ"),
            "report": _("thứ tự các báo cáo"),
        }[part]
        said = (", ".join(was), ", ".join(now))
        yield Change(part, "", _("Kế hoạch"), "order", label, *said)

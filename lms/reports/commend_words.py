"""Criteria, evidence and shortfalls in plain Vietnamese."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from lms.core.i18n import _
from lms.core.text import day, number
from lms.indicators import wording
from lms.indicators.definition import programme_name
from lms.indicators.rules.arithmetic import decimal_text, truncated_rate
from lms.indicators.rules.facts import Attainment
from lms.indicators.rules.plan import Population
from lms.reports.commend_measuring import PERSON_GROUPS
from lms.reports.commend_reading import number_of
from lms.reports.commend_rules import (
    OF_RESULTS,
    PERCENT,
    POINTS,
    Condition,
    Criteria,
    Kind,
    Measured,
    Span,
    Subject,
    people_short,
)


def subject_words() -> dict[str, str]:
    """Whom a list names, for the form."""
    return {
        Subject.PERSON: _("Cá nhân (người học, đại sứ số, cán bộ…)"),
        Subject.TRAINER: _("Giảng viên"),
        Subject.HOUSEHOLD: _("Hộ gia đình (gia đình số)"),
        Subject.TEAM: _("Tổ công nghệ số cộng đồng"),
        Subject.UNIT: _("Đơn vị (thôn, trường, cơ quan, doanh nghiệp)"),
    }


def subject_short(subject: str) -> str:
    """The same in a word or two."""
    return {
        Subject.PERSON: _("cá nhân"), Subject.TRAINER: _("giảng viên"),
        Subject.HOUSEHOLD: _("hộ gia đình"), Subject.TEAM: _("tổ công nghệ số"),
        Subject.UNIT: _("đơn vị"),
    }[Subject(subject)]  # fmt: skip


def name_heading(subject: str) -> str:
    """The heading of the column of names."""
    return {
        Subject.PERSON: _("Họ và tên"), Subject.TRAINER: _("Họ và tên"),
        Subject.HOUSEHOLD: _("Hộ gia đình"), Subject.TEAM: _("Tên tổ"),
        Subject.UNIT: _("Tên đơn vị"),
    }[Subject(subject)]  # fmt: skip


def group_words(subject: str) -> dict[str, str]:
    """The groups that a list of this subject may be narrowed to."""
    if subject == Subject.UNIT:
        return {
            "residential": _("thôn, tổ dân phố, khu dân cư"), "school": _("trường"),
            "agency": _("cơ quan, trạm y tế, Trung tâm Phục vụ hành chính công"),
            "enterprise": _("doanh nghiệp, hợp tác xã"),
        }  # fmt: skip
    if subject == Subject.PERSON:
        return {code: wording.population_name(Population(code)) for code in PERSON_GROUPS}
    return {}


def group_text(criteria: Criteria) -> str:
    """Whom the list is about, in words."""
    found = group_words(criteria.subject).get(criteria.group, "")
    if found:
        return found
    everybody = _("mọi người đang ở xã hoặc thuộc một nhóm của xã")
    return everybody if criteria.subject is Subject.PERSON else subject_short(criteria.subject)


def kind_words() -> dict[str, str]:
    """What may be asked, for the form."""
    return {
        Kind.ATTAINED: _("Có kết quả đã chứng minh"),
        Kind.MENTEES: _("Số người được kèm đã đạt"),
        Kind.GAIN: _("Mức tiến bộ giữa bài đầu khóa và bài cuối khóa"),
        Kind.ATTENDANCE: _("Dự học (chỉ dùng kèm điều kiện khác)"),
        Kind.TAUGHT: _("Số lớp đã dạy có người đạt"),
        Kind.CLASS_SHARE: _("Tỷ lệ học viên đạt ở các lớp đã kết thúc"),
        Kind.HOME_MEMBERS: _("Số thành viên của hộ đã đạt"),
        Kind.HOME_ADULTS: _("Mọi người lớn trong hộ đều đạt"),
        Kind.TEAM_MEMBERS: _("Tỷ lệ thành viên của tổ đã đạt"),
        Kind.INDICATOR_MET: _("Đơn vị đạt mức giao của một chỉ tiêu"),
        Kind.INDICATOR_RATE: _("Tỷ lệ của đơn vị ở một chỉ tiêu"),
        Kind.INDICATOR_GAIN: _("Mức tăng của đơn vị so với một kỳ đã chốt"),
        Kind.PEOPLE_SHARE: _("Tỷ lệ người của đơn vị đã đạt"),
        Kind.HOMES_SHARE: _("Tỷ lệ hộ có người đã đạt"),
    }


def span_words() -> dict[str, str]:
    """When a result must have been reached."""
    return {Span.PERIOD: _("trong kỳ"), Span.BY_END: _("từ trước đến hết kỳ")}


def least_text(condition: Condition) -> str:
    """The threshold: '5', '87,5%', '10 điểm phần trăm'."""
    value = number_of(condition.least).replace(".", ",")
    if condition.kind in PERCENT:
        return f"{value}%"
    return _("%(n)s điểm phần trăm", n=value) if condition.kind in POINTS else value


def condition_text(
    condition: Condition, figures: Mapping[tuple[str, str], str] | None = None
) -> str:
    """A condition as a sentence; `figures` names plans' indicators by (plan, code)."""
    named = (figures or {}).get((condition.plan, condition.indicator), condition.indicator)
    told = {
        "n": least_text(condition), "result": _result(condition), "figure": named,
        "of": _of_programmes(condition), "since": condition.since,
    }  # fmt: skip
    return _sentences()[condition.kind] % told


def _sentences() -> dict[Kind, str]:
    return {
        Kind.ATTAINED: _("có kết quả %(result)s"),
        Kind.MENTEES: _(
            "có từ %(n)s người được kèm trở lên có kết quả %(result)s, đạt trong thời gian kèm"
        ),
        Kind.GAIN: _(
            "tiến bộ từ %(n)s trở lên giữa bài đầu khóa và bài cuối khóa%(of)s, bài cuối khóa làm "
            "trong kỳ"
        ),
        Kind.ATTENDANCE: _("dự từ %(n)s số buổi của một lớp trở lên%(of)s"),
        Kind.TAUGHT: _(
            "dạy từ %(n)s lớp trở lên trong kỳ mà lớp có học viên có kết quả %(result)s"
        ),
        Kind.CLASS_SHARE: _(
            "từ %(n)s học viên trở lên của các lớp đã kết thúc có kết quả %(result)s"
        ),
        Kind.HOME_MEMBERS: _("hộ có từ %(n)s thành viên trở lên có kết quả %(result)s"),
        Kind.HOME_ADULTS: _("mọi người lớn trong hộ đều có kết quả %(result)s"),
        Kind.TEAM_MEMBERS: _(
            "từ %(n)s thành viên đang hoạt động của tổ trở lên có kết quả %(result)s"
        ),
        Kind.INDICATOR_MET: _("đạt mức giao của chỉ tiêu %(figure)s"),
        Kind.INDICATOR_RATE: _("đạt từ %(n)s trở lên ở chỉ tiêu %(figure)s"),
        Kind.INDICATOR_GAIN: _(
            "tăng từ %(n)s trở lên ở chỉ tiêu %(figure)s so với bản chốt số %(since)s"
        ),
        Kind.PEOPLE_SHARE: _("từ %(n)s người của đơn vị trở lên có kết quả %(result)s"),
        Kind.HOMES_SHARE: _("từ %(n)s hộ của đơn vị trở lên có người có kết quả %(result)s"),
    }


def _result(condition: Condition) -> str:
    """Which results count: proof, level, programmes, time."""
    if condition.kind not in OF_RESULTS:
        return ""
    return _(
        "từ “%(proof)s” trở lên, mức %(level)s%(of)s, %(span)s",
        proof=wording.proof_name(condition.proof), level=wording.level_name(condition.level),
        of=_of_programmes(condition), span=span_words()[condition.span],
    )  # fmt: skip


def _of_programmes(condition: Condition) -> str:
    names = [programme_name(code) for code in condition.programmes]
    return _(", chương trình %(names)s", names=_(" hoặc ").join(names)) if names else ""


# --- evidence and what is lacking ---------------------------------------------------------------


def attained_line(row: Attainment, certificate: str = "") -> str:
    """A result with its day, and the number of its certificate when there is one."""
    said = _(
        "%(proof)s, chương trình %(programme)s, mức %(level)s, ngày %(day)s",
        proof=_first_up(wording.proof_name(row.proof)), programme=programme_name(row.programme),
        level=wording.level_name(row.level), day=day(row.occurred_on),
    )  # fmt: skip
    number_ = _("; giấy chứng nhận số %(number)s", number=certificate) if certificate else ""
    return said + number_


def points_of(value: Fraction) -> str:
    """Points cut to one decimal: what is not whole is never rounded up to a threshold."""
    return decimal_text(Decimal(int(value * 10)) / 10)


def rate_of(one: Measured) -> str:
    """'85,7% (12 trên 14)'."""
    part, whole = one.part or 0, one.whole or 0
    rate = decimal_text(truncated_rate(part, whole)) if whole else "0"
    return _("%(rate)s%% (%(n)s trên %(d)s)", rate=rate, n=number(part), d=number(whole))


def days_between(rows: list[Attainment]) -> str:
    """'ngày 03/02/2026' or 'từ 03/02/2026 đến 11/10/2026'."""
    days = sorted(row.occurred_on for row in rows)
    if not days:
        return ""
    if days[0] == days[-1]:
        return _("ngày %(day)s", day=day(days[0]))
    return _("từ %(a)s đến %(b)s", a=day(days[0]), b=day(days[-1]))


def evidence_line(
    condition: Condition, one: Measured, rows: list[Attainment], numbers: Mapping[Any, str]
) -> str:
    """What counted for a condition, in one sentence. `rows` are the attainments among its proofs."""
    kind = condition.kind
    if kind is Kind.ATTAINED:
        return "; ".join(attained_line(row, numbers.get(row.key, "")) for row in rows)
    if kind in (Kind.MENTEES, Kind.HOME_MEMBERS):
        said = {
            Kind.MENTEES: _("%(n)s người được kèm đã đạt trong thời gian kèm"),
            Kind.HOME_MEMBERS: _("%(n)s thành viên của hộ đã đạt"),
        }[kind]
        return f"{said % {'n': number(int(one.value))}}, {days_between(rows)}"
    told = _of_other_kind(condition, one)
    dated = kind in (Kind.HOME_ADULTS, Kind.TEAM_MEMBERS) and rows
    return f"{told}, {days_between(rows)}" if dated else told


def _of_other_kind(condition: Condition, one: Measured) -> str:
    rate, facts = rate_of(one), one.facts
    return {
        Kind.GAIN: lambda: _gain_line(one),
        Kind.ATTENDANCE: lambda: _("Dự %(rate)s buổi học", rate=rate),
        Kind.TAUGHT: lambda: _("%(n)s lớp có người đạt: %(names)s", n=number(int(one.value)),
                               names=_classes(facts.get("classes"))),
        Kind.CLASS_SHARE: lambda: _("%(rate)s học viên đạt ở các lớp đã kết thúc: %(names)s", rate=rate,
                                    names=_classes(facts.get("classes"))),
        Kind.HOME_ADULTS: lambda: _("%(n)s người lớn trong hộ đều đạt", n=number(one.whole or 0)),
        Kind.TEAM_MEMBERS: lambda: _("%(rate)s thành viên đã đạt", rate=rate),
        Kind.INDICATOR_MET: lambda: _("Đạt mức giao: %(rate)s", rate=rate) if one.whole else _("Đạt mức giao"),
        Kind.INDICATOR_RATE: lambda: rate,
        Kind.INDICATOR_GAIN: lambda: _unit_gain_line(one),
        Kind.PEOPLE_SHARE: lambda: _("%(rate)s người đã đạt", rate=rate),
        Kind.HOMES_SHARE: lambda: _("%(rate)s hộ có người đã đạt", rate=rate),
    }[condition.kind]()  # fmt: skip


def _gain_line(one: Measured) -> str:
    before: Any = one.facts["before"]
    after: Any = one.facts["after"]
    return _(
        "Tiến bộ %(n)s điểm phần trăm: đầu khóa %(a)s/%(am)s điểm (%(ad)s), cuối khóa %(b)s/%(bm)s điểm "
        "(%(bd)s), chương trình %(programme)s",
        n=points_of(one.value), a=before[0], am=before[1], ad=_iso(before[2]), b=after[0],
        bm=after[1], bd=_iso(after[2]), programme=programme_name(str(one.facts["programme"])),
    )  # fmt: skip


def _unit_gain_line(one: Measured) -> str:
    old: Any = one.facts.get("from")
    if old is None:
        return rate_of(one)
    was = rate_of(Measured(False, part=old[0], whole=old[1]))
    return _("Tăng %(n)s điểm phần trăm: từ %(old)s ngày %(day)s lên %(new)s",
             n=points_of(one.value), old=was, day=_iso(old[2]), new=rate_of(one))  # fmt: skip


def _iso(text: str) -> str:
    return day(date.fromisoformat(text))


def _classes(given: Any) -> str:
    names = [
        _("%(name)s (%(k)s trên %(n)s học viên đạt)", name=name, k=reached, n=learners)
        for name, _meetings, reached, learners in given or ()
    ]
    return "; ".join(names)


def short_line(condition: Condition, one: Measured, rows: list[Attainment]) -> str:
    """What is still lacking of a condition."""
    if condition.kind is Kind.ATTAINED:
        known = "; ".join(attained_line(row) for row in rows)
        return _(
            "Mới có: %(known)s. Cần kết quả %(result)s.", known=known, result=_result(condition)
        )
    if condition.kind is Kind.INDICATOR_GAIN and "from" not in one.facts:
        return _("Bản chốt số %(n)s không có số của đơn vị này để so.", n=condition.since)
    if condition.kind in (Kind.GAIN, Kind.INDICATOR_GAIN):
        lacking = ceil((condition.least - one.value) * 10)
        return _("Mới tăng %(n)s, còn thiếu %(k)s điểm phần trăm.", n=points_of(one.value),
                 k=decimal_text(Decimal(lacking) / 10))  # fmt: skip
    if condition.kind is Kind.INDICATOR_MET:
        return _("Mới đạt %(rate)s, chưa tới mức giao.", rate=rate_of(one))
    if one.whole is not None:
        wanted = people_short(condition, one.part or 0, one.whole)
        unit = _things(condition.kind)
        return _(
            "Mới đạt %(rate)s, cần thêm %(n)s %(unit)s.",
            rate=rate_of(one),
            n=number(wanted),
            unit=unit,
        )
    lacking = ceil(condition.least - one.value)
    return _("Mới có %(k)s, cần thêm %(n)s %(unit)s.", k=number(int(one.value)), n=number(lacking),
             unit=_things(condition.kind))  # fmt: skip


def _things(kind: Kind) -> str:
    return {
        Kind.MENTEES: _("người được kèm đạt"), Kind.ATTENDANCE: _("buổi"),
        Kind.TAUGHT: _("lớp có người đạt"), Kind.CLASS_SHARE: _("học viên đạt"),
        Kind.HOME_MEMBERS: _("thành viên đạt"), Kind.HOMES_SHARE: _("hộ có người đạt"),
        Kind.TEAM_MEMBERS: _("thành viên đạt"),
    }.get(kind, _("người đạt"))  # fmt: skip


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]

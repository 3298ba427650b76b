"""What a commune said of a plan that goes along to the next version of it, and what cannot. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.core.i18n import _
from lms.indicators import wording as words
from lms.indicators.choices import choice_problem
from lms.indicators.rules.plan import Plan

Choices = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Lost:
    """A wording or a choice that has nothing to stand on in the new version."""

    kind: str
    key: str
    value: str

    @property
    def text(self) -> str:
        """What falls away, in words."""
        said = {
            "wording": _("Nguyên văn của chỉ tiêu “%(key)s”: “%(value)s”"),
            "denominators": _("Cách lấy mẫu số của “%(key)s”: %(value)s"),
            "readings": _("Cách hiểu đã chọn của chỉ tiêu “%(key)s”: %(value)s"),
            "levels": _("Mức đạt đã chọn của chỉ tiêu “%(key)s”: %(value)s"),
        }[self.kind]
        return said % {"key": self.key, "value": self._value}

    @property
    def _value(self) -> str:
        if self.kind == "denominators":
            return {"register": _("đếm từ danh sách"), "declared": _("số khai báo")}[self.value]
        return words.level_name(self.value) if self.kind == "levels" else self.value


@dataclass(frozen=True, slots=True)
class Carried:
    """The commune's wording and choices as the new version has them, and what fell away."""

    wording: dict[str, str]
    choices: dict[str, dict[str, str]]
    lost: tuple[Lost, ...]


def carried(plan: Plan, wording: Mapping[str, str], choices: Choices) -> Carried:
    """Keep what belongs to a code that still exists and may still be chosen."""
    codes = {one.code for one in plan.indicators}
    kept = {code: text for code, text in wording.items() if code in codes}
    lost = [Lost("wording", code, text) for code, text in wording.items() if code not in codes]
    chosen: dict[str, dict[str, str]] = {}
    for kind, values in choices.items():
        for key, value in values.items():
            if choice_problem(plan, kind, key, value) is None:
                chosen.setdefault(kind, {})[key] = value
            else:
                lost.append(Lost(kind, key, value))
    return Carried(kept, chosen, tuple(lost))


def restored(
    plan: Plan, now: tuple[Mapping[str, str], Choices], then: tuple[Mapping[str, str], Choices],
    present: Plan,
) -> Carried:  # fmt: skip
    """What goes along when an older version is taken up again.

    What holds now wins; of what held then, all comes back that has no place in the present version.
    """
    gone = carried(present, *then).lost
    wording = {one.key: one.value for one in gone if one.kind == "wording"} | dict(now[0])
    choices = {kind: dict(values) for kind, values in now[1].items()}
    for one in gone:
        if one.kind != "wording":
            choices.setdefault(one.kind, {}).setdefault(one.key, one.value)
    return carried(plan, wording, choices)

"""A plan as boxes of a form: each kind of field shown and taken back again. Pure.

Boxes are flat: the dotted name of a box → the texts in it, cleaned, none of them empty. A field whose
boxes were not touched keeps what stood in the file, to the letter, also where no form could say it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from lms.core.text import clean, fold
from lms.indicators.rules.vocabulary import POPULATIONS

Boxes = Mapping[str, tuple[str, ...]]
Options = Callable[[], Sequence[tuple[str, str]]]
ABSENT: Final = object()
"""The field is not written."""

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,15})(?:[.,]([0-9]{1,12}))?")
_THOUSANDS = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
"""1.000 is a thousand to most who type it and one to a computer: it is not taken as a number."""


def cleaned(texts: Sequence[str]) -> tuple[str, ...]:
    """The lines of some texts as they are kept: clean, none empty."""
    lines = (clean(line) for text in texts for line in text.splitlines())
    return tuple(line for line in lines if line)


def short_code(text: str) -> str:
    """A code out of words: 'Lớp cho người cao tuổi' is lop-cho-nguoi-cao-tuoi."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text))[:50].strip("-")


class Kind:
    """One kind of field: a line of text. `suffixes` name its boxes after the field's own name."""

    widget = "line"
    suffixes: tuple[str, ...] = ("",)
    ordered = True

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """What stands in its boxes."""
        return {"": cleaned([str(value)]) if value is not ABSENT else ()}

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """The value that the boxes say, ABSENT for nothing."""
        return " ".join(boxes[""]) or ABSENT

    def read(self, boxes: Boxes, old: Any) -> Any:
        """The value that the boxes say; what nobody touched stays as it was written."""
        shown = self.shown(old)
        order = tuple if self.ordered else sorted
        if all(order(boxes[s]) == order(shown.get(s, ())) for s in self.suffixes):
            return old
        return self.taken(boxes, old)


class Area(Kind):
    """A longer text, on several lines of the screen."""

    widget = "area"


class Number(Kind):
    """An exact number, with a comma or a point; anything else is kept as it was typed."""

    widget = "number"

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """With the comma of Vietnamese readers."""
        if isinstance(value, Decimal):
            return {"": (format(value, "f").replace(".", ","),)}
        return super().shown(value)

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """An int or a Decimal where it is one."""
        text = " ".join(boxes[""])
        match = _NUMBER.fullmatch(text)
        if match is None or _THOUSANDS.fullmatch(text):
            return text or ABSENT
        return Decimal(text.replace(",", ".")) if match[2] else int(text)


class Lines(Kind):
    """Several texts, one on each line."""

    widget = "lines"

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """Each text on its line."""
        if value is ABSENT:
            return {"": ()}
        texts = value if isinstance(value, list) else [value]
        return {"": tuple(clean(str(text)) for text in texts)}

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """One text, or the list of them."""
        lines = [*boxes[""]]
        return (lines if len(lines) > 1 else lines[0]) if lines else ABSENT


class Years(Kind):
    """Years: 2025, 2026, or 2025-2030."""

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """All in one line."""
        years = value if isinstance(value, list) else [] if value is ABSENT else [value]
        return {"": (", ".join(map(str, years)),) if years else ()}

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """Whole numbers; a stretch is written out."""
        found: list[Any] = []
        for word in re.split(r"[\s,;]+", re.sub(r"\s*[-–]\s*", "-", " ".join(boxes[""]))):
            stretch = re.fullmatch(r"(20\d\d)-(20\d\d)", word)
            if stretch:
                found += range(int(stretch[1]), int(stretch[2]) + 1)
            elif word:
                found.append(int(word) if re.fullmatch(r"[1-9]\d{3}", word) else word)
        return found or ABSENT


class Pick(Kind):
    """One of a list."""

    widget = "pick"

    def __init__(self, options: Options, blank: Any = "") -> None:
        self.options, self.blank = options, blank


class Tick(Kind):
    """Yes, or nothing said."""

    widget = "tick"

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """A tick for true."""
        return {"": ("1",) if value is True else ()}

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """True, or not written."""
        return True if boxes[""] else ABSENT


class Ticks(Kind):
    """Any of a list."""

    widget = "ticks"
    ordered = False

    def __init__(self, options: Options) -> None:
        self.options = options

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """Those that are ticked."""
        return Lines().shown(value)

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """Those that stood there first, in their order, then the new ones."""
        was = Lines().shown(old)[""]
        kept = [code for code in was if code in boxes[""]]
        return [*kept, *(code for code in boxes[""] if code not in was)] or ABSENT


class YearTicks(Ticks):
    """Years of the plan, ticked."""

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """Whole numbers."""
        years = [int(year) if year.isdecimal() else year for year in boxes[""]]
        return years or ABSENT


class PopulationKind(Kind):
    """A population: one code, the school levels where it is students, and others counted with it."""

    widget = "population"
    suffixes = ("", "levels", "also")
    ordered = False

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """The first part, the levels of all parts, the other parts."""
        if value is ABSENT:
            return {"": (), "levels": (), "also": ()}
        parts = value["any_of"] if isinstance(value, dict) and "any_of" in value else [value]
        codes: list[str] = []
        levels: list[str] = []
        for part in parts:
            codes.append("students" if isinstance(part, dict) else str(part))
            levels += part["students"] if isinstance(part, dict) else []
        return {"": (codes[0],), "levels": tuple(levels), "also": tuple(codes[1:])}

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """A code, students of some levels, or any of several."""
        levels = [*dict.fromkeys(boxes["levels"])]
        codes = [*dict.fromkeys([*boxes[""], *boxes["also"]])]
        parts = [{"students": levels} if c == "students" and levels else c for c in codes]
        return {"any_of": parts} if len(parts) > 1 else next(iter(parts), ABSENT)

    @staticmethod
    def stray_levels(boxes: Boxes) -> bool:
        """School levels are ticked and nobody of school is chosen."""
        return bool(boxes["levels"]) and "students" not in (*boxes[""], *boxes["also"])


class MeasureBoxes(Kind):
    """A measure, with the boxes of each kind of measure."""

    widget = "measure"
    params: Mapping[str, Mapping[str, Kind]] = {
        "attained": {},
        "trained": {"share": Number()},
        "confirmed": {},
        "declared": {"label": Kind(), "what": Kind()},
        "supported": {"label": Kind(), "what": Kind()},
        "count": {"label": Kind(), "what": Kind(), "posted_at": Kind()},
        "has_at_least": {"k": Number(), "of": Kind()},
    }
    suffixes = ("", *(f"{code}.{name}" for code, own in params.items() for name in own))

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """Its code and its own boxes."""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(self.suffixes, ())
        if value is ABSENT:
            return found
        code, own = next(iter(value.items())) if isinstance(value, dict) else (value, {})
        found[""] = (str(code),)
        for name, kind in self.params.get(code, {}).items():
            found[f"{code}.{name}"] = kind.shown((own or {}).get(name, ABSENT))[""]
        return found

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """The code alone, or with what it needs; a code of its own is made of the label."""
        code = " ".join(boxes[""])
        own = {}
        for name, kind in self.params.get(code, {}).items():
            value = kind.taken({"": boxes[f"{code}.{name}"]}, ABSENT)
            if value is not ABSENT:
                own[name] = value
        if "label" in own and "what" not in own and (made := short_code(own["label"])):
            own["what"] = made
        return ({code: own} if self.params.get(code) else code) if code else ABSENT


class DueBoxes(Kind):
    """A deadline: which of the four ways plans write it, and its day and month."""

    widget = "due"
    ways: Mapping[str, tuple[str, tuple[str, ...]]] = {
        "last_month": ("ngày {} tháng cuối kỳ", ("day",)),
        "before": ("trước {}/{}", ("day", "month")),
        "on": ("ngày {}/{}", ("day", "month")),
        "not_set": ("không quy định", ()),
    }
    suffixes = ("", *(f"{way}.{name}" for way, (_words, own) in ways.items() for name in own))
    _read = (
        ("last_month", re.compile(r"ngày\s*(.*?)\s*tháng cuối (?:quý|kỳ)", re.I)),
        ("before", re.compile(r"trước (?:ngày )?(.*)/(.*)", re.I)),
        ("on", re.compile(r"ngày\s*(.*)/(.*)", re.I)),
        ("not_set", re.compile(r"không quy định", re.I)),
    )

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """The way and its numbers, also where they are not yet numbers."""
        found: dict[str, tuple[str, ...]] = dict.fromkeys(self.suffixes, ())
        phrase = "" if value is ABSENT else clean(str(value))
        for way, pattern in self._read:
            if match := pattern.fullmatch(phrase):
                numbers = zip(self.ways[way][1], match.groups(), strict=True)
                own = {f"{way}.{name}": cleaned([number]) for name, number in numbers}
                return found | own | {"": (way,)}
        return found

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """The phrase; blanks stay in it and are refused where it is read."""
        way = " ".join(boxes[""])
        if way not in self.ways:
            return ABSENT
        phrase, own = self.ways[way]
        return clean(phrase.format(*(" ".join(boxes[f"{way}.{name}"]) for name in own)))


class Names(Kind):
    """The plan's own names of populations, a box for each."""

    widget = "names"
    suffixes = tuple(POPULATIONS)

    def shown(self, value: Any) -> dict[str, tuple[str, ...]]:
        """The names that are written."""
        own = {} if value is ABSENT else value
        return {code: cleaned([str(own[code])]) if code in own else () for code in POPULATIONS}

    def taken(self, boxes: Boxes, old: Any) -> Any:
        """Those that have a text."""
        return {code: " ".join(boxes[code]) for code in POPULATIONS if boxes[code]} or ABSENT

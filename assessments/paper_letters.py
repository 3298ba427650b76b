"""The signs of a paper, and what they mean: 'C', 'A D', 'B A C', '1-B 2-A', a number, a phone's letters.

A form keeps the order of its parts, so the letters that stand on the sheet are known for ever. What was
written is typed as it stands; what cannot be an answer is refused, and '?' says that nothing can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from assessments.rules import Form, FormItem
from assessments.shown.phone import LONGEST_TYPED, Sheet, storyboard
from courses.activities.matching import joined, rights
from courses.activities.numbers import LONGEST
from courses.activities.simulation import walk
from courses.rules import Item
from lms.core.i18n import _
from lms.core.text import clean, fold

Tokens = tuple[str, ...]
UNREADABLE = ("?", "-", "_")
"""Typed alone: the learner left it out, or nobody can read it. It counts as not answered."""
_PAIR = re.compile(r"([1-9]) ?[-.:=>)]* ?([A-Z])")
_LETTER = re.compile(r"[A-Z][2-9]?")


@dataclass(frozen=True, slots=True)
class Read:
    """What typed signs mean. `trouble`: why they are refused; `note`: what was left out of them."""

    response: Tokens = ()
    trouble: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for one question: its signs and, for a phone, what was written into fields."""

    signs: str = ""
    fields: Mapping[str, str] | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was typed."""
        return not self.signs and not any((self.fields or {}).values())

    def kept(self) -> list[str]:
        """As `PaperEntry.typed` keeps it."""
        written = (f"{name}={text}" for name, text in (self.fields or {}).items() if text)
        return [self.signs, *written]


def read(asked: FormItem, typed: Typed) -> Read:
    """The response that typed signs mean for a question of a form."""
    signs = clean(typed.signs)
    if signs in UNREADABLE or not signs:
        return Read()
    return _READERS[asked.item.kind](asked, signs, typed.fields or {})


def read_form(form: Form, typed: Mapping[str, Typed]) -> dict[str, Read]:
    """Item → what was typed for it."""
    return {one.item.id: read(one, typed.get(one.item.id, Typed())) for one in form.items}


def _plain(signs: str) -> str:
    """Capital letters without marks: typing with Telex turns AA into Â and DD into Đ."""
    return fold(signs).upper()


def _names(asked: FormItem) -> dict[str, str]:
    """Letter → id of an option or step."""
    return dict(zip(ascii_uppercase, asked.options, strict=False))


def _chosen(asked: FormItem, signs: str, names: Mapping[str, str]) -> Read:
    letters = [one for one in _plain(signs) if one.isalnum()]
    strange = [one for one in letters if one not in names]
    if strange or not letters:
        return Read(trouble=_("Câu này chỉ có %(all)s.", all=", ".join(names)))
    return Read(tuple(dict.fromkeys(names[one] for one in letters)))


def _single(asked: FormItem, signs: str, _fields: Mapping[str, str]) -> Read:
    found = _chosen(asked, signs, _names(asked))
    if len(found.response) > 1:
        return Read(
            trouble=_("Câu này chỉ một chữ. Trên giấy chọn hai ô thì gõ ?, tính là không trả lời.")
        )
    return found


def _multiple(asked: FormItem, signs: str, _fields: Mapping[str, str]) -> Read:
    return _chosen(asked, signs, _names(asked))


def _spot(asked: FormItem, signs: str, _fields: Mapping[str, str]) -> Read:
    names = {str(number): name for number, name in enumerate(asked.options, 1)}
    return _chosen(asked, signs, names)


def _match(asked: FormItem, signs: str, _fields: Mapping[str, str]) -> Read:
    lefts, letters = sides(asked)
    pairs = _pairs(_plain(signs), len(lefts))
    if pairs is None or any(n > len(lefts) or letter not in letters for n, letter in pairs):
        last = list(letters)[-1]
        return Read(
            trouble=_("Hãy gõ như 1-B 2-A, số từ 1 đến %(n)s, chữ từ A đến %(z)s.",
                      n=len(lefts), z=last)
        )  # fmt: skip
    made = {lefts[n - 1]: letters[letter] for n, letter in pairs}
    return Read(tuple(f"{left}={right}" for left, right in made.items()))


def _pairs(signs: str, count: int) -> list[tuple[int, str]] | None:
    """'1-B 2-A' or, in the order of the numbers, 'BA'; a blank one is '-'."""
    if any(one.isdigit() for one in signs):
        rest = _PAIR.sub("", signs)
        found = [(int(n), letter) for n, letter in _PAIR.findall(signs)]
        doubled = len({n for n, _letter in found}) < len(found)
        return None if doubled or any(one.isalnum() for one in rest) else found
    row = [one for one in signs if one.isalpha() or one in "-_."]
    if len(row) > count:
        return None
    return [(n, letter) for n, letter in enumerate(row, 1) if letter.isalpha()]


def sides(asked: FormItem) -> tuple[list[str], dict[str, str]]:
    """(ids of the left sides by number, letter → id of the right side) as they stand on the sheet."""
    own = {pair.id for pair in asked.item.pairs}
    held = rights(asked.item)
    right = [name for name in asked.options if name in held]
    return [n for n in asked.options if n in own], dict(zip(ascii_uppercase, right, strict=False))


def _number(_asked: FormItem, signs: str, _fields: Mapping[str, str]) -> Read:
    if len(signs) > LONGEST:
        return Read(trouble=_("Số này dài quá. Hãy gõ lại như trên giấy."))
    return Read((signs,))


def _phone(asked: FormItem, signs: str, fields: Mapping[str, str]) -> Read:
    """Letters in the order of the taps; what was written into the fields of a screen comes before its tap."""
    sheets = sheets_of(asked.item)
    names = {letter: name for name, letter in sheets[0].letters.items()} if sheets else {}
    letters = _LETTER.findall(_plain(signs))
    if [one for one in letters if one not in names]:
        return Read(trouble=_("Câu này chỉ có các chữ từ A đến %(z)s.", z=list(names)[-1]))
    log: Tokens = ()
    for done, letter in enumerate(letters):
        longer = (*log, *_written_before(asked.item, log, fields), names[letter])
        if not walk(asked.item, longer).possible:
            rest = " ".join(letters[done:])
            return Read(log, note=_("Ghi đến trước “%(rest)s”, vì màn đó không có chỗ này.",
                                    rest=rest))  # fmt: skip
        if walk(asked.item, log).ended:
            break
        log = longer
    return Read(log)


def _written_before(item: Item, log: Tokens, fields: Mapping[str, str]) -> Tokens:
    at = walk(item, log)
    told = ((part.id, clean(fields.get(part.id, ""))[:LONGEST_TYPED]) for part in at.screen.fields)
    return tuple(f"{name}={text}" for name, text in told if text and at.typed.get(name) != text)


def sheets_of(item: Item) -> tuple[Sheet, ...]:
    """The screens of a simulated phone as they are printed."""
    return storyboard(item.simulation) if item.simulation else ()


def fields_of(item: Item) -> list[tuple[str, str]]:
    """(id, label) of the fields of a simulated phone, in the order of the printed screens."""
    return [(part.id, part.label) for one in sheets_of(item) for part in one.screen.fields]


_READERS: Mapping[str, Callable[[FormItem, str, Mapping[str, str]], Read]] = {
    "single": _single,
    "multiple": _multiple,
    "order": _multiple,
    "match": _match,
    "spot": _spot,
    "number": _number,
    "simulation": _phone,
}


def written(asked: FormItem, response: Sequence[str]) -> str:
    """The response in the signs of the sheet, as somebody would type it; '' for none."""
    kind = asked.item.kind
    if kind == "match":
        lefts, letters = sides(asked)
        made = joined(response)
        name = {right: letter for letter, right in letters.items()}
        return " ".join(f"{n}-{name[made[x]]}" for n, x in enumerate(lefts, 1) if x in made)
    if kind == "number":
        return response[0] if response else ""
    if kind == "simulation":
        sheets = sheets_of(asked.item)
        letter_of = sheets[0].letters if sheets else {}
        return " ".join(letter_of.get(token, f"“{token.partition('=')[2]}”") for token in response)
    signs = list(ascii_uppercase) if kind != "spot" else [str(n) for n in range(1, 27)]
    held = dict(zip(asked.options, signs, strict=False))
    found = [held[token] for token in response if token in held]
    return " ".join(found if kind == "order" else sorted(found, key=signs.index))

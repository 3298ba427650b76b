"""Made-up programmes with odd texts, to show that nothing an author may write gets lost."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import strategies as st

from courses import rules
from courses.activity_parts import (
    NumberKey,
    Option,
    OrderStep,
    Pair,
    PhoneScreen,
    ScreenPart,
    Simulation,
    Spot,
)
from courses.naming import part_name
from tests.factories.content import small_version

ODD = (
    "- gạch đầu dòng", "# thăng", "khóa: giá trị", '"trong nháy"', "'nháy đơn'", "{practice: x}", "[a, b]",
    "&a *b !c", "---", "...", "| gộp", "> gấp", "% phần trăm", "@ a còng", "`lệnh`", "? hỏi", "true", "null",
    "~", "1.0", "0o17", "2026-11-21", "=", "<<", "a\tb", "\\n", "Tiếng Việt đủ dấu: ễ ự ợ", "🙂👩‍🌾 bấm",
    "một\nhai", "một\n\n  thụt\nhai", "hai  dấu cách", "\u0338 dấu rời", "x\n\u0303y", "\ufeffđầu", "a\u2028b",
    "a\x85b", "a\u00a0b", "\u200bkhông rộng", "dài " * 40 + "hết: thật", "a #không phải ghi chú", "kết thúc:",
)  # fmt: skip
DAY = st.dates(date(2000, 1, 1), date(2099, 12, 31))
COMPETENCE = st.sampled_from(["khung-co-ban:1.1", "khung-co-ban:5.2", "digcomp-2-2:1.1"])
CODE = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)


def texts(longest: int = 110) -> st.SearchStrategy[str]:
    """Texts as the reader gives them: composed, without spaces around, never empty."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters="\r")
    raw = st.one_of(st.sampled_from(ODD), st.text(letters, min_size=1, max_size=40))
    tidy = raw.map(lambda text: unicodedata.normalize("NFC", text).strip()[:longest].strip())
    return tidy.filter(lambda text: bool(text) and unicodedata.is_normalized("NFC", text))


def lines(longest: int = 110) -> st.SearchStrategy[str]:
    """Texts without line ends and brackets, for what stands on one line of a lesson."""
    return texts(longest).map(lambda text: " ".join(text.split())).filter(
        lambda text: bool(text) and not set("[]<>!") & set(text)
    )  # fmt: skip


def bodies() -> st.SearchStrategy[str]:
    """The Markdown of a screen, of lines that the reader leaves where they are."""
    plain = lines().filter(lambda t: t != "---" and not t.startswith("{practice"))
    return st.lists(plain, min_size=1, max_size=4).map("\n\n".join)


def _different(count: int, longest: int = 110) -> st.SearchStrategy[list[str]]:
    return st.lists(texts(longest), min_size=count, max_size=count, unique_by=str.casefold)


@st.composite
def items(draw: st.DrawFn, name: str, kind: str, skill: str) -> rules.Item:
    """A question of a kind that the loader accepts."""
    bare = rules.Item(
        id=name,
        kind=kind,
        skill=skill,
        difficulty=draw(st.integers(1, 3)),
        level="basic",
        prompt=draw(texts()),
        explanation=draw(texts()),
        source=draw(st.sampled_from(ODD[:3])),
        reviewed_on=draw(DAY),
        hints=tuple(draw(st.lists(texts(), max_size=3))),
        certifying=draw(st.booleans()),
    )
    return draw(PARTS[kind](bare))


@st.composite
def _single(draw: st.DrawFn, item: rules.Item) -> rules.Item:
    told = draw(_different(draw(st.integers(3, 6))))
    right = 1 if item.kind == "single" else 2
    options = [Option(part_name(item.id, "o", t), t, n < right) for n, t in enumerate(told)]
    return replace(item, options=tuple(sorted(options, key=lambda o: o.id)))


@st.composite
def _order(draw: st.DrawFn, item: rules.Item) -> rules.Item:
    told = draw(_different(draw(st.integers(3, 7))))
    return replace(item, sequence=tuple(OrderStep(part_name(item.id, "s", t), t) for t in told))


@st.composite
def _match(draw: st.DrawFn, item: rules.Item) -> rules.Item:
    told = draw(_different(7))
    pairs = [
        Pair(part_name(item.id, "l", a), a, part_name(item.id, "r", b), b)
        for a, b in zip(told[:3], told[3:6], strict=True)
    ]
    decoys = (Option(part_name(item.id, "r", told[6]), told[6]),)
    return replace(item, pairs=tuple(sorted(pairs, key=lambda p: p.id)), decoys=decoys)


@st.composite
def _spot(draw: st.DrawFn, item: rules.Item) -> rules.Item:
    told = draw(_different(4))
    places = [(1, 1), (5, 1), (9, 1), (1, 5)]
    spots = [
        Spot(part_name(item.id, "p", t), t, *at, 4, 3, n < 2)
        for n, (t, at) in enumerate(zip(told, places, strict=True))
    ]
    picture = rules.Illustration("hinh.svg", draw(texts()))
    return replace(item, spots=tuple(spots), illustration=picture)


@st.composite
def _number(draw: st.DrawFn, item: rules.Item) -> rules.Item:
    value = draw(st.from_regex(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", fullmatch=True))
    tolerance = draw(st.sampled_from(["0", "0.5", "100", "007"]))
    unit = draw(st.one_of(st.just(""), texts(20)))
    return replace(item, number=NumberKey(value, tolerance, unit))


@st.composite
def _simulation(draw: st.DrawFn, item: rules.Item) -> rules.Item:
    def made(letter: str, code: str) -> str:
        return part_name(item.id, letter, code)

    first, last, lost = (made("m", code) for code in ("dau", "cuoi", "mat"))
    field, told = made("f", "o"), draw(_different(6, 60))
    parts = (
        ScreenPart(draw(st.sampled_from(["text", "notice"])), text=told[0]),
        ScreenPart("message", text=told[1], label=told[2]),
        ScreenPart("picture", label=told[1], media="hinh.svg"),
        ScreenPart("field", id=field, label=told[3], expects=tuple(told[4:])),
        ScreenPart("button", text=told[4], id=made("h", "di"), to=last, needs=(field,)),
        ScreenPart("row", text=told[5], id=made("h", "mat"), to=lost, otherwise=first),
    )
    end = (ScreenPart("text", text=told[3]),)
    screens = (
        PhoneScreen(first, told[0], parts),
        PhoneScreen(last, told[1], end, "goal"),
        PhoneScreen(lost, told[2], end, "trap"),
    )
    return replace(item, simulation=Simulation(first, screens, draw(st.sampled_from([3, 4, 40]))))


PARTS = {
    "single": _single,
    "multiple": _single,
    "order": _order,
    "match": _match,
    "spot": _spot,
    "number": _number,
    "simulation": _simulation,
}


@st.composite
def _lessons(draw: st.DrawFn, code: str, practice: str) -> rules.Lesson:
    picture = rules.Illustration("hinh.svg", draw(lines()))
    screens = (
        rules.Screen(draw(lines()), draw(bodies()), picture),
        rules.Screen(draw(lines()), draw(st.one_of(st.just(""), bodies())), None, practice),
    )
    return rules.Lesson(
        code,
        draw(texts()),
        draw(st.integers(1, 60)),
        ("an-toan",),
        tuple(draw(st.lists(texts(), min_size=1, max_size=3))),
        draw(DAY),
        screens,
        tuple(draw(st.lists(texts(), min_size=1, max_size=6))),
        draw(st.one_of(st.just(""), bodies())),
    )


@dataclass(frozen=True, repr=False)
class MadeUp:
    """A version with a name short enough to be shown."""

    version: rules.ProgrammeVersion

    def __repr__(self) -> str:
        return f"MadeUp({self.version.programme.title!r})"


@st.composite
def versions(draw: st.DrawFn, media: rules.Media) -> MadeUp:
    """The small version with further questions and lessons of odd texts."""
    small = small_version(code=draw(CODE))
    kinds = draw(st.lists(st.sampled_from(sorted(PARTS)), min_size=1, max_size=3))
    further = [draw(items(f"la-{n}", kind, "an-toan")) for n, kind in enumerate(kinds)]
    lessons = (draw(_lessons("la", "an-toan-l1")), *small.modules[0].lessons)
    module = replace(small.modules[0], title=draw(texts()), lessons=lessons)
    programme = replace(
        small.programme,
        title=draw(texts()),
        summary=draw(texts()),
        edition=draw(texts(20)),
        skills=(
            *small.programme.skills[:2],
            rules.Skill("thanh-toan", draw(texts()), tuple(draw(st.lists(COMPETENCE, max_size=2)))),
        ),
    )
    version = rules.freeze(
        programme=programme,
        modules=[module],
        items=[*small.items, *further],
        observed_tasks=[replace(small.observed_tasks[0], prompt=draw(texts()), reviewed_on=draw(DAY))],
        blueprints=small.blueprints,
        pass_rules=small.pass_rules,
        media=[media],
    )  # fmt: skip
    return MadeUp(version)

"""The tablet's kinds judge, draw and hash exactly as the service does: for all that the library teaches.

Each test makes its cases in Python, lets the browser answer all of them at once, and compares.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from assessments.rules.forms import draw_form
from assessments.rules.marking import mark_answers
from assessments.rules.trail import answers_hash
from assessments.rules.tries import is_finished
from assessments.shown import VIEWS
from courses.activities import KINDS
from courses.activities.numbers import read_number
from courses.activities.simulation import _bare, walk
from courses.loader import shipped_programmes
from courses.rules import Blueprint, Item, ProgrammeVersion, bank_of
from lms.core.keys import Keys
from lms.core.text import clean
from tests.browser.kinds_stage import MODULES, empty_service, on_tablet, open_bare
from tests.factories.activities import every_kind

pytestmark = pytest.mark.browser

Response = tuple[str, ...]
LEAST = 20
"""Responses to each question, the right one and impossible ones among them."""
BLANKS = " \t\n\u00a0\u2009\u202f\u3000\u0085\u001c\u2028\ufeff\u200b"
LETTERS = "aAbZđĐưỪễỄộỘậẬỹ" + "ßſKİIıiσςΣµΜŉǰ" + "e\u0301O\u0302\u0323"
ODD = '"\\/\b\f\n\r\t\x01\x1f\x7f\u2028\u2029\ue000\uffff😀𝔸'
DRAWS = 20


@pytest.fixture(scope="module")
def page(
    chromium: Browser, sqlite_template: Path, keys: Keys, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """The player's document with its words; nothing runs in it but what a test imports."""
    with empty_service(sqlite_template, keys, tmp_path_factory.mktemp("kinds")) as served:
        page = chromium.new_page()
        open_bare(page, served.at())
        yield page
        page.close()


def asked(page: Page, module: str, body: str, cases: object) -> Any:
    """What the module makes of the cases; `body` is a function of the module and the cases.

    Both travel as one text, which is many times faster than value by value.
    """
    ask = f"({body})(await import('{MODULES}/{module}'), JSON.parse(text))"
    return json.loads(page.evaluate(f"async text => JSON.stringify({ask})", json.dumps(cases)))


def unlike(got: list[Any], wanted: list[Any]) -> list[tuple[Any, Any]]:
    """The first few that differ: all of them would be too many to be read."""
    pairs = zip(got, wanted, strict=True)
    return [(one, other) for one, other in pairs if one != other][:3]


@cache
def versions() -> tuple[ProgrammeVersion, ...]:
    """Every programme that is shipped, and one with every kind in every bank."""
    return (every_kind().version, *(one.version for one in shipped_programmes()))


def library() -> dict[str, Item]:
    """Every question once: two programmes may share one."""
    return {item.hash: item for version in versions() for item in version.items}


def responses(item: Item, chance: Random) -> list[Response]:
    """Right, in part, at random and impossible."""
    right = KINDS[item.kind].key(item)
    parts = KINDS[item.kind].parts(item)
    made: list[Response] = [(), right, right[::-1], right[1:], right[:-1], (*right, *right)]
    made += [("",), ("x",), (*right, "x"), ("=",), ("constructor=", "__proto__=1")]
    while len(made) < LEAST + 5:
        made.append(WAYS.get(item.kind, some)(item, chance) if chance.random() < 0.9 else right)
        made.append(tuple(chance.sample(parts, chance.randint(0, len(parts)))) if parts else right)
    return made


def some(item: Item, chance: Random) -> Response:
    """Parts of the question, some of them twice."""
    parts = KINDS[item.kind].parts(item)
    return tuple(chance.choice(parts) for _ in range(chance.randint(1, len(parts))))


def pairs(item: Item, chance: Random) -> Response:
    """Lefts joined with anything."""
    rights = [pair.right_id for pair in item.pairs] + [decoy.id for decoy in item.decoys]
    lefts = chance.sample(item.pairs, chance.randint(1, len(item.pairs)))
    return tuple(f"{pair.id}={chance.choice(rights)}" for pair in lefts)


def numbers(item: Item, chance: Random) -> Response:
    """The right number written in many ways, its neighbours, and what is none."""
    key = item.number
    assert key is not None
    plain = key.value
    near = f"{float(plain) + chance.choice([-1, 1]) * float(key.tolerance or 0):f}"
    grouped = f"{int(float(plain)):,}".replace(",", chance.choice([".", " ", "\u00a0", ""]))
    return (
        chance.choice([plain.replace(".", ","), near, near + "1", grouped, number_text(chance)]),
    )


def number_text(chance: Random) -> str:
    """What may be typed into a box for numbers."""
    bits = [
        "1",
        "20",
        "000",
        "250",
        ".",
        ",",
        "-",
        "٣",
        "²",
        *BLANKS,
        "1.250",
        "12,5",
        "a",
        "999999",
    ]
    return "".join(chance.choice(bits) for _ in range(chance.randint(0, 7)))


def way(item: Item, chance: Random) -> Response:
    """A walk over the phone: tapping at random, typing right, nearly right or anything."""
    log: list[str] = []
    for _step in range(chance.randint(1, 45)):
        at = walk(item, log)
        if at.ended or not at.possible or not at.screen.hotspots:
            break
        for field in at.screen.fields:
            log += [f"{field.id}={text}" for text in typed(field.expects, chance)]
        log.append(chance.choice(at.screen.hotspots).id if chance.random() < 0.97 else "x")
    return tuple(log)


def typed(expects: tuple[str, ...], chance: Random) -> list[str]:
    if chance.random() < 0.3:
        return []
    right = chance.choice(expects) if expects else ""
    ways = [
        right,
        right,
        right.upper(),
        f" {right.title()} ",
        right[1:],
        "=",
        text(chance, LETTERS),
    ]
    return [chance.choice([*ways, right.replace(" ", "\u00a0"), f"{right},0", "0"])]


def text(chance: Random, letters: str = LETTERS + BLANKS + ODD) -> str:
    """Letters of Vietnamese, of other alphabets, blanks and control signs."""
    return "".join(chance.choice(letters) for _ in range(chance.randint(0, 12)))


WAYS = {"match": pairs, "number": numbers, "simulation": way}


def judged(item: Item, response: Response) -> list[object]:
    """[points, finished, why it is no whole answer] as the service sees it."""
    points = None if item.secret else KINDS[item.kind].points(item, response)
    trouble = str(VIEWS[item.kind].trouble(item, response))
    return [points, is_finished(item, response), trouble]


def test_every_response_to_every_question_is_judged_alike(page: Page) -> None:
    items = library()
    made = {name: responses(item, Random(name)) for name, item in items.items()}
    cases = [[on_tablet(item), made[name]] for name, item in items.items()]
    body = """({ KINDS }, cases) => cases.map(([item, responses]) => responses.map((tokens) => {
      const kind = KINDS[item.kind], words = kind.troubleText(item, tokens);
      if (Boolean(kind.trouble(item, tokens)) !== Boolean(words)) throw new Error(item.id);
      return [kind.points(item, tokens), kind.finished(item, tokens), words];
    }))"""
    got = asked(page, "kinds/index.js", body, cases)
    wrong = [
        (item.id, response, want, found)
        for (name, item), answers in zip(items.items(), got, strict=True)
        for response, found in zip(made[name], answers, strict=True)
        if (want := judged(item, response)) != found
    ]
    assert wrong[:3] == []
    assert len(items) > 1600
    assert min(map(len, made.values())) >= LEAST


def test_what_is_right_is_told_in_the_same_words_and_read_aloud(page: Page) -> None:
    items = [item for item in library().values() if not item.secret]
    body = """({ KINDS }, cases) => cases.map((item) => [KINDS[item.kind].rightWords(item),
      KINDS[item.kind].spoken(item).map((one) => one.text)])"""
    got = asked(page, "kinds/index.js", body, [on_tablet(item) for item in items])
    for item, (words, spoken) in zip(items, got, strict=True):
        assert words == [str(one) for one in VIEWS[item.kind].right_words(item)]
        assert spoken[0] == item.prompt
        assert len(spoken) == 1 + len(KINDS[item.kind].parts(item))


def forms(version: ProgrammeVersion, plan: Blueprint) -> Iterator[tuple[str, list[str], Any]]:
    """(seed, drawn before, form) of one person after another, repeats and strangers included."""
    chance, before = Random(plan.code), list[str]()
    for number in range(DRAWS):
        seed = f"{plan.code}-{number}-ễ"
        form = draw_form(version, plan, seed, before)
        yield seed, list(before), [[one.item.id, list(one.options)] for one in form.items]
        before += [*form.item_ids, "nobody"]
        if chance.random() < 0.2:
            before = chance.choices([item.id for item in version.items], k=chance.randint(0, 80))


def plan_of(plan: Blueprint) -> dict[str, Any]:
    rows = [
        {"skill": row.skill, "count": row.count, "difficulty": list(row.difficulty)}
        for row in plan.rows
    ]
    return {"kind": plan.kind, "level": plan.level, "module": plan.module, "rows": rows}


def content(version: ProgrammeVersion, plan: Blueprint) -> dict[str, Any]:
    """The bank of this plan, in an order of its own."""
    held = [x for x in version.items if (x.bank, x.level) == (bank_of(plan.kind), plan.level)]
    return {"items": {item.id: on_tablet(item) for item in reversed(held)}}


def by_bank(plans: Iterable[Blueprint]) -> Iterator[list[Blueprint]]:
    """The plans that draw from one bank at one level."""
    named = sorted(plans, key=lambda plan: (bank_of(plan.kind), plan.level))
    return (list(own) for _name, own in groupby(named, lambda p: (bank_of(p.kind), p.level)))


def test_every_plan_draws_the_same_forms(page: Page) -> None:
    wanted, cases = [], []
    for version in versions():
        for plans in by_bank(version.blueprints):
            made = [list(forms(version, plan)) for plan in plans]
            wanted += [[form for *_asked, form in own] for own in made]
            drawn = [[[seed, before] for seed, before, _form in own] for own in made]
            asking = [list(one) for one in zip(map(plan_of, plans), drawn, strict=True)]
            cases.append([content(version, plans[0]), asking])
    body = """({ drawForm }, cases) => [].concat(...cases.map(([content, asking]) =>
      asking.map(([plan, drawn]) => drawn.map(([seed, before]) => drawForm(content, plan, seed, before)))))"""
    got = asked(page, "kinds/index.js", body, cases)
    assert unlike(got, wanted) == []
    assert len(wanted) > 150


def test_a_bank_that_is_too_small_draws_nothing(page: Page) -> None:
    version = every_kind().version
    plan = version.blueprint("practice")
    many = replace(plan, rows=tuple(replace(row, count=99) for row in plan.rows))
    body = """({ drawForm }, [content, plan]) => {
      try { return drawForm(content, plan, 's'); } catch (error) { return error.message; } }"""
    said = asked(page, "kinds/index.js", body, [content(version, plan), plan_of(many)])
    assert said.startswith("The bank holds too few questions")


def test_a_practice_form_is_marked_alike(page: Page) -> None:
    wanted, cases = [], []
    for version in versions():
        for plans in by_bank(one for one in version.blueprints if one.kind == "practice"):
            asking = [marked(version, plan, Random(plan.code)) for plan in plans]
            wanted += [mark for _form, _answers, mark in asking]
            cases.append([content(version, plans[0]), [one[:2] for one in asking]])
    body = """({ markForm }, cases) => [].concat(...cases.map(([content, asking]) =>
      asking.map(([form, answers]) => markForm(content, form, answers))))"""
    got = asked(page, "kinds/index.js", body, cases)
    assert unlike(got, wanted) == []
    assert len(wanted) > 70


def marked(version: ProgrammeVersion, plan: Blueprint, chance: Random) -> tuple[Any, Any, Any]:
    """(form, answers to all but its first question, what they are worth)."""
    form = draw_form(version, plan, plan.code)
    answers = {one.item.id: chance.choice(responses(one.item, chance)) for one in form.items[1:]}
    mark = mark_answers(form, answers)
    worth = {
        "points": mark.total, "max": mark.max,
        "items": {one.item: one.points for one in mark.items},
        "skills": {one.skill: [one.points, one.max] for one in mark.skills},
    }  # fmt: skip
    return [[one.item.id, list(one.options)] for one in form.items], answers, worth


def test_answers_have_the_same_hash(page: Page) -> None:
    chance = Random("answers")
    cases: list[dict[str, list[str]]] = [{}]
    for _number in range(400):
        names = {text(chance) for _ in range(chance.randint(0, 6))}
        cases.append({name: [text(chance) for _ in range(chance.randint(0, 4))] for name in names})
    got = asked(page, "kinds/index.js", "({ answersHash }, cases) => cases.map(answersHash)", cases)
    assert unlike(got, [answers_hash(case) for case in cases]) == []


def test_numbers_are_read_alike(page: Page) -> None:
    chance = Random("numbers")
    cases = [number_text(chance) for _ in range(6000)]
    cases += ["1.250.000", "1 250 000", "12,5", "12.5", "1.250", "-0,5", "007", "1.2345678", "1e3"]
    cases += ["9" * 15, "9" * 16, "999.999.999.999.999,999999", "0.000001", "-0", "1.250.", "½"]
    body = """({ readNumber }, cases) => cases.map(readNumber)
      .map((one) => (one === null ? null : String(one)))"""
    read = [read_number(case) for case in cases]
    want = [None if one is None else str(int(one * 10**6)) for one in read]
    assert unlike(asked(page, "kinds/text.js", body, cases), want) == []
    assert 500 < sum(one is not None for one in want) < len(want) - 500


def test_texts_are_cleaned_and_compared_alike(page: Page) -> None:
    chance = Random("texts")
    cases = [text(chance) for _ in range(4000)]
    # Every letter that Python knows by name of its plane and that is not newer than this Python.
    cases += [chr(code) for code in range(0x20, 0x1380)] + [
        chr(code) for code in range(0x1E00, 0x2000)
    ]
    body = "(m, cases) => cases.map((one) => [m.cleanText(one), m.bareText(one)])"
    got = asked(page, "kinds/text.js", body, cases)
    want = [[clean(case), _bare(case)] for case in cases]
    assert unlike(got, want) == []


def test_names_are_sorted_by_their_letters_numbers(page: Page) -> None:
    chance = Random("names")
    names = [text(chance) for _ in range(2000)]
    body = "({ byCodePoint }, names) => names.sort(byCodePoint)"
    assert unlike(asked(page, "kinds/text.js", body, names), sorted(names)) == []
    assert all(one <= other for one, other in pairwise(sorted(names)))


def walked(item: Item, response: Response) -> list[object]:
    """Where a log leads; the ends of a secret phone look alike to a tablet."""
    at = walk(item, response)
    ended = "done" if item.secret and at.ended in ("goal", "trap") else at.ended
    return [at.screen.id, ended, at.taps, sorted(at.typed.items()), list(at.stayed), at.possible]


def test_every_phone_leads_where_it_leads_on_the_service(page: Page) -> None:
    items = [item for item in library().values() if item.kind == "simulation"]
    logs = {item.hash: [way(item, Random(f"{item.hash}{n}")) for n in range(40)] for item in items}
    for item in items:
        logs[item.hash] += [KINDS["simulation"].key(item), *responses(item, Random(item.hash))]
    body = """({ walkPhone }, cases) => cases.map(([item, logs]) => logs.map((log) => {
      const at = walkPhone(item, log), typed = Array.from(at.typed).sort((a, b) => (a[0] < b[0] ? -1 : 1));
      return [at.screen.id, at.ended, at.taps, typed, at.stayed, at.possible] }))"""
    got = asked(page, "kinds/walk.js", body, [[on_tablet(item), logs[item.hash]] for item in items])
    wrong = [
        (item.id, log, want, found)
        for item, answers in zip(items, got, strict=True)
        for log, found in zip(logs[item.hash], answers, strict=True)
        if (want := [list(x) if isinstance(x, tuple) else x for x in walked(item, log)])
        != [[tuple(y) for y in x] if n == 3 else x for n, x in enumerate(found)]
    ]
    assert wrong[:3] == []
    ends = {str(walked(item, log)[1]) for item in items for log in logs[item.hash]}
    assert ends == {"", "goal", "trap", "lost", "done"}

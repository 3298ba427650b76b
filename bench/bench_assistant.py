"""The learning assistant judged on questions that somebody else wrote, beside two plain ways of searching.

    python bench/bench_assistant.py [QUESTIONS.toml] [--show]

Each question is asked twice: of the programmes of the asker's own group, as a learner asks, and of the whole
library, as a trainer does. Printed are, by group: answered from a right lesson, honest refusals, answers from
a wrong lesson, and answers where none should be. Peers of the same run: BM25 over words without marks, and the
FTS5 of SQLite; each refuses below the threshold that suits it best on the questions of development. Then the
size of the index and how long an answer takes. `--show` adds the ids of the questions that went wrong.
"""

import argparse
import math
import statistics
import time
import tomllib
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pysqlite3
from common import ROOT

from courses.asking.answering import answer
from courses.asking.index import Index, Passage, build
from courses.asking.lexicon import lexicon
from courses.asking.passages import passages_of
from courses.loader import shipped_programmes
from courses.rules import ProgrammeVersion
from lms.core.text import fold

GOLDEN = ROOT / "tests/golden/assistant"
Way = Callable[[str], tuple[str, float]]
"""A question → the lesson that answers ('' for none) and how sure it is."""
Thing = TypeVar("Thing")
FATES = ("right", "refused, rightly", "refused, though taught", "wrong lesson", "should refuse")


@dataclass(frozen=True)
class Asked:
    """`lessons`: programme/lesson of all that answer; none: a refusal is right."""

    id: str
    group: str
    kind: str
    text: str
    lessons: frozenset[str]
    allowed: frozenset[str] = frozenset()


def judged(path: Path) -> list[Asked]:
    """The questions of the judge."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["question"]
    return [
        Asked(
            row["id"], row["group"], row["kind"], row["text"], _short(row["lessons"]),
            _short(row.get("may_point_to", ())),
        )
        for row in rows
    ]  # fmt: skip


def _short(lessons: Sequence[str]) -> frozenset[str]:
    parts = (lesson.split("/") for lesson in lessons)
    return frozenset(f"{programme}/{lesson}" for programme, _module, lesson in parts)


def development() -> Iterator[tuple[str, Asked]]:
    """(programme, question) of development, on which the peers' thresholds are chosen."""
    rows = tomllib.loads((GOLDEN / "development.toml").read_text(encoding="utf-8"))["questions"]
    for number, row in enumerate(rows):
        if row["of"]:
            lessons = frozenset(f"{row['of']}/{lesson}" for lesson in row["in"])
            yield row["of"], Asked(str(number), row["as"], "", row["q"], lessons)


def ours(passages: Sequence[Passage]) -> Way:
    """The assistant."""
    index = build(passages, lexicon())

    def ask(text: str) -> tuple[str, float]:
        found = answer(index, lexicon(), text)
        return (found.answer.key if found.answer else ""), found.certainty

    return ask


def plain(passages: Sequence[Passage]) -> Way:
    """BM25 (k1 1.2, b 0.75) over the words of a screen without marks."""
    texts = [fold(f"{p.lesson} {p.title} {p.say}").split() for p in passages]
    counts, mean = [Counter(text) for text in texts], statistics.mean(map(len, texts))
    holding = Counter(word for count in counts for word in count)

    def score(number: int, words: Sequence[str]) -> float:
        count, length = counts[number], 0.25 + 0.75 * len(texts[number]) / mean
        rare = (math.log(1 + (len(texts) - holding[w] + 0.5) / (holding[w] + 0.5)) for w in words)
        tf = (count[word] for word in words)
        return sum(r * n * 2.2 / (n + 1.2 * length) for r, n in zip(rare, tf, strict=True))

    def ask(text: str) -> tuple[str, float]:
        words = _words(text)
        best = max(range(len(texts)), key=lambda number: score(number, words))
        return passages[best].key, score(best, words)

    return ask


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in fold(text)).split()


def fts5(passages: Sequence[Passage]) -> Way:
    """SQLite's own full-text search with its bm25(), marks removed, any of the words."""
    base = pysqlite3.connect(":memory:")
    base.execute(
        "CREATE VIRTUAL TABLE s USING fts5(lesson, title, say, tokenize='unicode61 remove_diacritics 2')"
    )
    base.executemany(
        "INSERT INTO s VALUES (?, ?, ?)", [(p.lesson, p.title, p.say) for p in passages]
    )
    query = "SELECT rowid, -bm25(s) FROM s WHERE s MATCH ? ORDER BY 2 DESC LIMIT 1"

    def ask(text: str) -> tuple[str, float]:
        words = " OR ".join(f'"{word}"' for word in _words(text.replace("đ", "d")))
        row = base.execute(query, (words,)).fetchone() if words else None
        return (passages[row[0] - 1].key, row[1]) if row else ("", 0.0)

    return ask


WAYS: Mapping[str, Callable[[Sequence[Passage]], Way]] = {
    "the assistant": ours, "BM25 without marks": plain, "SQLite FTS5": fts5,
}  # fmt: skip


def fate(asked: Asked, key: str, within: frozenset[str]) -> str:
    """What became of a question that was asked of these lessons."""
    answerable = asked.lessons & within
    if not key:
        return "refused, though taught" if answerable else "refused, rightly"
    if key in asked.lessons:
        return "right"
    if not answerable and key in asked.allowed:
        return "refused, rightly"
    return "wrong lesson" if answerable else "should refuse"


def threshold(make: Callable[[Sequence[Passage]], Way], of: Mapping[str, list[Passage]]) -> float:
    """The least score at which this way answers best on the questions of development."""
    ways = {code: make(passages) for code, passages in of.items()}
    seen = []
    for code, asked in development():
        key, sure = ways[code](asked.text)
        seen.append((sure, key in asked.lessons, not asked.lessons))
    return max((s[0] for s in seen), key=lambda at: sum(r if s >= at else n for s, r, n in seen))


def table(title: str, fates: Mapping[str, Counter[str]]) -> None:
    """One line a group, and all of them."""
    print(f"\n{title}\n{'':24}" + "".join(f"{name:>24}" for name in FATES))
    for group in (*sorted(fates), "all"):
        row = fates[group] if group in fates else sum(fates.values(), Counter())
        most = max(1, sum(row.values()))
        cells = (f"{row[name]:>16} {100 * row[name] / most:5.1f}%" for name in FATES)
        print(f"{group:24}" + " ".join(cells))


def judge(
    asked: Sequence[Asked], of: Mapping[str, list[Passage]], groups: Mapping[str, str]
) -> None:
    """Both scopes, every way."""
    least = {name: threshold(make, of) for name, make in WAYS.items() if make is not ours}
    for scope in ("own group", "whole library"):
        for name, make in WAYS.items():
            fates, wrong = _asked(asked, of, groups, scope, make, least.get(name, 0.0))
            table(f"{name}, {scope}", fates)
            if ARGUMENTS.show and make is ours:
                print("  " + "; ".join(f"{what}: {' '.join(ids)}" for what, ids in wrong.items()))


def _asked(
    asked: Sequence[Asked], of: Mapping[str, list[Passage]], groups: Mapping[str, str],
    scope: str, make: Callable[[Sequence[Passage]], Way], least: float,
) -> tuple[dict[str, Counter[str]], dict[str, list[str]]]:  # fmt: skip
    fates: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: dict[str, list[str]] = defaultdict(list)
    for group in sorted(set(groups.values())):
        codes = [code for code in of if scope != "own group" or groups[code] == group]
        passages = [passage for code in codes for passage in of[code]]
        way, within = make(passages), frozenset(passage.key for passage in passages)
        for one in (one for one in asked if one.group == group):
            key, sure = way(one.text)
            what = fate(one, key if sure >= least else "", within)
            fates[f"{group}, {one.kind}"][what] += 1
            if not what.endswith(("right", "rightly")):
                wrong[what].append(one.id)
    return fates, wrong


def costs(asked: Sequence[Asked], of: Mapping[str, list[Passage]]) -> None:
    """Size of the indexes and milliseconds an answer, beside a folded search through the same texts."""
    everything = [passage for passages in of.values() for passage in passages]
    largest = max(of.values(), key=len)
    for name, passages in (("largest programme", largest), ("whole library", everything)):
        tracemalloc.start()
        started = time.perf_counter()
        index = build(passages, lexicon())
        took, (held, _most) = time.perf_counter() - started, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        mine, bare = _milliseconds(asked, index), _scan(asked, passages)
        print(
            f"\n{name}: {len(passages)} screens, index {held // 1024} KB, built in {1000 * took:.0f} ms while "
            f"counted; an answer {mine:.1f} ms median, {mine / bare:.1f} × a scan of the folded texts"
        )


def _milliseconds(asked: Sequence[Asked], index: Index) -> float:
    return _median([one.text for one in asked], lambda text: answer(index, lexicon(), text))


def _scan(asked: Sequence[Asked], passages: Sequence[Passage]) -> float:
    texts = [fold(passage.say) for passage in passages]
    words = [_words(one.text) for one in asked]
    return _median(words, lambda some: [sum(word in text for word in some) for text in texts])


def _median(what: Sequence[Thing], work: Callable[[Thing], object]) -> float:
    """Median milliseconds of the work over these."""
    took = []
    for one in what:
        started = time.perf_counter()
        work(one)
        took.append(1000 * (time.perf_counter() - started))
    return statistics.median(took)


def main() -> None:
    versions: list[ProgrammeVersion] = [one.version for one in shipped_programmes()]
    of = {version.code: passages_of(version) for version in versions}
    asked = judged(ARGUMENTS.questions)
    print(
        f"{len(asked)} questions of {ARGUMENTS.questions.name}; {len(lexicon().bare)} syllables known besides"
    )
    judge(asked, of, {version.code: version.programme.group for version in versions})
    costs(asked, of)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("questions", nargs="?", type=Path, default=GOLDEN / "questions.toml")
    parser.add_argument("--show", action="store_true", help="name the questions that went wrong")
    ARGUMENTS = parser.parse_args()
    main()

"""What is known of Vietnamese beside the lessons, read from `lexicon.toml` once a process."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from courses.asking.words import Phrases, bare_form, syllables


@dataclass(frozen=True)
class Lexicon:
    """`stop`: full forms that carry no meaning; `groups`: words for one thing, under the first of its line;
    `emergency`: something has happened; `remedy`: titles of screens that say what to do then; `meaning`: what
    is a thing; `figure`: a number, day or name is asked for that lessons do not give; `elsewhere`: subjects
    that lessons only name as examples. `bare`: every syllable of these, which are never read as a slip."""

    stop: frozenset[str]
    stop_bare: frozenset[str]
    groups: Phrases
    emergency: Phrases
    remedy: Phrases
    meaning: Phrases
    figure: Phrases
    elsewhere: Phrases
    bare: frozenset[str]


LISTS = ("emergency", "remedy", "meaning", "figure", "elsewhere")


@cache
def told() -> dict[str, Any]:
    """The file as plain data, which is what a tablet gets."""
    text = (files("courses.asking") / "lexicon.toml").read_text(encoding="utf-8")
    plain = tomllib.loads(text)
    return {
        "stop": sorted(set(plain["stop"].split())),
        "groups": [_listed(line) for line in plain["groups"]],
        **{name: _listed(plain[name]) for name in LISTS},
    }


def _listed(line: str) -> list[str]:
    return [one for one in (" ".join(part.split()) for part in line.split("=")) if one]


@cache
def lexicon() -> Lexicon:
    """The one lexicon."""
    plain = told()
    stop = frozenset(full for word in plain["stop"] for full in syllables(word))
    groups = [(phrase, group[0]) for group in plain["groups"] for phrase in group]
    lists = {name: Phrases.of([(one, one) for one in plain[name]]) for name in LISTS}
    phrases = [phrase for phrase, _group in groups] + [one for n in LISTS for one in plain[n]]
    bare = stop | {full for phrase in phrases for full in syllables(phrase)}
    return Lexicon(
        stop=stop,
        stop_bare=frozenset(map(bare_form, stop)),
        groups=Phrases.of(groups),
        bare=frozenset(map(bare_form, bare)),
        **lists,
    )

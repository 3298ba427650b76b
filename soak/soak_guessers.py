"""Ten thousand blind guessers take every certifying test of the library; hardly any may pass.

`python soak/soak_guessers.py [count]` prints how many passed in all their tries, beside the exact chance
on the easiest form; it ends with an error above one in a hundred, or when more pass than that chance
allows for.
"""

import math
import sys
from pathlib import Path
from random import Random

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from courses.chance import MOST_GUESSERS
from courses.loader import shipped_programmes
from courses.rules import Blueprint, ProgrammeVersion
from tests.factories.guessing import bound, passing

SEED = 20261121
SURPRISE = 5
"""Standard deviations: more would say that the exact chance is wrong."""


def campaign(version: ProgrammeVersion, plan: Blueprint, count: int) -> bool:
    """Let `count` guessers try one test; True when it holds."""
    dice = Random(SEED)
    rounds = tqdm(range(count), desc=f"{version.code} {plan.level}", leave=False)
    passed = sum(passing(version, plan, dice) for _guesser in rounds)
    exact = float(bound(version, plan))
    most = count * exact + SURPRISE * math.sqrt(count * exact) + 1
    share, tries = passed / count, version.pass_rule(plan.level).tries
    print(f"{version.code:12} {plan.level:10} {passed:5} of {count} guessers passed in {tries} tries: "
          f"{share:.4%}; exact bound {exact:.4%}; ceiling {float(MOST_GUESSERS):.0%}")  # fmt: skip
    return share <= MOST_GUESSERS and passed <= most


def main() -> None:
    """Every certifying form of every shipped programme."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    plans = [
        (held.version, plan)
        for held in shipped_programmes()
        for plan in held.version.blueprints
        if plan.kind == "certifying"
    ]
    held = [campaign(version, plan, count) for version, plan in plans]
    if not all(held):
        sys.exit("Có đề mà người đoán mò đạt quá nhiều.")


if __name__ == "__main__":
    main()

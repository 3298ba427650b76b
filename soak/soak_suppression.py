"""A thousand made-up communes publish for years; a linear program tries to read what is covered.

    python soak/soak_suppression.py [communes] [--seed N]   every covered number: least and greatest value
    python soak/soak_suppression.py --faults                weak deciders planted; each must be caught

The reader knows everything shown in every publication of a commune, also of those withdrawn, that
results stay, and which group lies inside which. It ends with an error when a covered number lies in a
range narrower than the protection level, or when a planted weakness is not found. Worlds and reader are
in tests/reports/suppression_worlds.py, the rules in lms/reports/public_rules.py.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from lms.reports.public_rules import State
from tests.reports.suppression_worlds import (
    PLANTED,
    Decide,
    Found,
    World,
    attacked,
    decide,
    world,
)

FAULT_COMMUNES = 20


def tried(communes: int, seed: int, decider: Decide) -> tuple[int, list[Found], Counter[str]]:
    """Covered numbers attacked, those pinned down, and what was published in all."""
    attacks, found, seen = 0, [], Counter[str]()
    for at in tqdm(range(communes), unit="commune", disable=None):
        made = world(Random(seed * 1_000_003 + at), decider)
        _tell(seen, made)
        here, weak = attacked(made)
        attacks, found = attacks + here, found + weak
        for one in weak[:3] if decider is decide else ():
            print(
                f"commune {at}: {one.key} on {one.day}: {one.what} within {one.width:.1f}",
                flush=True,
            )
    return attacks, found, seen


def _tell(seen: Counter[str], made: World) -> None:
    for one in made.decided:
        seen[f"figures {one.state.value}"] += 1
        for line in one.lines if one.state is State.SHOWN else ():
            seen[f"lines {line.why.value if line.why else 'told'}"] += 1


def campaign(communes: int, seed: int) -> int:
    """The rules as they are: nothing may be found."""
    began = time.monotonic()
    attacks, found, seen = tried(communes, seed, decide)
    print(
        f"{communes} communes, {attacks} covered numbers attacked in {time.monotonic() - began:.0f} s"
    )
    print(", ".join(f"{name} {n}" for name, n in sorted(seen.items())))
    print(f"{len(found)} pinned down")
    return 1 if found else 0


def faults(seed: int) -> int:
    """Weak deciders: the reader must find each of them out."""
    missed = 0
    for name, decider in PLANTED.items():
        attacks, found, _seen = tried(FAULT_COMMUNES, seed, decider)
        print(f"{name}: {len(found)} of {attacks} pinned down")
        missed += not found
    return 1 if missed else 0


def main() -> int:
    """Read the command line, run, and say it with the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("communes", nargs="?", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--faults", action="store_true")
    given = parser.parse_args()
    return faults(given.seed) if given.faults else campaign(given.communes, given.seed)


if __name__ == "__main__":
    raise SystemExit(main())

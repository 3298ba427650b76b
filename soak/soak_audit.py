"""Tampering with audit chains: eleven ways, thousands of chains, each against the checkpoint that left.

Prints how many of each kind were made and found; exit code 1 when one was missed or a whole chain accused.
Option: `--chains N` (default 20,000).
"""

import random
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.tampering import WAYS, chain, counted, tampered


def main() -> int:
    """Make chains of 2 to 120 entries, tamper with each in one way, and verify."""
    chains = int(sys.argv[2]) if sys.argv[1:2] == ["--chains"] else 20_000
    source = random.Random(20261122)
    made: Counter[str] = Counter()
    found: Counter[str] = Counter()
    accused = 0
    for number in range(chains):
        rows, known = chain(source, source.randrange(3, 120))
        accused += bool(counted(rows, known))
        way = WAYS[number % len(WAYS)]
        made[way] += 1
        found[way] += bool(counted(tampered(source, rows, way), known))
    for way in WAYS:
        print(f"{made[way]:>8} {found[way]:>8}  {way}")
    print(
        f"{chains:>8} {sum(found.values()):>8}  tampered chains, found; {accused} whole ones accused"
    )
    return 1 if accused or found != made else 0


if __name__ == "__main__":
    sys.exit(main())

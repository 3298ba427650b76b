"""Thousands of random communes, every figure of the five plans counted by the engine and by plain SQL.

    python soak/soak_oracle.py [communes] [--seed N]   engine and SQL side by side on ten days each
    python soak/soak_oracle.py --stored 40             through real databases: written, read, counted
    python soak/soak_oracle.py --faults                faults planted in the engine one by one, and a control

It ends with an error when anything differs, with the disagreement made small and told, or when a planted
fault is not caught. Days, kinds of rows and figures are in tests/indicators/oracle.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.indicators.oracle.faults import FAULTS, Fault, plant

BATCH, SMALL_BATCH = 60, 15
MOST_FOR_A_FAULT = 1500
"""Communes in which a planted fault must show itself."""


def gathered(communes: int, seed: int) -> list[Any]:
    """Random communes from Hypothesis, the same for the same seed."""
    import hypothesis
    from hypothesis import HealthCheck, Phase, given, settings

    from tests.indicators.oracle.making import worlds

    found: list[Any] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=communes, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(worlds())
    def gather(world: Any) -> None:
        found.append(world)

    gather()
    return found


def batches(communes: int, seed: int, size: int = BATCH) -> Iterator[dict[int, Any]]:
    """The communes in batches, each counted by SQL at once."""
    for number in range(0, communes, size):
        yield dict(enumerate(gathered(min(size, communes - number), seed + number), number))


def campaign(communes: int, seed: int) -> None:
    """Engine and oracle on every figure; the first disagreement is told and ends it."""
    from tests.indicators.oracle.compare import compare
    from tests.indicators.oracle.making import CUT_OFFS
    from tests.indicators.oracle.tale import small, tell

    figures = rows = seen = 0
    by_measure, telling = Counter[str](), Counter[str]()
    bar = tqdm(total=communes, desc="communes")
    for part in batches(communes, seed):
        done = compare(part, CUT_OFFS)
        for found in done.differences[:1]:
            bar.close()
            sys.exit(tell(*small(found, part[found.commune])))
        figures, rows, seen = figures + done.figures, rows + done.rows, seen + len(part)
        by_measure, telling = by_measure + done.by_measure, telling + done.telling
        bar.update(len(part))
    bar.close()
    print(f"seed {seed}: {seen} communes, {len(CUT_OFFS)} days, {figures} figures and {rows} rows of "
          "unit, sex and age compared, 0 differ")  # fmt: skip
    for kind, n in by_measure.most_common():
        print(f"  {kind:13} {n:8} figures, {telling[kind]:7} neither 0 nor all")


def stored(communes: int, seed: int) -> None:
    """The same through SQLite and PostgreSQL; a second reading gives the same report, letter by letter."""
    from bench.common import postgres

    with tempfile.TemporaryDirectory(prefix="lms-oracle-") as folder:
        _through(f"sqlite:///{folder}/lms.db", communes, seed)
    with postgres() as (url, _programs):
        _through(url, communes, seed)


def _through(url: str, count: int, seed: int) -> None:
    from courses import actions
    from lms.core import migrate
    from lms.core.db import Database
    from lms.core.ids import uuid7
    from lms.core.settings import Settings
    from lms.indicators.facts_loader import load_facts
    from tests.factories.content import small_version
    from tests.indicators.oracle.compare import compare, reports_text
    from tests.indicators.oracle.making import CUT_OFFS
    from tests.indicators.oracle.stored import storable, store
    from tests.indicators.oracle.tale import tell

    database = Database(Settings(database_url=url))
    migrate.upgrade(database.engine)
    communes = {n: uuid7() for n in range(count)}
    found = gathered(count, seed)
    kept = {n: storable(found[n], communes[n]) for n in communes}
    with database.write() as session:
        version = small_version()
        actions.publish(session, version, {})
        for n, world in tqdm(kept.items(), desc=database.engine.dialect.name):
            store(session, world, communes[n], version.id)
    with database.read() as session:
        facts = {n: load_facts(session, commune) for n, commune in communes.items()}
        again = {n: load_facts(session, commune) for n, commune in reversed(communes.items())}
    done = compare(kept, CUT_OFFS, facts)
    for one in done.differences[:1]:
        sys.exit(tell(one, kept[one.commune]))
    same = sum(reports_text(kept[n], facts[n]) == reports_text(kept[n], again[n]) for n in kept)
    print(f"{database.engine.dialect.name}: {count} communes written and read, {done.figures} figures "
          f"compared, 0 differ; {same} of {count} give the same reports read again")  # fmt: skip
    database.close()
    if same != count:
        sys.exit("A second reading gave another report.")


def faults(seed: int) -> None:
    """Every planted fault in a process of its own, then the engine as it is on the same communes.

    Without that control a true disagreement would pass for a caught fault.
    """
    missed, most = [], SMALL_BATCH
    for number, fault in enumerate(tqdm(FAULTS, desc="faults")):
        code, said = _in_a_process("--planted", str(number), "--seed", str(seed))
        tqdm.write(f"{fault.name:52} {said}")
        if code:
            missed.append(fault.name)
        elif found := re.search(r"within (\d+) communes", said):
            most = max(most, int(found[1]))
    print(f"{len(FAULTS) - len(missed)} of {len(FAULTS)} planted faults caught")
    code, said = _in_a_process(str(most), "--control", "--seed", str(seed))
    print(f"{'control: no fault':52} {said}")
    if missed or code:
        sys.exit("Not caught: " + ", ".join(missed) if missed else "The control differs.")


def _in_a_process(*arguments: str) -> tuple[int, str]:
    run = [sys.executable, __file__, *arguments]
    answer = subprocess.run(run, capture_output=True, text=True, check=False)  # noqa: S603
    broke = f"broke: {answer.stderr.strip()[-300:]}"
    return answer.returncode, answer.stdout.strip() or broke


def planted(fault: Fault | None, communes: int, seed: int) -> None:
    """After how many communes the oracle catches a fault, and by how many figures; None is the control."""
    if fault is not None:
        plant(fault)
    from tests.indicators.oracle.compare import compare
    from tests.indicators.oracle.making import CUT_OFFS

    seen = 0
    for part in batches(communes, seed, SMALL_BATCH):
        done = compare(part, CUT_OFFS)
        seen += len(part)
        if done.differences:
            first = done.differences[0]
            print(f"caught within {seen} communes: {len(done.differences)} figures differ, first "
                  f"{' '.join(first.name)} on {first.day}")  # fmt: skip
            sys.exit(fault is None)
    print(f"nothing differs in {seen} communes")
    sys.exit(fault is not None)


def main() -> None:
    """What was asked for on the command line."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("communes", nargs="?", type=int, default=2000)
    ask.add_argument("--seed", type=int, default=20261122)
    ask.add_argument("--stored", type=int)
    ask.add_argument("--faults", action="store_true")
    ask.add_argument("--planted", type=int)
    ask.add_argument("--control", action="store_true")
    given = ask.parse_args()
    if given.planted is not None:
        planted(FAULTS[given.planted], MOST_FOR_A_FAULT, given.seed)
    elif given.control:
        planted(None, given.communes, given.seed)
    elif given.faults:
        faults(given.seed)
    elif given.stored:
        stored(given.stored, given.seed)
    else:
        campaign(given.communes, given.seed)


if __name__ == "__main__":
    main()

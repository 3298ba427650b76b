"""The campaign of faults: 0 acknowledged things lost. One command, printed counts at the end.

    .venv/bin/python soak/soak_faults.py > faults.txt          # an hour on two cores
    .venv/bin/python soak/soak_faults.py --minutes 6           # everything, small
    .venv/bin/python soak/soak_faults.py --only power journal  # some parts

The invariant, whatever happens: every acknowledged event is in the store exactly once, every projection
equals a rebuild, and no tablet ever purges what was not confirmed. `controls` breaks one rule at a time,
and the campaign has to find each. It ends with an error when anything was lost, or a control was not found.
"""

import argparse
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from soak.faults import batches, battle, full, journal, power
from soak.faults.battle import Faults, fight
from soak.faults.crowd import Careful
from soak.faults.house import ROOT
from soak.faults.tally import Tally, for_a_while, quiet
from tests.protocol.bugs import IgnoresTheGeneration

HOUR = 60.0
KILLS: Faults = (("kill_worker", 2), ("kill_all", 3))
POSTGRES: Faults = (("kill_postgres", 3), ("kill_backend", 3), ("back_up", 1), ("restore", 2))
ALL_SQLITE: Faults = (
    ("kill_worker", 3), ("kill_all", 3), ("fill_disk", 3), ("turn_clock", 2), ("back_up", 1), ("restore", 2),
)  # fmt: skip
ALL_POSTGRES: Faults = (
    ("kill_worker", 3), ("kill_all", 2), ("kill_postgres", 2), ("kill_backend", 2), ("turn_clock", 2),
    ("back_up", 1), ("restore", 2),
)  # fmt: skip
BUNDLES = ROOT / "soak" / "soak_bundles.py"


class Purging(IgnoresTheGeneration, Careful):
    """The control's tablet: a restored store is taken for the one that confirmed."""


def on_postgres(name: str, faults: Faults, seconds: float, tablets: int) -> Tally:
    """A class on a PostgreSQL of its own."""
    with battle.postgres() as server:
        return fight(name, faults, seconds, tablets=tablets, server=server, pause=_pause(tablets))


def on_sqlite(name: str, faults: Faults, seconds: float, tablets: int) -> Tally:
    """A class on SQLite."""
    return fight(name, faults, seconds, tablets=tablets, pause=_pause(tablets))


def _pause(tablets: int) -> tuple[float, float]:
    """A few learners tap quickly, a hundred as people do."""
    return (1.0, 4.0) if tablets > 30 else (0.2, 1.0)


def bundles(seconds: float) -> Tally:
    """Damaged bundles of a laptop that carries a class: a campaign of its own, called from here."""
    if not BUNDLES.exists():
        return Tally(broken=["soak/soak_bundles.py is not there: bundles were not damaged"])
    share = seconds / 180
    sizes = {"--damaged": 1500, "--made-up": 1000, "--schedules": 300}
    asked = {name: max(20, round(size * share)) for name, size in sizes.items()}
    words = [word for name, size in asked.items() for word in (name, str(size))]
    done = subprocess.run(  # noqa: S603 - the project's own campaign.
        [sys.executable, str(BUNDLES), *words], cwd=ROOT, check=False
    )
    tally = Tally()
    for name, size in asked.items():
        tally.counts[f"soak_bundles.py {name}"] = size
    if done.returncode:
        tally.broken.append(f"soak_bundles.py ended with {done.returncode}")
    return tally


def controls(seconds: float) -> Tally:
    """One rule is broken at a time; whatever is not found makes the campaign worthless."""
    tally, patience = Tally(), max(20.0, seconds / 2)
    found = {f"power cut, {rule}": power.caught(rule) > 0 for rule in power.PLANTED if rule}
    found["a projected answer taken away"] = batches.damaged_projection_is_seen()
    early = fight("control: kill", (("kill_all", 1),), patience, tablets=10, pause=(0.2, 1.0),
                  planted=True)  # fmt: skip
    found["kill -9, answered before the commit"] = bool(early.broken)
    deaf = fight("control: old", (("back_up", 1), ("restore", 1)), patience, tablets=10,
                 pause=(0.2, 1.0), between=(3.0, 5.0), kind=Purging, in_turn=True)  # fmt: skip
    found["restore, a tablet deaf to the generation"] = bool(deaf.broken)
    for name, is_found in found.items():
        tally.counts[f"planted and found: {name}"] += is_found
        tally.broken += [] if is_found else [f"NOT FOUND although planted: {name}"]
    return tally


def parts(tablets: int) -> dict[str, tuple[float, Callable[[float], Tally]]]:
    """Name → (its minutes of an hour, what to do for so many seconds)."""
    return {
        "power": (5, partial(for_a_while, "power", power.chunk)),
        "journal": (0.7, lambda seconds: journal.campaign(max(seconds, 10))),
        "full": (3, partial(for_a_while, "full", full.chunk)),
        "batches": (3, partial(for_a_while, "batches", batches.chunk)),
        "bundles": (3, bundles),
        "kills": (2.5, lambda s: on_sqlite("kills", KILLS, s, min(tablets, 12))),
        "kills-pg": (2.5, lambda s: on_postgres("kills-pg", KILLS, s, min(tablets, 12))),
        "postgres": (4, lambda s: on_postgres("postgres", POSTGRES, s, min(tablets, 20))),
        "all": (10, lambda s: on_sqlite("all", ALL_SQLITE, s, tablets)),
        "all-pg": (10, lambda s: on_postgres("all-pg", ALL_POSTGRES, s, tablets)),
        "controls": (1.5, controls),
    }  # fmt: skip


def run(name: str, work: Callable[[float], Tally], seconds: float) -> Tally:
    """One part; what breaks the part itself is a broken promise, and the others go on."""
    began = time.monotonic()
    try:
        tally = work(seconds)
    except Exception:
        tally = Tally(broken=[f"the part broke:\n{traceback.format_exc()}"])
    print(f"\n{name}: {time.monotonic() - began:.0f} s, {len(tally.broken)} broken", flush=True)
    for what in sorted(tally.counts):
        print(f"{tally.counts[what]:>10,}  {what}", flush=True)
    for told in tally.broken[:20]:
        print(f"    BROKEN  {told}", flush=True)
    return tally


def main() -> None:
    """All parts, one after the other."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("--minutes", type=float, default=HOUR, help="of the whole campaign, about")
    asked.add_argument("--tablets", type=int, default=100, help="in the parts `all` and `all-pg`")
    asked.add_argument("--only", nargs="+", choices=list(parts(1)), help="these parts only")
    chosen = asked.parse_args()
    quiet()
    done: dict[str, Tally] = {}
    for name, (minutes, work) in parts(chosen.tablets).items():
        if chosen.only is None or name in chosen.only:
            done[name] = run(name, work, minutes * 60 * chosen.minutes / HOUR)
    print("\npart        broken")
    for name, tally in done.items():
        print(f"{name:<12}{len(tally.broken):>6}")
    broken = sum(len(tally.broken) for tally in done.values())
    print(f"{'together':<12}{broken:>6}")
    if broken:
        sys.exit(
            "Có việc bị mất, phép chiếu lệch hoặc lỗi cài vào không bị bắt: xem các dòng BROKEN."
        )


if __name__ == "__main__":
    main()

"""Faults to plant in the engine, one at a time: what the oracle must catch.

A fault is a piece of source that is replaced while its module is loaded; it must stand there once, so
that a fault which no longer fits the engine is noticed.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

RULES = "lms.indicators.rules."


@dataclass(frozen=True)
class Fault:
    """What is wrong then, in which module, and what stands there instead."""

    name: str
    module: str
    right: str
    wrong: str


FAULTS = (
    Fault("more than is at least", RULES + "arithmetic",
          "of > asked if target.operator is Operator.MORE_THAN else of >= asked", "of >= asked"),
    Fault("one too few is needed for more than", RULES + "arithmetic",
          "floor(asked) + 1 if", "ceil(asked) if"),
    Fault("of age a day late", RULES + "day", "if number <= latest}", "if number < latest}"),
    Fault("a bare year counts from New Year", RULES + "ages",
          "else 10000 * year + 1231", "else 10000 * year + 101"),
    Fault("a revoked proof still counts", RULES + "evidence",
          "start <= row[5] <= on and (row[6] is None or on < row[6])", "start <= row[5] <= on"),
    Fault("a revocation counts a day late", RULES + "evidence", "on < row[6]", "on <= row[6]"),
    Fault("a proof of tomorrow counts today", RULES + "evidence",
          "start <= row[5] <= on and", "start <= row[5] <= on + timedelta(days=1) and"),
    Fault("merges of people are not seen", RULES + "facts",
          "return {key: root for key, root in last.items() if root != key}", "return {}"),
    Fault("a survivor's blanks stay blank", RULES + "facts",
          "known[survivor.key] = _filled(survivor, row)", "known[survivor.key] = survivor"),
    Fault("proficient does not imply basic", RULES + "evidence", "if rank >= asked)", "if rank == asked)"),
    Fault("a household is trained by one who moved out", RULES + "tally", "homes = day.household_of\n",
          "homes = {r.person: r.household for r in day.facts.residences if r.household}\n"),
    Fault("the day of moving out still counts", RULES + "day", "(ends and ends <= on)", "(ends and ends < on)"),
    Fault("the day of death still counts", RULES + "day", "or on < row.died_on}", "or on <= row.died_on}"),
    Fault("temporary residents always count", RULES + "day", " or (temporary and not with_them)", ""),
    Fault("of two homes the earlier holds", RULES + "day",
          "return rank(row) > rank(other)", "return rank(row) < rank(other)"),
    Fault("the disabled who left count", RULES + "day",
          'self._listed_members("disabled") & self.residents', 'self._listed_members("disabled")'),
    Fault("a sum wins over a commune's figure as new", RULES + "declared",
          "commune.as_of >= oldest", "commune.as_of > oldest"),
    Fault("a sum that lacks a unit wins over a commune's figure", RULES + "declared",
          "(lacks or commune.as_of >= oldest)", "(commune.as_of >= oldest)"),
    Fault("a sum that lacks a unit is the size of a population", RULES + "declared",
          "None if found is None or found.lacks else found", "found"),
    Fault("an estimate wins over an official figure", RULES + "declared",
          "return row.as_of, row.official, str(row.key)", "return row.as_of, not row.official, str(row.key)"),
    Fault("declared figures of a merged unit count twice", RULES + "declared",
          "if taken.isdisjoint(places):", "if row.unit is not None:"),
    Fault("a blank declared figure is left out of the sum", RULES + "declared",
          "            return None\n        total += value", "            continue\n        total += value"),
    Fault("mergers of units are not seen", "lms.people.rules.unit_history",
          "found = {unit: self.at(unit, on) for unit in self.merges}", "found: dict[K, K] = {}"),
    Fault("a merger of units counts a day late", "lms.people.rules.unit_history",
          "(merge := self.merges.get(seen[-1])) and merge.happened_on <= on",
          "(merge := self.merges.get(seen[-1])) and merge.happened_on < on"),
    Fault("an old day shows today's name of a unit", "lms.people.rules.unit_history",
          "before = [one.new_name for one in renames if one.happened_on <= on]",
          "before = [one.new_name for one in renames]"),
    Fault("a week begins on Sunday", RULES + "evidence",
          "timedelta(days=as_of.weekday())", "timedelta(days=as_of.weekday() + 1)"),
    Fault("training counts from the first meeting", RULES + "evidence",
          "return days[asked - 1] if", "return days[0] if"),
    Fault("a team without members has it", RULES + "tally", "if who and who <= people}", "if who <= people}"),
    Fault("more than five mentees are asked for", RULES + "tally", "if len(m) >= k}", "if len(m) > k}"),
    Fault("the dead are guided", RULES + "day", " and pair[1] in alive", ""),
    Fault("a confirmation counts a day late", RULES + "evidence",
          "if row.occurred_on <= self.day.as_of:", "if row.occurred_on < self.day.as_of:"),
    Fault("nothing recorded is told as 0", RULES + "engine", "len(people) if known else None", "len(people)"),
    Fault("a target stands a day late", RULES + "engine",
          "self.day.as_of < starts", "self.day.as_of <= starts"),
    Fault("targets stand outside the plan's years", RULES + "plan",
          "return nearest if later and open_ended else replace(nearest, target=None)", "return nearest"),
    Fault("days are those of Greenwich", "lms.core.clock",
          "return instant.astimezone(VIETNAM).date()", "return instant.date()"),
)  # fmt: skip


class _Planting(SourceFileLoader):
    """Reads a module's source with the fault in it, never from or into the cache of compiled files."""

    fault: Fault

    def get_code(self, fullname: str) -> CodeType | None:
        path = self.get_filename(fullname)
        text = Path(path).read_text(encoding="utf-8")
        if text.count(self.fault.right) != 1:
            sys.exit(f"{self.fault.module} has not this once: {self.fault.right}")
        return compile(text.replace(self.fault.right, self.fault.wrong), path, "exec")


class _Finder(MetaPathFinder):
    def __init__(self, fault: Fault) -> None:
        self._fault = fault

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path) if fullname == self._fault.module else None
        if spec is not None and spec.origin is not None:
            spec.loader = _Planting(fullname, spec.origin)
            spec.loader.fault = self._fault
        return spec


def plant(fault: Fault) -> None:
    """From now on the module is loaded with the fault; it must not have been loaded yet."""
    if fault.module in sys.modules:
        sys.exit(f"{fault.module} is loaded already")
    sys.meta_path.insert(0, _Finder(fault))

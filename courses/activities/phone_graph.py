"""The ways through a simulated phone: names that lead nowhere, ways without an exit, the right way."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable

from courses.activities.kind import Fault
from courses.activity_parts import PhoneScreen, ScreenPart, Simulation

MOST_SCREENS = 20
MOST_PARTS = 12


def name_faults(plan: Simulation) -> list[Fault]:
    """Ids twice, targets and fields that are not there; the ways can be followed once there is none."""
    screens = {screen.id for screen in plan.screens}
    found = [Fault("start_unknown")] if plan.start not in screens else []
    found += [Fault("same_screen", name) for name in _twice(s.id for s in plan.screens)]
    found += [Fault("same_part", name) for name in _twice(p.id for p in plan.all_parts if p.id)]
    if not 2 <= len(plan.screens) <= MOST_SCREENS:
        found.append(Fault("screen_count"))
    for screen in plan.screens:
        found += _screen_faults(screen, screens)
    return found


def _screen_faults(screen: PhoneScreen, screens: set[str]) -> list[Fault]:
    found = []
    if len(screen.parts) > MOST_PARTS:
        found.append(Fault("part_count", screen.id))
    if screen.end and (screen.hotspots or screen.fields):
        found.append(Fault("end_goes_on", screen.id))
    fields = {part.id: part for part in screen.fields}
    for part in screen.hotspots:
        found += _hotspot_faults(part, screens, fields)
    return found


def _hotspot_faults(
    part: ScreenPart, screens: set[str], fields: dict[str, ScreenPart]
) -> list[Fault]:
    found = [Fault("target_unknown", part.id)] if part.to not in screens else []
    if part.otherwise and part.otherwise not in screens:
        found.append(Fault("target_unknown", part.id))
    found += [Fault("field_unknown", part.id) for name in part.needs if name not in fields]
    bare = (name for name in part.needs if name in fields and not fields[name].expects)
    return found + [Fault("field_without_key", name) for name in bare]


def way_faults(plan: Simulation) -> list[Fault]:
    """No goal, screens that nothing leads to, and places from which no way leads to any end."""
    if not any(screen.end == "goal" for screen in plan.screens):
        return [Fault("no_goal")]
    reached = _reached(plan)
    found = [Fault("screen_unreached", s.id) for s in plan.screens if s.id not in reached]
    if not shortest_way(plan):
        return [*found, Fault("goal_unreached")]
    leading = _leading_out(plan)
    stuck = (s for s in plan.screens if s.id in reached and s.id not in leading)
    return found + [Fault("no_exit", screen.id) for screen in stuck]


def _reached(plan: Simulation) -> set[str]:
    by_id = {screen.id: screen for screen in plan.screens}
    seen, waiting = {plan.start}, deque([plan.start])
    while waiting:
        for part in by_id[waiting.popleft()].hotspots:
            for target in filter(None, (part.to, part.otherwise)):
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    return seen


def _leading_out(plan: Simulation) -> set[str]:
    """The screens from which some taps lead to an end: the rest is a circle without an exit."""
    leading = {screen.id for screen in plan.screens if screen.end}
    grown = True
    while grown:
        more = {
            screen.id
            for screen in plan.screens
            if screen.id not in leading and any(part.to in leading for part in screen.hotspots)
        }
        leading |= more
        grown = bool(more)
    return leading


def shortest_way(plan: Simulation) -> list[tuple[str, ScreenPart]]:
    """(screen, what to tap there) from the start to the nearest goal; empty when there is no way."""
    by_id = {screen.id: screen for screen in plan.screens}
    came: dict[str, tuple[str, ScreenPart]] = {}
    waiting, seen = deque([plan.start]), {plan.start}
    while waiting:
        name = waiting.popleft()
        if by_id[name].end == "goal":
            return _back(came, plan.start, name)
        for part in by_id[name].hotspots:
            if part.to not in seen:
                seen.add(part.to)
                came[part.to] = (name, part)
                waiting.append(part.to)
    return []


def most_taps(plan: Simulation) -> int:
    """How many taps are enough for everybody: three times the shortest way, where there is one."""
    return max(1, 3 * len(shortest_way(plan))) if not name_faults(plan) else 1


def _back(
    came: dict[str, tuple[str, ScreenPart]], start: str, goal: str
) -> list[tuple[str, ScreenPart]]:
    way: list[tuple[str, ScreenPart]] = []
    while goal != start:
        goal, part = came[goal]
        way.append((goal, part))
    return way[::-1]


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]

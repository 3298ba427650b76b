"""How far a covered number could lie from the true one, for somebody who knows everything shown.

What is shown of one figure over several closings is a flow: people reached stream from the growth of
each closing into the units and on to the same unit's next closing. A unit's number is the flow on an
arc; shown, it is fixed; covered, it lies between 0 and the unit's population. The true numbers are a
flow that fits, so the least and the greatest value of an arc are found by sending flow round in
circles (residual network). Exact, in whole people, without any library.
"""

from collections import deque
from collections.abc import Hashable

NO_END = 10**12
"""More people than there are: an arc without an upper bound."""


class Flow:
    """A network whose arcs carry a flow that fits their bounds."""

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._room: list[int] = []
        self._leaving: list[list[int]] = []
        self._numbers: dict[Hashable, int] = {}

    def arc(self, start: Hashable, end: Hashable, flow: int, high: int) -> int:
        """An arc that carries `flow` and may carry 0 to `high`; its number."""
        return self._add(start, end, high - flow, flow)

    def _add(self, start: Hashable, end: Hashable, more: int, less: int) -> int:
        number = len(self._ends)
        for here, there, room in ((start, end, more), (end, start, less)):
            self._leaving[self._node(here)].append(len(self._ends))
            self._ends.append(self._node(there))
            self._room.append(room)
        return number

    def _node(self, name: Hashable) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self._leaving)
            self._leaving.append([])
        return self._numbers[name]

    def width(self, arc: int, enough: int) -> int:
        """How wide the range of an arc's possible flows is; not looked further than `enough`."""
        less = self._slack(arc + 1, enough)
        return less + (self._slack(arc, enough - less) if less < enough else 0)

    def _slack(self, half: int, enough: int) -> int:
        """By how much the flow through one half of an arc could rise, round some circle."""
        kept = self._room[:]
        limit = min(enough, self._room[half])
        start, goal = self._ends[half], self._ends[half ^ 1]
        self._room[half] = self._room[half ^ 1] = 0
        found = 0
        while found < limit and (sent := self._push(start, goal, limit - found)):
            found += sent
        self._room = kept
        return found

    def _push(self, start: int, goal: int, most: int) -> int:
        """Send flow along one shortest way; how much, 0 when there is no way."""
        came: dict[int, int] = {start: -1}
        waiting = deque([start])
        while waiting and goal not in came:
            here = waiting.popleft()
            for half in self._leaving[here]:
                if self._room[half] and self._ends[half] not in came:
                    came[self._ends[half]] = half
                    waiting.append(self._ends[half])
        return self._send(came, goal, most) if goal in came else 0

    def _send(self, came: dict[int, int], goal: int, most: int) -> int:
        way = []
        while (half := came[goal]) >= 0:
            way.append(half)
            goal = self._ends[half ^ 1]
        sent = min(most, *(self._room[half] for half in way)) if way else most
        for half in way:
            self._room[half] -= sent
            self._room[half ^ 1] += sent
        return sent

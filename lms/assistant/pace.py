"""How often somebody may ask: a search costs the machine a little, and a stuck key must not cost it much.

The counts are no secret's tries, so they live in memory and go with the process.
"""

import time
from collections import OrderedDict, deque
from threading import Lock
from uuid import UUID

from lms.core.errors import TooMany
from lms.core.i18n import _

MOST = 20
SECONDS = 60.0
KEPT = 5000


class Pace:
    """At most `most` questions of one asker in `seconds`."""

    def __init__(self, most: int = MOST, seconds: float = SECONDS) -> None:
        self.most, self.seconds = most, seconds
        self._asked: OrderedDict[UUID, deque[float]] = OrderedDict()
        self._lock = Lock()

    def count(self, who: UUID, now: float | None = None) -> None:
        """Count one question; TooMany when there were enough lately."""
        at = time.monotonic() if now is None else now
        with self._lock:
            asked = self._asked.setdefault(who, deque())
            self._asked.move_to_end(who)
            while len(self._asked) > KEPT:
                self._asked.popitem(last=False)
            while asked and at - asked[0] >= self.seconds:
                asked.popleft()
            if len(asked) >= self.most:
                words = _("Vừa hỏi nhiều câu liền. Mời nghỉ một phút rồi hỏi tiếp.")
                raise TooMany(words, retry_after=int(self.seconds - (at - asked[0])) + 1)
            asked.append(at)


PACE = Pace()

"""Signals inside one process and one transaction: a lower package tells, a higher one listens."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

S = TypeVar("S")
Listener = Callable[[Session, Any], None]

_listeners: dict[type, list[Listener]] = {}


def listen(kind: type[S], listener: Callable[[Session, S], None]) -> None:
    """Call `listener(session, signal)` for every signal of this class; listing twice is once."""
    known = _listeners.setdefault(kind, [])
    if listener not in known:
        known.append(listener)


def send(session: Session, signal: object) -> None:
    """Hand the signal to its listeners, in the sender's transaction; an error refuses the whole."""
    for listener in _listeners.get(type(signal), ()):
        listener(session, signal)

"""What becomes of a class as a whole: its state, its changes, its end."""

from lms.cohorts.timetable_rules import state_of

__all__ = ["state_of"]

"""Questions that may be tapped instead of typed: headings of the class's own lessons that ask something."""

from assessments.queries import Desk

MOST = 6


def ready_questions(desk: Desk) -> list[str]:
    """One heading with a question mark of each lesson, spread over the class's lessons."""
    asked = []
    for lesson in desk.lessons:
        titles = [one.title for one in lesson.screens if one.title.endswith("?")]
        # The longest one says best by itself what it is about.
        longest = max(titles, key=len, default="")
        asked += [longest] if longest and longest not in asked else []
    step = max(1, len(asked) // MOST)
    return asked[::step][:MOST]

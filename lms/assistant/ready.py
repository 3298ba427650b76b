"""Questions that may be tapped instead of typed: headings of the class's own lessons that ask something."""

from assessments.queries import Desk

MOST = 6


def ready_questions(desk: Desk) -> list[str]:
    """One heading with a question mark of each lesson, spread over the class's lessons."""
    asked = []
    for lesson in desk.lessons:
        titles = (screen.title for screen in lesson.screens)
        first = next((title for title in titles if title.endswith("?")), "")
        asked += [first] if first and first not in asked else []
    step = max(1, len(asked) // MOST)
    return asked[::step][:MOST]

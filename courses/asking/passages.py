"""The screens of a programme version as passages. Questions, keys and trainers' pages are never among them."""

from collections.abc import Iterable

from courses.asking.index import Passage
from courses.rules import Lesson, Module, ProgrammeVersion, Screen
from courses.spoken import sentence, spoken
from lms.core.text import markdown_html


def passages_of(version: ProgrammeVersion, level: str = "") -> list[Passage]:
    """The passages of one level of a version, in the order of the class; without a level of all."""
    return [
        passage
        for module in version.modules
        if not level or module.level == level
        for lesson in module.lessons
        for passage in _of_lesson(version, module, lesson)
    ]


def _of_lesson(version: ProgrammeVersion, module: Module, lesson: Lesson) -> Iterable[Passage]:
    key = f"{version.code}/{lesson.code}"
    for number, screen in enumerate(lesson.screens, 1):
        prompt = _prompt(version, screen)
        say = said(screen)
        yield Passage(key, lesson.title, module.title, number, screen.title, say, prompt)
    lines = " ".join(sentence(line) for line in lesson.take_home)
    number = len(lesson.screens) + 1
    yield Passage(key, lesson.title, module.title, number, "", lines, is_review=True)


def said(screen: Screen) -> str:
    """The text of a screen as it is read aloud, without its title."""
    return spoken(str(markdown_html(screen.body)))


def _prompt(version: ProgrammeVersion, screen: Screen) -> str:
    """What the practice question of a screen asks; nothing of a question whose key is secret."""
    if screen.practice is None:
        return ""
    item = version.item(screen.practice)
    return "" if item.secret else item.prompt

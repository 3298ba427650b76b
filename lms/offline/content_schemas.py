"""What the player loads, as JSON. There is no field for a question of a test."""

import marshmallow as ma

from lms.core.api import Out


class PartNameOut(Out):
    """A part and how large it is."""

    sha256 = ma.fields.String()
    bytes = ma.fields.Integer()


class ContentModuleOut(Out):
    """A module; `quiz` is {count} or null."""

    code = ma.fields.String()
    title = ma.fields.String()
    lessons = ma.fields.List(ma.fields.String())
    quiz = ma.fields.Dict(allow_none=True)


class ContentLessonOut(Out):
    """A lesson's outline and the part that holds it."""

    code = ma.fields.String()
    title = ma.fields.String()
    minutes = ma.fields.Integer()
    screens = ma.fields.Integer()
    skills = ma.fields.List(ma.fields.String())
    part = ma.fields.Nested(PartNameOut)


class ContentMediaOut(Out):
    """A picture, named by its hash."""

    name = ma.fields.String()
    sha256 = ma.fields.String()
    bytes = ma.fields.Integer()
    type = ma.fields.String()
    url = ma.fields.String()


class ContentOut(Out):
    """The index of a programme version at one level."""

    format = ma.fields.Integer()
    content = ma.fields.String()
    level = ma.fields.String()
    programme = ma.fields.Dict(metadata={"description": "code, title, address, group"})
    modules = ma.fields.List(ma.fields.Nested(ContentModuleOut))
    lessons = ma.fields.List(ma.fields.Nested(ContentLessonOut))
    skills = ma.fields.List(ma.fields.Dict(), metadata={"description": "code, title, lessons"})
    plans = ma.fields.List(
        ma.fields.Dict(), metadata={"description": "kind, level, module, count, code, rows"}
    )
    pass_ = ma.fields.Dict(data_key="pass", metadata={"description": "share, skills"})
    tasks = ma.fields.List(
        ma.fields.Dict(), metadata={"description": "id, title, prompt, prepare, steps, moments"}
    )
    bank = ma.fields.Nested(PartNameOut)
    asking = ma.fields.Nested(PartNameOut)
    media = ma.fields.List(ma.fields.Nested(ContentMediaOut))
    bytes = ma.fields.Integer(metadata={"description": "of all parts and pictures"})


class ContentPartOut(Out):
    """A lesson (`code`, `title`, `screens`, `take_home`, `items`), the bank (`items`, `order`), or words and
    weights by which questions are answered (`stop`, `groups`, `emergency`, `remedy`, …, `weights`)."""

    code = ma.fields.String()
    title = ma.fields.String()
    screens = ma.fields.List(
        ma.fields.Dict(), metadata={"description": "title, html, say, illustration, item"}
    )
    take_home = ma.fields.List(ma.fields.String())
    items = ma.fields.Dict(metadata={"description": "item → practice question with its key"})
    order = ma.fields.Dict(metadata={"description": "level → items in the order of their ids"})
    stop = ma.fields.List(ma.fields.String(), metadata={"description": "words without meaning"})
    groups = ma.fields.List(
        ma.fields.List(ma.fields.String()), metadata={"description": "words for one thing"}
    )
    emergency = ma.fields.List(ma.fields.String())
    remedy = ma.fields.List(ma.fields.String())
    meaning = ma.fields.List(ma.fields.String())
    figure = ma.fields.List(ma.fields.String())
    elsewhere = ma.fields.List(ma.fields.String())
    weights = ma.fields.Dict(metadata={"description": "numbers by which screens are weighed"})

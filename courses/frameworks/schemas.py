"""The shape of a framework's file."""

from courses.schemas import Day, Listed, Part, Shape, Text


class NamedIn(Shape):
    code = Text(20, required=True)
    title = Text(160, required=True)


class AreaIn(NamedIn):
    competences = Listed(Part(NamedIn), required=True)


class FrameworkFileIn(Shape):
    """courses/frameworks/<code>.yaml"""

    code = Text(40, required=True)
    version = Text(20, required=True)
    title = Text(160, required=True)
    issued_by = Text(160, required=True)
    basis = Text(400, required=True)
    status = Text(400, required=True)
    reviewed_on = Day(required=True)
    levels = Listed(Part(NamedIn), required=True)
    areas = Listed(Part(AreaIn), required=True)

"""What a tablet needs to answer by itself, beside the lessons: the words and the weights, as plain data."""

from typing import Any

from courses.asking import answering, index, ranking
from courses.asking.lexicon import told


def carried() -> dict[str, Any]:
    """The lexicon and every number by which screens are weighed."""
    return told() | {"weights": _ranking() | _answering() | {"places": dict(index.WEIGHTS)}}


def _ranking() -> dict[str, Any]:
    return {
        "k1": ranking.K1, "b": ranking.B, "group": ranking.GROUP, "pair": ranking.PAIR,
        "near": [[step, worth] for step, worth in ranking.NEAR.items()],
        "other_marks": ranking.OTHER_MARKS, "stop": ranking.STOP, "least": ranking.LEAST,
        "fewest": ranking.FEWEST,
        "head": ranking.HEAD, "lesson": ranking.LESSON, "remedy": ranking.REMEDY,
        "meaning": ranking.MEANING, "review": ranking.REVIEW, "exercise": ranking.EXERCISE,
    }  # fmt: skip


def _answering() -> dict[str, Any]:
    return {
        "sure": dict(answering.SURE),
        "sure_from": answering.SURE_FROM,
        "threshold": answering.THRESHOLD,
        "short": answering.SHORT,
        "beside": answering.BESIDE,
        "least_held": answering.NEAR,
        "most_beside": answering.MOST_BESIDE,
        "most_near": answering.MOST_NEAR,
    }

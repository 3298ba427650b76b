"""What is counted of questions: how many, how they went and which lesson answered. Never who asked or what."""

from flask import Flask, current_app
from prometheus_client import Counter

from courses.asking.answering import Answer
from lms.core.metrics import Metrics


def init_app(app: Flask) -> None:
    """Put the counters into the app's own registry."""
    metrics: Metrics = app.extensions["lms.metrics"]
    app.extensions["lms.assistant.counts"] = (
        Counter(
            "lms_assistant_questions",
            "Questions to the assistant by who asks and how it went",
            ["asker", "outcome"],
            registry=metrics.registry,
        ),
        Counter(
            "lms_assistant_lessons",
            "Answers of the assistant by the lesson that gave them",
            ["lesson"],
            registry=metrics.registry,
        ),
    )


def count(asker: str, answer: Answer, *, by_model: bool = False) -> None:
    """One question of a learner or of staff."""
    questions, lessons = current_app.extensions["lms.assistant.counts"]
    outcome = "refused" if answer.answer is None else "model" if by_model else "answered"
    questions.labels(asker, outcome).inc()
    if answer.answer is not None:
        lessons.labels(answer.answer.key).inc()

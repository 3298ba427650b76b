"""A language model beside the lessons, if the operator names one. It is off without LMS_ASSISTANT_URL.

The address is an operator's, never a user's. Only a masked question and passages of lessons go there, one
call at a time and six seconds at most; whatever goes wrong, the lesson's own words are shown.
"""

import json
from collections.abc import Sequence
from threading import Semaphore
from typing import Any
from urllib.parse import urlsplit

import structlog

from courses.asking.index import Passage
from courses.asking.lexicon import lexicon
from lms.assistant.model_rules import borne, masked, prompt
from lms.core.settings import Settings, SettingsError
from lms.people.oidc_fetch import call, read_object
from lms.people.oidc_words import Refused

log = structlog.get_logger("lms.assistant")
SECONDS = 6.0
LEAST_WORDS = 2
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ONE = Semaphore(1)
"""A model that answers slowly may hold one thread of the service, not all of them."""


def check(settings: Settings) -> None:
    """SettingsError for an address that is not https (or this machine), or a key that cannot be read."""
    if not settings.assistant_url:
        return
    parts = urlsplit(settings.assistant_url)
    own = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or own):
        raise SettingsError(
            "LMS_ASSISTANT_URL: hãy ghi địa chỉ https, hoặc http của chính máy này (127.0.0.1)."
        )
    _key(settings)


def _key(settings: Settings) -> str:
    if str(settings.assistant_key_file) in ("", "."):
        return ""
    try:
        return settings.assistant_key_file.read_text(encoding="utf-8").strip()
    except OSError:
        raise SettingsError("LMS_ASSISTANT_KEY_FILE: không đọc được tệp này.") from None


def told(settings: Settings, question: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Sentences of the model that the passages bear; none when it is off, late, wrong or says too much."""
    if not settings.assistant_url or not _ONE.acquire(blocking=False):
        return ()
    try:
        return _told(settings, question, passages)
    except (Refused, SettingsError, KeyError, IndexError, TypeError) as problem:
        log.warning("assistant_model", problem=type(problem).__name__)
        return ()
    finally:
        _ONE.release()


def _told(settings: Settings, question: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    asked = masked(question, passages, lexicon().bare)
    if asked.left < LEAST_WORDS:
        return ()
    body = {"messages": prompt(asked.text, passages), "temperature": 0, "max_tokens": 300}
    body |= {"model": settings.assistant_model} if settings.assistant_model else {}
    answer = read_object(
        call(settings.assistant_url, json.dumps(body), _headers(settings), seconds=SECONDS)
    )
    return borne(_text(answer), passages)


def _headers(settings: Settings) -> dict[str, str]:
    key = _key(settings)
    named = {"Authorization": f"Bearer {key}"} if key else {}
    return {"Content-Type": "application/json"} | named


def _text(answer: dict[str, Any]) -> str:
    content = answer["choices"][0]["message"]["content"]
    return content if isinstance(content, str) else ""

"""Long work on a page that shows how far it is: the page is sent while the work is done.

It needs no script: each step replaces the one before it by style, and the end leads on by itself.
"""

import queue
import threading
from collections.abc import Callable, Iterator

import structlog
from flask import Response, copy_current_request_context, render_template
from markupsafe import Markup, escape

from lms.core.errors import Refusal
from lms.core.i18n import _
from lms.core.text import number
from lms.people.register import Tick

log = structlog.get_logger("lms.people")

MARK = "<!-- steps -->"
STEP_SECONDS = 0.25
Work = Callable[[Tick], str]
"""Does the work, ticking rows; returns the address to go on to. A Refusal is shown."""
Said = tuple[str, str]


def streamed(title: str, back: str, work: Work) -> Response:
    """A page that begins at once and ends where the work leads; `back` is the way out when it fails."""
    frame = render_template("people/import_progress.html", title=title, mark=Markup(MARK))  # noqa: S704 - our own mark.
    head, _mark, foot = frame.partition(MARK)
    waiting: queue.SimpleQueue[int | Said] = queue.SimpleQueue()

    @copy_current_request_context
    def run() -> None:
        waiting.put(_end(work, waiting.put))

    threading.Thread(target=run, daemon=True).start()
    steps = _steps(waiting, back)
    # Browsers show a page bit by bit once they hold a kilobyte of it.
    parts = (part.encode() for part in (head, *[" " * 1024]))
    return Response(_joined(parts, steps, foot), content_type="text/html; charset=utf-8")


def _joined(head: Iterator[bytes], steps: Iterator[str], foot: str) -> Iterator[bytes]:
    yield from head
    for step in steps:
        yield step.encode()
    yield foot.encode()


def _end(work: Work, tick: Tick) -> Said:
    try:
        return "done", work(tick)
    except Refusal as refusal:
        return "refused", refusal.message
    except Exception:
        # The page has begun, so that no error page can be sent any more.
        log.exception("long work failed")
        return "refused", _("Máy chủ gặp lỗi, chưa có gì bị lưu dở. Hãy thử lại sau ít phút.")


def _steps(waiting: "queue.SimpleQueue[int | Said]", back: str) -> Iterator[str]:
    done, said = 0, -1
    while True:
        try:
            told = waiting.get(timeout=STEP_SECONDS)
        except queue.Empty:
            told = 0
        if isinstance(told, tuple):
            yield _last(told, back)
            return
        done += told
        if done - said >= 500 or (told == 0 and done != said):
            said = done
            words = escape(_("Đã xử lý %(count)s dòng…", count=number(done)))
            yield f'<li class="steps-live__one" role="status">{words}</li>\n'


def _last(told: Said, back: str) -> str:
    how, what = told
    if how == "done":
        go = escape(_("Xong. Xem tiếp"))
        return (
            f'<li class="steps-live__one"><a class="button button--primary" href="{escape(what)}">{go}</a>'
            f'<meta http-equiv="refresh" content="0;url={escape(what)}"></li>'
        )
    again = escape(_("Quay lại"))
    link = f'<a class="button button--quiet" href="{escape(back)}">{again}</a>'
    return f'<li class="steps-live__one"><p role="alert">{escape(what)}</p>{link}</li>'

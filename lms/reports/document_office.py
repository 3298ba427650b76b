"""A docx turned into a PDF by LibreOffice, where the office has it; where not, Word does it by hand."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from lms.core.errors import Unavailable
from lms.core.i18n import _

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 90
"""A first start of the program on a slow laptop takes half a minute."""


def program() -> str | None:
    """Where LibreOffice is; None when it is not installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


_AT_WORK = threading.Lock()


def as_pdf(docx: bytes) -> bytes:
    """The docx as a PDF, in a folder and with a profile of its own; Unavailable when it does not come out."""
    office = program()
    if office is None:
        raise Unavailable(said_without())
    if not _AT_WORK.acquire(blocking=False):
        raise Unavailable(_("Máy chủ đang chuyển một tệp khác. Hãy thử lại sau một phút."))
    try:
        return _converted(office, docx)
    finally:
        _AT_WORK.release()


def _converted(office: str, docx: bytes) -> bytes:
    with tempfile.TemporaryDirectory(prefix="lms-office-", ignore_cleanup_errors=True) as folder:
        source = Path(folder, "bao-cao.docx")
        source.write_bytes(docx)
        _run(office, source, Path(folder))
        made = source.with_suffix(".pdf")
        if not made.is_file() or not made.stat().st_size:
            raise Unavailable(_failed())
        return made.read_bytes()


def _run(office: str, source: Path, folder: Path) -> None:
    profile = Path(folder, "profile").as_uri()
    command = [
        office, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to",
        "pdf", "--outdir", str(folder), str(source),
    ]  # fmt: skip
    try:
        running = subprocess.Popen(  # noqa: S603 - the program is of this machine, the names are ours.
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=folder, start_new_session=True,
        )  # fmt: skip
    except OSError:
        raise Unavailable(_failed()) from None
    try:
        running.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise Unavailable(_failed()) from None
    finally:
        _stop(running)


def _stop(running: subprocess.Popen[bytes]) -> None:
    """End what still runs, with the program that the starting script started."""
    if running.poll() is not None:
        return
    if hasattr(os, "killpg"):
        os.killpg(running.pid, signal.SIGKILL)
    running.kill()
    running.wait()


def said_without() -> str:
    """What to do where there is no LibreOffice."""
    return _(
        "Máy chủ không có LibreOffice. Hãy tải tệp Word, mở bằng Word rồi chọn Lưu thành, kiểu PDF; "
        "hoặc dùng PDF theo mẫu chuẩn."
    )


def _failed() -> str:
    return _(
        "LibreOffice không chuyển được tệp này. Hãy tải tệp Word, mở bằng Word rồi chọn Lưu thành, "
        "kiểu PDF; hoặc dùng PDF theo mẫu chuẩn."
    )

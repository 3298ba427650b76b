"""A docx turned into a PDF by LibreOffice, where the office has it; where not, Word does it by hand."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from lms.core.errors import Unavailable
from lms.core.i18n import _

PROGRAMS = ("soffice", "libreoffice")
SECONDS = 90
"""A first start of the program on a slow laptop takes half a minute."""


def program() -> str | None:
    """Where LibreOffice is; None when it is not installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def as_pdf(docx: bytes) -> bytes:
    """The docx as a PDF, in a folder and with a profile of its own; Unavailable when it does not come out."""
    office = program()
    if office is None:
        raise Unavailable(said_without())
    with tempfile.TemporaryDirectory(prefix="lms-office-") as folder:
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
        subprocess.run(  # noqa: S603 - the program is found on this machine, the names are ours.
            command, capture_output=True, timeout=SECONDS, check=True, cwd=folder
        )
    except (subprocess.SubprocessError, OSError):
        raise Unavailable(_failed()) from None


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

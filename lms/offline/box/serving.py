"""How a box is served in the room: on all of its addresses, with the one that tablets open told at start."""

import os
from collections.abc import Callable
from io import StringIO

from lms.core import lan
from lms.core.settings import Settings

PORT = 8080
EVERYWHERE = "0.0.0.0"  # noqa: S104 - tablets of the room come in by any of its networks.


def place(settings: Settings) -> tuple[str, int]:
    """(host, port) of a box: what LMS_HOST and LMS_PORT say, else the whole room and 8080."""
    host = settings.host if os.environ.get("LMS_HOST") else EVERYWHERE
    return host, settings.port if os.environ.get("LMS_PORT") else PORT


def tell(label: str, host: str, port: int, say: Callable[[str], None]) -> None:
    """Say where the trainer and the tablets find the class, with a code for their cameras."""
    found = lan.addresses() if host == EVERYWHERE else [host]
    say(f"{label} đang chạy (dừng: Ctrl+C; đóng cửa sổ này là lớp dừng).")
    say(f"Trên máy này:      http://localhost:{port}/")
    for address in found:
        say(f"Máy tính bảng mở:  http://{address}:{port}/")
    if not found:
        say(
            "Máy này chưa ở trong mạng nào. Hãy bật wifi của phòng học hoặc điểm phát sóng di động."
        )
        return
    say(qr_text(f"http://{found[0]}:{port}/"))


def qr_text(address: str) -> str:
    """A QR code of half blocks, two rows of modules a line."""
    import segno

    out = StringIO()
    segno.make_qr(address).terminal(out, compact=True)
    return out.getvalue()

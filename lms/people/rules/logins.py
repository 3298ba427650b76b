"""Names to sign in with and passwords that hold: what is refused, and why, as codes."""

import re
from itertools import pairwise

from lms.people.rules.letters import bare

SHORTEST, LONGEST = 10, 200
"""Characters of a password; longer ones only cost time to hash."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_COMMON = frozenset(
    (
        "1234567890", "0123456789", "12345678910", "123456789a", "1q2w3e4r5t", "qwertyuiop",
        "qwerty12345", "qwerty123456", "password12", "password123", "password1234", "passw0rd123",
        "matkhau123", "matkhau1234", "matkhau12345", "matkhau123456", "admin12345", "admin123456",
        "administrator", "anhyeuem123", "iloveyou123", "vietnam123", "vietnam1234", "vietnam2025",
        "vietnam2026", "abc1234567", "abcd123456", "abcdef1234", "a123456789", "aa12345678",
        "9876543210", "lophocso123", "binhdanhocvuso", "chuyendoiso", "giaovien123", "canbo12345",
        "ubnd123456", "ubndxa1234", "quantrivien", "congnghe123",
    )
)  # fmt: skip


def login(text: str) -> str:
    """A login as it is stored: lower case, without marks and blanks."""
    return bare(text).replace(" ", "")


def login_problem(text: str) -> str | None:
    """Why this may not be a new login: login_shape, or None."""
    return None if _LOGIN.fullmatch(text) else "login_shape"


def password_problem(password: str, login: str) -> str | None:
    """Why this may not be a password: password_short, _long, _common, _login, _simple, or None."""
    plain = bare(password).replace(" ", "")
    if len(password) < SHORTEST:
        return "password_short"
    if len(password) > LONGEST:
        return "password_long"
    if plain in _COMMON:
        return "password_common"
    if len(login) >= 3 and login in plain and len(plain) < len(login) + 8:
        return "password_login"
    return "password_simple" if len(set(plain)) < 4 or _is_run(plain) else None


def _is_run(text: str) -> bool:
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return len(steps) == 1

"""Names to sign in with: how they are written, and what is refused."""

import re

from lms.people.rules.letters import bare

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


def login(text: str) -> str:
    """A login as it is stored: lower case, without marks and blanks."""
    return bare(text).replace(" ", "")


def login_problem(text: str) -> str | None:
    """Why this may not be a new login: login_shape, or None."""
    return None if _LOGIN.fullmatch(text) else "login_shape"

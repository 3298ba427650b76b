"""The code of a sheet of paper: eight digits, the last of which checks the others."""

import secrets
from collections.abc import Collection

from lms.cohorts.rules import check_digit

CODE_LENGTH = 8


def draw_code(taken: Collection[str] = ()) -> str:
    """Eight digits: seven at random and the one that checks them."""
    while True:
        digits = f"{secrets.randbelow(10 ** (CODE_LENGTH - 1)):0{CODE_LENGTH - 1}d}"
        code = digits + check_digit(digits)
        if code not in taken:
            return code


def clean_code(typed: str) -> str:
    """The digits of a code as people type it: '4827 1934' and '4827.1934' are '48271934'."""
    return "".join(one for one in typed if one.isascii() and one.isdigit())


def is_code(code: str) -> bool:
    """Whether eight digits stand there and the last one checks the others."""
    return (
        len(code) == CODE_LENGTH and code.isascii() and code.isdigit() and check_digit(code) == "0"
    )


def grouped(code: str) -> str:
    """'48271934' as it is printed: '4827 1934'."""
    return f"{code[:4]} {code[4:]}"


def code_in(text: str) -> str | None:
    """The code at the end of what a form's QR says ('…/bai-giay?ma=48271934'), or None."""
    code = clean_code(text.rpartition("=")[2])
    return code if is_code(code) else None

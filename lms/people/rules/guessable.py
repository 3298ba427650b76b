"""Passwords that a stranger would try early: common ones, what is known of the person, runs and repeats.

No rule asks for capitals, digits or signs: a few words that nobody else strings together are strong and
can be remembered (NIST SP 800-63B-4, 3.1.1.2). All is compared without marks, blanks and capitals.
"""

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from lms.people.rules.letters import bare

SHORTEST, LONGEST = 10, 200
"""Characters of a password; longer ones only cost time to hash."""
_TAIL = 8
"""Digits and signs around one common word that do not make it a password: 'matkhau@2026'."""
_LEFT = 6
"""Letters that must remain beside what anybody knows of the person."""
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm",
         "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p")  # fmt: skip
_SIGNS = str.maketrans("@$!0135", "asioies")
"""Signs that people write for letters: 'p@ssw0rd'."""
_VIETNAMESE = frozenset(
    (
        "matkhau", "matkhaumoi", "anhyeuem", "emyeuanh", "iloveyou", "vietnam", "vietnamvodich", "hanoi",
        "saigon", "hochiminh", "bachho", "admin", "administrator", "quantri", "quantrivien", "giaovien",
        "giangvien", "thaygiao", "cogiao", "canbo", "canboxa", "congchuc", "hocvien", "lophoc", "lophocso",
        "binhdanhocvu", "binhdanhocvuso", "chuyendoiso", "congnghe", "congngheso", "congdan", "ubnd",
        "ubndxa", "ubndphuong", "uyban", "uybannhandan", "tocongngheso", "welcome", "password", "dangnhap",
        "taikhoan", "khongbiet", "khongnho", "hocsomoingay", "macdinh", "default", "changeme", "xinchao",
        "chucmungnammoi", "toiyeuvietnam", "giadinh", "bome", "conyeu", "mayman", "thanhcong",
        "hanhphuc", "binhan", "phattai", "lanhdao", "truongthcs", "truonghoc", "nhatruong", "qwerty",
        "test", "demo", "abc",
    )
)  # fmt: skip


def problem(password: str, own: Collection[str], common: Collection[str]) -> str | None:
    """Why this may not be a password: password_short, _long, _common, _digits, _own, _simple, or None.

    `own` is what anybody may know of the person (login, name, commune), `common` the passwords that
    many people use, in lower case.
    """
    plain = bare(password).replace(" ", "")
    if not SHORTEST <= len(password) <= LONGEST:
        return "password_short" if len(password) < SHORTEST else "password_long"
    if _is_common(plain, common) or _is_common(_unit(plain), common):
        return "password_common"
    if len(set(plain)) < 4 or _unit(plain) != plain or len(_without_rows(plain)) < 4:
        return "password_simple"
    if len(plain) <= 14 and re.fullmatch(r"[\d./+-]+", plain):
        return "password_digits"
    return "password_own" if _is_own(plain, own) else None


def _is_common(plain: str, common: Collection[str]) -> bool:
    return any(
        word in common or word in _VIETNAMESE
        for form in {plain, plain.translate(_SIGNS)}
        for word in _roots(form, plain)
    )


def _roots(form: str, plain: str) -> Iterator[str]:
    """The text itself, and its one word when hardly more than digits and signs stand around it."""
    yield form
    for text in (form, plain):
        word = re.sub(r"^[^a-z]+|[^a-z]+$", "", text)
        if len(word) >= 3 and len(plain) - len(word) <= _TAIL:
            yield word


def _unit(plain: str) -> str:
    """What a text repeats: 'hoasenhoasen' is 'hoasen' twice; else the text itself."""
    place = (plain + plain).find(plain, 1)
    return plain[:place]


def _without_rows(plain: str) -> str:
    """What is left when runs of four and more along the alphabet, the digits or the keyboard are taken out."""
    kept, run = [], plain[:1]
    for before, here in pairwise(plain):
        if _follows(run + here) or (len(run) == 1 and _follows(before + here)):
            run += here
            continue
        kept += [] if len(run) >= 4 else [run]
        run = here
    kept += [] if len(run) >= 4 else [run]
    return "".join(kept)


def _follows(run: str) -> bool:
    return any(run in row or run[::-1] in row for row in _ROWS)


def _is_own(plain: str, own: Collection[str]) -> bool:
    """Whether little more stands in it than the person's login, name and commune, and digits."""
    words = {piece for text in own for piece in _pieces(text)}
    left = plain
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    letters = re.sub(r"[^a-z]", "", left)
    return left != plain and len(letters) < _LEFT


def _pieces(text: str) -> set[str]:
    """The text in one piece and its words of three letters and more."""
    words = re.findall(r"[a-z0-9]+", bare(text))
    whole = bare(text).replace(" ", "")
    return {piece for piece in (whole, "".join(words), *words) if len(piece) >= 3}

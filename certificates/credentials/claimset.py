"""What a certificate claims, as an Open Badges 3.0 credential: one set of claims for every signed form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from certificates.credentials import did as dids
from certificates.credentials.terms import BADGE_CONTEXT
from certificates.rules import Claims
from certificates.wording import PROVEN, SAMPLE
from lms.core.ids import derived
from lms.core.text import day

PURPOSES = ("revocation", "suspension")
"""Revoked and replaced for good; suspended while two records are taken for one person."""


def credential(
    claims: Claims, token: str, base: str, commune_code: str, at: datetime, subject: UUID | None = None
) -> dict[str, Any]:  # fmt: skip
    """The unsigned credential. `base` is the service's address without a slash, `at` when it begins to hold.

    Framework competences are tags by their codes: an alignment would need the address of a page for each,
    and no such page is known.
    """
    issuer = dids.did_of(base, commune_code)
    said = _remarks(claims)
    return {
        "@context": list(BADGE_CONTEXT),
        "id": f"{base}/gcn/{token}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"Giấy chứng nhận – {claims.programme}",
        **({"description": said} if said else {}),
        "issuer": {
            "id": issuer,
            "type": ["Profile"],
            "name": f"Ủy ban nhân dân {claims.commune}, {claims.province}",
            "url": base,
        },
        "validFrom": dids.moment(at),
        "credentialStatus": [_status(claims, base, commune_code, one) for one in PURPOSES],
        "evidence": [_evidence(claims)],
        "credentialSubject": _subject(claims, subject or uuid4(), commune_code),
    }


def _remarks(claims: Claims) -> str:
    replaced = f"Cấp lại, thay giấy số {claims.replaces}." if claims.replaces else ""
    return " ".join(one for one in (SAMPLE if claims.sample else "", replaced) if one)


def place_of(number: str) -> tuple[int, int]:
    """Sequence and year of a number such as '000123/2026/TBT'."""
    sequence, year, _code = number.split("/")
    return int(sequence), int(year)


def list_address(base: str, commune_code: str, year: int, purpose: str) -> str:
    """Where a commune's list of a year is found: one for each purpose."""
    return f"{base}/xa/{commune_code}/tinh-trang/{year}/{purpose}"


def _status(claims: Claims, base: str, commune_code: str, purpose: str) -> dict[str, str]:
    sequence, year = place_of(claims.number)
    address = list_address(base, commune_code, year, purpose)
    return {
        "id": f"{address}#{sequence}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(sequence),
        "statusListCredential": address,
    }


def _evidence(claims: Claims) -> dict[str, Any]:
    on = day(date.fromisoformat(claims.completed_on))
    return {
        "type": ["Evidence"],
        "name": _capital(PROVEN[claims.proof]),
        "narrative": f"Ngày {on}, tại {claims.where}.",
        "genre": claims.proof,
    }


def _subject(claims: Claims, subject: UUID, commune_code: str) -> dict[str, Any]:
    """The holder by name, under an id of its own: it leads to no other certificate of the same person."""
    achievement = _achievement(claims, commune_code)
    level, hours = (one["id"] for one in achievement["resultDescription"])
    return {
        "id": subject.urn,
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": claims.name,
                "identityType": "name",
            }
        ],
        "activityEndDate": claims.completed_on,
        "licenseNumber": claims.number,
        "result": [
            {"type": ["Result"], "resultDescription": level, "value": claims.level_title},
            {"type": ["Result"], "resultDescription": hours, "value": str(claims.hours)},
        ],
        "achievement": achievement,
    }


def _achievement(claims: Claims, commune_code: str) -> dict[str, Any]:
    taught = (claims.level, claims.hours, *claims.skills, *claims.tasks)
    name = derived("achievement", commune_code, claims.programme_code, *taught).urn
    tags = list(dict.fromkeys((*claims.skills, *claims.frameworks)))
    return {
        "id": name,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": f"{claims.programme} – {claims.level_title}",
        "description": _description(claims),
        "humanCode": f"{claims.programme_code}/{claims.level}",
        "inLanguage": "vi",
        **({"tag": tags} if tags else {}),
        "criteria": {"narrative": _criteria(claims)},
        "resultDescription": [
            _result(f"{name}#trinh-do", "Trình độ", "ext:Level"),
            _result(f"{name}#gio-hoc", "Thời lượng (giờ học)", "ext:LearningHours"),
        ],
    }


def _result(name: str, title: str, kind: str) -> dict[str, Any]:
    return {"id": name, "type": ["ResultDescription"], "name": title, "resultType": kind}


def _description(claims: Claims) -> str:
    learned = f" Người học được dạy: {'; '.join(claims.skills)}." if claims.skills else ""
    return (
        f"Chương trình “{claims.programme}”, trình độ {claims.level_title}, "
        f"thời lượng {claims.hours} giờ học.{learned}"
    )


def _criteria(claims: Claims) -> str:
    seen = f" Bài thực hành: {'; '.join(claims.tasks)}." if claims.tasks else ""
    return f"{_capital(PROVEN[claims.proof])}.{seen}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

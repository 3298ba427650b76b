"""The words of our credentials and what they stand for: the only shape we sign, and the only one we accept.

Each row says for a word of the JSON which IRI it stands for and what its value is, as the contexts
'credentials/v2' of the W3C and 'ob/v3p0/context-3.0.3' of 1EdTech define it (some of their datatypes
begin with https where XML Schema begins with http; that is theirs). `soak/soak_credentials.py` holds
this table against the context documents themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

V2 = "https://www.w3.org/ns/credentials/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
BADGE_CONTEXT, LIST_CONTEXT = [V2, OB3], [V2]

_CRED = "https://www.w3.org/2018/credentials#"
_SEC = "https://w3id.org/security#"
_STATUS = "https://www.w3.org/ns/credentials/status#"
_OB = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_SCHEMA = "https://schema.org/"
_XSD, _XSD_S = "http://www.w3.org/2001/XMLSchema#", "https://www.w3.org/2001/XMLSchema#"

TEXT, LINK, FLAG = "text", "link", "flag"
"""A plain literal, an IRI, true or false."""


@dataclass(frozen=True)
class Term:
    """What a word stands for. `datatype` is set for a literal that is no plain text; `node` for an object."""

    iri: str
    kind: str = TEXT
    datatype: str = ""
    node: Node | None = None
    many: bool = False
    """Whether the value is a list."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The values allowed and the IRIs they stand for; empty for free values."""


@dataclass(frozen=True)
class Node:
    """An object: its types with their IRIs, whether it has an `id`, its words, those that may be missing."""

    types: Mapping[str, str]
    terms: Mapping[str, Term]
    has_id: bool = False
    listed: bool = False
    """Whether `type` is a list also when there is one."""
    optional: frozenset[str] = frozenset()


def _ob(name: str, **more: object) -> Term:
    return Term(_OB + name, **more)  # type: ignore[arg-type]  # The few words come from this file.


NAME, DESCRIPTION = Term(_SCHEMA + "name"), Term(_SCHEMA + "description")
NARRATIVE = _ob("narrative")
_MOMENT = _XSD + "dateTime"

PROFILE = Node(
    {"Profile": _OB + "Profile"},
    {"name": NAME, "url": Term(_SCHEMA + "url", datatype=_XSD_S + "anyURI")},
    has_id=True,
    listed=True,
    optional=frozenset({"url"}),
)
IDENTITY = Node(
    {"IdentityObject": _OB + "IdentityObject"},
    {
        "hashed": _ob("hashed", kind=FLAG, datatype=_XSD_S + "boolean"),
        "identityHash": _ob("identityHash"),
        "identityType": _ob("identityType"),
    },
)
EVIDENCE = Node(
    {"Evidence": _OB + "Evidence"},
    {"name": NAME, "narrative": NARRATIVE, "genre": Term(_SCHEMA + "genre")},
    listed=True,
)
RESULT = Node(
    {"Result": _OB + "Result"},
    {
        "resultDescription": _ob("resultDescription", datatype=_XSD_S + "anyURI"),
        "value": Term(_SCHEMA + "value"),
    },
    listed=True,
)
RESULT_DESCRIPTION = Node(
    {"ResultDescription": _OB + "ResultDescription"},
    {"name": NAME, "resultType": _ob("resultType")},
    has_id=True,
    listed=True,
)
ACHIEVEMENT = Node(
    {"Achievement": _OB + "Achievement"},
    {
        "achievementType": _ob("achievementType"),
        "name": NAME,
        "description": DESCRIPTION,
        "humanCode": _ob("humanCode"),
        "inLanguage": Term(_SCHEMA + "inLanguage"),
        "tag": Term(_SCHEMA + "keywords", many=True),
        "criteria": _ob("Criteria", node=Node({}, {"narrative": NARRATIVE})),
        "resultDescription": _ob("resultDescription", node=RESULT_DESCRIPTION, many=True),
    },
    has_id=True,
    listed=True,
    optional=frozenset({"tag"}),
)
SUBJECT = Node(
    {"AchievementSubject": _OB + "AchievementSubject"},
    {
        "identifier": _ob("identifier", node=IDENTITY, many=True),
        "activityEndDate": _ob("activityEndDate", datatype=_XSD_S + "date"),
        "licenseNumber": _ob("licenseNumber"),
        "result": _ob("result", node=RESULT, many=True),
        "achievement": _ob("achievement", node=ACHIEVEMENT),
    },
    has_id=True,
    listed=True,
)
STATUS_ENTRY = Node(
    {"BitstringStatusListEntry": _STATUS + "BitstringStatusListEntry"},
    {
        "statusPurpose": Term(_STATUS + "statusPurpose"),
        "statusListIndex": Term(_STATUS + "statusListIndex"),
        "statusListCredential": Term(_STATUS + "statusListCredential", LINK),
    },
    has_id=True,
)
_VALID_FROM = Term(_CRED + "validFrom", datatype=_MOMENT)
BADGE = Node(
    {
        "VerifiableCredential": _CRED + "VerifiableCredential",
        "OpenBadgeCredential": _OB + "OpenBadgeCredential",
    },
    {
        "name": NAME,
        "description": DESCRIPTION,
        "issuer": Term(_CRED + "issuer", node=PROFILE),
        "validFrom": _VALID_FROM,
        "credentialStatus": Term(_CRED + "credentialStatus", node=STATUS_ENTRY, many=True),
        "evidence": Term(_CRED + "evidence", node=EVIDENCE, many=True),
        "credentialSubject": Term(_CRED + "credentialSubject", node=SUBJECT),
    },
    has_id=True,
    listed=True,
    optional=frozenset({"description"}),
)
STATUS_LIST = Node(
    {
        "VerifiableCredential": _CRED + "VerifiableCredential",
        "BitstringStatusListCredential": _STATUS + "BitstringStatusListCredential",
    },
    {
        "issuer": Term(_CRED + "issuer", LINK),
        "validFrom": _VALID_FROM,
        "credentialSubject": Term(
            _CRED + "credentialSubject",
            node=Node(
                {"BitstringStatusList": _STATUS + "BitstringStatusList"},
                {
                    "statusPurpose": Term(_STATUS + "statusPurpose"),
                    "encodedList": Term(_STATUS + "encodedList", datatype=_SEC + "multibase"),
                },
                has_id=True,
            ),
        ),
    },
    has_id=True,
    listed=True,
)
PROOF = Node(
    {"DataIntegrityProof": _SEC + "DataIntegrityProof"},
    {
        "cryptosuite": Term(
            _SEC + "cryptosuite",
            datatype=_SEC + "cryptosuiteString",
            words={"eddsa-rdfc-2022": "eddsa-rdfc-2022"},
        ),
        "created": Term("http://purl.org/dc/terms/created", datatype=_MOMENT),
        "verificationMethod": Term(_SEC + "verificationMethod", LINK),
        "proofPurpose": Term(
            _SEC + "proofPurpose", LINK, words={"assertionMethod": _SEC + "assertionMethod"}
        ),
    },
)
"""A proof's options: all of it that is signed, which is everything but the signature."""

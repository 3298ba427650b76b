"""The access matrix: every route × role × relation × shape of id, generated from the routes themselves.

A new route needs nothing here unless it brings a new kind of id: then name, for each relation, an object
of the cast in `OBJECTS`. A route whose id is not named makes the matrix fail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from lms.core.policy import HTTP_ROLES, PUBLIC, SCOPES, Policy, Reach, Role, policy_of
from tests.cast import Cast

WHO = {
    Role.TRAINER: "trang",
    Role.UNIT_REPORTER: "bao",
    Role.OFFICER: "oanh",
    Role.ADMINISTRATOR: "an",
    Role.PROVINCE_READER: "tinh",
}
"""Who of the cast plays which role; the learner is Lan, the device that of K1, the machine has every scope."""

UNKNOWN = str(UUID(int=0x0198_0000_0000_7000_8000_000000000000))


@dataclass(frozen=True)
class Kind:
    """Objects of one kind: own, in the same class, elsewhere in the commune, in the foreign commune."""

    own: str | None
    same_class: str | None
    commune: str
    foreign: str
    unit: str | None = None
    """The object that belongs to the unit reporter's unit."""


OBJECTS = {
    "cohort_id": Kind(None, "k1", "k2", "xa_k1"),
    "session_id": Kind(None, "k1_buoi", "k2_buoi", "xa_k1_buoi"),
    "enrolment_id": Kind("hv_lan", "hv_hung", "hv_mai", "xa_hv_lan"),
    "attempt_id": Kind("bai_lan", "bai_hung", "bai_mai", "xa_bai_lan"),
    "certificate_id": Kind("gcn_lan", "gcn_hung", "gcn_mai", "xa_gcn_lan"),
    "person_id": Kind(None, None, "lan", "xa_lan", unit="minh"),
    "device_id": Kind(None, "k1_may", "k2_may", "xa_k1_may"),
    "link_id": Kind(None, None, "noi", "xa_noi"),
    "import_id": Kind(None, None, "nhap", "xa_nhap"),
    "account_id": Kind(None, None, "tuan", "xa_tuan"),
    "home_code_id": Kind(None, "ma_lan", "ma_mai", "xa_ma_lan"),
    "invite_id": Kind(None, None, "moi_may", "xa_moi_may"),
    "move_id": Kind(None, "doi_k1", "doi_k2", "xa_doi_k1"),
    "draft_id": Kind(None, None, "nhap_bai", "xa_nhap_bai"),
    "paper_id": Kind(None, "phieu_hung", "phieu_mai", "xa_phieu_hung"),
    "helper_id": Kind(None, None, "mai", "xa_mai", unit="minh"),
    "mentee_id": Kind(None, "hung", "mai", "xa_hung", unit="minh"),
    "mentorship_id": Kind(None, "kem_hung", "kem_mai", "xa_kem_hung"),
    "household_id": Kind(None, None, "nha_lan", "xa_nha_lan", unit="nha_truong"),
    "fact_list_id": Kind(None, None, "ds_xem", "xa_ds_xem"),
    "fact_import_id": Kind(None, None, "ds_ghi", "xa_ds_ghi"),
    "sent_course_id": Kind(None, None, "khoa_gui", "xa_khoa_gui"),
    "snapshot_id": Kind(None, None, "chot", "xa_chot"),
    "unit_id": Kind(None, None, "thon_dong", "xa_thon_dong", unit="truong"),
    "change_id": Kind(None, None, "doi_ten", "xa_doi_ten"),
    "machine_id": Kind(None, None, "may_so", "xa_may_so"),
    "criteria_id": Kind(None, None, "tieu_chi", "xa_tieu_chi"),
    "commend_list_id": Kind(None, None, "ds_khen", "xa_ds_khen"),
    "request_id": Kind(None, None, "yeu_cau", "xa_yeu_cau"),
    "representative_id": Kind(None, None, "dai_dien", "xa_dai_dien"),
    "link_request_id": Kind(None, None, "xin_noi", "xa_xin_noi"),
    "identity_id": Kind(None, None, "noi_ngoai", "xa_noi_ngoai"),
    "box_id": Kind(None, None, "may_lop", "xa_may_lop"),
    "visit_id": Kind(None, "tham_hung", "tham_mai", "xa_tham_hung", unit="tham_minh"),
}


@dataclass(frozen=True)
class Cell:
    """One question to the service: may this role do this, with this object?"""

    method: str
    url: str
    role: Role
    relation: Reach
    shape: str
    allowed: bool

    def __str__(self) -> str:
        return f"{self.method} {self.url} {self.role} {self.relation.name} {self.shape}"


def methods(rule: Rule) -> list[str]:
    """The methods of a route that somebody calls on purpose."""
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def relation_of(role: Role, slot: str) -> Reach:
    """How an actor of the cast stands to the object in this slot of a Kind."""
    if slot == "foreign":
        return Reach.ANY
    if slot == "own":
        return (
            Reach.OWN
            if role is Role.LEARNER
            else Reach.CLASS
            if role is Role.TRAINER
            else Reach.COMMUNE
        )
    if slot == "same_class":
        return Reach.CLASS if role in (Role.LEARNER, Role.TRAINER, Role.DEVICE) else Reach.COMMUNE
    if slot == "unit":
        return Reach.UNIT if role is Role.UNIT_REPORTER else Reach.COMMUNE
    return Reach.COMMUNE


def expected(policy: Policy, role: Role, relation: Reach) -> bool:
    """The policy's answer: the role reaches at least as far as the object lies."""
    return policy.of(role) >= relation


def sign_in(app: Flask, cast: Cast, role: Role) -> FlaskClient:
    """A client that acts as this role."""
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    if role in WHO:
        client.set_cookie("lms_staff", cast.staff_tokens[WHO[role]])
    elif role is Role.LEARNER:
        client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    elif role is Role.DEVICE:
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {cast.device_credentials['k1_may']}"
    elif role is Role.MACHINE:
        token = cast.machine_tokens[" ".join(SCOPES)]
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def rules(app: Flask) -> list[Rule]:
    """All routes, in a fixed order."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, methods(rule)))


def cells(app: Flask, cast: Cast, values: dict[str, str], rule: Rule) -> Iterator[Cell]:
    """Every cell of one route. `values` holds what stands for the arguments that are no id."""
    policy = policy_of(app, rule.endpoint)
    assert policy is not None, f"{rule.endpoint} declares no policy"
    ids = [name for name in rule.arguments if name in OBJECTS]
    for role in HTTP_ROLES:
        for method in methods(rule):
            if policy is PUBLIC or not ids:
                own = {name: str(cast[OBJECTS[name].commune]) for name in ids}
                url = build(app, rule, {**values, **own})
                allowed = policy is PUBLIC or policy.of(role) is not Reach.NONE
                yield Cell(method, url, role, Reach.NONE, "no id", allowed)
            else:
                yield from _id_cells(app, cast, values, rule, policy, role, method, ids[0])


def _id_cells(
    app: Flask, cast: Cast, values: dict[str, str], rule: Rule, policy: Policy, role: Role,
    method: str, name: str,
) -> Iterator[Cell]:  # fmt: skip
    kind = OBJECTS[name]
    for slot in ("own", "same_class", "unit", "commune", "foreign"):
        key = getattr(kind, slot)
        if key is None:
            continue
        relation = relation_of(role, slot)
        url = build(app, rule, {**values, name: str(cast[key])})
        yield Cell(method, url, role, relation, slot, expected(policy, role, relation))
    yield Cell(
        method, build(app, rule, {**values, name: UNKNOWN}), role, Reach.ANY, "unknown", False
    )


def build(app: Flask, rule: Rule, values: dict[str, str]) -> str:
    """The route's address with these arguments; a missing one names itself in the error."""
    missing = [a for a in rule.arguments if a not in values]
    assert not missing, f"Name an object for {missing} of {rule.rule} in tests/contract/matrix.py."
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        return adapter.build(rule.endpoint, {a: _typed(rule, a, values[a]) for a in rule.arguments})


def _typed(rule: Rule, name: str, value: str) -> object:
    converter = rule._converters[name]
    return converter.to_python(value)

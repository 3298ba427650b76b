"""The cast with something done: attempts, certificates, a merge, an import, a plan, in both communes."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update

from assessments import paper_forms
from assessments.rules import answers_hash, draw_form
from certificates import actions as certificates
from certificates.issuer import Issuer
from certificates.models import Certificate
from courses import drafts
from lms.cohorts import home_codes, invites
from lms.cohorts.hall_models import TurnMove
from lms.cohorts.models import Enrolment
from lms.core import clock
from lms.core.audit import canonical
from lms.core.db import Database
from lms.core.guard import Actor, system
from lms.core.ids import uuid7
from lms.core.keys import Keys, make_keys
from lms.core.policy import SCOPES, Role
from lms.indicators import actions as indicators
from lms.indicators import (
    outside_facts,
    outside_lists,
    restating,
    sent_intake,
    snapshot_queries,
    snapshots,
)
from lms.indicators.closing_period import free_day
from lms.indicators.outside_header import Header
from lms.indicators.sent_intake import Sent
from lms.indicators.sent_models import SentCompletion
from lms.indicators.snapshot_body import sha256, text_sha256
from lms.indicators.snapshot_models import ReportSnapshot
from lms.ledger.actions import NewEvent, append, project_pending
from lms.offline.box import giving
from lms.people import actions as people
from lms.people import (
    machine_tokens,
    machines,
    mentoring,
    oidc_identities,
    privacy_consents,
    privacy_requests,
    unit_changes,
    visiting,
)
from lms.people.account_models import Account
from lms.people.importing import Upload
from lms.people.machine_models import MachineToken
from lms.people.machines import NewMachine
from lms.people.mentoring import NewPair
from lms.people.models import Household, Membership, Person
from lms.people.oidc_claims import Told
from lms.people.oidc_models import OidcLinkRequest
from lms.people.unit_changes import Wanted
from lms.people.visiting import NewVisit
from lms.reports import commend_actions as commend
from lms.reports import document_issue, document_texts
from lms.reports.commend_kept import keep, seen_sha256
from lms.reports.commend_preview import preview
from lms.reports.commend_reading import criteria_of
from lms.reports.commend_ready import ready_made
from lms.reports.document_models import ReportDocument, ReportTemplate
from tests.cast import Cast, build_cast
from tests.courses import sample
from tests.factories.content import small_version

PLAN = "thuan-an"
REGISTER = "Họ và tên,Ngày sinh,Giới tính,Thôn\nVõ Thị Nhập,01/02/1970,Nữ,Thôn Đông\n"


def furnish(database: Database, keys: Keys) -> Cast:
    """Build the cast and let its learners be tested, certified, merged and reported on."""
    cast = build_cast(database, keys)
    for prefix, code in (("", "TBT"), ("xa_", "KHA")):
        _learn(database, cast, prefix, cast[code])
        _certify(database, cast, prefix, cast[code])
        _office(database, keys, cast, prefix, cast[code])
        _codes_for_home(database, keys, cast, prefix, cast[code])
        _hall(database, cast, prefix, cast[code])
        _papers(database, cast, prefix, cast[code])
        _help(database, cast, prefix, cast[code])
        _closed(database, cast, prefix, cast[code])
        _documented(database, cast, prefix, cast[code])
        _lists_from_outside(database, keys, cast, prefix, cast[code])
        _machines(database, keys, cast, prefix, cast[code])
        _sent(database, cast, prefix, cast[code])
        _commended(database, cast, prefix, cast[code])
        _asked(database, cast, prefix, cast[code])
        _from_outside(database, keys, cast, prefix, cast[code])
        _carried(database, keys, cast, prefix, cast[code])
    return cast


def _learn(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    classes = {"lan": "k1", "hung": "k1", "mai": "k2"}
    with database.write() as session:
        for person, label in classes.items():
            cast.ids[f"{p}bai_{person}"] = attempt = uuid7()
            where = {"class_id": cast[f"{p}{label}_buoi"], "learner_id": cast[f"{p}hv_{person}"]}
            _sit(session, commune, attempt, cast[f"{p}{label}_thi"], where)
            observer = cast[p + ("trang" if label == "k1" else "tuan")]
            seen = {"task": "goi-video", "result": "can_do", "observer": str(observer)}
            append(session, commune, NewEvent("task.observed", seen, **where))
    project_pending(database, commune)


def _sit(session, commune: UUID, attempt: UUID, sitting: UUID, where: dict[str, UUID]) -> None:  # type: ignore[no-untyped-def]
    version = small_version()
    form = draw_form(version, version.blueprint("certifying"), "hat-giong")
    answers = {asked.item.id: sorted(asked.item.right_options) for asked in form.items}
    where = {**where, "attempt_id": attempt}
    start = {"kind": "certifying", "level": "basic", "seed": "hat-giong", "sitting": str(sitting)}
    append(session, commune, NewEvent("attempt.started", start, **where))
    for item, response in answers.items():
        append(
            session,
            commune,
            NewEvent("answer.given", {"item": item, "response": response}, **where),
        )
    submit = {"count": len(answers), "hash": answers_hash(answers)}
    append(session, commune, NewEvent("attempt.submitted", submit, **where))


def _certify(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    with database.write() as session:
        for label in ("k1", "k2"):
            certificates.issue(
                session,
                system(commune),
                cast[p + label],
                None,
                Issuer("http://localhost", make_keys()),
            )
        for person in ("lan", "hung", "mai"):
            row = session.scalars(
                select(Certificate).where(
                    Certificate.commune_id == commune, Certificate.person_id == cast[p + person]
                )
            ).one()
            cast.ids[f"{p}gcn_{person}"] = row.id
            cast.ids[f"{p}token_{person}"] = row.id


def _papers(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    """Registered sheets of practice, which nobody has written on."""
    with database.write() as session:
        for label in ("k1", "k2"):
            wanted = paper_forms.Wanted("practice")
            drawn = paper_forms.draw_for_class(session, system(commune), cast[p + label], wanted)
            rows = {row.enrolment_id: row.id for row in drawn.forms}
            for person in ("lan", "hung", "mai"):
                if cast[f"{p}hv_{person}"] in rows:
                    cast.ids[f"{p}phieu_{person}"] = rows[cast[f"{p}hv_{person}"]]


def _hall(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    """Tablets are being let in, and in each class a turn was given to another learner."""
    with database.write() as session:
        cast.ids[p + "moi_may"] = invites.invite(session, system(commune)).id
        for label, learner in (("k1", "hv_hung"), ("k2", "hv_mai")):
            row = TurnMove(
                commune_id=commune, class_session_id=cast[f"{p}{label}_buoi"],
                device_id=cast[f"{p}{label}_may"], segment="luot", from_id=uuid7(),
                to_id=cast[p + learner], reason="Bấm nhầm hình",
            )  # fmt: skip
            session.add(row)
            session.flush()
            cast.ids[f"{p}doi_{label}"] = row.id


def _codes_for_home(database: Database, keys: Keys, cast: Cast, p: str, commune: UUID) -> None:
    with database.write() as session:
        for person in ("lan", "mai"):
            learner = cast[f"{p}hv_{person}"]
            code = home_codes.make_for_learner(session, system(commune), keys, learner)
            cast.ids[f"{p}ma_{person}"] = code.id


def _office(database: Database, keys: Keys, cast: Cast, p: str, commune: UUID) -> None:
    who = system(commune)
    with database.write() as session:
        double = Person(
            commune_id=commune,
            full_name="Phạm Minh",
            sort_key="m",
            search_key="pham minh",
            sex="nam",
        )
        session.add(double)
        session.flush()
        cast.ids[p + "minh_2"] = double.id
        cast.ids[p + "noi"] = people.link(
            session, who, double.id, cast[p + "minh"], "cùng một người"
        ).id
        row, _ = people.preview_register(session, who, keys, "dan-cu.csv", REGISTER.encode())
        cast.ids[p + "nhap"] = row.id
        indicators.adopt_shipped(session, who, PLAN)
        named = Wanted("rename", date(2026, 7, 1), "Nghị quyết 12", name="Khu phố Tây")
        cast.ids[p + "doi_ten"] = unit_changes.change(session, who, cast[p + "thon_tay"], named).id
        cast.ids[p + "nhap_bai"] = drafts.create(session, who, "cua-xa", "Của xã", _files())


def _help(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    """Mai and Minh are ambassadors, each with somebody; both of these and Minh were visited."""
    who, day = system(commune), date(2026, 11, 3)
    with database.write() as session:
        for helper in ("mai", "minh"):
            row = Membership(commune_id=commune, person_id=cast[p + helper], kind="ambassador")
            session.add(row)
        home = Household(commune_id=commune, code="H9", unit_id=cast[p + "truong"])
        session.add(home)
        session.flush()
        cast.ids[p + "nha_truong"] = home.id
        for helper, mentee in (("mai", "hung"), ("minh", "mai")):
            pair = NewPair(cast[p + helper], cast[p + mentee], day)
            cast.ids[f"{p}kem_{mentee}"] = mentoring.pair(session, who, pair).id
        for person in ("hung", "mai", "minh"):
            cast.ids[f"{p}tham_{person}"] = seen = uuid7()
            goal = {"person_id": cast[p + person], "helper_id": cast[p + "mai"]}
            visiting.record(session, who, NewVisit(seen, day, "guide", "guided", **goal))


def _closed(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    """A closed day of the plan, and a restatement of it once a denominator was declared."""
    who, today = system(commune), clock.today()
    with database.write() as session:
        closing = snapshots.Closing(free_day(today), in_spite="Số liệu để thử.")
        row = snapshots.close(session, who, PLAN, closing)
        cast.ids[f"{p}chot"] = row.id
        indicators.declare_population(session, who, "adults", 40, today, "Công an xã, để thử")
        found = restating.compared(session, row)
        restating.publish(session, who, row.id, "Có mẫu số mới.", found.paper.sha256)


def _documented(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    """Words, a template and a document of the closed day; its files are stand-ins."""
    who, stand_in = system(commune), b"PK"
    with database.write() as session:
        row = session.get_one(ReportSnapshot, (commune, cast[f"{p}chot"]))
        about, typed = document_texts.about(row), document_texts.tidied({"results": "Đã mở lớp."})
        figures = document_texts.frozen_figures(snapshot_queries.body_of(row))
        document_texts.save(session, who, about, typed, 0, figures)
        now = document_issue.ready(session, commune, row)
        body = canonical(document_issue._body(who, now, 1, clock.now()))
        made = ReportDocument(
            commune_id=commune, snapshot_id=row.id, number=1, text_revision=1, body=body,
            basis_sha256=now.basis_sha256, sha256=text_sha256(body),
        )  # fmt: skip
        template = ReportTemplate(
            commune_id=commune, head="ubnd", number=1, name="mau.docx", sha256=sha256(stand_in),
            size=len(stand_in), content=stand_in, chosen=False,
        )  # fmt: skip
        session.add_all([made, template])
        session.flush()
        for kind in document_issue.KINDS:
            document_issue._keep(session, made, kind, f"bao-cao-{kind}", stand_in)


def _lists_from_outside(database: Database, keys: Keys, cast: Cast, p: str, commune: UUID) -> None:
    """A list that was recorded, and one that is still looked at."""
    who, day = system(commune), date(2026, 10, 1)
    header = Header("vneid_confirmed", "Công an xã", "Công văn 45", day)
    upload = Upload("vneid.csv", b"Ho ten,Nam sinh\nAi Do,1970\n")
    with database.write() as session:
        row = outside_facts.record_outside_facts(
            session,
            who,
            header.kind,
            header.source,
            "Sổ cũ",
            day,
            [(cast[p + "lan"], day, None, None)],
        )
        cast.ids[p + "ds_ghi"] = row.id
        found = outside_lists.read(session, who, keys, header, upload)
        cast.ids[p + "ds_xem"] = outside_lists.keep(session, who, keys, header, upload, found).id


def _machines(database: Database, keys: Keys, cast: Cast, p: str, commune: UUID) -> None:
    """A client with every scope and one for each scope alone, with a token each."""
    with database.write() as session:
        for scopes in (SCOPES, *((scope,) for scope in SCOPES)):
            granted = {*scopes, machines.RECORDS} if machines.EVENTS in scopes else scopes
            new = NewMachine("Cổng số liệu", "Sở, để thử", granted)
            row = machines.create(session, system(commune), keys, new)[0]
            token = machine_tokens.new_token(row.client_id)
            machine_tokens.issue(session, keys, row, token, " ".join(scopes))
            cast.machine_tokens[p + " ".join(scopes)] = token
            cast.ids[f"{p}may_so"] = row.id
        # A whole run of the matrix takes longer than a token lasts.
        lasting = update(MachineToken).where(MachineToken.commune_id == commune)
        session.execute(lasting.values(expires_at=clock.now() + timedelta(days=1)))


def _sent(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    """Another system says that Lan completed its course; nobody has looked at it."""
    with database.write() as session:
        who = Actor(Role.MACHINE, commune, cast[p + "may_so"])
        one = Sent(uuid7(), cast[p + "lan"], "K1", "An toàn mạng", date(2026, 10, 1))
        assert sent_intake.take(session, who, [one])[0].state == "stored"
        cast.ids[p + "khoa_gui"] = session.scalars(
            select(SentCompletion.course_id).where(SentCompletion.commune_id == commune)
        ).one()


def _commended(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    """Criteria that Lan, Hùng and Mai meet, and the list that was decided by them."""
    who, today = system(commune), clock.today()
    with database.write() as session:
        data = ready_made(today)["hoc-vien"] | {"conditions": [{"kind": "attained"}]}
        row = commend.write(session, who, uuid7(), criteria_of(data, today))
        seen = seen_sha256(preview(session, who, commend.read(row)))
        cast.ids[f"{p}tieu_chi"] = row.id
        cast.ids[f"{p}ds_khen"] = keep(session, who, row.id, uuid7(), seen).id


def _asked(database: Database, cast: Cast, p: str, commune: UUID) -> None:
    """Lan asks to see what is held of her; somebody acts for her."""
    who, lan = system(commune), cast[p + "lan"]
    with database.write() as session:
        asked = privacy_requests.NewRequest(uuid7(), "see", clock.today(), "self", "known")
        cast.ids[p + "yeu_cau"] = privacy_requests.receive(session, who, lan, asked).id
        acting = privacy_consents.name(session, who, lan, uuid7(), "Nguyễn Văn Con", "other")
        cast.ids[p + "dai_dien"] = acting.id


def _from_outside(database: Database, keys: Keys, cast: Cast, p: str, commune: UUID) -> None:
    """An identity of a provider opens Lan's lessons, and another one asks for Hùng's."""
    with database.write() as session:
        who, digest = system(commune), keys.digest("oidc-subject", f"{p}lan")
        linked = oidc_identities.link_person(session, who, "tinh", digest, cast[p + "lan"])
        cast.ids[f"{p}noi_ngoai"] = linked.id
        key = cast.ids[f"{p}xin_noi"] = uuid7()
        told = Told("https://tinh.example", "hung", "Trần Văn Hùng", "", date(1990, 7, 15))
        session.add(OidcLinkRequest(
            id=key, provider="tinh", purpose="learner", state="waiting", commune_id=commune,
            subject_digest=told.digest(keys), browser_digest="", expires_at=clock.now() + timedelta(30),
            sealed=keys.seal(told.as_text(), f"oidc-link:{key}"),
        ))  # fmt: skip


def _carried(database: Database, keys: Keys, cast: Cast, p: str, commune: UUID) -> None:
    """A laptop that may carry classes, and carries none yet."""
    cast.ids[f"{p}may_lop"] = key = uuid7()
    with database.write() as session:
        new = giving.NewBox(key, "Máy lớp", [], "ABCDEFGHJKLMNPQR")
        giving.create_box(session, system(commune), keys, new)


def _files() -> dict[str, bytes]:
    """The sample programme; its lesson bears the code that the matrix asks for."""
    told = {
        "modules/mot/module.yaml": sample.MODULE.replace("bai", "b1"),
        "modules/mot/b1.md": sample.LESSON,
    }
    kept = {path: text for path, text in sample.FILES.items() if path != "modules/mot/bai.md"}
    return {path: text.encode() for path, text in {**kept, **told}.items()}


def foreign_ids(database: Database, cast: Cast) -> set[str]:
    """Ids that no answer to somebody of commune TBT may hold: everything of KHA."""
    with database.read() as session:
        enrolments = session.scalars(
            select(Enrolment.id).where(Enrolment.commune_id == cast["KHA"])
        )
        accounts = session.scalars(select(Account.id).where(Account.login.startswith("xa_")))
        found = {str(key) for key in [*enrolments, *accounts]}
    return (
        found
        | {str(key) for name, key in cast.ids.items() if name.startswith("xa_")}
        | {str(cast["KHA"])}
    )

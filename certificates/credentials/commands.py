"""`lms certificates verify|did-document`: what anyone can check offline, and what they need for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from certificates.credentials import keeping, register, status, verify
from certificates.credentials.did import did_of, document, read_document
from certificates.credentials.verify import KeysOf, Outcome, Proven, Refused
from lms.core.command import Context
from lms.people.models import Commune

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
HEADS = {
    Outcome.VALID: "HỢP LỆ",
    Outcome.SIGNED: "CHỮ KÝ ĐÚNG, CHƯA BIẾT CÒN GIÁ TRỊ KHÔNG",
    Outcome.WITHDRAWN: "KHÔNG CÒN GIÁ TRỊ",
    Outcome.FORGED: "GIẢ HOẶC ĐÃ BỊ SỬA",
    Outcome.UNKNOWN: "CHƯA RÕ",
}
ON_LISTS = {
    "revocation": "Đã bị thu hồi hoặc đã được thay bằng giấy khác.",
    "suspension": "Bị tạm dừng: đang được xem là cấp trùng người.",
}


@click.command("verify", help="Kiểm tra chứng chỉ số (.jwt, .json), không cần mạng.")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option(
    "--did", "dids", multiple=True, type=FILE, help="Tệp did.json của nơi cấp; lặp lại được."
)
@click.option("--status", "lists", multiple=True, type=FILE, help="Danh sách tình trạng đã tải về.")
@click.pass_obj
def verify_command(
    context: Context, files: tuple[Path, ...], dids: tuple[Path, ...], lists: tuple[Path, ...]
) -> None:
    """With did.json nothing of this service is opened; without it, its own keys and register are asked."""
    if dids:
        keys_of = _handed_over(dids)
        kept = _lists(lists, keys_of)
        found = [_shown(path, lambda text: _by_files(text, keys_of, kept)) for path in files]
    else:
        with context.database.read() as session:
            found = [_shown(path, lambda text: _by_register(session, text)) for path in files]
    if not set(found) <= {Outcome.VALID, Outcome.SIGNED}:
        raise SystemExit(1)


def _shown(path: Path, check: Callable[[str], tuple[Outcome, str]]) -> Outcome:
    """Print what came out for one file."""
    try:
        text = path.read_bytes()[: verify.LONGEST + 1].decode()
        outcome, words = check(text)
    except UnicodeDecodeError:
        outcome, words = Outcome.FORGED, "Tệp không phải chữ."
    except Refused as refused:
        outcome, words = refused.outcome, refused.why
    click.echo(f"{path.name}: {HEADS[outcome]} – {words}")
    return outcome


def _by_register(session: Session, text: str) -> tuple[Outcome, str]:
    proven = verify.read(text, register.keys_of(session))
    register.compare(session, proven, text)
    return Outcome.VALID, _said(proven)


def _by_files(
    text: str, keys_of: KeysOf, lists: Mapping[str, Mapping[str, Any]]
) -> tuple[Outcome, str]:
    proven = verify.read(text, keys_of)
    try:
        purpose = status.withdrawn_by(proven.credential, lists)
    except (KeyError, IndexError):
        entries = proven.credential["credentialStatus"]
        addresses = " và ".join(entry["statusListCredential"] for entry in entries)
        advice = f"Hãy tải {addresses} rồi thêm --status TỆP cho từng tệp."
        return Outcome.SIGNED, f"{_said(proven)}\n  {advice}"
    if purpose is not None:
        raise Refused(Outcome.WITHDRAWN, f"{ON_LISTS[purpose]} {_said(proven)}")
    since = min(str(one["validFrom"]) for one in lists.values())
    return Outcome.VALID, f"{_said(proven)}\n  Không bị thu hồi, theo danh sách lúc {since}."


def _said(proven: Proven) -> str:
    """Who got what from whom, in one line."""
    said = proven.credential
    subject = said["credentialSubject"]
    parts = (
        subject["identifier"][0]["identityHash"],
        subject["achievement"]["name"],
        f"số {subject['licenseNumber']}",
        said["issuer"]["name"],
        said.get("description"),
    )
    return ", ".join(part for part in parts if part)


def _handed_over(paths: tuple[Path, ...]) -> KeysOf:
    """Keys out of DID documents that the caller trusts."""
    try:
        documents = [read_document(json.loads(path.read_bytes())) for path in paths]
    except ValueError as error:
        raise click.ClickException("Tệp --did không phải did.json của hệ thống này.") from error
    return dict(documents).get


def _lists(paths: tuple[Path, ...], keys_of: KeysOf) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for path in paths:
        try:
            one = verify.read(path.read_bytes().decode("utf-8", "replace"), keys_of, "list")
        except Refused as refused:
            raise click.ClickException(f"Danh sách {path.name}: {refused.why}") from refused
        found[str(one.credential["id"])] = one.credential
    return found


@click.command("did-document", help="In tệp did.json: khóa công khai để đưa cho nơi kiểm tra.")
@click.option("--at", "base", help="Địa chỉ của dịch vụ; bỏ trống thì lấy LMS_PUBLIC_URL.")
@click.pass_obj
def did_document(context: Context, base: str | None) -> None:
    """For a service that strangers do not reach by https, or that has moved since it issued."""
    where = (base or context.settings.public_url).rstrip("/")
    if not where:
        raise click.ClickException(
            "Hãy ghi --at ĐỊA_CHỈ đúng như in trên giấy, hoặc đặt LMS_PUBLIC_URL."
        )
    with context.database.read() as session:
        commune = session.get_one(Commune, context.commune_id)
        keys = keeping.public_keys(session, context.keys).values()
    data = document(did_of(where, commune.short_code), keys)
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))

"""The OAuth2 server for machines, by Authlib's framework-neutral core: client credentials and revocation.

Imported by its views alone when they are called: a commune without other systems pays nothing for it.
What Authlib's own Flask part would do otherwise is done here: parameters come from the body alone, an
unknown client answers like a wrong secret, nothing a caller wrote is repeated in an answer or a log,
and https is asked of the line as the service knows it (its proxy, its own machine).
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

import structlog
from authlib.oauth2 import AuthorizationServer, OAuth2Error, OAuth2Request
from authlib.oauth2.rfc6749 import ClientCredentialsGrant, InvalidRequestError
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from flask import Request, Response, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import limits, web
from lms.core.limits import Limit
from lms.people import machine_tokens, machine_use, machines
from lms.people.accounts import EVERYWHERE
from lms.people.machine_models import MachineClient
from lms.people.machine_tokens import TOKEN_LASTS, Known
from lms.people.models import Commune

log = structlog.get_logger("lms.machines")

PER_ADDRESS = Limit(30, timedelta(minutes=15), timedelta(minutes=15))
PER_CLIENT_AND_ADDRESS = Limit(10, timedelta(minutes=15), timedelta(minutes=15))
"""Nobody guesses 256 bits: this stops a loop gone wild, and locks nobody out from elsewhere."""
TOKENS = Limit(60, timedelta(hours=1), timedelta(hours=1))
"""Tokens of one client in an hour: one lasts a quarter of an hour."""
METHOD = "client_secret_basic"
CLIENT_ID = re.compile(r"[A-Z0-9]{1,12}\.[A-Z0-9]{1,20}")
SAID = {
    "invalid_request": "The request lacks a parameter, repeats one or has one where it does not belong.",
    "invalid_client": "Client authentication failed.",
    "unsupported_grant_type": "Only client_credentials is supported.",
    "unauthorized_client": "The client may not use this grant.",
    "invalid_scope": "The scope is unknown or was not granted to this client.",
    "invalid_grant": "The token was issued to another client.",
    "temporarily_unavailable": "Too many requests. See Retry-After.",
}
"""Fixed ASCII texts: RFC 6749 allows no other letters, and nothing of the request is repeated."""


class TooOften(OAuth2Error):
    """Too many tokens, or too many misses from one address."""

    error = "temporarily_unavailable"
    status_code = 429

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class Client:
    """A client as Authlib asks for one, with the digests of the secrets that stand."""

    def __init__(self, row: MachineClient, digests: Sequence[str]) -> None:
        self.row, self._digests = row, digests

    def check_client_secret(self, secret: str) -> bool:
        """Whether this is one of the two secrets that may stand; none of a disabled client does."""
        return machines.is_secret(web.keys(), secret, self._digests) and not self.row.disabled_at

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Secrets travel in the header alone."""
        return method == METHOD

    def check_grant_type(self, grant_type: str) -> bool:
        """A machine acts for itself, never for a person."""
        return bool(grant_type == ClientCredentialsGrant.GRANT_TYPE)

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What was asked for, when all of it was granted; everything granted when nothing was named."""
        granted = self.row.scopes.split()
        asked = scope.split() if scope else granted
        return " ".join(sorted(set(asked))) if asked and set(asked) <= set(granted) else None


class HeldToken:
    """A token as the revocation endpoint asks for one."""

    def __init__(self, known: Known) -> None:
        self.known = known

    def check_client(self, client: Client) -> bool:
        """Whether it was issued to this client."""
        mine = (client.row.commune_id, client.row.id)
        return (self.known.client.commune_id, self.known.client.id) == mine


class FormRequest(OAuth2Request):
    """A request whose parameters are those of the form body and nothing else."""

    def __init__(self, given: Request) -> None:
        # Authlib asks for https by the address alone and knows of no proxy; `_check_form` asked already.
        super().__init__(given.method, f"https://{given.host}{given.path}", headers=given.headers)
        self._form = given.form
        self.payload = BasicOAuth2Payload(given.form)

    @property
    def form(self) -> Mapping[str, str]:
        """The form body."""
        return self._form


class Grant(ClientCredentialsGrant):
    """Client credentials by the header; the token is in no log."""

    TOKEN_ENDPOINT_AUTH_METHODS = (METHOD,)

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        """The token and what it is for. Authlib's own writes the token to its debug log."""
        token = self.generate_token(scope=self.request.payload.scope, include_refresh_token=False)
        self.save_token(token)
        return 200, token, self.TOKEN_RESPONSE_HEADER


class Revocation(RevocationEndpoint):
    """A client ends a token of its own (RFC 7009). A hint of the token's type is not needed."""

    CLIENT_AUTH_METHODS = (METHOD,)

    def check_params(self, request: FormRequest, client: Client) -> None:
        """The token is all that is asked for."""
        if not request.form.get("token"):
            raise InvalidRequestError()

    def query_token(self, token: str, _hint: str | None) -> HeldToken | None:
        """The token, ended or not; an unknown one is answered like one that was ended."""
        with web.database().read() as session:
            found = machine_tokens.known(session, web.keys(), token)
        return HeldToken(found) if found else None

    def revoke_token(self, token: HeldToken, request: FormRequest) -> None:
        """End it with this request's transaction."""
        machine_tokens.revoke(web.session(), request.client.row, token.known.token.id)


class Server(AuthorizationServer):
    """Authlib's server on our tables."""

    def query_client(self, client_id: str) -> Client | None:
        """The client of this id, open or not."""
        with web.database().read() as session:
            home = select(Commune.id).where(Commune.short_code == client_id.partition(".")[0])
            row = session.scalar(
                select(MachineClient).where(
                    MachineClient.commune_id == home.scalar_subquery(),
                    MachineClient.client_id == client_id,
                )
            )
            if row is None:
                return None
            g.machine_asking = row
            return Client(row, [one.digest for one in machines.standing(session, row)])

    def save_token(self, token: dict[str, Any], request: FormRequest) -> None:
        """Keep the digest, count the token, tell the log: one transaction."""
        row, session = request.client.row, web.session()
        subject = f"machine-tokens:{row.id}"
        until = limits.locked_until(session, row.commune_id, subject)
        if until is not None:
            raise TooOften(machine_use.seconds_until(until))
        limits.count_misses(session, row.commune_id, [(subject, TOKENS)])
        machine_tokens.issue(session, web.keys(), row, token["access_token"], token["scope"])
        machine_use.count(session, machine_tokens.actor_of(row), "token")

    def create_oauth2_request(self, request: Request) -> FormRequest:
        """The request as Authlib reads one."""
        return request if isinstance(request, FormRequest) else FormRequest(request)

    def handle_response(self, status: int, body: dict[str, Any], headers: Any) -> Response:
        """JSON that nobody keeps."""
        answer = Response(json.dumps(body), status, content_type="application/json")
        answer.headers.update(dict(headers))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def handle_error_response(self, _request: FormRequest | None, error: Any) -> Response:
        """The error's name and our own words for it."""
        body = {"error": error.error, "error_description": SAID.get(error.error, error.error)}
        status = 401 if error.error == "invalid_client" else error.status_code
        headers = {"Pragma": "no-cache"}
        if status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="lop-hoc-so", error="invalid_client"'
        if isinstance(error, TooOften):
            headers["Retry-After"] = str(error.seconds)
        return self.handle_response(status, body, headers)

    def send_signal(self, *_args: object, **_facts: object) -> None:
        """Nobody listens: the log is written where the thing is done."""


def _proof(headers: Any) -> tuple[str, str]:
    """Client and secret of the header; what no client of ours could be called is nobody."""
    try:
        client_id, secret = extract_basic_authorization(headers)
    except UnicodeError:
        return "", ""
    named = client_id if client_id and CLIENT_ID.fullmatch(client_id) else ""
    return named, secret or ""


def _by_header(query_client: Any, given: FormRequest) -> Client | None:
    """The client that the Authorization header proves; an unknown one takes as long as a wrong secret."""
    client_id, secret = _proof(given.headers)
    if not client_id or not secret:
        return None
    client: Client | None = query_client(client_id)
    if client is None:
        machines.is_secret(web.keys(), secret, ())
        return None
    return client if client.check_client_secret(secret) else None


@lru_cache(maxsize=1)
def server() -> Server:
    """The one server of the process; it holds nothing of any request."""
    made = Server()
    made.register_token_generator(
        "default",
        BearerTokenGenerator(
            lambda client, **_: machine_tokens.new_token(client.row.client_id),
            expires_generator=int(TOKEN_LASTS.total_seconds()),
        ),
    )
    made.register_client_auth_method(METHOD, _by_header)
    made.register_grant(Grant)
    made.register_endpoint(Revocation)
    return made


# --- the two endpoints --------------------------------------------------------------------------


def token_response() -> Response:
    """Answer the token endpoint."""
    return _answered(lambda: server().create_token_response(request), ("grant_type",))


def revocation_response() -> Response:
    """Answer the revocation endpoint."""
    name = Revocation.ENDPOINT_NAME
    return _answered(lambda: server().create_endpoint_response(name, request), ("token",))


def _answered(make: Any, needed: tuple[str, ...]) -> Response:
    try:
        _check_form(needed)
        _check_address()
        answer: Response = make()
    except OAuth2Error as error:
        answer = server().handle_error_response(None, error)
    return _refused(answer) if answer.status_code >= 400 else answer


def _check_form(needed: tuple[str, ...]) -> None:
    """Over a private line, each parameter once, nothing in the address, one way to prove oneself."""
    form = request.form
    repeated = any(len(form.getlist(name)) > 1 for name in form)
    lacking = any(not form.get(name) for name in needed)
    twice = "client_secret" in form or "client_assertion" in form
    if not machine_tokens.is_private(request) or request.args or repeated or lacking or twice:
        raise InvalidRequestError()


def _address() -> str:
    network = limits.network_of(request.remote_addr or "")
    return web.keys().digest("address", network)


def _subjects() -> list[tuple[str, Limit]]:
    """What a miss is counted against; only the digest of the address is kept."""
    client = g.get("machine_asking")
    found = [(f"machine-address:{_address()}", PER_ADDRESS)]
    if client is not None:
        found.append((f"machine-secret:{client.id}:{_address()}", PER_CLIENT_AND_ADDRESS))
    return found


def _check_address() -> None:
    """TooOften while this address has missed too often, also for the client it names."""
    client_id, _secret = _proof(request.headers)
    if client_id:
        server().query_client(client_id)
    with web.database().read() as session:
        untils = [limits.locked_until(session, EVERYWHERE, one) for one, _limit in _subjects()]
    until = max((one for one in untils if one), default=None)
    if until is not None:
        raise TooOften(machine_use.seconds_until(until))


def _refused(answer: Response) -> Response:
    """Nothing of the request stays but the miss; who is told to wait costs no more writing."""
    error = (answer.get_json() or {}).get("error")
    web.session().rollback()
    web.commit()
    client: MachineClient | None = g.get("machine_asking")
    log.warning("token_refused", error=error, client=client.client_id if client else None)
    is_miss = error == "invalid_client"
    if answer.status_code != 429 and (is_miss or client is not None):
        with web.database().write() as session:
            _keep(session, client, is_miss=is_miss)
    return answer


def _keep(session: Session, client: MachineClient | None, *, is_miss: bool) -> None:
    if is_miss:
        limits.count_misses(session, EVERYWHERE, _subjects())
    if client is not None:
        machine_use.count(session, machine_tokens.actor_of(client), "refused")

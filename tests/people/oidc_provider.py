"""A sign-in provider of our own on this machine, honest until a test tells it to lie (OpenID Connect)."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from lms.core import clock

CLIENT, SECRET = "lop-hoc-so", "mat-ma-cua-lop-hoc-so"
SIGNS_ANYTHING = JWSRegistry(
    algorithms=["none", "HS256", "RS256", "ES256"], strict_check_header=False
)


@dataclass
class Code:
    """A code given out, and what the token for it will say."""

    asked: dict[str, str]
    claims: dict[str, Any]
    used: bool = False


@dataclass
class Provider:
    """Its address, keys and codes; `twist` and the other fields are how it lies."""

    issuer: str = ""
    keys: list[Any] = field(default_factory=lambda: [ECKey.generate_key("P-256", auto_kid=True)])
    codes: dict[str, Code] = field(default_factory=dict)
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "nguoi-1", "HoVaTen": "Đặng Văn Oanh"}
    )
    twist: Callable[[dict[str, Any]], object] | None = None
    """Changes the claims of the id token before it is signed."""
    sign: Callable[["Provider", dict[str, Any]], str] | None = None
    """Signs otherwise than with the first key."""
    discovery: Callable[[dict[str, Any]], object] | None = None
    """Changes the discovery document, or answers it otherwise."""
    names_itself: bool = True
    """Whether the answer holds `iss` (RFC 9207)."""
    asked_for: list[str] = field(default_factory=list)
    """Paths that were asked for, with how many bytes of body."""

    def honest(self) -> "Provider":
        """As it was: only keys, codes and address stay."""
        self.twist = self.sign = self.discovery = None
        self.person = {"sub": "nguoi-1", "HoVaTen": "Đặng Văn Oanh"}
        self.names_itself = True
        return self

    # What the person's browser does

    def returns(self, location: str, **changed: str | None) -> str:
        """The query with which the browser comes back from this authorization address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        code = secrets.token_urlsafe(24)
        self.codes[code] = Code(asked, dict(self.person))
        query: dict[str, str | None] = {"code": code, "state": asked["state"]}
        if self.names_itself:
            query["iss"] = self.issuer
        query |= changed
        return urlencode({name: value for name, value in query.items() if value is not None})

    # What the service asks

    def document(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/me",
            "end_session_endpoint": f"{self.issuer}/end",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": self.names_itself,
        }

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """The token endpoint: client, code, redirect address and PKCE are checked as they must be."""
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        code = self.codes.get(form.get("code", ""))
        if authorization != f"Basic {basic}":
            return 401, {"error": "invalid_client"}
        if code is None or code.used or not _is_for(code, form):
            return 400, {"error": "invalid_grant"}
        code.used = True
        access = secrets.token_urlsafe(24)
        claims = self.claims(code, access)
        if self.twist is not None:
            self.twist(claims)
        raw = self.sign(self, claims) if self.sign else self.signed(claims)
        return 200, {"access_token": access, "token_type": "Bearer", "id_token": raw}

    def claims(self, code: Code, access: str) -> dict[str, Any]:
        """What an honest id token says."""
        now = int(clock.now().timestamp())
        half = hashlib.sha256(access.encode()).digest()[:16]
        return {
            "iss": self.issuer, "aud": CLIENT, "nonce": code.asked.get("nonce"), "iat": now,
            "exp": now + 300, "auth_time": now - 5, "acr": "loa2",
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="), **code.claims,
        }  # fmt: skip

    def signed(self, claims: dict[str, Any], key: Any = None, **header: Any) -> str:
        """A token signed with the first key, or another one and header."""
        key = key or self.keys[0]
        alg = "ES256" if isinstance(key, ECKey) else "RS256"
        head = {"alg": alg, "kid": key.kid, **header}
        return jwt.encode(head, claims, key, registry=SIGNS_ANYTHING)

    def jwks(self) -> dict[str, Any]:
        """The public keys."""
        return {"keys": [{**key.as_dict(private=False), "use": "sig"} for key in self.keys]}


def _is_for(code: Code, form: dict[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return (
        form.get("redirect_uri") == code.asked["redirect_uri"]
        and code.asked["code_challenge_method"] == "S256"
        and challenge == code.asked["code_challenge"]
        and code.asked["client_id"] == CLIENT
    )


def rsa_key() -> RSAKey:
    """An RSA key with an id."""
    return RSAKey.generate_key(2048, auto_kid=True)


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked_for.append(self.path)
            if self.path == "/.well-known/openid-configuration":
                document = provider.document()
                told = provider.discovery(document) if provider.discovery else None
                self._discovery(document, told)
            elif self.path == "/jwks":
                self._send(200, json.dumps(provider.jwks()).encode())
            elif self.path == "/me":
                self._send(200, json.dumps(provider.person).encode())
            else:
                self._send(404, b"{}")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.asked_for.append(self.path)
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, data = provider.token(form, self.headers.get("Authorization", ""))
            self._send(status, json.dumps(data).encode())

        def _discovery(self, document: dict[str, Any], told: object) -> None:
            if told == "redirect":
                self.send_response(302)
                self.send_header("Location", f"{provider.issuer}/jwks")
                self.end_headers()
            elif told == "drip":
                self._drip()
            else:
                self._send(200, told if isinstance(told, bytes) else json.dumps(document).encode())

        def _drip(self) -> None:
            self.send_response(200)
            self.end_headers()
            for _ in range(40):
                self.wfile.write(b" ")
                time.sleep(0.02)

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Silent."""

    return Handler


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that listens on a free port of this machine."""
    provider = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]  # Cut lines are meant.
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

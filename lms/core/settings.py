"""Typed settings from the environment; docs/settings.md lists them and a test holds it complete."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and what to write."""


def _setting(env: str, default: object, doc: str) -> Any:
    return field(default=default, metadata={"env": env, "doc": doc})


@dataclass(frozen=True)
class Settings:
    """All settings of the service. Each is read from one environment variable."""

    data_dir: Path = _setting(
        "LMS_DATA_DIR", Path("var/lms"), "Folder of the database, keys and backups."
    )
    database_url: str = _setting(
        "LMS_DATABASE_URL", "", "SQLAlchemy URL; empty means SQLite in the data folder."
    )
    reports_database_url: str = _setting(
        "LMS_REPORTS_DATABASE_URL",
        "",
        "A PostgreSQL that follows the first one and answers reports and exports; empty: the first answers.",
    )
    reports_lag_seconds: int = _setting(
        "LMS_REPORTS_LAG_SECONDS",
        10,
        "How far it may be behind; if it is further, the first answers.",
    )
    keys_dir: Path = _setting(
        "LMS_KEYS_DIR",
        Path(""),
        "Folder of the key files; empty means `keys` in the data folder. Keep it out of database backups.",
    )
    host: str = _setting("LMS_HOST", "127.0.0.1", "Address the service listens on.")
    port: int = _setting("LMS_PORT", 8000, "Port the service listens on.")
    workers: int = _setting("LMS_WORKERS", 1, "Web processes; SQLite allows one.")
    threads: int = _setting("LMS_THREADS", 4, "Request threads of one process.")
    public_url: str = _setting(
        "LMS_PUBLIC_URL",
        "",
        "Address printed in QR codes, such as https://lop.xa.example; empty means the address of the request.",
    )
    https: bool = _setting(
        "LMS_HTTPS", False, "The service is reached by https: cookies become Secure and __Host-."
    )
    trusted_proxies: int = _setting(
        "LMS_TRUSTED_PROXIES",
        0,
        "Number of proxies in front whose X-Forwarded headers are believed.",
    )
    max_body: int = _setting("LMS_MAX_BODY", 8 * 1024 * 1024, "Largest request body, bytes.")
    session_hours: int = _setting("LMS_SESSION_HOURS", 12, "Hours a staff session lives.")
    session_idle_minutes: int = _setting(
        "LMS_SESSION_IDLE_MINUTES",
        120,
        "Minutes without a request after which a staff session ends; 0: only by its hours.",
    )
    oidc_file: Path = _setting(
        "LMS_OIDC_FILE",
        Path(""),
        "YAML or JSON file of the sign-in providers (OpenID Connect), see operations.md; empty means none.",
    )
    assistant_url: str = _setting(
        "LMS_ASSISTANT_URL",
        "",
        "Chat address of a language model (OpenAI-compatible) that may sum up answers; empty means none.",
    )
    assistant_model: str = _setting(
        "LMS_ASSISTANT_MODEL", "", "Name of the model to ask there; empty means its default."
    )
    assistant_key_file: Path = _setting(
        "LMS_ASSISTANT_KEY_FILE",
        Path(""),
        "File that holds the key of that address; empty means none.",
    )
    metrics_open: bool = _setting(
        "LMS_METRICS_OPEN", False, "Serve /metrics to anyone; otherwise only to loopback addresses."
    )
    security_contact: str = _setting(
        "LMS_SECURITY_CONTACT",
        "",
        "Who hears of a weakness: an e-mail or https address for security.txt; empty means no such file.",
    )
    log_json: bool = _setting("LMS_LOG_JSON", False, "Write logs as JSON lines.")

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'lms.db'}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.url.startswith("sqlite")

    @property
    def keys(self) -> Path:
        """The folder of key files."""
        return self.keys_dir if str(self.keys_dir) not in ("", ".") else self.data_dir / "keys"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read every setting; raise SettingsError that names the variable when one is unusable."""
        source = os.environ if environ is None else environ
        values = {
            f.name: _read(f.metadata["env"], source[f.metadata["env"]], f.default)
            for f in fields(cls)
            if source.get(f.metadata["env"], "") != ""
        }
        return cls(**values)


def _read(name: str, raw: str, default: object) -> Any:
    if isinstance(default, bool):
        return _truth(name, raw)
    if isinstance(default, int):
        return _whole(name, raw)
    return Path(raw) if isinstance(default, Path) else raw


def _truth(name: str, raw: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if raw.lower() not in words:
        raise SettingsError(f"{name}={raw!r}: hãy ghi 1 (có) hoặc 0 (không).")
    return words[raw.lower()]


def _whole(name: str, raw: str) -> int:
    if not raw.isascii() or not raw.isdigit():
        raise SettingsError(f"{name}={raw!r}: hãy ghi một số nguyên không âm.")
    return int(raw)

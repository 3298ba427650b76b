"""The containers' file is valid, and says in Vietnamese which setting it lacks."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.pure


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    """Ask docker-compose what it thinks of compose.yaml; no engine is needed for that."""
    program = shutil.which("docker-compose")
    assert program, "docker-compose is missing: `make test` installs it."
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [program, "-f", ROOT / "compose.yaml", "config", "-q"],
        env={**bare, **environment}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_compose_yaml_is_valid() -> None:
    done = check(POSTGRES_PASSWORD="x", LMS_DOMAIN="lop.xa.example")
    assert done.returncode == 0, done.stderr


def test_compose_yaml_names_what_is_not_set() -> None:
    done = check(LMS_DOMAIN="lop.xa.example")
    assert done.returncode != 0
    assert "POSTGRES_PASSWORD" in done.stderr

"""The containers' file is valid, and says in Vietnamese which setting it lacks."""

import os
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from lms.core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.pure


def check(*files: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ask docker-compose what it thinks of compose.yaml and what is laid over it; no engine is needed."""
    program = shutil.which("docker-compose")
    assert program, "docker-compose is missing: `make test` installs it."
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [program, *(word for name in ("compose.yaml", *files) for word in ("-f", ROOT / name)), "config", "-q"],
        env={**bare, **environment}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_compose_yaml_is_valid() -> None:
    done = check(POSTGRES_PASSWORD="x", LMS_DOMAIN="lop.xa.example")
    assert done.returncode == 0, done.stderr


def test_compose_yaml_names_what_is_not_set() -> None:
    done = check(LMS_DOMAIN="lop.xa.example")
    assert done.returncode != 0
    assert "POSTGRES_PASSWORD" in done.stderr


def test_a_provinces_overlay_is_valid() -> None:
    done = check("compose.province.yaml", POSTGRES_PASSWORD="x", LMS_DOMAIN="lop.tinh.example")
    assert done.returncode == 0, done.stderr


def test_every_setting_of_the_containers_is_one_of_the_service() -> None:
    known = {field.metadata["env"] for field in fields(Settings)} | {"LMS_DOMAIN"}
    for name in ("compose.yaml", "compose.province.yaml"):
        named = set(re.findall(r"\bLMS_[A-Z_]+\b", (ROOT / name).read_text(encoding="utf-8")))
        assert named <= known


def test_the_image_holds_no_tests_no_data_and_no_root() -> None:
    steps = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {"tests", "var", ".git", ".env", "keys.json"} <= set(left_out)
    assert "--require-hashes" in steps
    assert re.findall(r"^USER (\S+)$", steps, re.MULTILINE) == ["1000"]
    copied = set(re.findall(r"^COPY (\w+) \1$", steps, re.MULTILINE))
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert copied == packages

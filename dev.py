"""The one script behind `make` (and on Windows): set up, run, test, check. Standard library only.

python dev.py run      the service with the sample commune on http://127.0.0.1:8000
python dev.py test     the whole suite on SQLite and PostgreSQL, with Chromium and LibreOffice
python dev.py check    ruff, mypy, import-linter, template checks
python dev.py soak     the long campaigns, with their counts
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
SAMPLE = ROOT / "var" / "mau"
DEBIAN = {
    "chromium": "chromium",
    "pdftoppm": "poppler-utils",
    "soffice": "libreoffice-calc libreoffice-writer",
    "qpdf": "qpdf",
    "docker-compose": "docker-compose",
}
"""Program → Debian packages that bring it; the tests open what we make with these."""
HELPFUL = {"chromium-headless-shell": "chromium-headless-shell", "strace": "strace"}
"""The first makes the tests quicker where it can be had; the second lets the campaign of faults read the
writes and syncs of the real process."""
TIMES_FONT = Path("/usr/share/fonts/truetype/liberation2")


def run(*command: object, **environment: str) -> None:
    """Run a program of the project and stop with its exit code when it fails."""
    done = subprocess.run(
        [str(c) for c in command], cwd=ROOT, env={**os.environ, **environment}, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)


def set_up(lock: str) -> None:
    """Create .venv and install a hashed lock, once per content of the lock."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this script is what an older Python runs first.
        sys.exit("Cần Python 3.11 trở lên. / Python 3.11 or newer is needed.")
    path = ROOT / "requirements" / lock
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    stamp = VENV / f".{lock}.installed"
    if stamp.exists() and stamp.read_text() == digest and PYTHON.exists():
        return
    if not PYTHON.exists():
        print("Đang tạo .venv …", flush=True)
        venv.create(VENV, with_pip=True)
    print(f"Đang cài thư viện từ requirements/{lock} …", flush=True)
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
        "-r", path)  # fmt: skip
    _link()
    stamp.write_text(digest)


def _link() -> None:
    """Let the .venv's Python find the project from any folder, and give it the `lms` command."""
    site = subprocess.run([PYTHON, "-c", "import site; print(site.getsitepackages()[-1])"],
                          capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    Path(site, "lop-hoc-so.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    if os.name == "nt":
        (BIN / "lms.cmd").write_text(f'@"{PYTHON}" -m lms %*\r\n', encoding="utf-8")
    else:
        script = BIN / "lms"
        script.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m lms "$@"\n', encoding="utf-8")
        script.chmod(0o755)


def command_run() -> None:
    """Start the service with the sample commune; the first time makes it."""
    set_up("base.txt")
    environment = {"LMS_DATA_DIR": os.environ.get("LMS_DATA_DIR", str(SAMPLE))}
    run(PYTHON, "-m", "lms", "sample", "serve", **environment)


def command_test(*arguments: str) -> None:
    """The whole suite; extra arguments go to pytest."""
    set_up("dev.txt")
    need_programs()
    compile_all()
    run(
        PYTHON,
        "-m",
        "pytest",
        "-n",
        os.environ.get("LMS_TEST_WORKERS") or str((os.cpu_count() or 1) + 1),
        "--dist",
        "worksteal",
        "-m",
        "not long",
        *arguments,
    )


def compile_all() -> None:
    """Compile the service once: each of its processes starts quickly, also where Python keeps nothing."""
    folders = ("lms", "courses", "assessments", "certificates", "migrations")
    run(PYTHON, "-m", "compileall", "-q", *(ROOT / folder for folder in folders))


def need_programs() -> None:
    """Install what the tests need from Debian when we may; else say what is missing. CI skips nothing."""
    helpful = [packages for program, packages in HELPFUL.items() if not shutil.which(program)]
    missing = [packages for program, packages in DEBIAN.items() if not shutil.which(program)]
    if not TIMES_FONT.exists():
        missing.append("fonts-liberation2")
    packages = " ".join(missing).split()
    if may_install() and (packages or helpful):
        print(f"Đang cài gói Debian: {' '.join(packages + helpful)} …", flush=True)
        done = [apt("update")] + [apt("install", one) for one in helpful]
        if packages and not (done[0] and apt("install", *packages)):
            sys.exit(f"Không cài được gói Debian: {' '.join(packages)}.")
        return
    if not packages:
        return
    sys.exit(
        f"Bộ kiểm thử cần: {' '.join(packages)}. Hãy chạy: sudo apt-get install {' '.join(packages)}"
    )


def apt(command: str, *packages: str) -> bool:
    """Whether Debian's installer did it."""
    options = ("-y", "--no-install-recommends") if packages else ()
    words = ("apt-get", command, "-qq", *options, *packages)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(words, cwd=ROOT, env=quiet, check=False).returncode == 0


def may_install() -> bool:
    """Whether we are root on a Debian."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and bool(shutil.which("apt-get"))


def command_check() -> None:
    """Lint, types, layers and templates; all of them run before the exit code is decided."""
    set_up("dev.txt")
    checks = (
        ("-m", "ruff", "check", "."),
        ("-m", "ruff", "format", "--check", "."),
        ("-m", "mypy"),
        ("-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"),
        ("-m", "tests.check_templates"),
    )
    failed = [c for c in checks if subprocess.run([PYTHON, *c], cwd=ROOT, check=False).returncode]
    if failed:
        sys.exit(f"Chưa đạt: {', '.join(' '.join(c[:3]) for c in failed)}")


def command_bench() -> None:
    """Every benchmark, one after the other; each prints ratios against a ceiling of the same run."""
    set_up("dev.txt")
    for path in sorted((ROOT / "bench").glob("bench_*.py")):
        print(f"\n== {path.stem}", flush=True)
        run(PYTHON, path)


def command_soak() -> None:
    """Every long campaign, one after the other; each prints its counts and ends with an error when it fails."""
    set_up("dev.txt")
    need_programs()
    print("\n== the long walks of the suite", flush=True)
    run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal", "-m", "long")
    for path in sorted((ROOT / "soak").glob("soak_*.py")):
        print(f"\n== {path.stem}", flush=True)
        run(PYTHON, path)


def command_lock() -> None:
    """Make the hashed locks again from requirements/*.in (needs `uv` on the path)."""
    for name in ("base", "dev"):
        run("uv", "pip", "compile", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-header",
            "--no-annotate", "--python-version", "3.11", "--quiet", f"requirements/{name}.in",
            "-o", f"requirements/{name}.txt")  # fmt: skip


COMMANDS = {
    "run": command_run, "test": command_test, "check": command_check,
    "bench": command_bench, "soak": command_soak, "lock": command_lock,
}  # fmt: skip


def main() -> None:
    """Dispatch the first word."""
    name, *arguments = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        sys.exit(f"{__doc__}\nLệnh: {', '.join(COMMANDS)}")
    COMMANDS[name](*arguments)


if __name__ == "__main__":
    main()

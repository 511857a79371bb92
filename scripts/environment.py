"""What every command needs first: the project's own Python environment in ``.venv``, made from hashed requirements.

Standard library only. ``docs/decisions/0002-set-up-and-locks.md`` says why it is done this way.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
REQUIREMENTS = PROJECT / "requirements"
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "duijie-stamp.json"
OLDEST, NEWEST = (3, 11), (3, 14)
WARM_UP = "import matching.topk as kernel; getattr(kernel, 'warm_up', lambda: None)()"


def ready(*groups: str, wheelhouse: Path | None = None, warm: bool = True) -> Path:
    """Make or mend the environment for these groups of requirements; quick when nothing changed. Returns its Python."""
    _suitable_python()
    # The folder's path belongs to the print: an environment does not survive being moved.
    wanted = {group: _print_of([REQUIREMENTS / f"{group}.txt"]) for group in ("runtime", *groups)}
    if not wanted.items() <= _stamp().items():
        directory = os.open(PROJECT, os.O_RDONLY)
        fcntl.flock(directory, fcntl.LOCK_EX)  # two commands may be started at once
        _make(wanted, wheelhouse)
        os.close(directory)
    if warm:
        _warm()
    return PYTHON


def run(*command: str | Path, **options: object) -> int:
    """Run a command in the project's folder and give back its exit code."""
    return subprocess.run([str(part) for part in command], cwd=PROJECT, check=False, **options).returncode  # type: ignore[call-overload]


def become(*command: str | Path) -> None:
    """Go on as another program, in the project's folder: signals reach it directly and its exit code is ours."""
    os.chdir(PROJECT)
    sys.stdout.flush()
    os.execv(command[0], [str(part) for part in command])


def _suitable_python() -> None:
    """Go on under a Python that is new enough: this one, or another on the path; or stop with a sentence."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])
    sys.exit(
        f"Duijie needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; this is {sys.version.split()[0]}, no other is here.\n"
        "Install one (Debian 12 or later: apt-get install python3 python3-venv) and run the command again."
    )


def _print_of(files: list[Path]) -> str:
    digest = hashlib.sha256(str(PROJECT).encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def _make(wanted: dict[str, str], wheelhouse: Path | None) -> None:
    if wanted.items() <= _stamp().items():  # another command did it while this one waited
        return
    started = time.monotonic()
    if not _works(PYTHON):
        print(f"Making the environment {VENV} …", file=sys.stderr, flush=True)
        _make_venv()
    print(f"Installing the {' and '.join(wanted)} requirements …", file=sys.stderr, flush=True)
    _install([REQUIREMENTS / f"{group}.txt" for group in wanted], wheelhouse)
    _add_project()
    STAMP.write_text(json.dumps(_stamp() | wanted, indent=1))
    print(f"The environment is ready after {time.monotonic() - started:.0f} s.", file=sys.stderr, flush=True)


def _works(python: Path) -> bool:
    """Whether the environment's Python runs and has a suitable version: its base may have been removed or replaced."""
    test = f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    return python.exists() and run(python, "-c", test) == 0


def _make_venv() -> None:
    if run(sys.executable, "-m", "venv", "--clear", VENV):
        sys.exit(
            "The environment could not be made: this Python lacks its venv module.\n"
            "On Debian and Ubuntu: apt-get install python3-venv, then run the command again."
        )


def _install(files: list[Path], wheelhouse: Path | None) -> None:
    """Install with uv, which is much faster, where it can be had; otherwise with pip. Both check every hash."""
    source = ["--no-index", "--find-links", str(wheelhouse.resolve())] if wheelhouse else []
    requirements = ["--require-hashes", *(part for file in files for part in ("-r", str(file)))]
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *source]
    if run(PYTHON, "-m", "pip", "--version", stdout=subprocess.DEVNULL):
        run(PYTHON, "-m", "ensurepip", stdout=subprocess.DEVNULL)
    if run(*pip, "--require-hashes", "-r", REQUIREMENTS / "uv.txt", stderr=subprocess.DEVNULL) == 0:
        mirror = source or _mirror_for_uv()
        uv = [PYTHON, "-m", "uv", "pip", "install", "--quiet", "--python", PYTHON]
        if run(*uv, *mirror, *requirements) == 0:
            return
    print("They could not be installed with uv; going on with pip, which takes longer …", file=sys.stderr, flush=True)
    if run(*pip, *requirements):
        sys.exit(
            "The requirements could not be installed; the reason stands above.\n"
            "Where the public index is not reached: set a mirror (pip config set global.index-url URL),\n"
            "or bring a folder of packages made elsewhere with scripts/setup --download DIR,\n"
            "and install from it with scripts/setup --wheelhouse DIR."
        )


def _mirror_for_uv() -> list[str]:
    """Where pip is set to look, in uv's words: uv does not read pip's settings."""
    if any(name.startswith("UV_") and "INDEX" in name for name in os.environ):
        return []
    listing = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found: dict[str, list[str]] = {}
    for line in listing.stdout.splitlines():
        name, _, value = line.partition("=")
        try:
            found[name.rpartition(".")[2]] = str(ast.literal_eval(value)).split()
        except (ValueError, SyntaxError):
            continue
    words = {"index-url": "--default-index", "extra-index-url": "--index", "find-links": "--find-links"}
    words["trusted-host"] = "--allow-insecure-host"
    arguments = [part for name, word in words.items() for value in found.get(name, []) for part in (word, value)]
    if "cert" in found:
        os.environ.setdefault("SSL_CERT_FILE", found["cert"][0])
    if found.get("no-index", ["false"])[0] in ("1", "true", "yes", "on"):
        arguments.append("--no-index")
    # Hashes decide what is taken, so it does no harm to look at every index for it.
    return [*arguments, "--index-strategy", "unsafe-best-match"]


def _add_project() -> None:
    """Let the environment find Duijie in its own folder, with the ``duijie`` command, without a build."""
    packages = next((VENV / "lib").glob("python3.*/site-packages"))
    (packages / "duijie.pth").write_text(f"{PROJECT}\n", encoding="utf-8")
    command = VENV / "bin" / "duijie"
    command.write_text(f"#!{PYTHON}\nimport sys\n\nfrom app.cli import main\n\nsys.exit(main())\n", encoding="utf-8")
    command.chmod(0o755)


def _warm() -> None:
    """Compile the matching kernel ahead, so that the first match does not wait for it."""
    sources = sorted((PROJECT / "matching").glob("*.py"))
    if not (PROJECT / "matching" / "topk.py").exists():
        return
    stamp, current = VENV / "duijie-kernel", _print_of([*sources, REQUIREMENTS / "runtime.txt"])
    if stamp.exists() and stamp.read_text() == current:
        return
    print("Compiling the matching kernel …", file=sys.stderr, flush=True)
    if run(PYTHON, "-c", WARM_UP) == 0:
        stamp.write_text(current)

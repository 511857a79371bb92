"""What the project agreed on, kept by a test rather than by memory."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import yaml
from importlinter.cli import lint_imports

PROJECT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())
COMMANDS = ["audit", "bench", "check", "demo", "migrate", "sample_data", "screens", "serve", "setup", "soak", "test"]
FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 400, 600, 40
# The public index and its files, by print: outside the lock no host is named in the project.
PUBLIC_HOSTS = {"a4aa2ac280bb8d1a", "c899567ee9068517"}


def tracked(*patterns: str) -> list[Path]:
    """Files of the project: those git knows or would know, without what is built or installed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listing = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    return [path for line in listing.stdout.splitlines() if (path := PROJECT / line.strip('"')).is_file()]


def sources(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in tracked(*(f"{folder}/**.py" for folder in folders)):
        yield path, ast.parse(path.read_text(), str(path))


def named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def test_import_contracts_hold() -> None:
    assert lint_imports(config_filename=str(PROJECT / "pyproject.toml"), no_cache=True) == 0


def test_matching_is_reached_through_the_three_named_adapters() -> None:
    adapters = {named(path) for path in tracked("app/**/adapter.py")}
    assert adapters <= {f"app/{name}/adapter.py" for name in ("match_runs", "occupations", "departures")}


FILES_AND_CLOCK = {"open", "input", "print", "exec", "eval", "__import__"}
READERS = re.compile(
    r"\b(np|numpy)\.(load|save|savez|loadtxt|savetxt|fromfile|memmap|genfromtxt)\b|\.(tofile|now|today|utcnow)\b"
)


def test_matching_opens_no_file_and_asks_no_clock() -> None:
    """The import contract keeps modules out; this keeps out what needs no import."""
    found = []
    for path, tree in sources("matching"):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in FILES_AND_CLOCK or READERS.search(called):
                found.append(f"{named(path)}:{node.lineno} {called}")
    assert found == []


def test_files_and_functions_stay_readable() -> None:
    long_files = [
        f"{named(path)}: {count} lines"
        for path in tracked("*.py")
        if (count := len(path.read_text().splitlines())) > (TEST_FILE_LINES if "tests" in path.parts else FILE_LINES)
        and "versions" not in path.parts
    ]
    long_functions = [
        f"{named(path)}:{node.lineno} {node.name}: {lines_of(node)} lines"
        for path, tree in sources("app", "matching")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > FUNCTION_LINES
    ]
    assert (long_files, long_functions) == ([], [])


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body, its docstring apart."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (node.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_requests_are_committed_in_one_place() -> None:
    """A request's transaction ends in app/database.py; tasks have theirs in the background, migrations their own."""
    allowed = {"app/database.py", "app/migrations.py"}
    found = [
        f"{named(path)}:{node.lineno}"
        for path, tree in sources("app")
        if named(path) not in allowed and not named(path).startswith("app/background/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert found == []


def test_revisions_do_not_hide_the_library() -> None:
    assert not (PROJECT / "alembic" / "__init__.py").exists()
    for path in (PROJECT / "alembic" / "versions").glob("*.py"):
        assert re.fullmatch(r"\d{4}_\d{2}_\d{2}_[a-z0-9_]+\.py", path.name), path.name


def test_every_test_folder_is_a_package() -> None:
    """Without it tests/matching would stand in for matching."""
    folders = {path.parent for path in tracked("tests/**/test_*.py")}
    assert [named(path) for path in sorted(folders) if not (path / "__init__.py").exists()] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    command = PROJECT / "scripts" / name
    assert os.access(command, os.X_OK)
    result = subprocess.run([sys.executable, str(command), "--help"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "usage:" in result.stdout
    assert len(result.stdout.split()) > 15, "a command says what it does"


def test_there_is_no_undocumented_command() -> None:
    found = {path.name for path in (PROJECT / "scripts").iterdir() if path.is_file() and not path.suffix}
    assert found == set(COMMANDS)
    for readme in ("README.md", "README.zh-CN.md"):
        text = (PROJECT / readme).read_text()
        assert [name for name in COMMANDS if f"scripts/{name}" not in text] == [], readme


def test_the_lock_names_public_hosts_only() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (PROJECT / "uv.lock").read_text()))
    assert {host for host in hosts if sha256(host.encode()).hexdigest()[:16] not in PUBLIC_HOSTS} == set()
    for path in (PROJECT / "requirements").glob("*.txt"):
        lines = path.read_text().splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("-")], path.name


@pytest.mark.parametrize("group", ["runtime", "test", "bench", "uv"])
def test_requirements_are_the_locks(group: str) -> None:
    locked: dict[str, dict[str, set[str]]] = {}
    for package in tomllib.loads((PROJECT / "uv.lock").read_text())["package"]:
        files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else ())]
        versions = locked.setdefault(package["name"], {})
        versions[package.get("version", "")] = {file["hash"] for file in files if "hash" in file}
    text = (PROJECT / "requirements" / f"{group}.txt").read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text.partition("\n")[2])
    assert entries
    for entry in entries:
        name, version = re.match(r"([a-z0-9.-]+)==([^ ;\\]+)", entry).groups()  # type: ignore[union-attr]
        assert set(re.findall(r"--hash=(\S+)", entry)) == locked[name][version], f"{name}: run scripts/setup --lock"


def test_requirements_hold_what_the_project_asks_for() -> None:
    asked = {
        "runtime": PYPROJECT["project"]["dependencies"],
        **PYPROJECT["project"]["optional-dependencies"],
    }
    for group, wanted in asked.items():
        text = (PROJECT / "requirements" / f"{group}.txt").read_text()
        pinned = set(re.findall(r"^([a-z0-9.-]+)==", text, re.MULTILINE))
        names = {re.match(r"[A-Za-z0-9.-]+", line).group().lower() for line in wanted}  # type: ignore[union-attr]
        assert names <= pinned, f"{group}: run scripts/setup --lock"


def test_every_template_is_used() -> None:
    folder = PROJECT / "app" / "templates"
    code = "".join(path.read_text() for path in tracked("app/**.py", "app/**.html", "tests/**.py"))
    unused = [
        name
        for path in folder.rglob("*.html")
        if f'"{(name := path.relative_to(folder).as_posix())}"' not in code and f"'{name}'" not in code
    ]
    assert unused == []


def test_no_work_is_left_for_later() -> None:
    words = [
        "TO" + "DO",
        "FIX" + "ME",
        "raise NotImplemented" + "Error",
        r"pytest\.mark\.(skip|xfail)",
        r"pytest\.skip\(",
    ]
    pattern = re.compile("|".join(words))
    found = [
        f"{named(path)}:{number}"
        for path in tracked("*.py", "*.html", "scripts/*", "*.js", "*.css")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_nothing_of_this_machine_is_in_a_file() -> None:
    here = str(PROJECT.parent) + "/"
    text_files = tracked("*.py", "*.md", "*.toml", "*.yaml", "*.txt", "*.html", "*.json", "scripts/*", ".ci/*")
    assert len(here) < 3 or [named(path) for path in text_files if here in path.read_text()] == []


def test_the_container_copies_what_exists_and_runs_as_nobody_special() -> None:
    text = (PROJECT / "Dockerfile").read_text()
    copied = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY") and "--from" not in line]
    names = [name for names in copied for name in names]
    assert names
    kept = {line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for name in names:
        assert (PROJECT / name).exists(), name
        assert name.rstrip("/") in kept, f"{name} is left out by .dockerignore"
    stages = text.split("FROM ")[1:]
    assert len(stages) == 2
    assert re.search(r"^USER (?!root)\w+$", stages[-1], re.MULTILINE)
    assert "HEALTHCHECK" in stages[-1]


def test_compose_names_every_part_and_no_secret() -> None:
    text = (PROJECT / "compose.yaml").read_text()
    services = yaml.safe_load(text)["services"]
    assert {"web", "runner", "database", "prepare"} <= set(services)
    for password in re.findall(r"\$\{(\w*PASSWORD)([^}]*)\}", text):
        assert password[1].startswith(":?"), f"{password[0]} must be given, not assumed"
    assert not re.search(r"PASSWORD: +[^$ ]", text)
    for name, service in services.items():
        for needed in service.get("depends_on", {}):
            assert needed in services, f"{name} waits for {needed}"

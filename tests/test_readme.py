"""What the READMEs say is there, is there; what is there, they say."""

import re
from pathlib import Path

import pytest
import typer

from app.cli import app
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.settings import Settings
from tests.test_conventions import tracked

PROJECT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
NO_PREFIX = {"database_url", "migration_database_url"}


def text_of(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_named_and_no_other(readme: str) -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert set(re.findall(r"`duijie ([a-z-]+)`", text_of(readme))) == set(commands)


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_named_and_no_other(readme: str) -> None:
    names = {name.upper() if name in NO_PREFIX else f"DUIJIE_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"`((?:DUIJIE_|MIGRATION_DATABASE|DATABASE)[A-Z_]+)`", text_of(readme))) == names


@pytest.mark.parametrize("readme", READMES)
def test_every_demo_account_is_named(readme: str) -> None:
    words = set(re.findall(r"`([a-z-]+)`", text_of(readme)))
    assert {one.login for one in ACCOUNTS} | {PASSWORD} <= words


@pytest.mark.parametrize("readme", READMES)
def test_the_directory_map_is_complete(readme: str) -> None:
    """Every folder of the top and of ``app``, and no folder that is not there."""
    text = text_of(readme)
    directory_map = max(re.findall(r"```text\n(.*?)```", text, re.DOTALL), key=len)
    starts = re.findall(r"^ {0,2}((?:[a-z_]+/ +)+)", directory_map, re.MULTILINE)
    named = [name.strip("/") for start in starts for name in start.split()]
    top = {path.relative_to(PROJECT).parts[0] for path in tracked() if path.parent != PROJECT}
    features = {path.relative_to(PROJECT / "app").parts[0] for path in tracked("app/*/*")}
    assert set(named) == {name for name in top | features if not name.startswith(".")}


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "docs/architecture.md"])
def test_links_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text_of(name))
    missing = [
        link for link in links if not re.match(r"https?://", link) and not ((PROJECT / name).parent / link).exists()
    ]
    assert links or name == "CONTRIBUTING.md"
    assert missing == []


def test_both_languages_have_the_same_parts() -> None:
    shapes = [
        [len(re.findall(pattern, text_of(readme), re.MULTILINE)) for pattern in (r"^## ", r"^- ", r"^\| ", r"^```")]
        for readme in READMES
    ]
    assert shapes[0] == shapes[1]

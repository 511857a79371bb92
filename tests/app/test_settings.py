"""What an operator sets, and what is refused in words."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.serving import environment_of
from app.settings import Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "DUIJIE_DATA_DIR", "DUIJIE_KEY_FILE", "DUIJIE_DEMO"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_spelling_of_an_address_is_taken(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://u:p%40@host/duijie?sslmode=require")
    assert Settings().database_url == "postgresql+asyncpg://u:p%40@host/duijie?ssl=require"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://u:hidden@host/duijie", "must begin with postgresql://"),
        ("sqlite:///duijie.db", "must begin with postgresql://"),
        ("postgresql://u:hidden@host", "must name a database"),
    ],
)
def test_another_database_is_refused_without_showing_the_password(url: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words) as refusal:
        Settings(database_url=url)
    assert "hidden" not in str(refusal.value)


def test_an_address_for_migrations_alone_is_refused() -> None:
    with pytest.raises(ValidationError, match="set both, or neither"):
        Settings(migration_database_url="postgresql://u@host/duijie")


def test_passwords_are_not_shown() -> None:
    assert "hidden" not in repr(Settings(database_url="postgresql://u:hidden@host/duijie"))


def test_the_key_file_lies_in_the_data_folder_unless_it_is_set(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).key_file == tmp_path / "keys.json"
    assert Settings(data_dir=tmp_path, key_file=tmp_path / "safe" / "k.json").key_file == tmp_path / "safe" / "k.json"


def test_cookies_need_tls_but_in_the_demo() -> None:
    assert Settings().secure_cookies
    assert not Settings(demo=True).secure_cookies
    assert Settings(demo=True, secure_cookies=True).secure_cookies


def test_another_process_gets_the_same_settings_but_not_the_owners_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", "postgresql://owner:hidden@host/duijie")
    settings = Settings(
        data_dir=tmp_path, demo=True, port=0, session_hours=3, database_url="postgresql://app:word@host/duijie"
    )
    environment = environment_of(settings, "postgresql://app:word@host/duijie")
    assert "hidden" not in str(environment)
    monkeypatch.setattr("os.environ", environment)
    assert Settings() == settings.model_copy(update={"migration_database_url": None})

"""The bootstrap's own decisions; that it works at all every run of the tests shows."""

import importlib.util
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture
def environment() -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment", PROJECT / "scripts" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pips_mirror_is_handed_to_uv(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = """\
global.index-url='https://mirror.example/simple'
:env:.extra-index-url='file:///srv/one https://two.example/simple'
install.trusted-host='mirror.example'
global.timeout='60'
not a setting
"""
    done = subprocess.CompletedProcess([], 0, stdout=listing)
    monkeypatch.setattr(environment.subprocess, "run", lambda *_, **__: done)
    monkeypatch.delenv("UV_INDEX_URL", raising=False)
    arguments = environment._mirror_for_uv()
    pairs = set(pairwise(arguments))
    assert {
        ("--default-index", "https://mirror.example/simple"),
        ("--index", "file:///srv/one"),
        ("--index", "https://two.example/simple"),
        ("--allow-insecure-host", "mirror.example"),
    } <= pairs


def test_uvs_own_settings_win(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    assert environment._mirror_for_uv() == []


def test_nothing_is_installed_when_nothing_changed(
    environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[dict[str, str]] = []
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(environment, "REQUIREMENTS", tmp_path)

    def make(wanted: dict[str, str], _: Path | None) -> None:
        made.append(wanted)
        environment.STAMP.write_text(environment.json.dumps(environment._stamp() | wanted))

    monkeypatch.setattr(environment, "_make", make)
    for group in ("runtime", "test"):
        (tmp_path / f"{group}.txt").write_text("one==1\n")
    environment.ready("test", warm=False)
    environment.ready("test", warm=False)
    environment.ready(warm=False)
    assert len(made) == 1
    (tmp_path / "runtime.txt").write_text("one==2\n")
    environment.ready("test", warm=False)
    assert len(made) == 2


def test_an_old_python_is_told_what_to_do(environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(environment.shutil, "which", lambda _: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11.*no other is here"):
        environment.ready(warm=False)

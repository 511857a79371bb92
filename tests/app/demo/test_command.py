"""The command a person types, and what it starts."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[3]


def _start(given: dict) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.demo.sample", json.dumps(given)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_the_command_explains_itself() -> None:
    command = [sys.executable, str(PROJECT / "scripts" / "sample_data"), "--help"]
    help_text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for option in ("--county", "--labourers", "--vacancies", "--seed", "--out", "--format", "--template"):
        assert option in help_text


def test_it_writes_both_lists_and_says_where(tmp_path: Path) -> None:
    done = _start({"labourers": 120, "vacancies": 40, "seed": 2, "on": "2026-11-21", "out": str(tmp_path / "new")})
    assert done.returncode == 0, done.stderr
    assert {file.name for file in (tmp_path / "new").iterdir()} == {
        "demand_list.xlsx",
        "supply_list.xlsx",
        "manifest.json",
    }
    assert "120 rows" in done.stdout


def test_a_county_that_is_none_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    done = _start({"county": "123456", "out": str(tmp_path)})
    assert done.returncode == 1
    assert "six digits" in done.stderr
    assert "Traceback" not in done.stderr

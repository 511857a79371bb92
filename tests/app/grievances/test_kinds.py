"""The data of kinds and clocks."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.grievances.kinds import DATA, book, due, read_book
from app.shared.clock import SHANGHAI
from app.shared.strict_yaml import DataFileError

SATURDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_severe_ones_are_answered_within_a_day() -> None:
    assert due("severe", "first", SATURDAY) == datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "last"),
    [
        (SATURDAY, (2026, 11, 27)),
        (datetime(2026, 9, 29, 2, 0, tzinfo=UTC), (2026, 10, 12)),  # over the October days off, and one worked for them
        (datetime(2031, 3, 3, 2, 0, tzinfo=UTC), (2031, 3, 10)),  # a year not announced yet: Monday to Friday
    ],
)
def test_five_working_days_end_with_the_last_minute(since: datetime, last: tuple[int, int, int]) -> None:
    assert due("ordinary", "first", since) == datetime(*last, 23, 59, tzinfo=SHANGHAI)


def test_signs_of_forced_labour_are_severe() -> None:
    grave = {"papers_kept", "forced", "violence", "restricted", "debt", "under_age", "unsafe", "retaliation"}
    assert {code for code, kind in book().kinds.items() if kind.severity == "severe"} == grave


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("first: {hours: 24}", "first: {minutes: 24}", "first needs one of"),
        ("code: papers_kept, severity: severe", "code: papers_kept, severity: dire", "unknown severity dire"),
        ("lines:", "line:", "missing lines"),
    ],
)
def test_a_slip_in_the_file_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = DATA.read_text()
    assert old in text
    broken = tmp_path / "kinds.yaml"
    broken.write_text(text.replace(old, new))
    with pytest.raises(DataFileError, match=said):
        read_book(broken)

"""Kinds of complaint, how grave each is, and the clocks that run: shipped data, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.shared.clock import SHANGHAI
from app.shared.i18n import current_locale
from app.shared.strict_yaml import DataFileError, check_keys, load_strict
from app.shared.working_days import after_working_days

DATA: Final = Path(__file__).parent / "data" / "kinds.yaml"
SEVERITIES: Final = ("severe", "ordinary")
STEPS: Final = ("first", "settle", "silence", "review")
UNITS: Final = ("hours", "days", "working_days")


@dataclass(frozen=True)
class Kind:
    """What a complaint is about; severe ones stop the post at once."""

    code: str
    severity: str
    zh: str
    en: str

    def label(self) -> str:
        return self.zh if current_locale().startswith("zh") else self.en


@dataclass(frozen=True)
class Line:
    """A telephone number for a referral."""

    number: str
    zh: str
    en: str

    def label(self) -> str:
        return self.zh if current_locale().startswith("zh") else self.en


@dataclass(frozen=True)
class Book:
    """The whole of the data file."""

    kinds: Mapping[str, Kind]
    clocks: Mapping[str, Mapping[str, tuple[str, int]]]
    lines: tuple[Line, ...]


def read_book(path: Path = DATA) -> Book:
    """The data file. Raises DataFileError for an unknown severity, step or unit."""
    content = load_strict(path)
    check_keys(path.name, content, required=("clocks", "kinds", "lines"))
    check_keys(f"{path.name}: clocks", content["clocks"], required=SEVERITIES)
    clocks = {name: _clock(f"{path.name}: {name}", entry) for name, entry in content["clocks"].items()}
    kinds = [Kind(**entry) for entry in content["kinds"]]
    if unknown := {kind.severity for kind in kinds} - set(SEVERITIES):
        raise DataFileError(f"{path.name}: unknown severity {', '.join(sorted(unknown))}")
    return Book({kind.code: kind for kind in kinds}, clocks, tuple(Line(**entry) for entry in content["lines"]))


def _clock(where: str, entry: Any) -> dict[str, tuple[str, int]]:
    check_keys(where, entry, required=STEPS)
    steps = {name: next(iter(length.items())) for name, length in entry.items() if len(length) == 1}
    if wrong := [name for name in STEPS if name not in steps or steps[name][0] not in UNITS or steps[name][1] < 1]:
        raise DataFileError(f"{where}: {', '.join(wrong)} needs one of {', '.join(UNITS)}, at least 1")
    return steps


@lru_cache(maxsize=1)
def book() -> Book:
    """The shipped data."""
    return read_book()


def due(severity: str, step: str, since: datetime) -> datetime:
    """When a step is due. Working days end with their last minute, in China."""
    unit, length = book().clocks[severity][step]
    if unit != "working_days":
        return since + timedelta(**{unit: length})
    day = after_working_days(since.astimezone(SHANGHAI).date(), length)
    return datetime.combine(day, time(23, 59), SHANGHAI)


def kind_label(code: str) -> str:
    """The kind in the reader's language; the code itself if the list has lost it."""
    kinds = book().kinds
    return kinds[code].label() if code in kinds else code


def kind_options() -> list[dict[str, str]]:
    """The kinds as choices of a form."""
    return [{"value": kind.code, "label": kind.label()} for kind in book().kinds.values()]

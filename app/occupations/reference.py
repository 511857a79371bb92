"""The shipped classification of 2022 and the trade families, read once.

The file's quirks are kept as they are: some small groups are missing and their occupations hang on the middle group,
94 occupations carry a code that ends in -00, and one code stands at two levels.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from app.shared.strict_yaml import load_strict

DATA: Final = Path(__file__).parent / "data" / "occupations_2022.csv"
FAMILIES: Final = Path(__file__).parent / "data" / "trade_families.yaml"

OCCUPATION = 4  # level of an occupation; 1 to 3 are groups


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the classification: 1 major, 2 middle, 3 small group, 4 occupation."""

    code: str
    level: int
    name: str
    parent_code: str | None
    parent_level: int | None
    aliases: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FamilyName:
    """A trade family's code and its names."""

    code: str
    zh: str
    en: str


@cache
def load_occupations() -> tuple[Entry, ...]:
    """All entries in the order of the file."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(_entry(row) for row in csv.DictReader(file))


def _entry(row: dict[str, str]) -> Entry:
    return Entry(
        row["code"],
        int(row["level"]),
        row["name"],
        row["parent_code"] or None,
        int(row["parent_level"]) if row["parent_level"] else None,
        tuple(part for part in row["aliases"].split("|") if part),
        tuple(part for part in row["terms"].split("|") if part),
    )


@cache
def family_names() -> dict[str, FamilyName]:
    """The trade families by code, in the order of the file."""
    return {code: FamilyName(code, entry["zh"], entry["en"]) for code, entry in load_strict(FAMILIES).items()}

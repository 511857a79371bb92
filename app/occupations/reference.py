"""The shipped classification of 2022 and the skill levels, read once.

The file's quirks are kept as they are: some small groups are missing and their occupations hang on the middle group,
94 occupations carry a code that ends in -00, and one code stands at two levels.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from app.shared.strict_yaml import DataFileError

OCCUPATIONS: Final = Path(__file__).parent / "data" / "occupations_2022.csv"

OCCUPATION = 4  # level of an occupation; 1 to 3 are groups
COLUMNS = ["code", "level", "name", "parent_code", "parent_level", "aliases", "terms"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the classification: 1 major, 2 middle, 3 small group, 4 occupation.

    ``green`` and ``digital`` are the classification's marks L and S, taken off the name.
    """

    code: str
    level: int
    name: str
    parent_code: str | None
    parent_level: int | None
    aliases: tuple[str, ...]
    terms: tuple[str, ...]
    green: bool = False
    digital: bool = False


@dataclass(frozen=True, slots=True)
class SkillLevel:
    """A level of the eight-level system; ``rank`` orders them, 1 is the lowest."""

    code: str
    rank: int
    zh: str
    en: str
    words: tuple[str, ...] = ()


SKILL_LEVELS: Final = (
    SkillLevel("apprentice", 1, "学徒工", "Apprentice", ("学徒", "见习")),
    SkillLevel("junior", 2, "初级工", "Junior", ("初级", "五级", "五级工", "初级技工", "5级")),
    SkillLevel("middle", 3, "中级工", "Intermediate", ("中级", "四级", "四级工", "中级技工", "4级")),
    SkillLevel("senior", 4, "高级工", "Senior", ("高级", "三级", "三级工", "高级技工", "3级")),
    SkillLevel("technician", 5, "技师", "Technician", ("二级", "二级工", "2级")),
    SkillLevel("senior_technician", 6, "高级技师", "Senior technician", ("一级", "一级工", "1级")),
    SkillLevel("special_technician", 7, "特级技师", "Special-grade technician", ("特级",)),
    SkillLevel("chief_technician", 8, "首席技师", "Chief technician", ("首席",)),
)
"""The new eight levels, with the words of the five older ones (五级 is the lowest of those, 一级 the highest)."""


class Classification:
    """The entries by code, with the tree; of a code at two levels the occupation is kept."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[str, Entry] = {}
        parents: dict[str, str] = {}
        for entry in entries:
            held = self._entries.get(entry.code)
            if held is None or held.level < entry.level:
                self._entries[entry.code] = entry
            if entry.parent_code and entry.parent_code != entry.code:
                parents[entry.code] = entry.parent_code
        for code, parent in parents.items():
            if parent not in self._entries:
                raise DataFileError(f"{OCCUPATIONS.name}: {code} hangs on {parent}, which is missing")
            entry = self._entries[code]
            if entry.parent_code != parent:  # the occupation of a code at two levels names itself as its group
                self._entries[code] = replace(entry, parent_code=parent, parent_level=self._entries[parent].level)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def __getitem__(self, code: str) -> Entry:
        return self._entries[code]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, one per code, in the order of the codes."""
        return tuple(self._entries[code] for code in sorted(self._entries))

    @property
    def occupations(self) -> tuple[Entry, ...]:
        """The occupations proper, in the order of their codes."""
        return tuple(entry for entry in self.entries if entry.level == OCCUPATION)

    def ancestors(self, code: str) -> tuple[Entry, ...]:
        """The groups an entry lies in, the major group first. Raises KeyError for an unknown code."""
        found: list[Entry] = []
        parent = self[code].parent_code
        while parent is not None:
            found.append(self[parent])
            parent = self[parent].parent_code
        return tuple(reversed(found))

    def name(self, code: str) -> str:
        """The name of a code, or the code itself where the classification does not know it."""
        return self._entries[code].name if code in self._entries else code


def read_occupations(path: Path) -> tuple[Entry, ...]:
    """All entries of a file. Raises DataFileError for other columns than agreed."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise DataFileError(f"{path.name}: expected the columns {', '.join(COLUMNS)}")
        return tuple(_entry(row) for row in reader)


def _entry(row: Mapping[str, str]) -> Entry:
    name = row["name"].rstrip("LS/")
    marks = row["name"][len(name) :]
    return Entry(
        row["code"],
        int(row["level"]),
        name,
        row["parent_code"] or None,
        int(row["parent_level"]) if row["parent_level"] else None,
        tuple(part for part in row["aliases"].split("|") if part.strip()),
        tuple(part for part in row["terms"].split("|") if part.strip()),
        green="L" in marks,
        digital="S" in marks,
    )


@cache
def classification() -> Classification:
    """The shipped classification, one entry per code."""
    return Classification(read_occupations(OCCUPATIONS))


def skill_level(text: str) -> SkillLevel | None:
    """The level a cell means, by code, name or the words of older systems; None where nobody can tell."""
    wanted = "".join(text.split()).removesuffix("证").removesuffix("等级")
    words = [(word, level) for level in SKILL_LEVELS for word in (level.code, level.zh, level.en, *level.words)]
    exact = next((level for word, level in words if word == wanted), None)
    if exact is not None:
        return exact
    longest = sorted((pair for pair in words if len(pair[0]) > 1), key=lambda pair: -len(pair[0]))
    return next((level for word, level in longest if word in wanted), None)

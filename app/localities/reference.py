"""The divisions in memory: names, tree, coordinates and classes of places, from the shipped table.

Parents come from the table's column, never from a code's prefix: municipalities have no level 2, Dongguan and Zhongshan
no level 3, and counties directly under a province hang on it.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data"
DIVISIONS: Final = DATA / "divisions.csv"

PROVINCE, CITY, COUNTY, TOWNSHIP = 1, 2, 3, 4
# Delta regions as the plans of the State Council draw them: three provinces with Shanghai; nine cities of Guangdong.
REGIONS: Final[Mapping[str, frozenset[str]]] = {
    "yangtze_delta": frozenset({"310000", "320000", "330000", "340000"}),
    "pearl_delta": frozenset(
        {"440100", "440300", "440400", "440600", "440700", "441200", "441300", "441900", "442000"}
    ),
}


@dataclass(frozen=True, slots=True)
class Division:
    """One division in force."""

    code: str
    level: int
    name: str
    parent_code: str | None
    longitude: float | None
    latitude: float | None
    coordinate_source: str | None


class Localities:
    """All divisions by code, with their ancestors."""

    def __init__(self, divisions: Iterable[Division]) -> None:
        self.divisions = {one.code: one for one in divisions}
        self._ancestors: dict[str, tuple[str, ...]] = {}
        self._cities_with_counties = {one.parent_code for one in self.divisions.values() if one.level == COUNTY}

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The division itself and what it lies in, from itself up to the province; empty for an unknown code."""
        known = self._ancestors.get(code)
        if known is None:
            division = self.divisions.get(code)
            if division is None:
                return ()
            above = self.ancestors(division.parent_code) if division.parent_code else ()
            known = self._ancestors[code] = (code, *above)
        return known

    def name(self, code: str) -> str:
        """The division's own name, empty for an unknown code."""
        division = self.divisions.get(code)
        return division.name if division else ""

    def full_name(self, code: str) -> str:
        """All names from the province down."""
        return "".join(self.divisions[one].name for one in reversed(self.ancestors(code)))

    def names(self, codes: Sequence[str]) -> list[str]:
        """The own names of several divisions."""
        return [self.name(code) for code in codes]

    def lineage(self, code: str) -> tuple[int, int, int, int]:
        """Codes of township, county, city and province, 0 where not known.

        The city of a municipality is the municipality itself, that of a county directly under a province the county.
        """
        found = {self.divisions[one].level: int(one) for one in self.ancestors(code)}
        province, county = found.get(PROVINCE, 0), found.get(COUNTY, 0)
        city = found.get(CITY, 0)
        if not city and county:
            city = province if self._is_municipality(province) else county
        if city and not county and str(city) not in self._cities_with_counties:
            county = city  # Dongguan, Zhongshan and their like have townships but no counties
        return found.get(TOWNSHIP, 0), county, city, province

    def _is_municipality(self, province: int) -> bool:
        return self.name(str(province)).endswith("市")

    def in_class(self, lineage: tuple[int, int, int, int], region: str) -> bool:
        """Whether a place, given by its lineage, lies in a region such as ``yangtze_delta``."""
        members = REGIONS[region]
        return str(lineage[3]) in members or str(lineage[2]) in members

    def point(self, code: str) -> tuple[float, float] | None:
        """Longitude and latitude of the nearest division upwards that has any."""
        for one in self.ancestors(code):
            division = self.divisions[one]
            if division.longitude is not None and division.latitude is not None:
                return division.longitude, division.latitude
        return None


@cache
def load_localities() -> Localities:
    """The shipped divisions, read once."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        return Localities(_division(row) for row in csv.DictReader(file))


def _division(row: dict[str, str]) -> Division:
    return Division(
        row["code"],
        int(row["level"]),
        row["name"],
        row["parent_code"] or None,
        float(row["longitude"]) if row["longitude"] else None,
        float(row["latitude"]) if row["latitude"] else None,
        row["coordinate_source"] or None,
    )

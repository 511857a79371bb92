"""Where the sample's people live, have gone and are wanted: real divisions, invented villages."""

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from app.demo.sample.chance import Chance, Weighted
from app.demo.sample.identities import DATA, name_parts
from app.shared.strict_yaml import load_strict

DIVISIONS_PATH = Path(__file__).parents[2] / "localities" / "data" / "divisions.csv"


@dataclass(frozen=True)
class Division:
    code: str
    level: int
    name: str
    parent_code: str


@dataclass(frozen=True)
class Divisions:
    """All divisions by code, and the children of each."""

    by_code: dict[str, Division]
    children: dict[str, list[Division]]

    def below(self, code: str) -> list[Division]:
        """The divisions one step below, in the order of the file."""
        return self.children.get(code, [])

    def line(self, code: str) -> list[Division]:
        """From the province down to the division itself."""
        line: list[Division] = []
        while code:
            division = self.by_code[code]
            line.insert(0, division)
            code = division.parent_code
        return line


@cache
def divisions(path: Path = DIVISIONS_PATH) -> Divisions:
    """Read the divisions file; the parent comes from its column, never from the code's prefix."""
    by_code: dict[str, Division] = {}
    children: dict[str, list[Division]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            division = Division(row["code"], int(row["level"]), row["name"], row["parent_code"])
            by_code[division.code] = division
            children.setdefault(division.parent_code, []).append(division)
    return Divisions(by_code, children)


@dataclass(frozen=True)
class Village:
    """A village of the sample: invented, in a real township."""

    name: str
    township: Division
    number: int
    people: int
    recorders: tuple[str, ...] = ()


@dataclass(frozen=True)
class County:
    """The exporting county and where it lies."""

    division: Division
    city: str
    city_code: str
    province: str
    province_code: str
    townships: list[Division]
    sibling_cities: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.division.name


def county_of(code: str, path: Path = DIVISIONS_PATH) -> County:
    """The exporting county by its six-digit code. Raises ValueError for a code that is no county with townships."""
    known = divisions(path)
    division = known.by_code.get(code)
    if division is None or division.level != 3 or not known.below(code):
        raise ValueError(f"{code} is not the code of a county with townships. Give six digits, such as 340722.")
    line = known.line(code)
    province = line[0]
    city = line[1] if len(line) > 2 else line[0]
    siblings = [d.name for d in known.below(province.code) if d.level == 2 and d.code != city.code]
    return County(division, city.name, city.code, province.name, province.code, known.below(code), siblings)


def villages_of(county: County, people: int, chance: Chance) -> list[Village]:
    """Share the people out over invented villages, townships unlike in size."""
    weights = [0.5 + chance.random() for _ in county.townships]
    names = name_parts()["villages"]
    found: list[Village] = []
    left, left_weight = people, sum(weights)
    for township, weight in zip(county.townships, weights, strict=True):
        here = round(left * weight / left_weight)
        left, left_weight = left - here, left_weight - weight
        count = min(max(here // 30, 1), 20)
        taken: set[str] = set()
        while len(taken) < count:
            taken.add(chance.pick(names["first"]) + chance.pick(names["second"]) + "村")
        for number, name in enumerate(sorted(taken)):
            share = here // count + (1 if number < here % count else 0)
            found.append(Village(name, township, len(found) + 1, share))
    return [village for village in found if village.people]


def shortened(name: str) -> str:
    """A division's name as people say it: 昆山市 → 昆山, 沛县 stays."""
    for ending in (
        "特别行政区",
        "壮族自治区",
        "维吾尔自治区",
        "回族自治区",
        "自治区",
        "新区",
        "街道",
        "省",
        "市",
        "区",
        "县",
        "镇",
        "乡",
    ):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name[: -len(ending)]
    return name


@dataclass(frozen=True)
class Site:
    """A place with work: province, city and district (the town in cities without districts)."""

    province: str
    city: str
    district: str
    code: str
    city_code: str
    pay: float
    base_pay: int

    def full(self) -> str:
        """江苏省苏州市昆山市; a municipality is named once."""
        city = "" if self.city == self.province else self.city
        return self.province + city + self.district

    def spoken(self) -> str:
        """苏州昆山"""
        return shortened(self.city) + shortened(self.district)


@cache
def destinations() -> dict[str, Any]:
    """Weights and pay levels of the receiving places."""
    figures: dict[str, Any] = load_strict(DATA / "destinations.yaml")
    return figures


class Receiving:
    """Draws sites in the receiving provinces."""

    def __init__(self, county: County, path: Path = DIVISIONS_PATH) -> None:
        known, figures = divisions(path), destinations()
        self.known = known
        self.prefectures = {
            province: Weighted({p: f["weight"] for p, f in figures["prefectures"].items() if p[:2] == province[:2]})
            for province in figures["supply_provinces"]
        }
        self.supply = Weighted[str](figures["supply_provinces"])
        self.outflow = Weighted(figures["outflow"].get(county.province_code, figures["outflow"]["default"]))
        self.home = Site(
            county.province,
            county.city,
            county.name,
            county.division.code,
            county.city_code,
            figures["home"]["pay"],
            figures["home"]["base_pay"],
        )

    def site_in(self, province_code: str, chance: Chance) -> Site:
        """A site in one of the province's receiving cities."""
        code = chance.among(self.prefectures[province_code])
        figures = destinations()["prefectures"][code]
        line = self.known.line(code)
        district = chance.pick(self.known.below(code))
        return Site(
            line[0].name, line[-1].name, district.name, district.code, code, figures["pay"], figures["base_pay"]
        )

    def for_vacancy(self, chance: Chance) -> Site:
        """Where an employer of another province is."""
        return self.site_in(chance.among(self.supply), chance)

    def for_worker(self, chance: Chance) -> Site:
        """Where someone who works in another province has gone."""
        return self.site_in(chance.among(self.outflow), chance)

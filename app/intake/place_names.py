"""Places of a sheet: read by the shared reader, and townships within a home county by full or short name."""

import csv
import re
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from app.localities.places import places
from app.localities.reference import CITY, COUNTY, DATA, PROVINCE, TOWNSHIP, Localities, load_localities

_AUTONOMOUS: Final = re.compile(r"(.{2,}?)(?:.{1,4}?族|哈萨克|柯尔克孜|蒙古|维吾尔)+(?:联合)?自治[州县旗]")
_SUFFIX: Final = re.compile(
    r"(?:维吾尔|壮族|回族)?自治区|特别行政区|省|地区|盟|林区|矿区|新区|市|县|区|旗|街道办事处|街道|镇|民族乡|乡|苏木"
)
_LEVEL_MARKS: Final = frozenset("镇乡县区市省州旗盟街村社")
"""乌兰镇 is not 乌兰(县) with something behind it."""
_SEPARATORS: Final = str.maketrans("", "", " -—>/·,，、")

# Short names that people use for a district of Beijing and for a city of Liaoning alike.
_TWO_MEANINGS: Final = frozenset({"朝阳"})


def short_name(name: str) -> str:
    """苏州市 → 苏州, 甘南藏族自治州 → 甘南; names of which less than two characters would stay keep theirs."""
    autonomous = _AUTONOMOUS.fullmatch(name)
    if autonomous:
        return autonomous[1]
    for match in _SUFFIX.finditer(name):
        if match.end() == len(name) and match.start() >= 2:
            return name[: match.start()]
    return name


class PlaceNames:
    """Finds divisions by their names. ``home_code`` decides between places of one name where home is one of them."""

    def __init__(self, localities: Localities, home_code: str | None = None) -> None:
        self._localities = localities
        self._home = frozenset(localities.ancestors(home_code)) if home_code else frozenset()
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for division in localities.divisions.values():
            for name in {division.name, short_name(division.name)}:
                self._by_name[name].append(division.code)
        self._longest = max(map(len, self._by_name))

    def within(self, text: str, ancestor: str) -> str | None:
        """The one division of that name under ``ancestor``, at any depth."""
        step = self._step(text.translate(_SEPARATORS), ancestor)
        return step[0] if step else None

    def _step(self, text: str, inside: str | None) -> tuple[str, int] | None:
        for length in range(min(len(text), self._longest), 1, -1):
            name = text[:length]
            codes = self._by_name.get(name, ())
            if inside is not None:
                codes = [code for code in codes if inside in self._localities.ancestors(code) and code != inside]
            code = self._only(name, list(codes), inside)
            if code is not None and (
                self._localities.name(code) == name or text[length : length + 1] not in _LEVEL_MARKS
            ):
                return code, length
        return None

    def _only(self, name: str, codes: list[str], inside: str | None) -> str | None:
        """The one meant among places of one name: the highest level, else the one at home."""
        levels = {code: self._localities.divisions[code].level for code in codes}
        if inside is None and TOWNSHIP in levels.values():  # a township's bare name says nothing outside its county
            codes = [code for code in codes if levels[code] != TOWNSHIP or self._is_near(code)]
        if len(codes) > 1 and name not in _TWO_MEANINGS:
            top = min(levels[code] for code in codes)
            highest = [code for code in codes if levels[code] == top]
            if len(highest) == 1 and (top in (PROVINCE, CITY) or inside is not None):
                return highest[0]
        if len(codes) > 1:
            codes = [code for code in codes if self._is_near(code)]
        return codes[0] if len(codes) == 1 else None

    def _is_near(self, code: str) -> bool:
        """In the same city as home (in the same county for a township)."""
        level = self._localities.divisions[code].level
        wanted = COUNTY if level == TOWNSHIP else CITY
        divisions = self._localities.divisions
        return any(one in self._home and divisions[one].level == wanted for one in self._localities.ancestors(code))


@lru_cache(maxsize=32)
def place_names(home_code: str | None = None) -> PlaceNames:
    """The shipped divisions, seen from a home county."""
    return PlaceNames(load_localities(), home_code)


@lru_cache(maxsize=1)
def known_county_codes() -> frozenset[str]:
    """Codes, in force or not, that identity numbers begin with; some were given out for cities and provinces."""
    divisions = load_localities().divisions.values()
    current = {one.code for one in divisions if one.level in (PROVINCE, CITY, COUNTY)}
    with (DATA / "divisions_abolished.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(current | {row["code"] for row in csv.DictReader(file) if row["code"]})


def place_resolver(home_code: str | None = None) -> Callable[[str], str | None]:
    """A remembering reader of places for one import: the code of a sure division, None for a class or a guess."""

    @lru_cache(maxsize=65536)
    def resolve(text: str) -> str | None:
        if text.strip() in _TWO_MEANINGS:
            return None
        found = places().resolve(text, home_code)
        return found.code if found.sure and not found.is_class else None

    return resolve

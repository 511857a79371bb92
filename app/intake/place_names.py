"""Places of a sheet, read by the shared reader; short names; the counties identity numbers begin with."""

import csv
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from app.localities.places import places
from app.localities.reference import CITY, COUNTY, DATA, PROVINCE, load_localities

_AUTONOMOUS: Final = re.compile(r"(.{2,}?)(?:.{1,4}?族|哈萨克|柯尔克孜|蒙古|维吾尔)+(?:联合)?自治[州县旗]")
_SUFFIX: Final = re.compile(
    r"(?:维吾尔|壮族|回族)?自治区|特别行政区|省|地区|盟|林区|矿区|新区|市|县|区|旗|街道办事处|街道|镇|民族乡|乡|苏木"
)

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

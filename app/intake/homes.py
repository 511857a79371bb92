"""Where a row of the demand list says that a person is at home, and whether that is the office's to enter."""

from collections import defaultdict
from functools import lru_cache
from typing import Final

from app.intake.place_names import place_resolver, short_name
from app.localities.reference import COUNTY, TOWNSHIP, Localities, load_localities

_SPACES: Final = str.maketrans("", "", " \u3000\n\t")


class Homes:
    """Reads townships under the office's county; never takes the likelier of two."""

    def __init__(self, localities: Localities, home_code: str | None, scope: tuple[str, ...]) -> None:
        self._localities = localities
        self.county = self._county_of(home_code)
        self._scope = frozenset(scope)
        self._place = place_resolver(home_code)
        self._townships: dict[str, dict[str, str]] = {}
        self.read = lru_cache(maxsize=65_536)(self._read)

    def _read(self, county: str, township: str, area: str) -> tuple[str | None, str]:
        """(code, "") or (None, why): the township, or the county where the sheet says no more than that.

        The cells are texts, empty where the sheet has none. Why is ``county_unknown``, ``township_unknown`` or
        ``outside_scope``.
        """
        found, problem = self._found(county.translate(_SPACES), township.translate(_SPACES), area.translate(_SPACES))
        if found is None:
            return None, problem
        return (found, "") if self.is_inside(found) else (None, "outside_scope")

    def _found(self, county: str, township: str, area: str) -> tuple[str | None, str]:
        base = self._named_county(county) if county else self.county
        if base is None and area:
            base = next(
                (code for code in self._localities.ancestors(self._place(area) or "") if self._is_county(code)), None
            )
        if base is None:
            return None, "county_unknown"
        if township:
            code = self._township(township, base)
            return (code, "") if code else (None, "township_unknown")
        if area:
            code = self._place(area)
            if code and base in self._localities.ancestors(code):
                return code, ""
        return base, ""

    def is_inside(self, code: str) -> bool:
        """Whether a place lies in the scope of the post."""
        return not self._scope.isdisjoint(self._localities.ancestors(code))

    def _county_of(self, code: str | None) -> str | None:
        return next((one for one in self._localities.ancestors(code or "") if self._is_county(one)), None)

    def _is_county(self, code: str) -> bool:
        division = self._localities.divisions[code]
        return division.level == COUNTY

    def _named_county(self, text: str) -> str | None:
        if self.county is not None:
            name = self._localities.name(self.county)
            if text in (name, short_name(name), self._localities.full_name(self.county)) or text.endswith(name):
                return self.county
        code = self._place(text)
        return code if code and self._is_county(code) else None

    def _township(self, text: str, county: str) -> str | None:
        """The township of exactly that name, in full or short; a village behind the full name does no harm."""
        names = self._names(county)
        code = names.get(text)
        if code is not None:
            return code
        bare = text.removeprefix(self._localities.full_name(county)).removeprefix(self._localities.name(county))
        if bare != text:
            return names.get(bare)
        longest = max((name for name in names if len(name) > 2 and text.startswith(name)), key=len, default=None)
        return names[longest] if longest and longest.endswith(("镇", "乡", "街道")) else None

    def _names(self, county: str) -> dict[str, str]:
        known = self._townships.get(county)
        if known is None:
            codes: dict[str, set[str]] = defaultdict(set)
            for division in self._localities.divisions.values():
                if division.level == TOWNSHIP and division.parent_code == county:
                    codes[division.name].add(division.code)
                    codes[short_name(division.name)].add(division.code)
            known = self._townships[county] = {name: min(found) for name, found in codes.items() if len(found) == 1}
        return known


@lru_cache(maxsize=32)
def homes(home_code: str | None, scope: tuple[str, ...]) -> Homes:
    """The shipped divisions, for one post."""
    return Homes(load_localities(), home_code, scope)

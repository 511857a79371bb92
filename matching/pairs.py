"""Pairs of labourer and vacancy to be looked at together: columns gathered per pair, and where a site lies.

The gates and scores in ``eligibility``, ``skills`` and ``scoring`` are written over pairs, so one plain definition
serves one pair, one labourer against all vacancies, one vacancy against all labourers, or everything.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.codes import NO_CODE, PlaceKind
from matching.columns import Longs
from matching.exceptions import RowOutOfRangeError
from matching.problem import MatchingProblem

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs by row number: ``labourer[i]`` with ``vacancy[i]``, both of shape (pairs,)."""

    problem: MatchingProblem
    labourer: NDArray[np.int64]
    vacancy: NDArray[np.int64]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.labourer)

    def people(self, column: str) -> Longs:
        """Gather a column of the labourers, shape (pairs,) or (pairs, width), as 64-bit integers."""
        values: Longs = getattr(self.problem.labourers, column)[self.labourer].astype(np.int64)
        return values

    def posts(self, column: str) -> Longs:
        """Gather a column of the vacancies, shape (pairs,)."""
        values: Longs = getattr(self.problem.vacancies, column)[self.vacancy].astype(np.int64)
        return values

    def sites(self, column: str) -> Longs:
        """Gather a column of the vacancies' sites, shape (pairs,)."""
        values: Longs = getattr(self.problem.sites, column)[self.posts("site")].astype(np.int64)
        return values


def one_pair(problem: MatchingProblem, labourer: int, vacancy: int) -> Pairs:
    """Pair one labourer with one vacancy. Raises: RowOutOfRangeError."""
    _check_row("labourer", labourer, len(problem.labourers))
    _check_row("vacancy", vacancy, len(problem.vacancies))
    return Pairs(problem, np.array([labourer]), np.array([vacancy]))


def pairs_of_labourer(problem: MatchingProblem, labourer: int) -> Pairs:
    """Pair one labourer with every vacancy, in row order. Raises: RowOutOfRangeError."""
    _check_row("labourer", labourer, len(problem.labourers))
    count = len(problem.vacancies)
    return Pairs(problem, np.full(count, labourer, dtype=np.int64), np.arange(count))


def pairs_of_vacancy(problem: MatchingProblem, vacancy: int) -> Pairs:
    """Pair one vacancy with every labourer, in row order. Raises: RowOutOfRangeError."""
    _check_row("vacancy", vacancy, len(problem.vacancies))
    count = len(problem.labourers)
    return Pairs(problem, np.arange(count), np.full(count, vacancy, dtype=np.int64))


def all_pairs(problem: MatchingProblem) -> Pairs:
    """Pair everyone with everything, labourer by labourer: n · m pairs, for small problems."""
    count, posts = len(problem.labourers), len(problem.vacancies)
    return Pairs(problem, np.repeat(np.arange(count), posts), np.tile(np.arange(posts), count))


def same_county(pairs: Pairs) -> Flags:
    """Tell whether the site is known to lie in the home county."""
    county = pairs.sites("county")
    return np.asarray((county != NO_CODE) & (county == pairs.people("home_county")))


def same_province(pairs: Pairs) -> Flags:
    """Tell whether the site is known to lie in the home province."""
    province = pairs.sites("province")
    return np.asarray((province != NO_CODE) & (province == pairs.people("home_province")))


def place_known(pairs: Pairs) -> Flags:
    """Tell whether it is known where the site lies, at least to the county."""
    return np.asarray(pairs.sites("county") != NO_CODE)


def lies_in(pairs: Pairs, kind: Longs, place: Longs) -> Flags:
    """Tell whether the site is known to lie in a place named by kind and code, each of shape (pairs,)."""
    own_city, own_county, own_province = (
        pairs.people("home_city"),
        pairs.people("home_county"),
        pairs.people("home_province"),
    )
    city, county, province = pairs.sites("city"), pairs.sites("county"), pairs.sites("province")
    townships = pairs.sites("township")
    named = (place == townships) | (place == county) | (place == city) | (place == province)
    region = (pairs.sites("regions") >> np.clip(place, 0, 30)) & 1 == 1
    city_known, county_known = (city != NO_CODE) & (own_city != NO_CODE), (county != NO_CODE) & (own_county != NO_CODE)
    province_known = (province != NO_CODE) & (own_province != NO_CODE)
    other_county = city_known & county_known & (city == own_city) & (county != own_county)
    other_city = province_known & city_known & (province == own_province) & (city != own_city)
    return np.asarray(
        ((kind == PlaceKind.LOCALITY) & named)
        | ((kind == PlaceKind.REGION) & region)
        | ((kind == PlaceKind.OTHER_COUNTY_IN_CITY) & other_county)
        | ((kind == PlaceKind.OTHER_CITY_IN_PROVINCE) & other_city)
        | ((kind == PlaceKind.OUT_OF_PROVINCE) & province_known & (province != own_province))
        | (kind == PlaceKind.ANY)
    )


def lies_in_any(pairs: Pairs, kinds: Longs, places: Longs) -> Flags:
    """Tell whether the site is known to lie in any of the places, kinds and codes of shape (pairs, width)."""
    found = np.zeros(len(pairs), dtype=np.bool_)
    for column in range(kinds.shape[1]):
        found |= lies_in(pairs, kinds[:, column], places[:, column])
    return found


def _check_row(side: str, row: int, rows: int) -> None:
    if not 0 <= row < rows:
        raise RowOutOfRangeError(f"{side} {row} does not exist: the problem has rows 0 to {rows - 1}")

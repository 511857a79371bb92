"""What is matched: the tables of one snapshot, what is known of trades, and the day, validated as a whole.

Lengths used in docstrings: n labourers, m vacancies, s sites, f trade families, o occupations, z travel zones. A row
number is an index into these arrays; ``uid`` is what ties and results are stable in.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.codes import NO_CODE, OPEN_END, UNKNOWN, Answer
from matching.columns import Ints, Longs
from matching.exceptions import InvalidColumnError
from matching.tables import UNIDENTIFIED_CERTIFICATE, Labourers, Sites, Townsfolk, Vacancies, require_rows

__all__ = [
    "MAX_FAMILIES",
    "ONE",
    "UNIDENTIFIED_CERTIFICATE",
    "Labourers",
    "MatchingProblem",
    "Sites",
    "Townsfolk",
    "Trades",
    "Vacancies",
    "affinity_millionths",
    "pay_medians",
]

ONE = 1_000_000
"""One, in millionths: every part and score lies in [0, ONE]."""

MAX_FAMILIES = 62
"""Trade families are also bits of a 63-bit mask."""


@dataclass(frozen=True, eq=False)
class Trades:
    """What is known of trades.

    Parameters
    ----------
    family_affinity
        How near two trade families are, millionths, shape (f, f), row: done, column: offered; diagonal 1.
    occupation_affinity
        The same for occupations, shape (o, o).
    median_net_month, median_net_hour
        Yardstick for labourers without a floor, yuan a month and fen an hour, shape (f + 1,): per family, then over
        all; −1 unknown. ``pay_medians`` derives them.
    """

    family_affinity: Ints
    occupation_affinity: Ints
    median_net_month: Ints
    median_net_hour: Ints

    def __post_init__(self) -> None:
        """Check shapes and domains. Raises: InvalidColumnError."""
        for name in ("family_affinity", "occupation_affinity"):
            object.__setattr__(self, name, _affinity(name, getattr(self, name)))
        if self.families > MAX_FAMILIES:
            raise InvalidColumnError("Trades", "family_affinity", f"{self.families} families, at most {MAX_FAMILIES}")
        for name in ("median_net_month", "median_net_hour"):
            values = np.ascontiguousarray(getattr(self, name), dtype=np.int32)
            if values.shape != (self.families + 1,) or (values < UNKNOWN).any():
                raise InvalidColumnError("Trades", name, f"expected {self.families + 1} medians of at least -1")
            object.__setattr__(self, name, values)

    @property
    def families(self) -> int:
        """Count the trade families."""
        return len(self.family_affinity)

    @property
    def occupations(self) -> int:
        """Count the occupations."""
        return len(self.occupation_affinity)


def _affinity(name: str, given: Ints) -> Ints:
    values = np.ascontiguousarray(given)
    if values.ndim != 2 or values.shape[0] != values.shape[1] or values.dtype.kind not in "iu":
        raise InvalidColumnError("Trades", name, "expected a square table of whole millionths")
    if ((values < 0) | (values > ONE)).any() or (np.diagonal(values) != ONE).any():
        raise InvalidColumnError("Trades", name, f"expected values from 0 to {ONE} and {ONE} on the diagonal")
    return values.astype(np.int32)


@dataclass(frozen=True, eq=False)
class MatchingProblem:
    """One snapshot to match, validated as a whole.

    Parameters
    ----------
    labourers, vacancies, sites, trades, townsfolk
        The tables.
    travel_minutes
        Door to door between zones, home first, minutes, int32, shape (z, z), −1 unknown.
    as_of
        Day for which declarations must be current, days since 1970-01-01. Matching reads no clock.

    Raises: InvalidColumnError, an index points outside its table.
    """

    labourers: Labourers
    vacancies: Vacancies
    sites: Sites
    trades: Trades
    townsfolk: Townsfolk
    travel_minutes: Ints
    as_of: int

    def __post_init__(self) -> None:
        """Check that the tables fit each other."""
        minutes = np.ascontiguousarray(self.travel_minutes)
        if minutes.ndim != 2 or minutes.shape[0] != minutes.shape[1] or minutes.dtype.kind not in "iu":
            raise InvalidColumnError("MatchingProblem", "travel_minutes", "expected a square table of whole minutes")
        if (minutes < UNKNOWN).any():
            raise InvalidColumnError("MatchingProblem", "travel_minutes", "holds values below -1")
        object.__setattr__(self, "travel_minutes", minutes.astype(np.int32, copy=False))
        if not 0 <= self.as_of <= OPEN_END:
            raise InvalidColumnError("MatchingProblem", "as_of", "expected a day since 1970-01-01")
        self._require_indices()

    def _require_indices(self) -> None:
        people, posts, zones = self.labourers, self.vacancies, len(self.travel_minutes)
        families, occupations, sites = self.trades.families, self.trades.occupations, len(self.sites)
        for table, name, values, limit in (
            ("Labourers", "home_zone", people.home_zone, zones),
            ("Labourers", "wanted_trades", people.wanted_trades, families),
            ("Labourers", "skill_trade", people.skill_trade, families),
            ("Labourers", "skill_occupation", people.skill_occupation, occupations),
            ("Labourers", "companion_site", people.companion_site, sites),
            ("Vacancies", "site", posts.site, sites),
            ("Vacancies", "trade", posts.trade, families),
            ("Vacancies", "occupation", posts.occupation, occupations),
            ("Sites", "zone", self.sites.zone, zones),
            ("Townsfolk", "site", self.townsfolk.site, sites),
        ):
            fits = values < limit
            require_rows(
                table, name, np.asarray(fits if fits.ndim == 1 else fits.all(axis=1)), f"points beyond {limit} rows"
            )
        known = (people.excluded_trades >> families) == 0
        require_rows("Labourers", "excluded_trades", known, "names a trade family that does not exist")

    @cached_property
    def listed(self) -> NDArray[np.bool_]:
        """Which vacancies pass the gates that concern them alone, shape (m,)."""
        posts = self.vacancies
        answers = (posts.open == Answer.YES) & (posts.verified == Answer.YES)
        return np.asarray(answers & (posts.employer_in_standing == Answer.YES) & (posts.openings_free >= 1))

    @cached_property
    def site_openings(self) -> Longs:
        """Free openings of the listed vacancies at each site, shape (s,)."""
        free = np.where(self.listed, self.vacancies.openings_free, 0)
        return np.bincount(self.vacancies.site, weights=free, minlength=len(self.sites)).astype(np.int64)

    @cached_property
    def city_openings(self) -> Longs:
        """Free openings of the listed vacancies in the city of each site (0 where it is unknown), shape (s,)."""
        _, group = np.unique(self.sites.city, return_inverse=True)
        total = np.bincount(group, weights=self.site_openings).astype(np.int64)
        return np.where(self.sites.city == NO_CODE, 0, total[group])


def pay_medians(vacancies: Vacancies, families: int) -> tuple[Ints, Ints]:
    """Return the lower median of known net pay per trade family, then over all vacancies.

    Parameters
    ----------
    vacancies
        Posts; those of unknown trade count in the last median alone.
    families
        Number of trade families.

    Returns: yuan a month and fen an hour, shape (families + 1,), −1 where no pay is known.
    """
    trade = vacancies.trade
    return _medians(vacancies.net_month, trade, families), _medians(vacancies.net_hour, trade, families)


def _medians(pay: Ints, trade: Ints, families: int) -> Ints:
    known = pay >= 0
    medians = np.full(families + 1, UNKNOWN, dtype=np.int32)
    for family in range(families + 1):
        chosen = np.sort(pay[known & ((trade == family) | (family == families))])
        if len(chosen):
            medians[family] = chosen[(len(chosen) - 1) // 2]
    return medians


def affinity_millionths(similarity: NDArray[np.floating[Any]]) -> Ints:
    """Turn similarities in [0, 1], shape (r, r), into millionths, rounded half to even, with ones on the diagonal."""
    values: Ints = np.rint(np.clip(similarity, 0.0, 1.0) * ONE).astype(np.int32)
    np.fill_diagonal(values, ONE)
    return values

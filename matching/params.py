"""Every weight, threshold and saturation of the scores: frozen, validated, versioned. Defaults are the design's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from matching.codes import SCORE_PARTS, Score
from matching.exceptions import InvalidParamsError

ONE = 1_000_000
WEIGHT_TOTAL = 1_000

WEIGHTS: dict[str, int] = {
    "skill_general": len(SCORE_PARTS[Score.SKILL]),
    "skill_trade": len(SCORE_PARTS[Score.SKILL]),
    "location": len(SCORE_PARTS[Score.LOCATION]),
    "willingness": len(SCORE_PARTS[Score.WILLINGNESS]),
    "overall_general": len(Score),
    "overall_trade": len(Score),
}
"""Fields that are weights → how many each holds."""

RANKED = {"place_ranks": 3, "trade_ranks": 3}
VALUES = ("place_class", "vacancy_silent", "level_one_below", "lodging_acceptable", "shift_acceptable", "same_city")


@dataclass(frozen=True)
class MatchingParams:
    """Weights (thousandths, summing to 1000) and values (millionths) of the scores.

    Parameters
    ----------
    version
        Name under which a run records them.
    skill_general, skill_trade
        Weights of done before, affinity, level, traits: for general labour, and for a skilled trade.
    location
        Weights of place rank, townsfolk, door to door, would return.
    willingness
        Weights of net per month, net per hour, hours, lodging, shift, trade wanted, companions, first cash, length
        and start, meals, contract kind.
    overall_general, overall_trade
        Weights of skill, location, willingness.
    matters_factor
        The parts of what matters most to a labourer count so many times, ≥ 1.
    vacancy_silent
        Value where the vacancy is silent on what the labourer asked for.
    trade_months
        Months in a wanted trade family from which a labourer is of a skilled trade, ≥ 1; a certificate does at once.
    months_full_general, months_full_trade
        Months done before that count as 1, ≥ 1.
    level_one_below
        Value of a level one below the required one.
    place_ranks, place_class
        Values of the first, second and third place of the own ranking; of a class of places or "any".
    townsfolk_full
        People of the same township that count as 1, ≥ 1.
    minutes_zero, minutes_span
        Door to door is (minutes_zero − minutes) / minutes_span, clamped.
    pay_span
        Pay counts (net − floor) / (pay_span/1000 · floor), clamped, ≥ 50.
    hours_step
        Loss per hour a week outside the own range.
    lodging_acceptable, shift_acceptable
        Value of what is acceptable, not wanted.
    trade_ranks
        Values of the first, second and third wanted trade.
    same_city
        Value of companions in the same city, not at the same site.
    cash_days_full, cash_days_zero
        First cash within so many days counts 1; from so many on 0.
    """

    version: str = "design-5/1"
    skill_general: tuple[int, ...] = (500, 300, 0, 200)
    skill_trade: tuple[int, ...] = (300, 400, 200, 100)
    location: tuple[int, ...] = (450, 300, 150, 100)
    willingness: tuple[int, ...] = (200, 100, 120, 120, 100, 100, 80, 70, 50, 30, 30)
    overall_general: tuple[int, ...] = (150, 250, 600)
    overall_trade: tuple[int, ...] = (400, 200, 400)
    matters_factor: int = 2
    vacancy_silent: int = 300_000
    trade_months: int = 12
    months_full_general: int = 6
    months_full_trade: int = 24
    level_one_below: int = 500_000
    place_ranks: tuple[int, ...] = (1_000_000, 850_000, 700_000)
    place_class: int = 500_000
    townsfolk_full: int = 5
    minutes_zero: int = 1_440
    minutes_span: int = 1_200
    pay_span: int = 300
    hours_step: int = 100_000
    lodging_acceptable: int = 500_000
    shift_acceptable: int = 600_000
    trade_ranks: tuple[int, ...] = (1_000_000, 800_000, 600_000)
    same_city: int = 500_000
    cash_days_full: int = 7
    cash_days_zero: int = 45

    def __post_init__(self) -> None:
        """Check every domain. Raises: InvalidParamsError, saying which field and what is expected."""
        for name, count in WEIGHTS.items():
            _check_weights(name, getattr(self, name), count)
        for name, count in RANKED.items():
            _check_ranked(name, getattr(self, name), count)
        for name in VALUES:
            _check(name, getattr(self, name), 0, ONE)
        for name in ("months_full_general", "months_full_trade", "trade_months"):
            _check(name, getattr(self, name), 1, 60)
        _check("matters_factor", self.matters_factor, 1, 10)
        _check("townsfolk_full", self.townsfolk_full, 1, 10_000)
        _check("minutes_zero", self.minutes_zero, 0, 100_000)
        _check("minutes_span", self.minutes_span, 1, 100_000)
        _check("pay_span", self.pay_span, 50, 10_000)
        _check("hours_step", self.hours_step, 0, ONE)
        _check("cash_days_full", self.cash_days_full, 0, 3_650)
        _check("cash_days_zero", self.cash_days_zero, self.cash_days_full + 1, 3_650)
        if not self.version.strip():
            raise InvalidParamsError("version: is empty; name the parameters so that a run can record them")

    def as_dict(self) -> dict[str, Any]:
        """Return every field, tuples as lists, ready for JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Build from what ``as_dict`` returned; fields left out keep their default.

        Raises: InvalidParamsError, a field is unknown or outside its domain.
        """
        known = {item.name for item in fields(cls)}
        for name in given:
            if name not in known:
                raise InvalidParamsError(f"{name}: no such parameter; known: {', '.join(sorted(known))}")
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in given.items()
        }
        return cls(**values)


def _check(name: str, value: Any, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InvalidParamsError(f"{name}: is {value!r}, expected a whole number from {low} to {high}")


def _check_weights(name: str, weights: tuple[int, ...], count: int) -> None:
    if len(weights) != count:
        raise InvalidParamsError(f"{name}: has {len(weights)} weights, expected {count}")
    for weight in weights:
        _check(name, weight, 0, WEIGHT_TOTAL)
    if sum(weights) != WEIGHT_TOTAL:
        raise InvalidParamsError(f"{name}: the weights sum to {sum(weights)}, expected {WEIGHT_TOTAL}")


def _check_ranked(name: str, values: tuple[int, ...], count: int) -> None:
    if len(values) != count:
        raise InvalidParamsError(f"{name}: has {len(values)} values, expected {count}")
    for value in values:
        _check(name, value, 0, ONE)
    if list(values) != sorted(values, reverse=True):
        raise InvalidParamsError(f"{name}: a later choice may not count more than an earlier one")

"""Parameters: the design's numbers, and refusal of others that make no sense."""

from typing import Any

import pytest

from matching.exceptions import InvalidParamsError
from matching.params import MatchingParams


def test_defaults_are_the_design() -> None:
    params = MatchingParams()
    assert params.overall_general == (150, 250, 600)
    assert params.overall_trade == (400, 200, 400)
    assert params.willingness == (200, 100, 120, 120, 100, 100, 80, 70, 50, 30, 30)
    assert params.vacancy_silent == 300_000


def test_parameters_survive_being_stored() -> None:
    params = MatchingParams(version="county 341502, 3", overall_general=(200, 300, 500), cash_days_full=3)
    assert MatchingParams.from_dict(params.as_dict()) == params
    assert MatchingParams.from_dict({}) == MatchingParams()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"version": " "}, "version: is empty"),
        ({"location": (450, 300, 150)}, "location: has 3 weights, expected 4"),
        ({"location": (450, 300, 150, 99)}, "sum to 999, expected 1000"),
        ({"location": (1_200, -200, 0, 0)}, "expected a whole number from 0 to 1000"),
        ({"vacancy_silent": 1_000_001}, "vacancy_silent"),
        ({"vacancy_silent": 0.3}, "whole number"),
        ({"place_ranks": (700_000, 850_000, 1_000_000)}, "later choice may not count more"),
        ({"trade_ranks": (1_000_000,)}, "has 1 values, expected 3"),
        ({"cash_days_zero": 7}, "cash_days_zero: is 7, expected a whole number from 8"),
        ({"matters_factor": 0}, "matters_factor"),
        ({"months_full_trade": 0}, "months_full_trade"),
        ({"pay_span": True}, "pay_span"),
        ({"sex": 1}, "sex: no such parameter"),
    ],
)
def test_what_makes_no_sense_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidParamsError, match=message):
        MatchingParams.from_dict(given)

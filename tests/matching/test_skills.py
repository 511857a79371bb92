"""The skill parts, worked by hand."""

from typing import Any

import pytest

from matching.codes import Part, Trait
from matching.pairs import one_pair
from matching.params import MatchingParams
from matching.scoring import score_pairs
from matching.skills import is_skilled_trade
from tests.matching.problems import plain_problem

PARAMS = MatchingParams()
SILENT = 300_000


def told(**skills: Any) -> dict[str, Any]:
    """Up to two skills; what is left out is not stated."""
    blank = {"skill_trade": -1, "skill_occupation": -1, "skill_months": -1, "skill_level": 0, "skill_certified": 0}
    return {"experience_stated": 1} | {name: [*skills.get(name, []), fill, fill][:2] for name, fill in blank.items()}


def value(part: Part, labourer: dict[str, Any], vacancy: dict[str, Any]) -> tuple[int, bool]:
    """Value of a part in millionths, and whether it is known. General labour does not weigh level; trades do."""
    scored = score_pairs(one_pair(plain_problem(labourer, vacancy), 0, 0), PARAMS)
    assert scored.weights[0, part] > 0, "the labourer is silent on this part"
    return int(scored.parts[0, part]), not int(scored.unknown[0]) >> part & 1


@pytest.mark.parametrize(
    ("skills", "trade", "expected"),
    [
        ({"skill_trade": [0], "skill_months": [3]}, 0, (500_000, True)),
        ({"skill_trade": [0], "skill_months": [9]}, 0, (1_000_000, True)),
        ({"skill_trade": [0, 0], "skill_months": [1, 1]}, 0, (333_333, True)),
        ({"skill_trade": [0, 0], "skill_months": [-1, 3]}, 0, (500_000, True)),
        ({"skill_trade": [0], "skill_months": [-1]}, 0, (SILENT, False)),
        ({"skill_trade": [0], "skill_months": [9]}, 1, (0, True)),
        ({"skill_trade": [0], "skill_months": [9]}, -1, (SILENT, False)),
        ({}, 0, (0, True)),
    ],
)
def test_done_before(skills: dict[str, Any], trade: int, expected: tuple[int, bool]) -> None:
    assert value(Part.DONE_BEFORE, told(**skills), {"trade": trade}) == expected


def test_months_of_a_skilled_trade_count_up_to_two_years() -> None:
    skills = told(skill_trade=[0], skill_months=[12], skill_certified=[1])
    assert value(Part.DONE_BEFORE, skills, {"trade": 0}) == (500_000, True)


@pytest.mark.parametrize(
    ("skills", "vacancy", "expected"),
    [
        ({"skill_trade": [0]}, {"trade": 0}, (1_000_000, True)),
        ({"skill_trade": [0]}, {"trade": 1}, (400_000, True)),
        ({"skill_trade": [2, 0]}, {"trade": 1}, (400_000, True)),
        ({"skill_trade": [0], "skill_occupation": [0]}, {"trade": 1, "occupation": 1}, (900_000, True)),
        ({"skill_trade": [0], "skill_occupation": [0]}, {"trade": 1, "occupation": -1}, (400_000, True)),
        ({"skill_occupation": [0]}, {"occupation": 2}, (200_000, True)),
        ({"skill_occupation": [0]}, {"trade": 0}, (SILENT, False)),
        ({"skill_trade": [0]}, {}, (SILENT, False)),
        ({}, {"trade": 0}, (0, True)),
    ],
)
def test_affinity(skills: dict[str, Any], vacancy: dict[str, Any], expected: tuple[int, bool]) -> None:
    assert value(Part.AFFINITY, told(**skills), vacancy) == expected


@pytest.mark.parametrize(
    ("own", "required", "trade", "expected"),
    [
        (0, 0, 0, (1_000_000, True)),
        (3, 3, 0, (1_000_000, True)),
        (4, 3, 0, (1_000_000, True)),
        (2, 3, 0, (500_000, True)),
        (1, 3, 0, (0, True)),
        (0, 1, 0, (0, True)),
        (3, 3, 1, (0, True)),
        (3, 3, -1, (SILENT, False)),
        (0, 0, -1, (1_000_000, True)),
    ],
)
def test_level(own: int, required: int, trade: int, expected: tuple[int, bool]) -> None:
    skills = told(skill_trade=[0], skill_level=[own], skill_certified=[1])
    assert value(Part.LEVEL, skills, {"trade": trade, "level_required": required}) == expected


@pytest.mark.parametrize(
    ("done", "has", "stated", "expected"),
    [
        (Trait.SMELL | Trait.HEAT, Trait.SMELL | Trait.HEAT | Trait.NOISE, 1_023, (666_666, True)),
        (Trait.SMELL, Trait.SMELL, Trait.SMELL, (1_000_000, True)),
        (0, Trait.SMELL, Trait.SMELL, (0, True)),
        (0, 0, Trait.SMELL, (1_000_000, True)),
        (Trait.SMELL, 0, 0, (SILENT, False)),
    ],
)
def test_traits(done: int, has: int, stated: int, expected: tuple[int, bool]) -> None:
    labourer = {"traits_done_stated": 1, "traits_done": done}
    assert value(Part.TRAITS, labourer, {"traits": has, "traits_stated": stated}) == expected


@pytest.mark.parametrize(
    ("labourer", "skilled"),
    [
        (told(skill_trade=[0], skill_certified=[1]), True),
        (told(skill_trade=[0], skill_months=[12]) | {"wanted_trades": [0]}, True),
        (told(skill_trade=[0, 0], skill_months=[6, 6]) | {"wanted_trades": [1, 0]}, True),
        (told(skill_trade=[0], skill_months=[11]) | {"wanted_trades": [0]}, False),
        (told(skill_trade=[0], skill_months=[60]), False),
        (told(skill_trade=[0], skill_months=[60]) | {"wanted_trades": [1]}, False),
        ({"wanted_trades": [-1]}, False),
    ],
)
def test_who_is_of_a_skilled_trade(labourer: dict[str, Any], skilled: bool) -> None:
    assert is_skilled_trade(plain_problem(labourer).labourers, PARAMS).tolist() == [skilled]

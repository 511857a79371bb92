"""Breaks fall where the rules ask for them, and drivers suffice."""

from dataclasses import replace

import pytest

from matching.exceptions import InvalidParamsError
from matching.trips_clock import Journey, Spell, manned
from matching.trips_params import TripParams

PARAMS = TripParams()
HOUR = 60


def driven(begins: int, minutes: int, *, relay: bool = False) -> Journey:
    journey = Journey(PARAMS, relay=relay, begins=begins)
    journey.drive(minutes)
    return journey


def spans(journey: Journey) -> list[tuple[int, int]]:
    return [(spell.begins, spell.ends) for spell in journey.spells]


def test_four_hours_by_day_then_twenty_minutes() -> None:
    assert spans(driven(8 * HOUR, 300)) == [(480, 720), (740, 800)]


def test_two_hours_by_night() -> None:
    assert spans(driven(22 * HOUR, 180)) == [(1320, 1440), (1460, 1520)]


def test_what_was_driven_before_night_counts_at_night() -> None:
    assert spans(driven(19 * HOUR, 240)) == [(1140, 1320), (1340, 1400)]


def test_nobody_drives_from_two_to_five() -> None:
    assert spans(driven(24 * HOUR + 90, 60)) == [(1530, 1560), (1740, 1770)]


def test_a_relayed_crew_drives_on_after_two() -> None:
    journey = driven(24 * HOUR + 60, 120, relay=True)
    assert spans(journey) == [(1500, 1560), (1580, 1640)]
    spells, drivers = manned(journey.spells, PARAMS, relay=True)
    assert drivers == 2
    assert [spell.driver for spell in spells] == [0, 1]


def test_a_stop_shorter_than_a_break_is_none() -> None:
    journey = Journey(PARAMS, relay=False, begins=8 * HOUR)
    journey.drive(200)
    journey.stand(10)
    journey.drive(60)
    assert spans(journey) == [(480, 680), (690, 730), (750, 770)]


def test_two_stands_in_a_row_make_one_break() -> None:
    journey = Journey(PARAMS, relay=False, begins=8 * HOUR)
    journey.drive(200)
    journey.stand(10)
    journey.stand(10)
    journey.drive(60)
    assert spans(journey) == [(480, 680), (700, 760)]


def test_a_relay_takes_over_even_after_a_short_stop_before_two() -> None:
    journey = Journey(PARAMS, relay=True, begins=24 * HOUR + 60)
    journey.drive(50)
    journey.stand(12)
    journey.drive(30)
    assert spans(journey) == [(1500, 1550), (1562 + 8, 1600)]


def test_drivers_share_blocks_up_to_eight_hours() -> None:
    blocks = [Spell(0, 240), Spell(260, 500), Spell(520, 700), Spell(705, 760), Spell(780, 800)]
    spells, drivers = manned(blocks, PARAMS, relay=False)
    assert drivers == 2
    assert [spell.driver for spell in spells] == [0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    "wrong",
    [{"rest": 0}, {"grid": 0}, {"night_drive": 300}, {"still_from": 400}, {"early_fen": -1}, {"iterations": 2.5}],
)
def test_rules_outside_their_domain_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidParamsError):
        replace(PARAMS, **wrong)

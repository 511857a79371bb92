"""Each gate on one labourer and one vacancy, by hand; then their order."""

from typing import Any

import numpy as np
import pytest

from matching.codes import OPEN_END, AgeClass, Answer, Contract, Gate, Lodging, PlaceKind, Scope, Shift, Trait
from matching.eligibility import gate_outcome
from matching.pairs import one_pair
from matching.problem import UNIDENTIFIED_CERTIFICATE
from tests.matching.problems import HOME, SUZHOU, TODAY, plain_problem

HOME_SITE = {"township": 341502002, "county": 341502, "city": 341500, "province": 340000}
NEXT_COUNTY = {"township": 341503001, "county": 341503, "city": 341500, "province": 340000}
UNKNOWN_SITE = {"township": 0, "county": 0, "city": 0, "province": 0, "regions": 0, "zone": -1}
NO_HOME = dict.fromkeys(HOME, 0) | {"home_zone": -1}


def tried(
    labourer: dict[str, Any] | None = None, vacancy: dict[str, Any] | None = None, site: dict[str, Any] | None = None
) -> tuple[Gate, set[Gate]]:
    """First failing gate, and the gates that met an unknown."""
    outcome = gate_outcome(one_pair(plain_problem(labourer, vacancy, site), 0, 0))
    unknown = int(outcome.unknown[0])
    return Gate(int(outcome.first[0])), {gate for gate in Gate if unknown >> gate & 1}


def test_a_plain_pair_passes_with_nothing_to_ask() -> None:
    assert tried() == (Gate.PASSED, set())


@pytest.mark.parametrize(
    ("labourer", "vacancy", "gate"),
    [
        ({"declared_on": -1}, {}, Gate.DECLARATION),
        ({"declared_on": TODAY + 1}, {}, Gate.DECLARATION),
        ({"declaration_until": -1}, {}, Gate.DECLARATION),
        ({"declaration_until": TODAY - 1}, {}, Gate.DECLARATION),
        ({"consent": Answer.NO}, {}, Gate.CONSENT),
        ({"consent": Answer.UNKNOWN}, {}, Gate.CONSENT),
        ({"age_class": AgeClass.UNKNOWN}, {}, Gate.AGE),
        ({"age_class": AgeClass.UNDER_16}, {}, Gate.AGE),
        ({"age_class": AgeClass.FROM_16_TO_17}, {"adults_only": Answer.YES}, Gate.AGE),
        ({"age_class": AgeClass.FROM_16_TO_17}, {"adults_only": Answer.UNKNOWN}, Gate.AGE),
        ({"age_class": AgeClass.FROM_16_TO_17}, {"shifts": Shift.TWO_SHIFTS}, Gate.AGE),
        ({"age_class": AgeClass.FROM_16_TO_17}, {"traits": Trait.NIGHT, "traits_stated": Trait.NIGHT}, Gate.AGE),
        ({"legal_bars": 6}, {"legal_bars": 4}, Gate.LEGAL_BAR),
        ({}, {"open": Answer.NO}, Gate.VACANCY_NOT_OPEN),
        ({}, {"open": Answer.UNKNOWN}, Gate.VACANCY_NOT_OPEN),
        ({}, {"verified": Answer.UNKNOWN}, Gate.VACANCY_NOT_VERIFIED),
        ({}, {"openings_free": 0}, Gate.NO_OPENINGS),
        ({}, {"openings_free": -1}, Gate.NO_OPENINGS),
        ({}, {"employer_in_standing": Answer.UNKNOWN}, Gate.EMPLOYER_STANDING),
    ],
)
def test_gates_of_law_and_consent_fail_closed(labourer: dict[str, Any], vacancy: dict[str, Any], gate: Gate) -> None:
    assert tried(labourer, vacancy) == (gate, set())


@pytest.mark.parametrize(
    ("labourer", "vacancy"),
    [
        ({"declaration_until": TODAY}, {}),
        ({"declared_on": TODAY}, {}),
        ({"age_class": AgeClass.FROM_16_TO_17}, {"shifts": Shift.DAYS}),
        ({"age_class": AgeClass.ADULT}, {"adults_only": Answer.YES, "shifts": Shift.NIGHTS}),
        ({"legal_bars": 2}, {"legal_bars": 4}),
        ({}, {"openings_free": 1}),
    ],
)
def test_what_is_just_within_the_law_passes(labourer: dict[str, Any], vacancy: dict[str, Any]) -> None:
    assert tried(labourer, vacancy) == (Gate.PASSED, set())


@pytest.mark.parametrize(
    ("scope", "site", "passes"),
    [
        (Scope.NOT_STATED, HOME_SITE, False),
        (Scope.NOT_NOW, HOME_SITE, False),
        (Scope.AT_HOME, HOME_SITE, False),
        (Scope.HOME_COUNTY, HOME_SITE, True),
        (Scope.HOME_COUNTY, NEXT_COUNTY, False),
        (Scope.HOME_COUNTY, UNKNOWN_SITE, False),
        (Scope.OTHER_CITY, HOME_SITE, True),
        (Scope.OTHER_CITY, NEXT_COUNTY, True),
        (Scope.OTHER_CITY, SUZHOU, False),
        (Scope.OTHER_CITY, UNKNOWN_SITE, False),
        (Scope.LEAVE_PROVINCE, SUZHOU, True),
        (Scope.LEAVE_PROVINCE, UNKNOWN_SITE, True),
    ],
)
def test_nobody_is_proposed_beyond_the_declared_scope(scope: Scope, site: dict[str, Any], passes: bool) -> None:
    assert tried({"scope": scope}, site=site)[0] == (Gate.PASSED if passes else Gate.SCOPE)
    at_home = {"work_at_home": 1}
    assert tried({"scope": scope}, at_home, site)[0] == (Gate.SCOPE if scope <= Scope.NOT_NOW else Gate.PASSED)


def test_an_unknown_home_reaches_no_county_or_province() -> None:
    assert tried({"scope": Scope.OTHER_CITY} | NO_HOME, site=UNKNOWN_SITE)[0] == Gate.SCOPE


PREFERENCES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any], Gate]] = [
    ({"excluded_trades": 2}, {"trade": 1}, {"trade": -1}, Gate.TRADE_EXCLUDED),
    (
        {"excluded_traits": Trait.SMELL},
        {"traits": Trait.SMELL, "traits_stated": Trait.SMELL},
        {"traits_stated": Trait.NOISE},
        Gate.CONDITION_EXCLUDED,
    ),
    ({"excluded_shifts": Shift.NIGHTS}, {"shifts": Shift.NIGHTS}, {"shifts": 0}, Gate.CONDITION_EXCLUDED),
    (
        {"excluded_contracts": Contract.DISPATCH},
        {"contracts": Contract.DISPATCH},
        {"contracts": 0},
        Gate.CONDITION_EXCLUDED,
    ),
    ({"lodging_needed": Lodging.SINGLE}, {"lodging": Lodging.ROOM_5_8}, {"lodging": 0}, Gate.LODGING_NEEDED),
    ({"available_from": TODAY + 9}, {"starts_until": TODAY + 8}, {"starts_until": -1}, Gate.DATES),
    ({"available_until": TODAY + 9}, {"starts_from": TODAY + 10}, {"starts_from": -1}, Gate.DATES),
    ({"net_floor": 5_000}, {"net_month": 4_999}, {"net_month": -1}, Gate.NET_BELOW_FLOOR),
    (
        {"certificates": 1, "certificates_stated": 1},
        {"certificates_required": 3},
        {"certificates_required": UNIDENTIFIED_CERTIFICATE | 1},
        Gate.CERTIFICATE,
    ),
]


@pytest.mark.parametrize(("said", "fails", "open_question", "gate"), PREFERENCES)
def test_a_preference_fails_on_no_and_asks_on_unknown(
    said: dict[str, Any], fails: dict[str, Any], open_question: dict[str, Any], gate: Gate
) -> None:
    assert tried(said, fails) == (gate, set())
    assert tried(said, open_question) == (Gate.PASSED, {gate})


@pytest.mark.parametrize("open_question", [item[2] for item in PREFERENCES[:-1]])
def test_nothing_is_asked_of_a_vacancy_that_no_labourer_asked_for(open_question: dict[str, Any]) -> None:
    assert tried({}, open_question) == (Gate.PASSED, set())


def test_an_excluded_place_fails_where_it_is_and_asks_where_it_is_not_known() -> None:
    excludes = {"excluded_kind": [PlaceKind.LOCALITY], "excluded_place": [320000]}
    assert tried(excludes) == (Gate.PLACE_EXCLUDED, set())
    assert tried(excludes, site=UNKNOWN_SITE) == (Gate.PASSED, {Gate.PLACE_EXCLUDED})
    assert tried(site=UNKNOWN_SITE) == (Gate.PASSED, set())


@pytest.mark.parametrize(
    ("labourer", "vacancy"),
    [
        ({"excluded_kind": [1], "excluded_place": [440000]}, {}),
        ({"excluded_shifts": Shift.NIGHTS}, {"shifts": Shift.NIGHTS | Shift.DAYS}),
        ({"excluded_contracts": Contract.DISPATCH}, {"contracts": Contract.DISPATCH | Contract.DIRECT}),
        ({"excluded_traits": Trait.SMELL}, {"traits": 0, "traits_stated": Trait.SMELL}),
        ({"lodging_needed": Lodging.SINGLE | Lodging.ROOM_5_8}, {"lodging": Lodging.ROOM_5_8}),
        ({"available_from": TODAY + 9}, {"starts_until": TODAY + 9}),
        ({"available_from": TODAY + 9}, {"starts_until": OPEN_END}),
        ({"available_from": TODAY - 9}, {"starts_until": -1}),
        ({"available_until": OPEN_END}, {"starts_from": -1}),
        ({"net_floor": 5_000}, {"net_month": 5_000}),
        ({"certificates": 3, "certificates_stated": 1}, {"certificates_required": 3}),
    ],
)
def test_a_preference_that_is_met_asks_nothing(labourer: dict[str, Any], vacancy: dict[str, Any]) -> None:
    assert tried(labourer, vacancy) == (Gate.PASSED, set())


def test_a_certificate_nobody_asked_the_labourer_about_is_a_question() -> None:
    assert tried({"certificates_stated": 0}, {"certificates_required": 1}) == (Gate.PASSED, {Gate.CERTIFICATE})


@pytest.mark.parametrize(
    ("kind", "place", "site", "lies"),
    [
        (PlaceKind.LOCALITY, 320583100, SUZHOU, True),
        (PlaceKind.LOCALITY, 320583, SUZHOU, True),
        (PlaceKind.LOCALITY, 320500, SUZHOU, True),
        (PlaceKind.LOCALITY, 320582, SUZHOU, False),
        (PlaceKind.REGION, 0, SUZHOU, True),
        (PlaceKind.REGION, 1, SUZHOU, False),
        (PlaceKind.OTHER_COUNTY_IN_CITY, 0, NEXT_COUNTY, True),
        (PlaceKind.OTHER_COUNTY_IN_CITY, 0, HOME_SITE, False),
        (PlaceKind.OTHER_COUNTY_IN_CITY, 0, SUZHOU, False),
        (PlaceKind.OTHER_CITY_IN_PROVINCE, 0, HOME_SITE | {"city": 340100, "county": 340102}, True),
        (PlaceKind.OTHER_CITY_IN_PROVINCE, 0, NEXT_COUNTY, False),
        (PlaceKind.OUT_OF_PROVINCE, 0, SUZHOU, True),
        (PlaceKind.OUT_OF_PROVINCE, 0, NEXT_COUNTY, False),
    ],
)
def test_places_are_named_by_code_region_or_class(
    kind: PlaceKind, place: int, site: dict[str, Any], lies: bool
) -> None:
    excludes = {"excluded_kind": [kind], "excluded_place": [place]}
    assert tried(excludes, site=site)[0] == (Gate.PLACE_EXCLUDED if lies else Gate.PASSED)


def test_the_first_failing_gate_is_named_in_order() -> None:
    labourer = {"consent": 0, "age_class": 0, "net_floor": 5_000, "lodging_needed": 8}
    vacancy = {"open": 0, "net_month": 4_000, "lodging": 1}
    outcome = gate_outcome(one_pair(plain_problem(labourer, vacancy), 0, 0))
    failed = {gate for gate in Gate if int(outcome.failed[0]) >> gate & 1}
    assert failed == {Gate.CONSENT, Gate.AGE, Gate.VACANCY_NOT_OPEN, Gate.LODGING_NEEDED, Gate.NET_BELOW_FLOOR}
    assert outcome.first[0] == Gate.CONSENT
    assert not outcome.passed[0]


def test_no_pairs_no_outcome() -> None:
    problem = plain_problem()
    nobody = np.zeros(0, dtype=np.int64)
    outcome = gate_outcome(type(one_pair(problem, 0, 0))(problem, nobody, nobody))
    assert len(outcome.first) == 0

"""Why a pair fits, why not, and what would change it: reason codes with their facts, never a sentence.

The numbers are those of the run: parts add up exactly to the three scores, and the scores to the overall one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

import numpy as np

from matching.codes import SCORE_PARTS, UNKNOWN, Gate, Lodging, Part, Score
from matching.columns import Ints, Table
from matching.eligibility import GateOutcome, gate_outcome
from matching.facts import GATE_FACTS, PART_FACTS, Facts, facts_of
from matching.pairs import Pairs, one_pair, pairs_of_labourer, pairs_of_vacancy
from matching.params import MatchingParams
from matching.problem import Labourers, MatchingProblem, Vacancies
from matching.scoring import PairScores, score_pairs

AnyTable = TypeVar("AnyTable", bound=Table)
Values = dict[str, int | Ints]


class Verdict(Enum):
    """What a gate says of a pair."""

    PASSES = "passes"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class GateLine:
    """One gate: its verdict, and the facts it was tried on."""

    gate: Gate
    verdict: Verdict
    facts: Facts


@dataclass(frozen=True)
class PartLine:
    """One part of a score.

    Parameters
    ----------
    value
        Millionths; ``params.vacancy_silent`` where it is not known.
    weight
        Weight among the parts of its score, 0 if the labourer is silent: the part is dropped.
    contribution
        Millionths of the score; over the parts of a score they add up to it exactly.
    known
        False if the vacancy, or the labourer's own record, is silent on what the part needs.
    facts
        What the value was worked out from.
    """

    part: Part
    value: int
    weight: int
    contribution: int
    known: bool
    facts: Facts


@dataclass(frozen=True)
class ScoreLine:
    """One of the three scores: its value, weight in the overall score, contribution to it, and parts."""

    score: Score
    value: int
    weight: int
    contribution: int
    parts: tuple[PartLine, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything that can be said of a pair. ``first_failing`` is PASSED if it may be proposed."""

    labourer: int
    vacancy: int
    first_failing: Gate
    gates: tuple[GateLine, ...]
    scores: tuple[ScoreLine, ...]
    overall: int


def explain(problem: MatchingProblem, params: MatchingParams, labourer: int, vacancy: int) -> Explanation:
    """Explain one pair, by row numbers, eligible or not. Raises: RowOutOfRangeError."""
    pair = one_pair(problem, labourer, vacancy)
    outcome, scored = gate_outcome(pair), score_pairs(pair, params)
    gates = tuple(_gate_line(pair, outcome, gate) for gate in Gate if gate is not Gate.PASSED)
    shares = _shares(scored.scores[0].tolist(), scored.score_weights[0].tolist())
    scores = tuple(_score_line(pair, scored, score, shares[score]) for score in Score)
    return Explanation(labourer, vacancy, Gate(int(outcome.first[0])), gates, scores, int(scored.overall[0]))


def _gate_line(pair: Pairs, outcome: GateOutcome, gate: Gate) -> GateLine:
    if int(outcome.failed[0]) >> gate & 1:
        verdict = Verdict.FAILS
    else:
        verdict = Verdict.UNKNOWN if int(outcome.unknown[0]) >> gate & 1 else Verdict.PASSES
    return GateLine(gate, verdict, facts_of(pair, GATE_FACTS[gate]))


def _score_line(pair: Pairs, scored: PairScores, score: Score, contribution: int) -> ScoreLine:
    members = SCORE_PARTS[score]
    values = [int(scored.parts[0, part]) for part in members]
    weights = [int(scored.weights[0, part]) for part in members]
    shares = _shares(values, weights)
    parts = tuple(
        PartLine(part, value, weight, share, not int(scored.unknown[0]) >> part & 1, facts_of(pair, PART_FACTS[part]))
        for part, value, weight, share in zip(members, values, weights, shares, strict=True)
    )
    return ScoreLine(score, int(scored.scores[0, score]), int(scored.score_weights[0, score]), contribution, parts)


def _shares(values: list[int], weights: list[int]) -> list[int]:
    """Split a weighted mean, rounded down, into whole shares that add up to it: differences of the running mean."""
    total, running, shares = max(sum(weights), 1), 0, []
    for value, weight in zip(values, weights, strict=True):
        before, running = running // total, running + value * weight
        shares.append(running // total - before)
    return shares


def gates_of_labourer(problem: MatchingProblem, labourer: int) -> dict[Gate, int]:
    """Count, over all vacancies, the first failing gate of a labourer; PASSED counts what may be proposed."""
    return _histogram(gate_outcome(pairs_of_labourer(problem, labourer)).first)


def gates_of_vacancy(problem: MatchingProblem, vacancy: int) -> dict[Gate, int]:
    """Count, over all labourers, the first failing gate of a vacancy; PASSED counts who may be proposed."""
    return _histogram(gate_outcome(pairs_of_vacancy(problem, vacancy)).first)


def _histogram(first: Ints) -> dict[Gate, int]:
    counts = np.bincount(first, minlength=len(Gate)).tolist()
    return {gate: counts[gate] for gate in Gate if counts[gate]}


class Change(Enum):
    """What one side could say otherwise. Consent, declaration and its scope are never among them."""

    FLOOR_LOWER = "floor_lower"
    PLACE_ALLOWED = "place_allowed"
    TRADE_ALLOWED = "trade_allowed"
    TRAIT_ACCEPTED = "trait_accepted"
    SHIFT_ACCEPTED = "shift_accepted"
    CONTRACT_ACCEPTED = "contract_accepted"
    LODGING_NOT_NEEDED = "lodging_not_needed"
    START_ANY_DAY = "start_any_day"
    PAY_HIGHER = "pay_higher"
    LODGING_OFFERED = "lodging_offered"


@dataclass(frozen=True)
class Counterfactual:
    """One change, and how many more of the other side would pass every gate, everything else as it is.

    ``amount`` is yuan a month, the bit of a trade, trait, shift, contract or lodging, or the place in the labourer's
    list of excluded places, as the change requires; 0 if it requires none.
    """

    change: Change
    amount: int
    more: int


PAY_STEPS = (300, 500, 1_000)


def what_would_change_labourer(problem: MatchingProblem, labourer: int) -> list[Counterfactual]:
    """Count for each thing a labourer refuses how many more vacancies would pass without it, the most first.

    Only changes that add something are returned; equal counts keep the order of ``Change``. Raises: RowOutOfRangeError.
    """
    now = int(gate_outcome(pairs_of_labourer(problem, labourer)).passed.sum())
    own = problem.labourers.take(np.array([labourer]))
    found = []
    for change, amount, columns in _labourer_changes(own):
        changed = replace(problem, labourers=_with_values(own, columns))
        passed = int(gate_outcome(pairs_of_labourer(changed, 0)).passed.sum())
        found.append(Counterfactual(change, amount, passed - now))
    return _most_first(found)


def what_would_change_vacancy(problem: MatchingProblem, vacancy: int) -> list[Counterfactual]:
    """Count for higher pay, and for each lodging not offered, how many more labourers would pass, the most first."""
    now = int(gate_outcome(pairs_of_vacancy(problem, vacancy)).passed.sum())
    own = problem.vacancies.take(np.array([vacancy]))
    found = []
    for change, amount, columns in _vacancy_changes(own):
        changed = replace(problem, vacancies=_with_values(own, columns))
        passed = int(gate_outcome(pairs_of_vacancy(changed, 0)).passed.sum())
        found.append(Counterfactual(change, amount, passed - now))
    return _most_first(found)


def _most_first(found: list[Counterfactual]) -> list[Counterfactual]:
    return sorted((item for item in found if item.more > 0), key=lambda item: -item.more)


def _with_values(table: AnyTable, values: Values) -> AnyTable:
    columns = {name: getattr(table, name) for name in table.columns()}
    changed = {name: np.full_like(columns[name], value) for name, value in values.items()}
    return type(table)(**(columns | changed))


def _labourer_changes(own: Labourers) -> Iterator[tuple[Change, int, Values]]:
    floor = int(own.net_floor[0])
    if floor > 0:
        for step in PAY_STEPS:
            yield Change.FLOOR_LOWER, step, {"net_floor": max(floor - step, 1)}
    for place in np.flatnonzero(own.excluded_kind[0]).tolist():
        kinds, codes = own.excluded_kind[0].copy(), own.excluded_place[0].copy()
        kinds[place], codes[place] = 0, 0
        yield Change.PLACE_ALLOWED, place, {"excluded_kind": kinds, "excluded_place": codes}
    for change, column in (
        (Change.TRADE_ALLOWED, "excluded_trades"),
        (Change.TRAIT_ACCEPTED, "excluded_traits"),
        (Change.SHIFT_ACCEPTED, "excluded_shifts"),
        (Change.CONTRACT_ACCEPTED, "excluded_contracts"),
    ):
        refused = int(getattr(own, column)[0])
        for bit in range(refused.bit_length()):
            if refused >> bit & 1:
                yield change, 1 << bit, {column: refused & ~(1 << bit)}
    if own.lodging_needed[0]:
        yield Change.LODGING_NOT_NEEDED, 0, {"lodging_needed": 0}
    if own.available_from[0] >= 0:
        yield Change.START_ANY_DAY, 0, {"available_from": UNKNOWN}


def _vacancy_changes(own: Vacancies) -> Iterator[tuple[Change, int, Values]]:
    net, lodging = int(own.net_month[0]), int(own.lodging[0])
    if net >= 0:
        for step in PAY_STEPS:
            yield Change.PAY_HIGHER, step, {"net_month": net + step}
    if lodging:
        for kind in Lodging:
            if kind is not Lodging.NONE and not lodging & kind:
                yield Change.LODGING_OFFERED, int(kind), {"lodging": lodging & ~Lodging.NONE | kind}

"""Why not, and what would change it: the engine's own answers for one labourer, as plain names and numbers."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from app.match_runs.adapter.codes import gates_in
from app.match_runs.adapter.problem import Prepared
from matching.codes import Gate, PlaceKind, Trait
from matching.eligibility import gate_outcome
from matching.pairs import pairs_of_labourer
from matching.problem import MatchingProblem

FLOOR_STEPS = (300, 500, 1000)  # yuan a month less


def first_gates(prepared: Prepared, labourer: int = 0) -> list[tuple[str, int]]:
    """(gate, posts) for the posts that fail, by their first failing gate, most frequent first."""
    first = gate_outcome(pairs_of_labourer(prepared.problem, labourer)).first
    counts = Counter(Gate(int(gate)).name.lower() for gate in first[first != Gate.PASSED])
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def gates_of_each(prepared: Prepared) -> dict[int, tuple[list[str], list[str]]]:
    """Per labourer's id, against the first vacancy: (failing gates, gates that met an unknown), in their order."""
    found = {}
    for row, labourer_id in enumerate(prepared.labourer_ids.tolist()):
        outcome = gate_outcome(pairs_of_labourer(prepared.problem, row))
        found[labourer_id] = (gates_in(int(outcome.failed[0])), gates_in(int(outcome.unknown[0])))
    return found


def changes(prepared: Prepared) -> list[tuple[str, str, int]]:
    """What a lone labourer could say otherwise, and how many more posts would then pass every gate.

    Returns (kind, detail, posts) with posts > 0, most first: ``floor`` with yuan less; ``place`` and ``trait`` with
    the code no longer ruled out; ``lodging`` no longer needed. Only what the person said themselves is varied, never a
    gate of law or consent.
    """
    now = _passing(prepared.problem)
    found = [
        (kind, detail, _passing(_changed(prepared.problem, columns)) - now)
        for kind, detail, columns in _variants(prepared)
    ]
    return sorted((one for one in found if one[2] > 0), key=lambda one: (-one[2], one[0], one[1]))


def _passing(problem: MatchingProblem) -> int:
    return int(np.sum(gate_outcome(pairs_of_labourer(problem, 0)).passed))


def _changed(problem: MatchingProblem, columns: dict[str, Any]) -> MatchingProblem:
    return replace(problem, labourers=replace(problem.labourers, **columns))


def _variants(prepared: Prepared) -> list[tuple[str, str, dict[str, Any]]]:
    people = prepared.problem.labourers
    floor = int(people.net_floor[0])
    variants: list[tuple[str, str, dict[str, Any]]] = [
        ("floor", str(step), {"net_floor": np.array([floor - step], dtype=np.int32)})
        for step in FLOOR_STEPS
        if floor > step
    ]
    if people.lodging_needed[0]:
        variants.append(("lodging", "", {"lodging_needed": np.zeros(1, dtype=np.int32)}))
    for position in range(people.excluded_kind.shape[1]):
        if people.excluded_kind[0, position] == PlaceKind.LOCALITY:
            kinds, places = people.excluded_kind.copy(), people.excluded_place.copy()
            code = str(int(places[0, position]))
            kinds[0, position], places[0, position] = PlaceKind.NONE, 0
            variants.append(("place", code, {"excluded_kind": kinds, "excluded_place": places}))
    traits = int(people.excluded_traits[0])
    for trait in Trait:
        if traits & trait:
            less = np.array([traits & ~trait], dtype=np.int32)
            variants.append(("trait", (trait.name or "").lower(), {"excluded_traits": less}))
    return variants

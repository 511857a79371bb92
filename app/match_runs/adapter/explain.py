"""Why not, and what would change it: the engine's own answers for one labourer, as plain names and numbers."""

from collections import Counter

import numpy as np

from app.match_runs.adapter.problem import Prepared
from matching.codes import Gate
from matching.eligibility import gate_outcome
from matching.pairs import pairs_of_labourer


def first_gates(prepared: Prepared, labourer: int = 0) -> list[tuple[str, int]]:
    """(gate, posts) for the posts that fail, by their first failing gate, most frequent first."""
    first = gate_outcome(pairs_of_labourer(prepared.problem, labourer)).first
    counts = Counter(Gate(int(gate)).name.lower() for gate in first[first != Gate.PASSED])
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def passing(prepared: Prepared, labourer: int = 0) -> int:
    """How many of the posts pass every gate."""
    return int(np.sum(gate_outcome(pairs_of_labourer(prepared.problem, labourer)).passed))

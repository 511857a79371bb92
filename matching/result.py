"""What comes out of a run: candidates in one or both directions, as arrays of row numbers and millionths."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.columns import Ints

ENGINE_VERSION = "1"
"""Changes whenever the same problem, parameters and seed may give other numbers."""

NOBODY = -1
"""Fills the places of a list that is shorter than k."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The best k for each row of one side, best first; places beyond the last candidate hold ``NOBODY`` and zeros.

    Parameters
    ----------
    other
        Row number on the other side, shape (rows, k), −1 where there is none.
    overall, skill, location, willingness
        Scores in millionths, shape (rows, k).
    unknown_gates
        Bits ``1 << Gate`` of preference gates that met an unknown: to ask before anything is offered, shape (rows, k).
    unknown_parts
        Bits ``1 << Part`` of parts the vacancy (or the labourer's own record) is silent on, shape (rows, k).
    """

    other: Ints
    overall: Ints
    skill: Ints
    location: Ints
    willingness: Ints
    unknown_gates: Ints
    unknown_parts: Ints

    @property
    def count(self) -> NDArray[np.int64]:
        """Number of candidates of each row, shape (rows,)."""
        return np.asarray((self.other != NOBODY).sum(axis=1))


@dataclass(frozen=True, eq=False)
class MatchingResult:
    """The outcome of one run, equal for equal problem, parameters and seed whatever the order of rows or threads.

    Parameters
    ----------
    for_labourers
        For each labourer the best vacancies, shape (n, k); None if that direction was not asked for.
    for_vacancies
        For each vacancy the best labourers, shape (m, k); None likewise.
    k, seed
        As given.
    params_version, engine_version
        What the numbers were made with.
    """

    for_labourers: Candidates | None
    for_vacancies: Candidates | None
    k: int
    seed: int
    params_version: str
    engine_version: str = ENGINE_VERSION

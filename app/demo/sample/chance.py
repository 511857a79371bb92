"""Repeatable chance: every draw comes from ``Random.random()``, whose sequence Python keeps between versions."""

import math
import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
C = TypeVar("C")


class Weighted(Generic[T]):
    """Values with the share of each; shares need not add up to 1."""

    def __init__(self, shares: Mapping[T, float]) -> None:
        kept = {value: share for value, share in shares.items() if share > 0}
        if not kept:
            raise ValueError("A choice needs at least one value with a share above 0.")
        self.values = tuple(kept)
        total = math.fsum(kept.values())
        self.bounds = [bound / total for bound in accumulate(kept.values())]
        self.bounds[-1] = 1.0


class Chance:
    """A stream of draws named by its keys; the same keys give the same stream."""

    def __init__(self, *keys: object) -> None:
        self.random = random.Random(":".join(map(str, keys))).random  # noqa: S311 (repeatable on purpose)

    def hit(self, share: float) -> bool:
        """True in ``share`` of the draws."""
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, values: Sequence[T]) -> T:
        """One of the values, all equally likely."""
        return values[int(self.random() * len(values))]

    def among(self, choice: Weighted[T]) -> T:
        """One of the values by its share."""
        return choice.values[bisect_right(choice.bounds, self.random())]

    def some(self, values: Sequence[T], count: int) -> list[T]:
        """``count`` different values, in chance order; all of them if there are fewer."""
        left = list(values)
        chosen: list[T] = []
        while left and len(chosen) < count:
            chosen.append(left.pop(int(self.random() * len(left))))
        return chosen

    def normal(self) -> float:
        """A standard normal draw (Box and Muller)."""
        return math.sqrt(-2.0 * math.log(1.0 - self.random())) * math.cos(2.0 * math.pi * self.random())


class Table(Generic[R, C]):
    """A joint table of two traits: draw the column given the row."""

    def __init__(self, cells: Mapping[R, Mapping[C, float]]) -> None:
        self.cells = cells

    @cached_property
    def by_row(self) -> dict[R, Weighted[C]]:
        return {row: Weighted(shares) for row, shares in self.cells.items()}

    def share(self, row: R, column: C) -> float:
        """The share of a column within its row."""
        shares = self.cells[row]
        return shares[column] / math.fsum(shares.values())


def fitted(tendency: Mapping[R, Mapping[C, float]], rows: Mapping[R, float], columns: Mapping[C, float]) -> Table[R, C]:
    """Scale a table of tendencies until its margins are the given shares (iterative proportional fitting).

    ``tendency`` says how much likelier a column is in a row than elsewhere; ``rows`` and ``columns`` each add up to 1.
    """
    cells = {row: dict(values) for row, values in tendency.items()}
    for _ in range(200):
        for row, share in rows.items():
            total = math.fsum(cells[row].values())
            cells[row] = {column: value * share / total for column, value in cells[row].items()}
        for column, share in columns.items():
            total = math.fsum(cells[row][column] for row in rows)
            for row in rows:
                cells[row][column] *= share / total
    return Table(cells)

"""Tables as frozen dataclasses of flat numpy columns: how a column is declared, filled and validated."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Self, get_type_hints

import numpy as np
from numpy.typing import NDArray

from matching.exceptions import InvalidColumnError

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

Whole = int | np.signedinteger[Any]
"""A whole number of Python, or of an array."""


@dataclass(frozen=True)
class Column:
    """What one column may hold: integers from ``low`` to ``high``, ``blank`` where nothing is stated.

    ``width`` is 0 for one value per row, else the most values a row may have; ``long`` asks for 64 bits. It is
    written beside the array's type: ``Annotated[Ints, Column(0, 9)]``.
    """

    low: int
    high: int
    blank: int = 0
    width: int = 0
    long: bool = False

    @property
    def dtype(self) -> type[np.signedinteger[Any]]:
        """The type of the stored numbers."""
        return np.int64 if self.long else np.int32


class Table:
    """Base of the tables: every column is checked once, made contiguous and read-only."""

    def __post_init__(self) -> None:
        """Check each column. Raises: InvalidColumnError, naming table, column and first bad row."""
        rows: int | None = None
        for name, spec in self.columns().items():
            values = _checked(type(self).__name__, name, getattr(self, name), spec, rows)
            rows = len(values)
            object.__setattr__(self, name, values)

    @classmethod
    @cache
    def columns(cls) -> dict[str, Column]:
        """Name → declaration, in order."""
        hints = get_type_hints(cls, include_extras=True)
        return {name: hint.__metadata__[0] for name, hint in hints.items()}

    @classmethod
    def of(cls, rows: int, **given: Any) -> Self:
        """Build a table of ``rows`` rows; a column that is not given is blank (nobody has stated anything).

        Raises: InvalidColumnError, a name is unknown or a column does not fit.
        """
        specs = cls.columns()
        for name in given:
            if name not in specs:
                raise InvalidColumnError(cls.__name__, name, f"no such column; known: {', '.join(specs)}")
        return cls(**{name: given.get(name, _blank(rows, spec)) for name, spec in specs.items()})

    def take(self, rows: NDArray[np.integer[Any]]) -> Self:
        """Return the table of the given rows, in their order; what was checked is not checked again."""
        taken = object.__new__(type(self))
        for name in self.columns():
            values = getattr(self, name)[rows]
            values.flags.writeable = False
            object.__setattr__(taken, name, values)
        return taken

    def __len__(self) -> int:
        """Count the rows."""
        return len(getattr(self, next(iter(self.columns()))))


def _blank(rows: int, spec: Column) -> NDArray[Any]:
    shape = (rows, spec.width) if spec.width else (rows,)
    return np.full(shape, spec.blank, dtype=spec.dtype)


def _checked(table: str, name: str, given: Any, spec: Column, rows: int | None) -> NDArray[Any]:
    values = np.asarray(given)
    if values.dtype.kind not in "iub" and values.size:
        raise InvalidColumnError(table, name, f"holds {values.dtype}, expected whole numbers")
    if values.ndim != (2 if spec.width else 1):
        raise InvalidColumnError(table, name, f"has {values.ndim} dimensions, expected {2 if spec.width else 1}")
    if rows is not None and len(values) != rows:
        raise InvalidColumnError(table, name, f"has {len(values)} rows where the table has {rows}")
    if spec.width and not 1 <= values.shape[1] <= spec.width:
        raise InvalidColumnError(table, name, f"has {values.shape[1]} values a row, expected 1 to {spec.width}")
    bad = (values < spec.low) | (values > spec.high)
    if bad.any():
        row = int(np.argwhere(bad)[0][0])
        raise InvalidColumnError(table, name, f"row {row} holds {values[row]}, expected {spec.low} to {spec.high}")
    if values.dtype == spec.dtype and not values.flags.writeable and values.flags.c_contiguous:
        return values
    copied = np.array(values, dtype=spec.dtype, order="C", copy=True)
    copied.flags.writeable = False
    return copied

"""Figures that a law or a notice sets: dated, cited YAML under ``parameters/``, read strictly.

A figure belongs to a parameter ("minimum_wage.month"), a division, a span of days and, where a province has several
classes of areas, a class. Nobody uses a figure after ``stale_after``: whoever set it was bound to look at it again by
then, so that from there on it is not known. Which areas belong to which class is stated where a source says so; where
none does, a place is known by the lowest and the highest figure it can have, and no closer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, get_args

from app.shared.strict_yaml import DataFileError, check_keys, load_strict

PARAMETERS: Final = Path(__file__).parent / "parameters"

Status = Literal["in_force", "expired", "unverified", "illustrative"]
SOURCE_KEYS: Final = ("title", "issuer", "clause")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from."""

    title: str
    issuer: str
    clause: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount in yuan for a division from a day on, and until when it may be used."""

    code: str
    locality: str
    area: str  # the class of areas, or "" where the division has one figure
    amount: Decimal
    from_on: date
    to_on: date | None
    stale_after: date
    status: Status
    source: Source

    def usable_on(self, day: date) -> bool:
        """Whether somebody may rely on it that day."""
        ended = self.to_on is not None and day > self.to_on
        return self.from_on <= day <= self.stale_after and not ended and self.status in ("in_force", "unverified")


@dataclass(frozen=True, slots=True)
class Known:
    """What can be said of a figure at a place on a day: it lies between the bounds; a bound is None if not known."""

    lowest: Figure | None
    highest: Figure | None

    @property
    def exact(self) -> bool:
        """Whether there is one figure and no doubt."""
        return self.lowest is not None and self.highest is not None and self.lowest.amount == self.highest.amount


NOT_KNOWN: Final = Known(None, None)


class Store:
    """Shipped figures, looked up by parameter, place and day."""

    def __init__(self, figures: Iterable[Figure], complete: Iterable[tuple[str, str]] = ()) -> None:
        self._by_place: dict[tuple[str, str], list[Figure]] = {}
        self._complete = frozenset(complete)
        for figure in figures:
            self._by_place.setdefault((figure.code, figure.locality), []).append(figure)

    def get(self, code: str, places: Sequence[str], day: date) -> Known:
        """What is known of a parameter at a place that day.

        Parameters
        ----------
        code
            The parameter, for instance ``minimum_wage.month``.
        places
            The place's division and those it lies in, the nearest first; the nearest with a usable figure decides.
        day
            The day it is asked for.
        """
        for place in places:
            usable = [one for one in self._by_place.get((code, place), ()) if one.usable_on(day)]
            if usable:
                ordered = sorted(usable, key=lambda one: one.amount)
                whole = (code, place) in self._complete
                return Known(ordered[0] if whole else None, ordered[-1])
        return NOT_KNOWN

    def all_known(self, code: str, place: str) -> bool:
        """Whether every figure that can hold in a division is among those shipped for it."""
        return (code, place) in self._complete

    def figures(self) -> Iterator[Figure]:
        """All figures, by parameter and place."""
        for key in sorted(self._by_place):
            yield from sorted(self._by_place[key], key=lambda one: (one.from_on, -one.amount))


@cache
def store() -> Store:
    """The shipped figures. Raises DataFileError for a file that is not as agreed."""
    return read_store(PARAMETERS)


def read_store(folder: Path) -> Store:
    """The figures of a folder's files; the folder's name and a file's entries make the parameter."""
    figures: list[Figure] = []
    complete: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*/*.yaml")):
        content = load_strict(path)
        where = f"{path.parent.name}/{path.name}"
        check_keys(where, content, required=("description", "unit", "jurisdiction", "checked_on", "parameters"))
        _day(where, content["checked_on"])
        for name, entry in content["parameters"].items():
            code = f"{path.parent.name}.{name}"
            figures.extend(_figures(where, code, str(content["jurisdiction"]), entry))
            if entry["all_areas_known"]:
                complete.append((code, str(content["jurisdiction"])))
            # A division named by its code has this figure and no other.
            areas = {str(area) for value in entry["values"] for area in value["amounts"]}
            complete.extend((code, area) for area in areas if area.isdecimal())
    return Store(figures, complete)


def _figures(where: str, code: str, jurisdiction: str, entry: Any) -> Iterator[Figure]:
    check_keys(f"{where}: {code}", entry, required=("all_areas_known", "values"))
    days: list[date] = []
    for value in entry["values"]:
        at = f"{where}: {code}, {value.get('from_on', '?')}"
        keys = ("from_on", "to_on", "stale_after", "status", "amounts", "source")
        check_keys(at, value, required=keys)
        check_keys(f"{at}: source", value["source"], required=SOURCE_KEYS)
        if value["status"] not in get_args(Status):
            raise DataFileError(f"{at}: the status is one of {', '.join(get_args(Status))}")
        first, stale = _day(at, value["from_on"]), _day(at, value["stale_after"])
        last = None if value["to_on"] is None else _day(at, value["to_on"])
        if stale < first or (last is not None and last < first) or (days and first <= days[-1]):
            raise DataFileError(f"{at}: days must be in order, and values by their first day")
        days.append(first)
        source = Source(**{key: str(value["source"][key]) for key in SOURCE_KEYS})
        for area, amount in value["amounts"].items():
            place = jurisdiction if not str(area).isdecimal() else str(area)
            name = "" if str(area).isdecimal() or area == "all" else str(area)
            yield Figure(code, place, name, _amount(at, amount), first, last, stale, value["status"], source)


def _day(where: str, value: object) -> date:
    if type(value) is not date:
        raise DataFileError(f"{where}: {value!r} is no day; write 2024-01-01")
    return value


def _amount(where: str, value: object) -> Decimal:
    """Amounts are quoted, or a fraction would be kept inexactly."""
    if not isinstance(value, str):
        raise DataFileError(f"{where}: quote the amount {value!r}")
    try:
        amount = Decimal(value)
    except InvalidOperation as error:
        raise DataFileError(f"{where}: {value!r} is no amount") from error
    if amount <= 0:
        raise DataFileError(f"{where}: {value!r} is no amount")
    return amount

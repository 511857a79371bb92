"""Pages of lists: numbered for people, cursors for programs."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BeforeValidator

from app.shared.bounds import LARGEST_ID, LARGEST_NUMBER, number_typed
from app.shared.i18n import N_

Row = TypeVar("Row")

PAGE_SIZES = (25, 50, 100)
API_LIMIT = 200


@dataclass(frozen=True)
class Paging:
    """Which page of what size was asked for."""

    number: int = 1
    size: int = PAGE_SIZES[0]

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page and how many there are in all."""

    rows: Sequence[Row]
    total: int
    paging: Paging

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1; 0 where there is none."""
        return self.paging.offset + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.paging.offset + len(self.rows)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.paging.size))


def _paging(page: Annotated[int, Query(ge=1, le=100_000)] = 1, size: Annotated[int, Query()] = PAGE_SIZES[0]) -> Paging:
    return Paging(page, size if size in PAGE_SIZES else PAGE_SIZES[0])


PagingAsked = Annotated[Paging, Depends(_paging)]


def cursor_of(row_id: int) -> str:
    """Where a program goes on: opaque, so that nobody counts on its form."""
    return base64.urlsafe_b64encode(f"after:{row_id}".encode()).decode().rstrip("=")


def id_of_cursor(cursor: str | int | None, largest: int) -> int:
    """The id a cursor stands for, 0 for the beginning. Raises ValueError, which FastAPI answers with 422."""
    if not cursor:
        return 0
    try:
        kind, _, number = base64.urlsafe_b64decode(f"{cursor}{'=' * (-len(str(cursor)) % 4)}").decode().partition(":")
    except (ValueError, binascii.Error):
        kind, number = "", ""
    row_id = number_typed(number, largest)
    if kind == "after" and row_id is not None:
        return row_id
    raise ValueError(N_("This cursor is not one of ours; begin again without it."))


def id_of_long_cursor(cursor: str | int | None) -> int:
    return id_of_cursor(cursor, LARGEST_ID)


def _id_of_short_cursor(cursor: str | int | None) -> int:
    return id_of_cursor(cursor, LARGEST_NUMBER)


_IN_ADDRESS = Query(alias="cursor", description="`next` of the answer before")
CursorAsked = Annotated[int, BeforeValidator(_id_of_short_cursor), _IN_ADDRESS]
LongCursorAsked = Annotated[int, BeforeValidator(id_of_long_cursor), _IN_ADDRESS]  # of tables that count by int8
LimitAsked = Annotated[int, Query(ge=1, le=API_LIMIT, description="rows wanted")]

"""Numbers and days as they come in: nothing passes the door that the database or the calendar cannot hold.

Each door that takes a number or a day takes one of these types, or reads typed text by one of these functions.
"""

from datetime import date
from typing import Annotated, Final

from pydantic import Field

LARGEST_NUMBER: Final = 2**31 - 1  # int4: amounts, counts, versions, ids of short tables
LARGEST_ID: Final = 2**63 - 1  # int8: ids of long tables
FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)

RowId = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]  # of a row that stands in an address by its number
Number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]


def number_typed(text: str, largest: int = LARGEST_NUMBER) -> int | None:
    """The whole number in a field or an address; none if it is no number, or a larger one than a row holds."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(largest)):
        return None
    number = int(digits)
    return number if number <= largest else None


def version_typed(text: str) -> int:
    """The version a form was drawn from; 0, which no row has, for anything else."""
    return number_typed(text) or 0


def day_typed(text: str) -> date:
    """The day in a field or an address. Raises ValueError if it is none, or of another age."""
    day = date.fromisoformat(text.strip())
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("between 1900 and 2100")
    return day

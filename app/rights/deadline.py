"""The clock of a request."""

from datetime import date
from typing import Final

from app.shared.working_days import after_working_days

WORKING_DAYS: Final = 15  # PIPL 50 says "in time"; fifteen working days is the project's own promise


def due_on(received: date, days: int = WORKING_DAYS) -> date:
    """The last day to answer."""
    return after_working_days(received, days)

"""When a telephone may ring: no short message at night, as people hear of their affairs by day."""

from datetime import datetime, time, timedelta
from typing import Final

from app.shared.clock import SHANGHAI

QUIET_FROM: Final = time(21)
QUIET_UNTIL: Final = time(8)


def is_quiet(moment: datetime) -> bool:
    """Whether it is night in China: from 21:00, until 8:00."""
    clock = moment.astimezone(SHANGHAI).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def by_day(moment: datetime) -> datetime:
    """The moment itself by day; at night the morning that ends it."""
    if not is_quiet(moment):
        return moment
    local = moment.astimezone(SHANGHAI)
    morning = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(morning, QUIET_UNTIL, SHANGHAI).astimezone(moment.tzinfo)

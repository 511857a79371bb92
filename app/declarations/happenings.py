"""What this feature tells those that build on it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class MatchingEnded:
    """These people do not let themselves be matched any more, from now on and everywhere."""

    labourer_ids: tuple[int, ...]
    now: datetime

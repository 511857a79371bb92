"""What this feature tells those that build on it. The post is locked by whoever acts."""

from dataclasses import dataclass
from datetime import datetime

from app.vacancies.models import Vacancy


@dataclass(frozen=True)
class PostTakenOff:
    """A post is not offered any more, for good or until it is checked; its free openings are about to go."""

    vacancy: Vacancy
    now: datetime


@dataclass(frozen=True)
class PostChanged:
    """The terms of a post have changed."""

    vacancy: Vacancy
    now: datetime


@dataclass(frozen=True)
class PostOpened:
    """A post has its openings."""

    vacancy: Vacancy

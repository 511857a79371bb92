"""The life of a post, as a table: what may follow what."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.permissions import Actor
from app.shared.i18n import N_
from app.vacancies.models import STATES, Vacancy, VacancyTransition

TRANSITIONS: dict[str, frozenset[str]] = {
    "draft": frozenset({"checked", "blocked", "closed"}),
    "checked": frozenset({"verified", "draft", "blocked", "closed"}),
    "verified": frozenset({"open", "paused", "checked", "blocked", "closed"}),
    "open": frozenset({"paused", "filled", "closed", "checked", "draft", "blocked"}),
    "paused": frozenset({"paused", "open", "filled", "verified", "closed", "checked", "draft", "blocked"}),
    "filled": frozenset({"open", "paused", "closed", "checked", "draft", "blocked"}),
    "blocked": frozenset({"checked", "draft", "closed"}),
    "closed": frozenset({"checked", "draft"}),
}
assert set(TRANSITIONS) == set(STATES)


def move(session: AsyncSession, vacancy: Vacancy, to: str, reason: str, *, actor: Actor | None, now: datetime) -> None:
    """Change the state of a locked vacancy and log it. Raises Conflict (409) if it may not follow."""
    if to not in TRANSITIONS[vacancy.state]:
        raise Conflict(N_("This post cannot go from its present state to that one. Load the page again."))
    session.add(
        VacancyTransition(
            vacancy_id=vacancy.id,
            from_state=vacancy.state,
            to_state=to,
            reason=reason,
            by_user_id=actor.user_id if actor else None,
            at=now,
        )
    )
    vacancy.state, vacancy.state_reason, vacancy.updated_at = to, reason, now

"""Reads of people's records, on the trail: whoever looked can be named to the person looked at.

One row for a page, a search or a sheet, with the people on it; one for a case opened. What was searched for may be a
name and is never kept.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.labourers.models import Labourer
from app.labourers.queries import Filters
from app.permissions import Actor

NARROWING = ("search", "scope", "standing", "township", "trade", "status")


def note_opened(
    session: AsyncSession, actor: Actor, labourer: Labourer, *, act: str = "labourer.open", others: Iterable[Any] = ()
) -> None:
    """A person's record was opened; ``others`` are those whose names stand on the same page."""
    audit.record(session, actor, act, "labourer", labourer.id, people=[one.id for one in others] or None)


def note_listed(
    session: AsyncSession,
    actor: Actor,
    people: Iterable[int],
    filters: Filters,
    *,
    act: str = "labourers.list",
    reason: str | None = None,
    **detail: object,
) -> None:
    """A stretch of the list was shown. A page without anybody on it tells of nobody and leaves no row."""
    if ids := list(people):
        audit.record(
            session, actor, act, "demand_list", None,
            reason=reason, people=ids, rows=len(ids), narrowed_by=used(filters), **detail,
        )  # fmt: skip


def used(filters: Filters) -> list[str]:
    """Which filters were used, by name."""
    return [name for name in NARROWING if getattr(filters, name)]

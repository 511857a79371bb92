"""The receiving office enters a minimum wage of its region; the posts of the place are judged by it at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.errors import Forbidden, Invalid
from app.localities.queries import within
from app.localities.reference import Localities
from app.permissions import Actor
from app.policy.models import LocalFigure
from app.policy.store import Figure, store
from app.shared.clock import day_of
from app.shared.i18n import N_
from app.vacancies import service
from app.vacancies.floors import floors_on
from app.vacancies.models import Vacancy

HIGHEST: Final = {"minimum_wage.month": Decimal(10_000), "minimum_wage.hour": Decimal(200)}
CERTAIN_FOR: Final = timedelta(days=3 * 365)
"""Looked at anew every two to three years (最低工资规定 10 and the notices after it)."""
CONFIRMED_FOR: Final = timedelta(days=365)
"""An older figure entered today was looked at today: it stands for a year."""
JUDGED: Final = ("draft", "checked", "verified", "open", "paused", "filled", "blocked")

Kind = Literal["month", "hour"]


@dataclass(frozen=True)
class Entry:
    """What the office typed."""

    kind: Kind
    place: str
    amount: Decimal
    from_on: date
    source: str


async def enter(
    session: AsyncSession,
    actor: Actor,
    entry: Entry,
    localities: Localities,
    *,
    now: datetime,
    illustrative: bool = False,
) -> tuple[LocalFigure, int]:
    """Enter a figure and judge the place's posts by it; the figure, and how many posts it changed something for.

    Raises Invalid (422) naming the field, Forbidden (403) for a place outside the actor's region.
    """
    _refuse_wrong(entry, localities, day_of(now))
    if not set(localities.ancestors(entry.place)) & set(actor.scope):
        raise Forbidden(N_("This place is not in your region. The receiving office of that place enters its figure."))
    figure = LocalFigure(
        code=f"minimum_wage.{entry.kind}",
        locality_code=entry.place,
        amount=entry.amount,
        from_on=entry.from_on,
        stale_after=max(entry.from_on + CERTAIN_FOR, day_of(now) + CONFIRMED_FOR),
        status="illustrative" if illustrative else "in_force",
        source=entry.source.strip(),
        entered_by_user_id=actor.user_id,
        entered_by_organisation_id=actor.organisation_id,
        entered_at=now,
    )
    session.add(figure)
    await session.flush()  # the trail needs its id, and judging reads it back
    audit.record(
        session, actor, "minimum_wage.enter", "local_figure", figure.id,
        place=entry.place, amount=str(entry.amount), from_on=entry.from_on.isoformat(), source=figure.source,
    )  # fmt: skip
    return figure, await _judge_place(session, actor, entry.place, now)


def _refuse_wrong(entry: Entry, localities: Localities, today: date) -> None:
    code = f"minimum_wage.{entry.kind}"
    if entry.place not in localities.divisions:
        raise Invalid(N_("There is no such place."), fields={"place": N_("Choose a place of your region.")})
    if not 0 < entry.amount <= HIGHEST[code]:
        raise Invalid(
            N_("This is no minimum wage."), fields={"amount": N_("Enter the amount as the notice states it.")}
        )
    if entry.from_on > today:
        text = N_("Enter the figure that is in force today; the next one when its day has come.")
        raise Invalid(N_("This figure is not in force yet."), fields={"from_on": text})
    if len(entry.source.strip()) < 2:
        raise Invalid(N_("Say where the figure comes from."), fields={"source": N_("Title and number of the notice.")})
    former = _lowest_before(code, localities.ancestors(entry.place), today)
    if former is not None and entry.amount < former.amount:
        text = N_("Minimum wages do not fall: the lowest one known here is %(amount)s yuan.")
        raise Invalid(text, fields={"amount": N_("Compare it with the notice.")}, amount=f"{former.amount:f}")


def _lowest_before(code: str, places: Sequence[str], today: date) -> Figure | None:
    """The lowest shipped figure that was ever in force at a place, stale or not."""
    told = [one for one in store().figures() if one.code == code and one.locality in places and one.from_on <= today]
    return min(told, key=lambda one: one.amount, default=None)


async def _judge_place(session: AsyncSession, actor: Actor, place: str, now: datetime) -> int:
    """Judge every post of a place again; what opened on a lower figure and lies below this one is blocked."""
    minimum = await floors_on(session, day_of(now))
    query = select(Vacancy).where(within(Vacancy.locality_code, [place]), Vacancy.state.in_(JUDGED))
    changed = 0
    for vacancy in await session.scalars(query.order_by(Vacancy.id).with_for_update()):
        if not service.judge_again(vacancy, minimum):
            continue
        changed += 1
        vacancy.version, vacancy.updated_at = vacancy.version + 1, now
        if service.blocks(vacancy) or vacancy.state == "blocked":
            await service.back_to_check(session, actor, vacancy, now)
    return changed

"""The receiving office enters a minimum wage of its region; the posts of the place are judged by it at once.

Where nobody of the receiving region is here yet, a county states the figure for the place of a post it may vouch for;
it holds as long as its word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.employers.attesting import free_of_interest, nobody_there, valid_until
from app.employers.models import Employer
from app.errors import Conflict, Forbidden, Invalid
from app.localities.queries import within
from app.localities.reference import COUNTY, Localities
from app.permissions import Actor
from app.policy.models import LocalFigure
from app.policy.store import Figure, store
from app.shared.clock import day_of
from app.shared.i18n import N_
from app.vacancies import service
from app.vacancies.floors import NOT_JUDGED, Floors, floors_on, stated_base
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


@dataclass(frozen=True)
class Told:
    """What a county states of the place of a post."""

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
    floors = await floors_on(session, day_of(now))
    _refuse_undercutting(entry, floors)
    if not set(localities.ancestors(entry.place)) & set(actor.scope):
        raise Forbidden(N_("This place is not in your region. The receiving office of that place enters its figure."))
    stale_after = max(entry.from_on + CERTAIN_FOR, day_of(now) + CONFIRMED_FOR)
    status = "illustrative" if illustrative else "in_force"
    figure = await _add(session, actor, entry, floors, stale_after=stale_after, status=status, now=now)
    return figure, await _judge_place(session, actor, entry.place, now)


async def state_for_post(
    session: AsyncSession, actor: Actor, vacancy: Vacancy, told: Told, localities: Localities, *, now: datetime
) -> LocalFigure:
    """A county states the figure of a locked post's place, in the receiving office's stead, for 30 days.

    Raises Conflict (409) where a receiving office answers for the place, where the post is the county's own selling
    side's, or where its pay waits for no figure; Invalid (422) naming the field.
    """
    today = day_of(now)
    await nobody_there(session, vacancy.locality_code)
    employer = await session.get_one(Employer, vacancy.employer_id)
    await free_of_interest(
        session,
        actor,
        vacancy.entered_by_organisation_id,
        employer.entered_by_organisation_id,
        employer.organisation_id,
    )
    floors, base = await floors_on(session, today), stated_base(service.read_facts(vacancy))
    waiting = any(one.code == NOT_JUDGED for one in floors.findings(service.read_facts(vacancy)))
    if base is None or vacancy.locality_code is None or not waiting:
        raise Conflict(N_("This post does not wait for a minimum wage."))
    place = next(
        one for one in localities.ancestors(vacancy.locality_code) if localities.divisions[one].level <= COUNTY
    )
    entry = Entry(base.per, place, told.amount, told.from_on, told.source)
    _refuse_wrong(entry, localities, today)
    _refuse_undercutting(entry, floors)
    figure = await _add(
        session, actor, entry, floors, stale_after=valid_until(today), status="in_force", now=now, county=True
    )
    await _judge_place(session, actor, place, now)
    return figure


async def _add(
    session: AsyncSession,
    actor: Actor,
    entry: Entry,
    floors: Floors,
    *,
    stale_after: date,
    status: str,
    now: datetime,
    county: bool = False,
) -> LocalFigure:
    known = floors.known(f"minimum_wage.{entry.kind}", entry.place)
    figure = LocalFigure(
        code=f"minimum_wage.{entry.kind}",
        locality_code=entry.place,
        amount=entry.amount,
        from_on=entry.from_on,
        stale_after=stale_after,
        status=status,
        source=entry.source.strip(),
        entered_by_user_id=actor.user_id,
        entered_by_organisation_id=actor.organisation_id,
        entered_at=now,
    )
    session.add(figure)
    await session.flush()  # the trail needs its id, and judging reads it back
    more: dict[str, Any] = {"before": str(known.lowest.amount)} if known.lowest and known.exact else {}
    if county:
        more |= {"on_behalf_of": f"receiving office of {entry.place}", "until": stale_after.isoformat()}
    audit.record(
        session, actor, "minimum_wage.enter", "local_figure", figure.id,
        place=entry.place, amount=str(entry.amount), from_on=entry.from_on.isoformat(), source=figure.source, **more,
    )  # fmt: skip
    return figure


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
    """The lowest shipped figure that was ever in force at a place, stale or not.

    Only where all classes of the division are known: below a province's first class there may be lawful ones.
    """
    told = [one for one in store().figures() if one.code == code and one.from_on <= today]
    bounds = [one for one in told if one.locality in places and store().all_known(code, one.locality)]
    return min(bounds, key=lambda one: one.amount, default=None)


def _refuse_undercutting(entry: Entry, floors: Floors) -> None:
    """Raises Invalid (422) for less than the one figure shipped for a place, unless the notice is a later one."""
    known = floors.shipped(f"minimum_wage.{entry.kind}", entry.place)
    if known.lowest is None or not known.exact or entry.amount >= known.lowest.amount:
        return
    if entry.from_on <= known.lowest.from_on:
        text = N_("%(amount)s yuan are known to be in force here since %(day)s. Less needs a notice of a later day.")
        wrong = {"amount": N_("Compare it with the notice.")}
        amount, day = f"{known.lowest.amount:f}", known.lowest.from_on.isoformat()
        raise Invalid(text, fields=wrong, amount=amount, day=day)


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

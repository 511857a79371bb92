"""The receiving office enters a minimum wage of its region; the posts of the place are judged by it at once.

Where nobody of the receiving region is here yet, a county states the figure for the place of a post it may vouch for;
it holds as long as its word.

Minimum wages do not fall: less than what is on file for a place needs a notice of a later day, and two people of the
region who enter it. What the first enters counts for nothing until the second has entered the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts.models import Organisation
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

BOUNDS: Final = {
    "minimum_wage.month": (Decimal(500), Decimal(10_000)),
    "minimum_wage.hour": (Decimal(5), Decimal(200)),
}
FEN: Final = Decimal("0.01")
FIRST_DAY: Final = date(2000, 1, 1)  # no notice in force today is older; the database ends with 2100
CERTAIN_FOR: Final = timedelta(days=3 * 365)
"""Looked at anew every two to three years (最低工资规定 10 and the notices after it)."""
SECONDED_WITHIN: Final = timedelta(days=30)
"""So long a lower figure waits for the second officer."""
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

    One that is lower than what is on file is only proposed, and judges nothing, until another person enters the same.
    Raises Invalid (422) naming the field, Forbidden (403) for a place outside the actor's region.
    """
    _refuse_wrong(entry, localities, day_of(now))
    floors = await floors_on(session, day_of(now))
    if not set(localities.ancestors(entry.place)) & set(actor.scope):
        raise Forbidden(N_("This place is not in your region. The receiving office of that place enters its figure."))
    stale_after = max(entry.from_on + CERTAIN_FOR, day_of(now) + CONFIRMED_FOR)
    status = "illustrative" if illustrative else "in_force"
    if not illustrative and await _is_lower(session, actor, entry, floors, localities, now):
        status = "in_force" if await _is_seconded(session, actor, entry, now) else "proposed"
    figure = await _add(session, actor, entry, floors, stale_after=stale_after, status=status, now=now)
    if status == "proposed":
        return figure, 0
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
    if await _is_lower(session, actor, entry, floors, localities, now):
        text = N_("More is on file for this place. Less is entered by two officers of its receiving office.")
        raise Invalid(text, fields={"amount": N_("Compare it with the notice.")})
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
    act = "minimum_wage.propose" if status == "proposed" else "minimum_wage.enter"
    audit.record(
        session, actor, act, "local_figure", figure.id,
        place=entry.place, amount=str(entry.amount), from_on=entry.from_on.isoformat(), source=figure.source, **more,
    )  # fmt: skip
    return figure


def _refuse_wrong(entry: Entry, localities: Localities, today: date) -> None:
    code = f"minimum_wage.{entry.kind}"
    if entry.place not in localities.divisions:
        raise Invalid(N_("There is no such place."), fields={"place": N_("Choose a place of your region.")})
    lowest, highest = BOUNDS[code]
    if not lowest <= entry.amount <= highest or entry.amount != entry.amount.quantize(FEN):
        raise Invalid(
            N_("This is no minimum wage."), fields={"amount": N_("Enter the amount as the notice states it.")}
        )
    if entry.from_on < FIRST_DAY:
        wrong = {"from_on": N_("Enter the day from which the notice holds.")}
        raise Invalid(N_("No notice of that day is in force any more."), fields=wrong)
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


async def _is_lower(
    session: AsyncSession, actor: Actor, entry: Entry, floors: Floors, localities: Localities, now: datetime
) -> bool:
    """Whether an entry is less than a figure on file for the place, shipped or entered.

    Raises Invalid (422) unless its notice is of a later day than that figure's.
    """
    shipped = floors.shipped(f"minimum_wage.{entry.kind}", entry.place)
    on_file: list[Figure | LocalFigure | None] = [
        shipped.lowest if shipped.exact else None,
        await _last_entered(session, actor, entry, localities, day_of(now)),
    ]
    higher = [one for one in on_file if one is not None and entry.amount < one.amount]
    for one in higher:
        if entry.from_on <= one.from_on:
            text = N_(
                "%(amount)s yuan are known to be in force here since %(day)s. Less needs a notice of a later day."
            )
            wrong = {"amount": N_("Compare it with the notice.")}
            raise Invalid(text, fields=wrong, amount=f"{one.amount:f}", day=one.from_on.isoformat())
    return bool(higher)


async def _last_entered(
    session: AsyncSession, actor: Actor, entry: Entry, localities: Localities, today: date
) -> LocalFigure | None:
    """The latest figure an office entered for the place, or for the nearest one it lies in; stale or not.

    A county's word in a receiving office's stead binds others only while it holds.
    """
    places = localities.ancestors(entry.place)
    told = or_(
        LocalFigure.stale_after >= today,
        Organisation.kind != "county",
        LocalFigure.entered_by_organisation_id == actor.organisation_id,
    )
    query = select(LocalFigure).join(Organisation, Organisation.id == LocalFigure.entered_by_organisation_id)
    query = query.where(LocalFigure.code == f"minimum_wage.{entry.kind}", LocalFigure.locality_code.in_(places), told)
    found = await session.scalars(query.where(LocalFigure.status != "proposed"))
    latest = sorted(found, key=lambda one: (-places.index(one.locality_code), one.from_on, one.id))
    return latest[-1] if latest else None


async def _is_seconded(session: AsyncSession, actor: Actor, entry: Entry, now: datetime) -> bool:
    """Whether another person has proposed the very same figure lately."""
    same = select(LocalFigure.id).where(
        LocalFigure.status == "proposed",
        LocalFigure.code == f"minimum_wage.{entry.kind}",
        LocalFigure.locality_code == entry.place,
        LocalFigure.amount == entry.amount,
        LocalFigure.from_on == entry.from_on,
        LocalFigure.entered_by_user_id != actor.user_id,
        LocalFigure.entered_at > now - SECONDED_WITHIN,
    )
    return await session.scalar(same.limit(1)) is not None


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

"""Minimum wages for programs: what is known, and the receiving office's entry."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.database import Session
from app.permissions import Actor, Permission, require
from app.policy import queries
from app.policy.store import store
from app.shared.bounds import Day
from app.vacancies import minimum_wages
from app.vacancies.minimum_wages import Entry, Kind

router = APIRouter(prefix="/minimum-wages", tags=["vacancies"])


class MinimumWageIn(BaseModel):
    """A figure as the notice states it."""

    kind: Kind = Field(examples=["month"], description="a month, or an hour of part-time work")
    place: str = Field(examples=["320500"], max_length=12, description="code of the division, in the office's region")
    amount: Decimal = Field(examples=["2490"], gt=0, max_digits=7, decimal_places=2)
    from_on: Day = Field(examples=["2026-01-01"])
    source: str = Field(examples=["苏人社发〔2025〕1号"], min_length=2, max_length=300)


class MinimumWageOut(BaseModel):
    """A figure, shipped or entered."""

    kind: str
    place: str
    area: str = Field(description="class of areas, empty where the place has one figure")
    amount: Decimal
    from_on: date
    stale_after: date = Field(description="after this day nobody is judged by it")
    status: str = Field(examples=["in_force"])
    source: str
    entered: bool = Field(description="by a receiving office, and not shipped")


class MinimumWagesOut(BaseModel):
    """All figures: those entered first, the latest on top."""

    items: list[MinimumWageOut]


class EnteredOut(BaseModel):
    """What came of an entry."""

    posts_judged_anew: int
    waits_for_second: bool = Field(
        description="it is less than what is on file, and counts once another person has entered the same"
    )


@router.get("")
async def list_minimum_wages(
    session: Session, actor: Annotated[Actor, require(Permission.VACANCIES_VIEW)]
) -> MinimumWagesOut:
    """The minimum wages that posts are judged by."""
    entered = [
        _out(one.code, one.locality_code, "", one, one.source, entered=True)
        for one in await queries.listed(session, actor)
    ]
    shipped = [
        _out(one.code, one.locality, one.area, one, one.source.title, entered=False) for one in store().figures()
    ]
    return MinimumWagesOut(items=[*entered, *(one for one in shipped if one.kind in ("month", "hour"))])


@router.post("", status_code=201)
async def enter_minimum_wage(
    request: Request,
    session: Session,
    actor: Annotated[Actor, require(Permission.VACANCIES_VERIFY)],
    given: MinimumWageIn,
) -> EnteredOut:
    """Enter the figure of a place in the office's region; its posts are judged by it at once."""
    entry = Entry(given.kind, given.place, given.amount, given.from_on, given.source)
    now = request.app.state.clock()
    figure, changed = await minimum_wages.enter(session, actor, entry, request.app.state.localities, now=now)
    return EnteredOut(posts_judged_anew=changed, waits_for_second=figure.status == "proposed")


def _out(code: str, place: str, area: str, one: object, source: str, *, entered: bool) -> MinimumWageOut:
    return MinimumWageOut(
        kind=code.removeprefix("minimum_wage."),
        place=place,
        area=area,
        source=source,
        entered=entered,
        **{name: getattr(one, name) for name in ("amount", "from_on", "stale_after", "status")},
    )

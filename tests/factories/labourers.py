"""Labourers of the demand list, with or without a statement."""

from dataclasses import replace
from datetime import date, datetime
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import service as declarations
from app.labourers import service
from app.labourers.models import Labourer
from app.labourers.schemas import PersonFacts, SkillFacts, WishFacts
from app.permissions import Actor
from app.shared.encryption import KeyRing

TOWNSHIP = "340722113"  # 会宫镇
_numbers = count(1)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(body: str) -> str:
    """Seventeen digits with their check digit (GB 11643)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def person(**changes: object) -> PersonFacts:
    """An invented woman of Huigong who sews; say what the test is about."""
    number = next(_numbers)
    facts = PersonFacts(
        name="张小梅",
        id_no=id_number(f"34000019860315{number % 1000:03d}"),
        birth_on=date(1986, 3, 15),
        sex="female",
        locality_code=TOWNSHIP,
        phone=f"154{number:08d}",
        village_name="拔茅村",
        education="junior_secondary",
        skills=[SkillFacts(title="缝纫工", trade_family="sewing", months=28, level="middle")],
        wishes=WishFacts(
            wish_places=[{"code": "320500", "text": "苏州"}], wish_trades=["sewing"], floor_net_month=4800
        ),
    )
    return replace(facts, **changes)


async def make_labourer(
    session: AsyncSession,
    actor: Actor,
    keys: KeyRing,
    now: datetime,
    *,
    scope: str | None = "leave_province",
    stated_on: date | None = None,
    **changes: object,
) -> Labourer:
    """A listed person of the actor's county; ``scope=None`` leaves them without a statement."""
    labourer = await service.enter(session, actor, keys, person(**changes), now=now)
    if scope:
        statement = declarations.Statement(
            labourer.id,
            scope,
            stated_on or now.date(),
            "in_person",
            recorder="程经办",
            recorder_user_id=actor.user_id,
            evidence="form 12",
        )
        await declarations.record_many(session, actor, keys, [statement], now=now, days=180)
    return labourer

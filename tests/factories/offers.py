"""Offers at every step: a firm with an account, its open post, people who suit it, answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations.consents import Heard
from app.employers import service as employers
from app.employers.models import Employer
from app.labourers.models import Labourer
from app.labourers.schemas import WishFacts
from app.offers import answering, employing, making, queries
from app.offers.answering import Answered
from app.offers.models import Offer
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from app.vacancies.models import Vacancy
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.slips import own_pages
from tests.factories.vacancies import WUJIANG, credit_code_of, make_vacancy

# Nothing left open: with these wishes no gate of the post of ``make_vacancy`` meets an unknown.
PLAIN = WishFacts(wish_places=[{"code": "320500", "text": "苏州"}], wish_trades=["sewing"], floor_net_month=3000)


@dataclass
class Market:
    """A county's officer, the receiving office, a firm's person, and the firm's open post."""

    session: AsyncSession
    keys: KeyRing
    now: datetime
    county: Actor
    office: Actor
    firm: Actor
    vacancy: Vacancy

    async def person(self, **changes: Any) -> Labourer:
        """Somebody of the county who suits the post."""
        return await make_labourer(self.session, self.county, self.keys, self.now, **{"wishes": PLAIN, **changes})

    async def people(self, number: int) -> list[Labourer]:
        return [await self.person() for _ in range(number)]

    async def offer(self, *people: Labourer, **changes: Any) -> list[Offer]:
        """The post offered to these people by the county."""
        wanted = making.Wanted(self.vacancy.id, [one.uuid for one in people], **changes)
        made, _ = await making.make(self.session, self.county, wanted, now=self.now)
        return made

    async def code(self, labourer: Labourer) -> Heard:
        """The person's own voice, by the code of a slip."""
        return Heard("self_code", code_id=await own_pages(self.session, self.county, self.keys, labourer, self.now))

    async def accept(self, labourer: Labourer, offer: Offer, **changes: Any) -> Answered:
        person = answering.Labourer(labourer.id, labourer.organisation_id)
        heard = await self.code(labourer)
        return await answering.accept(self.session, person, offer, heard, **{"now": self.now, **changes})

    async def decline(self, labourer: Labourer, offer: Offer, **changes: Any) -> Answered:
        person = answering.Labourer(labourer.id, labourer.organisation_id)
        heard = await self.code(labourer)
        return await answering.decline(self.session, person, offer, heard, **{"now": self.now, **changes})

    async def answer(self, *offers: Offer, said: str = "yes") -> tuple[int, int, int]:
        """The firm's answer."""
        answers = {one.uuid: said for one in offers}
        return await employing.answer_many(self.session, self.firm, answers, now=self.now)

    async def placed(self) -> tuple[Labourer, Offer]:
        """Somebody whom the firm has taken on."""
        labourer = await self.person()
        (offer,) = await self.offer(labourer)
        await self.accept(labourer, offer)
        await self.answer(offer)
        return labourer, offer

    async def waiting(self) -> list[Offer]:
        return await queries.waiting(self.session, self.vacancy.id)


async def make_market(
    session: AsyncSession, keys: KeyRing, now: datetime, *, county: Actor | None = None, firm: Actor | None = None,
    office: Actor | None = None, name: str = "吴江锦华制衣有限公司", place: str = WUJIANG, **changes: Any,
) -> Market:  # fmt: skip
    """An open post of three openings at a firm with an account, and a county with people."""
    county = county or await make_actor(session)
    office = office or await make_actor(session, Role.RECEIVING_OFFICER)
    firm = firm or await make_actor(session, Role.EMPLOYER)
    employer = await make_firm(session, office, firm, now, name=name, place=place)
    vacancy = await make_vacancy(session, office, now, employer=employer, locality_code=place, **changes)
    return Market(session, keys, now, county, office, firm, vacancy)


async def make_firm(
    session: AsyncSession, office: Actor, firm: Actor, now: datetime, *, name: str, place: str = WUJIANG
) -> Employer:
    """A verified employer with that actor's account: their own, if they have one already."""
    employer = await session.scalar(select(Employer).where(Employer.organisation_id == firm.organisation_id))
    if employer is None:
        code = credit_code_of(name, office)
        employer = await employers.find_or_enter(session, office, name=name, locality_code=place, credit_code=code)
        employer.organisation_id = firm.organisation_id
    if employer.standing == "unverified":
        await employers.verify(session, office, employer, "licence seen", now=now)
    await session.flush()
    return employer

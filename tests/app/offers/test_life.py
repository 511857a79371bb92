"""Offers under any order of acts of several people at once: the rules hold after each step."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import NullPool

from app.declarations import consents
from app.declarations import queries as declarations
from app.declarations import service as words
from app.employers.models import Employer
from app.errors import AppError
from app.match_runs.adapter.pay import net_figures
from app.offers import ending, making, queries, terms
from app.offers.making import Wanted
from app.offers.models import Offer, OfferEvent
from app.placements import service as placements
from app.placements.models import Placement, PlacementEvent
from app.settings import Settings
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.vacancies import service as vacancies
from app.vacancies.models import Vacancy, VacancyOpening
from app.wall import EVERYBODY, session_options
from tests.conftest import NOW
from tests.factories.accounts import OTHER_COUNTY, make_actor, make_organisation
from tests.factories.labourers import make_labourer
from tests.factories.offers import PLAIN, Market, make_market
from tests.figures import soak_size

PEOPLE, POSTS = 5, 2  # more people than the three openings of each post
WHO, WHICH = st.integers(0, PEOPLE - 1), st.integers(0, POSTS - 1)
REACHED = ("departed", "arrived", "at_work", "ended")


class Life(RuleBasedStateMachine):
    """Two counties, two firms with a post each, five people who want work; everybody tries everything."""

    settings: Settings
    keys: KeyRing

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.now = NOW
        self.said_no: set[tuple[int, int]] = set()

    @initialize()
    def begin(self) -> None:
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        self.engine = create_async_engine(str(self.settings.database_url), poolclass=NullPool)
        self.connection = await self.engine.connect()
        self.outer = await self.connection.begin()
        options: Any = session_options(EVERYBODY) | {"join_transaction_mode": "create_savepoint"}
        self.session = async_sessionmaker(self.connection, expire_on_commit=False, **options)()
        there = await make_organisation(self.session, "county", OTHER_COUNTY)
        self.counties = [await make_actor(self.session), await make_actor(self.session, organisation=there)]
        self.markets = [
            await make_market(self.session, self.keys, NOW, county=self.counties[0], name=f"吴江{name}制衣有限公司")
            for name in ("锦华", "恒达")
        ]
        self.people = []
        for number in range(PEOPLE):
            county = self.counties[number % 2]
            home = OTHER_COUNTY if number % 2 else "340722113"
            self.people.append(
                await make_labourer(self.session, county, self.keys, NOW, wishes=PLAIN, locality_code=home)
            )
        self.begun = True

    def _market(self, which: int) -> Market:
        market = self.markets[which]
        market.now = self.now
        return market

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.runner.run(self._end())
        self.runner.close()

    async def _end(self) -> None:
        await self.session.close()
        await self.outer.rollback()
        await self.connection.close()
        await self.engine.dispose()

    def attempt(self, act: Callable[[], Awaitable[Any]]) -> bool:
        """Do it, or be refused with a message; whatever a refusal had begun is undone."""

        async def do() -> bool:
            try:
                async with self.session.begin_nested():
                    await act()
                    await self.session.flush()
            except AppError:
                for one in (*self.people, *(market.vacancy for market in self.markets)):
                    await self.session.refresh(one)  # what was undone is not in memory any more
                return False
            return True

        return self.runner.run(do())

    async def _offer_of(self, who: int, which: int) -> Offer | None:
        mine = (Offer.labourer_id == self.people[who].id, Offer.vacancy_id == self.markets[which].vacancy.id)
        query = select(Offer).where(*mine).order_by(Offer.id.desc()).limit(1)
        return await self.session.scalar(query.execution_options(populate_existing=True))

    @rule(which=WHICH, county=st.integers(0, 1), people=st.sets(WHO, min_size=1), draft=st.booleans())
    def make(self, which: int, county: int, people: set[int], draft: bool) -> None:
        uuids = [self.people[one].uuid for one in sorted(people)]
        wanted = Wanted(self._market(which).vacancy.id, uuids, draft_only=draft)
        self.attempt(lambda: making.make(self.session, self.counties[county], wanted, now=self.now))

    @rule(who=WHO, which=WHICH, county=st.integers(0, 1))
    def send(self, who: int, which: int, county: int) -> None:
        async def act() -> None:
            if offer := await self._offer_of(who, which):
                await making.send(self.session, self.counties[county], offer.uuid, now=self.now)

        self.attempt(act)

    @rule(who=WHO, which=WHICH)
    def accept(self, who: int, which: int) -> None:
        async def act() -> None:
            if offer := await self._offer_of(who, which):
                await self._market(which).accept(self.people[who], offer)

        self.attempt(act)

    @rule(who=WHO, which=WHICH)
    def decline(self, who: int, which: int) -> None:
        offer = self.runner.run(self._offer_of(who, which))
        if offer and self.attempt(lambda: self._market(which).decline(self.people[who], offer)):
            self.said_no.add((offer.labourer_id, offer.vacancy_id))

    @rule(firm=WHICH, which=WHICH, said=st.sampled_from(["yes", "yes", "certificate_missing", "ugly"]))
    def firm_answers(self, firm: int, which: int, said: str) -> None:
        async def act() -> None:
            offers = [one for who in range(PEOPLE) if (one := await self._offer_of(who, which))]
            market = self._market(which)
            own, market.firm = market.firm, self.markets[firm].firm
            try:
                counts = await market.answer(*offers, said=said)
            finally:
                market.firm = own
            assert firm == which or counts[:2] == (0, 0)

        self.attempt(act)

    @rule(who=WHO, which=WHICH, county=st.integers(0, 1))
    def withdraw(self, who: int, which: int, county: int) -> None:
        async def act() -> None:
            if offer := await self._offer_of(who, which):
                await ending.withdraw(self.session, self.counties[county], offer.uuid, "post_in_doubt", now=self.now)

        self.attempt(act)

    @rule(who=WHO)
    def take_word_back(self, who: int) -> None:
        async def act() -> None:
            heard = await self._market(0).code(self.people[who])
            await consents.withdraw_matching(self.session, self.people[who].id, heard, now=self.now)

        self.attempt(act)

    @rule(who=WHO, scope=st.sampled_from(["leave_province", "home_county", "not_now"]))
    def say_where(self, who: int, scope: str) -> None:
        said = words.Statement(
            self.people[who].id, scope, day_of(self.now), "in_person", recorder="程经办", evidence="form 9"
        )
        county = self.counties[who % 2]
        self.attempt(lambda: words.record(self.session, county, self.keys, said, now=self.now, days=180))

    @rule(which=WHICH, pay=st.sampled_from([4500, 5500, 6500]), shift=st.sampled_from(["days", "days", "two_shifts"]))
    def change_terms(self, which: int, pay: int, shift: str) -> None:
        async def act() -> None:
            vacancy = self.markets[which].vacancy
            facts = replace(vacancies.read_facts(vacancy), pay_min=pay, pay_text=f"{pay}-7000元/月", shift=shift)
            await vacancies.change(
                self.session, self.markets[which].office, vacancy, facts, version=vacancy.version,
                net_pay=net_figures, screen=lambda _: [], now=self.now,
            )  # fmt: skip

        self.attempt(act)

    @rule(which=WHICH, act=st.sampled_from(["verify", "verify", "pause", "resume", "close"]))
    def office_acts(self, which: int, act: str) -> None:
        office, vacancy = self.markets[which].office, self.markets[which].vacancy

        async def do() -> None:
            await self.session.refresh(vacancy)
            if act == "verify":
                employer = await self.session.get_one(Employer, vacancy.employer_id)
                await vacancies.verify(self.session, office, vacancy, employer, now=self.now)
            elif act == "close":
                await vacancies.close(self.session, office, vacancy, "closed", now=self.now)
            else:
                step = vacancies.pause if act == "pause" else vacancies.resume
                await step(self.session, office, vacancy, now=self.now)

        self.attempt(do)

    @rule(who=WHO, which=WHICH, to=st.sampled_from(REACHED))
    def placement_goes_on(self, who: int, which: int, to: str) -> None:
        async def act() -> None:
            offer = await self._offer_of(who, which)
            placement = await placements.of_offer(self.session, offer.id) if offer else None
            if placement:
                await placements.move(self.session, placement, to, "as told", actor=self.counties[0], now=self.now)

        self.attempt(act)

    @rule(hours=st.sampled_from([1, 30, 80]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.attempt(lambda: ending.end_due(self.session, now=self.now))

    @rule(which=WHICH)
    def refill(self, which: int) -> None:
        assert self.attempt(lambda: making.refill(self.session, self.markets[which].vacancy.id, now=self.now))

    @invariant()
    def rules_hold(self) -> None:
        if hasattr(self, "begun"):
            self.runner.run(self._check())

    async def _check(self) -> None:
        await self.session.flush()
        await self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        await self.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        fresh = select(Offer).where(Offer.labourer_id.in_([one.id for one in self.people]))
        offers = (await self.session.scalars(fresh.execution_options(populate_existing=True))).all()
        await self._openings(offers)
        await self._log(offers)
        await self._people(offers)
        await self._promises(offers)

    async def _openings(self, offers: Any) -> None:
        for market in self.markets:
            slots = select(VacancyOpening.number, VacancyOpening.taken_at)
            found = (await self.session.execute(slots.where(VacancyOpening.vacancy_id == market.vacancy.id))).all()
            taken = sorted(number for number, at in found if at is not None)
            mine = [one for one in offers if one.vacancy_id == market.vacancy.id]
            assert taken == sorted(one.opening_number for one in mine if one.state in queries.HELD)
            assert sum(one.state == "offered" for one in mine) <= len(found) - len(taken)

    async def _log(self, offers: Any) -> None:
        for table, key, rows in (
            (OfferEvent, OfferEvent.offer_id, offers),
            (PlacementEvent, PlacementEvent.placement_id, (await self.session.scalars(select(Placement))).all()),
        ):
            for one in rows:
                log = (await self.session.scalars(select(table).where(key == one.id).order_by(table.step))).all()
                assert [line.step for line in log] == list(range(1, one.step + 1))
                assert log[-1].to_state == one.state
                assert all(before.to_state == after.from_state for before, after in pairwise(log))

    async def _people(self, offers: Any) -> None:
        for number, person in enumerate(self.people):
            mine = [one for one in offers if one.labourer_id == person.id]
            places = [one for one in mine if one.state in queries.HELD and one.closed_at is None]
            assert len(places) <= 1
            running = select(func.count()).where(
                Placement.labourer_id == person.id, Placement.state.not_in(("ended", "returned"))
            )
            assert await self.session.scalar(running) == sum(one.state == "confirmed" for one in places)
            said = (await self.session.execute(declarations.of_labourer(person.id))).all()
            if said[0][1] is not None or said[0][0].scope == "not_now":
                live = [one for one in mine if one.state in queries.OPEN and one.begun_at is None]
                assert live == [], number
            for one in mine:
                is_open = one.state == "offered"
                assert not (is_open and (one.labourer_id, one.vacancy_id) in self.said_no)

    async def _promises(self, offers: Any) -> None:
        """No yes stands to terms that have become worse."""
        for one in offers:
            if one.state in queries.HELD and one.begun_at is None:
                frozen = await queries.terms_of(self.session, one)
                vacancy = await self.session.get_one(Vacancy, one.vacancy_id)
                assert frozen
                present = await terms.content_of(self.session, vacancy, one.agent_earns)
                assert terms.compare(terms.read(frozen), present).worse == ()


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("lives", "acts"), [(6, 20), pytest.param(soak_size("lives", 1_000), 100, marks=pytest.mark.soak)]
)
def test_any_order_of_acts_keeps_the_rules(
    settings: Settings, keys: KeyRing, database: str, lives: int, acts: int, figure: Callable[[str], None]
) -> None:
    Life.settings, Life.keys = settings, keys
    some = hypothesis_settings(
        max_examples=lives,
        stateful_step_count=acts,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # a life is long: what fails is told as it was
    )
    run_state_machine_as_test(Life, settings=some)
    figure(f"offers under any order of acts: up to {lives * acts:,} acts of seven kinds of people, no rule broken")

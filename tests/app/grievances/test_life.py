"""The life of a complaint under any order of acts: everybody tries everything, the rules hold after each step."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.errors import AppError
from app.grievances import clocks, drawer, handling, queries, service
from app.grievances.models import Grievance
from app.permissions import Role
from app.settings import Settings
from app.shared.encryption import KeyRing
from app.vacancies import service as vacancies
from tests.conftest import NOW
from tests.factories.accounts import make_actor
from tests.factories.grievances import CITY, PROVINCE, file, make_inspection
from tests.factories.vacancies import WUJIANG, make_vacancy

WHO = st.integers(0, 3)
WORDS = "说明情况如下。"


class Life(RuleBasedStateMachine):
    """Four inspections (two near, one above, the province), one post, one complaint; the last inspection is named."""

    settings: Settings
    keys: KeyRing

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.now = NOW
        self.closed_by_right = False

    def run(self, work: Awaitable[Any]) -> Any:
        async def do() -> Any:
            return await work

        return self.runner.run(do())

    @initialize(severe=st.booleans())
    def begin(self, severe: bool) -> None:
        self.run(self._begin("papers_kept" if severe else "wages_unpaid"))

    async def _begin(self, kind: str) -> None:
        self.engine = create_async_engine(str(self.settings.database_url), poolclass=NullPool)
        self.connection = await self.engine.connect()
        self.outer = await self.connection.begin()
        self.session = AsyncSession(self.connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        self.inspectors = [await make_inspection(self.session, code) for code in (WUJIANG, CITY, PROVINCE, WUJIANG)]
        self.office = await make_actor(self.session, Role.RECEIVING_OFFICER)
        self.vacancy = await make_vacancy(self.session, self.office, NOW)
        named = self.inspectors[3].organisation_name
        self.grievance, self.code = await file(
            self.session, self.keys, NOW, kind=kind, vacancy_uuid=self.vacancy.uuid, names=named
        )
        self.seen = await self._row()

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.run(self._end())
        self.runner.close()

    async def _end(self) -> None:
        await self.session.close()
        await self.outer.rollback()
        await self.connection.close()
        await self.engine.dispose()

    async def _row(self) -> Grievance:
        await drawer.open_for_clock(self.session)
        found = await queries.get_behind(self.session, Grievance.id == self.grievance.id)
        self.session.expunge(found)
        return found

    def attempt(self, act: Callable[[], Awaitable[Any]]) -> bool:
        """Do it, or be refused with a message; whatever a refusal had begun is undone."""

        async def do() -> bool:
            try:
                async with self.session.begin_nested():
                    await act()
                    await self.session.flush()
            except AppError:
                return False
            return True

        return bool(self.runner.run(do()))

    def later(self, **length: int) -> None:
        self.now += timedelta(**length)

    @rule(who=WHO, minutes=st.integers(1, 4000))
    def measure(self, who: int, minutes: int) -> None:
        self.later(minutes=minutes)
        actor, uuid = self.inspectors[who], self.grievance.uuid
        self.attempt(lambda: handling.record_measure(self.session, self.keys, actor, uuid, WORDS, now=self.now))

    @rule(who=WHO)
    def answer(self, who: int) -> None:
        actor, uuid = self.inspectors[who], self.grievance.uuid
        self.attempt(lambda: handling.answer(self.session, self.keys, actor, uuid, WORDS, now=self.now))

    @rule(who=WHO, to=WHO)
    def transfer(self, who: int, to: int) -> None:
        actor, other, deadline = self.inspectors[who], self.inspectors[to].organisation_uuid, self.seen.due_at
        uuid = self.grievance.uuid
        if self.attempt(lambda: handling.transfer(self.session, self.keys, actor, uuid, other, WORDS, now=self.now)):
            assert self.run(self._row()).due_at == deadline
            assert to != 3

    @rule(who=WHO)
    def take(self, who: int) -> None:
        uuid = self.grievance.uuid
        self.attempt(lambda: handling.take(self.session, self.keys, self.inspectors[who], uuid, now=self.now))

    @rule(who=WHO, upheld=st.booleans())
    def review(self, who: int, upheld: bool) -> None:
        actor, uuid, before = self.inspectors[who], self.grievance.uuid, self.seen
        done = self.attempt(
            lambda: handling.review(self.session, self.keys, actor, uuid, WORDS, upheld=upheld, now=self.now)
        )
        if done:
            assert before.review_organisation_id == actor.organisation_id != before.organisation_id
            self.closed_by_right = self.closed_by_right or upheld

    @rule(who=WHO)
    def release(self, who: int) -> None:
        actor, uuid, before = self.inspectors[who], self.grievance.uuid, self.seen
        if self.attempt(lambda: handling.release_posts(self.session, self.keys, actor, uuid, WORDS, now=self.now)):
            assert before.organisation_id == actor.organisation_id

    @rule(ask=st.booleans())
    def complainant_ends_or_asks(self, ask: bool) -> None:
        who = service.by_receipt(self.keys, self.code)
        if ask:
            self.attempt(lambda: service.ask_review(self.session, self.keys, who, WORDS, now=self.now))
        elif self.attempt(lambda: service.close(self.session, self.keys, who, now=self.now)):
            self.closed_by_right = True

    @rule(who=WHO)
    @precondition(lambda self: hasattr(self, "seen") and self.seen.state != "closed")
    def name(self, who: int) -> None:
        names, receipt = self.inspectors[who].display_name, service.by_receipt(self.keys, self.code)
        assert self.attempt(lambda: service.add_words(self.session, self.keys, receipt, "", names=names, now=self.now))

    @rule(days=st.integers(0, 90))
    def clock(self, days: int) -> None:
        self.later(days=days)
        self.run(clocks.run_due(self.session, self.keys, now=self.now))

    @rule()
    def office_tries_to_open(self) -> None:
        self.attempt(lambda: vacancies.resume(self.session, self.office, self.vacancy, now=self.now))

    @invariant()
    def rules_hold(self) -> None:
        if hasattr(self, "session"):
            self.run(self._check())

    async def _check(self) -> None:
        row = await self._row()
        assert (row.state == "closed") == self.closed_by_right
        assert (row.due_at is None) == (row.state == "closed")
        assert not {row.organisation_id, row.review_organisation_id} & set(row.named_organisation_ids)
        assert self.inspectors[3].organisation_id not in {row.organisation_id, row.review_organisation_id}
        assert row.escalations >= self.seen.escalations
        holds = await queries.holds_of(self.session, row.id)
        standing = sum(hold.released_at is None for hold, _, _ in holds)
        state, count = (
            await self.session.execute(text("SELECT state, holds FROM vacancy WHERE id = :id"), {"id": self.vacancy.id})
        ).one()
        assert count == standing
        assert (state == "open") == (standing == 0)
        for actor in self.inspectors:
            await drawer.open_for_actor(self.session, actor)
            sees = await self.session.scalar(text("SELECT count(*) FROM grievance"))
            assert not (sees and actor.user_id in row.named_user_ids)
        self.seen = row


def test_any_order_of_acts_keeps_the_rules(settings: Settings, keys: KeyRing, database: str) -> None:
    Life.settings, Life.keys = settings, keys
    some = hypothesis_settings(
        max_examples=25,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(Life, settings=some)

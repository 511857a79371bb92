"""The demo's course: two sheets in through intake, a match, and what came of it, printed as it happens."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Literal

from sqlalchemy import func, select

from app.demo.accounts import ACCOUNTS, PASSWORD, account_for_a_firm, make_accounts
from app.demo.minimums import enter_illustrative_minimums, enter_illustrative_permits
from app.demo.sample import SampleOptions, write_sample
from app.employers import queries as employers
from app.employers import service as employer_service
from app.employers.models import Employer
from app.intake import queries as intake_queries
from app.intake import service as intake
from app.intake.messages import problem_text
from app.labourers.models import Labourer
from app.match_runs import service as match_runs
from app.match_runs.models import MatchRun
from app.match_runs.told import explained
from app.shared.clock import day_of
from app.shared.i18n import use_locale
from app.vacancies import queries as vacancies
from app.vacancies import service as vacancy_service
from app.vacancies.models import Vacancy
from app.workbench import Workbench

LABOURERS, VACANCIES, SEED = 2400, 600, 1
CAUSES_SHOWN = 12
EXPLAINED = 3

Say = Callable[[str], None]
Progress = Callable[[str, int, str | None], None]


@dataclass
class Course:
    """What the demo has to say and show."""

    bench: Workbench
    folder: Path
    say: Say
    progress: Progress
    locale: str = "zh_Hans"

    async def loaded(self) -> bool:
        """Whether an earlier start has loaded and matched the lists already."""
        async with self.bench.sessions() as session:
            return bool(
                await session.scalar(select(func.count()).select_from(MatchRun).where(MatchRun.status == "done"))
            )

    async def run(self) -> dict[str, Any]:
        """Load both lists, verify the posts, match, tell. Returns the figures."""
        began = monotonic()
        async with self.bench.sessions() as session, session.begin():
            await make_accounts(session)
        self._write_sheets()
        demand = await self._import("demand_list.xlsx", "demand", "county")
        supply = await self._import("supply_list.xlsx", "supply", "suzhou")
        verified = await self._verify()
        summary = await self._match()
        await self.explain()
        figures: dict[str, Any] = {"demand": demand, "supply": supply, "verified": verified, "match": summary}
        figures["seconds"] = round(monotonic() - began, 1)
        self.say(f"\nAll of it took {figures['seconds']} s.")
        return figures

    def _write_sheets(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "manifest.json").exists():
            options = SampleOptions(on=day_of(self.bench.clock()), labourers=LABOURERS, vacancies=VACANCIES, seed=SEED)
            write_sample(options, self.folder)
        self.say(f"An invented county's two sheets are in {self.folder}")

    async def _import(self, name: str, kind: Literal["demand", "supply"], login: str) -> dict[str, int]:
        content = (self.folder / name).read_bytes()
        async with self.bench.acting_as(login) as (session, actor):
            batch = await intake.upload(
                session, actor, self.bench.keys, name=name, content=content, kind=kind, now=self.bench.clock()
            )
        uuid = batch.uuid
        await self._settled(login, uuid, name)
        async with self.bench.acting_as(login) as (session, actor):
            batch = await intake_queries.get(session, actor, uuid)
            if batch.state == "mapping":
                await intake.choose_columns(session, actor, uuid, {})
        await self._settled(login, uuid, name)
        async with self.bench.acting_as(login) as (session, actor):
            await intake.apply(session, actor, uuid)
        return await self._told(name, login, uuid)

    async def _settled(self, login: str, uuid: Any, name: str) -> None:
        async with self.bench.acting_as(login) as (session, actor):
            batch = await intake_queries.get(session, actor, uuid)
        if batch.task_run_id:
            await self.bench.finished(batch.task_run_id, lambda done, stage: self.progress(name, done, stage))

    async def _told(self, name: str, login: str, uuid: Any) -> dict[str, int]:
        await self._settled(login, uuid, name)
        async with self.bench.acting_as(login) as (session, actor):
            batch = await intake_queries.get(session, actor, uuid)
            causes = await intake_queries.causes(session, self.bench.keys, batch)
        counts = dict(batch.counts)
        rows = sum(counts.values())
        self.say(f"\n{name}: {rows} rows in, {counts.get('loaded', 0)} loaded, {counts.get('bad', 0)} refused:")
        refused = [cause for cause in causes if cause.level == "error"]
        for cause in refused[:CAUSES_SHOWN]:
            text = " ".join(problem_text(self.locale, cause.code, cause.params))
            self.say(f"  {cause.rows:5d} × {cause.field}: {text}")
        return {"rows": rows, **counts}

    async def _verify(self) -> dict[str, int]:
        """The receiving office's act, done here for the whole list so that there is something to match."""
        now = self.bench.clock()
        async with self.bench.acting_as("suzhou") as (session, actor):
            await enter_illustrative_minimums(session, actor, now)
            await enter_illustrative_permits(session, actor, now)
            waiting = employers.visible_to(actor).where(Employer.standing == "unverified")
            firms = list(await session.scalars(waiting.with_for_update()))
            await account_for_a_firm(session, [firm.id for firm in firms])
            for firm in firms:
                await employer_service.verify(session, actor, firm, "示例：已核对营业执照和信用公示系统", now=now)
            checked = vacancies.visible_to(actor).where(Vacancy.state == "checked").with_only_columns(Vacancy.uuid)
            pairs = await vacancies.with_employers(session, actor, list(await session.scalars(checked)))
            opened, left = await vacancy_service.verify_many(session, actor, pairs, now=now)
            states = await vacancies.counts_by_state(session, actor)
        self.say(
            f"\nThe receiving office verified {len(firms)} employers and opened {opened} posts; "
            f"{states.get('blocked', 0)} are against the law as they stand, {states.get('draft', 0)} are incomplete."
        )
        return {"employers": len(firms), "opened": opened, "left": left, **states}

    async def _match(self) -> dict[str, Any]:
        async with self.bench.acting_as("county") as (session, actor):
            people = await session.scalar(
                select(func.count()).select_from(Labourer).where(Labourer.organisation_id == actor.organisation_id)
            )
            run = await match_runs.start(session, actor, now=self.bench.clock())
            task_id = run.task_run_id
        began = monotonic()
        assert task_id is not None
        task = await self.bench.finished(task_id, lambda done, stage: self.progress("match", done, stage))
        summary: dict[str, Any] = dict(task.result or {})
        share = summary["labourers_with_candidates"]
        self.say(
            f"\nMatched in {monotonic() - began:.1f} s: of {people} people on the list {summary['labourers']} have a "
            f"current statement of their own; {share} of them have at least one suitable post.\n"
            f"{summary['openings_covered']} of {summary['openings']} openings in {summary['vacancies']} posts could be "
            "covered."
        )
        return summary

    async def explain(self) -> None:
        """Three matches, each with its reasons."""
        async with self.bench.acting_as("county") as (session, actor):
            with use_locale(self.locale):
                today = day_of(self.bench.clock())
                answer = await explained(session, actor, self.bench.keys, None, EXPLAINED, today=today)
        self.say("")
        for line in answer["lines"]:
            self.say(line)

    def accounts(self) -> None:
        """The accounts of the demo, to sign in with."""
        self.say("\nSign in with one of these (password " + PASSWORD + "):")
        for one in ACCOUNTS:
            self.say(f"  {one.login:10s} {one.role.value:18s} {one.office}")

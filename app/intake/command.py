"""A sheet brought in step by step for a command: what a person does on the pages, in one go, with a runner of its own.

Other runners may take the tasks as well; the command waits for what becomes of them.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.accounts import queries as accounts
from app.background.models import TaskRun
from app.background.registry import load_tasks
from app.background.runner import Runner
from app.background.states import OPEN, TaskStatus
from app.database import Sessions, make_engine, make_sessions
from app.errors import Invalid, NotFound
from app.intake import queries, service
from app.intake.fields import SheetKind, fields
from app.intake.messages import problem_text
from app.intake.models import ImportBatch
from app.intake.reading.mapping import IGNORE
from app.permissions import Actor
from app.settings import Settings
from app.shared.clock import Clock, system_clock
from app.shared.encryption import KeyRing
from app.shared.i18n import DEFAULT_LOCALE, N_, gettext
from app.wall import EVERYBODY

LOOK_EVERY = 0.1  # seconds
TASKS = ("app.intake.tasks", "app.tasks")

Progress = Callable[[int, str], None]
"""Called with percent and stage."""


class StepFailed(Exception):
    """A background step ended without a result; the message says why."""


@dataclass(frozen=True)
class Asked:
    """What a command was asked to bring in, and how."""

    file_name: str
    content: bytes
    login: str
    kind: SheetKind | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    ignore_unknown: bool = False
    check_only: bool = False


def bring_in(
    settings: Settings, url: str, keys: KeyRing, asked: Asked, progress: Progress, *, clock: Clock = system_clock
) -> dict[str, Any]:
    """Bring a sheet in and say what became of it. Import ``app.models`` before: a row may refer to any table.

    Raises NotFound for an unknown login, Invalid for an unknown column, StepFailed.
    """
    return asyncio.run(_bring_in(settings, url, keys, asked, progress, clock))


async def _bring_in(
    settings: Settings, url: str, keys: KeyRing, asked: Asked, progress: Progress, clock: Clock
) -> dict[str, Any]:
    engine = make_engine(url)
    runner = Runner(settings, url, keys, load_tasks(TASKS), schedule=(), clock=clock)
    running = asyncio.create_task(runner.run())
    try:
        return await _Import(make_sessions(engine, EVERYBODY), keys, clock, asked, progress).run()
    finally:
        runner.stop()
        await running
        await engine.dispose()


@dataclass
class _Import:
    sessions: Sessions
    keys: KeyRing
    clock: Clock
    asked: Asked
    progress: Progress
    actor: Actor | None = None

    async def run(self) -> dict[str, Any]:
        began = time.monotonic()
        uuid = await self._upload()
        batch = await self._after_task(uuid)
        if batch.state == "mapping" and (self.asked.columns or self.asked.ignore_unknown):
            await self._explain(batch)
            batch = await self._after_task(uuid)
        if batch.state == "ready" and not self.asked.check_only and _has_good(batch):
            await self._apply(uuid)
            batch = await self._after_task(uuid)
        return await self._report(batch, time.monotonic() - began)

    def _actor(self) -> Actor:
        assert self.actor is not None
        return self.actor

    async def _upload(self) -> UUID:
        async with self.sessions() as session, session.begin():
            self.actor = await accounts.actor_by_login(session, self.asked.login)
            if self.actor is None:
                raise NotFound(N_("Nobody of that login has a post."))
            batch = await service.upload(
                session,
                self.actor,
                self.keys,
                name=self.asked.file_name,
                content=self.asked.content,
                kind=self.asked.kind,
                now=self.clock(),
            )
        return batch.uuid

    async def _explain(self, batch: ImportBatch) -> None:
        indexes = {str(one["letter"]): int(one["index"]) for one in batch.columns}
        unknown = self.asked.columns.keys() - indexes.keys()
        if unknown:
            raise Invalid(N_("There is no such column to choose for."))
        choices = {indexes[letter]: key for letter, key in self.asked.columns.items()}
        if self.asked.ignore_unknown:
            for one in batch.columns:
                if one["action"] == "ask":
                    choices.setdefault(int(one["index"]), IGNORE)
        async with self.sessions() as session, session.begin():
            kind = self.asked.kind
            await service.choose_columns(session, self._actor(), batch.uuid, choices, kind=kind)

    async def _apply(self, uuid: UUID) -> None:
        async with self.sessions() as session, session.begin():
            await service.apply(session, self._actor(), uuid)

    async def _after_task(self, uuid: UUID) -> ImportBatch:
        """The batch once its task has ended."""
        while True:
            async with self.sessions() as session:
                batch = await queries.get(session, self._actor(), uuid)
                run = await session.get_one(TaskRun, batch.task_run_id)
                if run.status not in OPEN:
                    await session.refresh(batch)  # the task may have ended between the two
            self.progress(run.progress, gettext(DEFAULT_LOCALE, run.stage) if run.stage else "")
            if run.status not in OPEN:
                break
            await asyncio.sleep(LOOK_EVERY)
        if run.status != TaskStatus.DONE:
            params = (run.result or {}).get("error_params", {})
            raise StepFailed(gettext(DEFAULT_LOCALE, run.error or "", **params))  # type: ignore[arg-type]
        return batch

    async def _report(self, batch: ImportBatch, seconds: float) -> dict[str, Any]:
        async with self.sessions() as session:
            causes = await queries.causes(session, self.keys, batch, ("bad",)) if batch.counts else []
        return {
            "file": self.asked.file_name,
            "batch": str(batch.uuid),
            "kind": batch.kind,
            "state": batch.state,
            "counts": batch.counts,
            "skipped": batch.about.get("skipped", {}),
            "failure": batch.failure,
            "asked": [_asked(one) for one in batch.columns if one["action"] == "ask"],
            "missing": batch.about.get("missing", []) if batch.state == "mapping" else [],
            "causes": [_cause(one) for one in causes if one.level == "error"],
            "seconds": round(seconds, 2),
        }


def _has_good(batch: ImportBatch) -> bool:
    return bool(batch.counts.get("new") or batch.counts.get("changed"))


def _asked(column: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "letter": column["letter"],
        "header": column["header"],
        "likely": [key for key, _ in column["suggestions"]],
    }


def _cause(one: queries.CauseCount) -> dict[str, Any]:
    cause, mend = problem_text(DEFAULT_LOCALE, one.code, one.params)
    known = fields().get(one.field or "")
    return {
        "code": one.code,
        "field": one.field,
        "label": known.zh if known else "",
        "column": one.column,
        "rows": one.rows,
        "cause": cause,
        "mend": mend,
    }

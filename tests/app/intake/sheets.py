"""Small lists as offices send them, and the steps of bringing one in, for the tests of intake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.intake import service
from app.intake.fields import SheetKind, fields
from app.intake.models import ImportBatch, ImportRow
from app.permissions import Actor
from app.settings import Settings
from app.shared.encryption import KeyRing
from tests.app.intake.running import TaskRunner
from tests.app.intake.workbooks import xlsx
from tests.factories.labourers import id_number

PERSON_FIELDS = (
    "township", "household_no", "name", "id_no", "phone", "skill", "skill_months", "wish_work", "wish_place",
    "wish_wage", "stated_on", "recorder",
)  # fmt: skip
POST_FIELDS = (
    "v_company", "v_title", "v_headcount", "v_wage", "v_hours_week", "v_contract", "v_place", "v_description",
)  # fmt: skip


def person_cells(number: int, **changes: Any) -> dict[str, Any]:
    """A sound row of the demand list; a different person for each number."""
    return {
        "township": "会宫镇",
        "household_no": f"34072211300{number:05d}",
        "name": f"张小{'梅兰竹菊'[number % 4]}",
        "id_no": id_number(f"340000198603{15 + number // 1000}{number % 1000:03d}"),
        "phone": f"154{number:08d}",
        "skill": "缝纫工",
        "skill_months": 28,
        "wish_work": "愿意出省",
        "wish_place": "苏州",
        "wish_wage": 4800,
        "stated_on": "2026-11-01",
        "recorder": "程经办",
    } | changes


def post_cells(number: int, **changes: Any) -> dict[str, Any]:
    """A sound row of the supply list; a different post for each number."""
    return {
        "v_company": "吴江锦华制衣有限公司",
        "v_title": f"平缝车工{number}组",
        "v_headcount": "3人",
        "v_wage": "5500-7000元/月",
        "v_hours_week": 58,
        "v_contract": "直签",
        "v_place": "江苏省苏州市吴江区",
        "v_description": "缝制羽绒服",
    } | changes


def workbook(rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> bytes:
    """An xlsx under the headers of Duijie's own template."""
    known = fields()
    headers = [known[key].template_header() for key in keys]
    return xlsx([headers, *([row.get(key, "") for key in keys] for row in rows)])


def demand(*rows: dict[str, Any], more: Sequence[str] = ()) -> bytes:
    return workbook(rows, (*PERSON_FIELDS, *more))


def supply(*rows: dict[str, Any], more: Sequence[str] = ()) -> bytes:
    return workbook(rows, (*POST_FIELDS, *more))


@dataclass
class Intake:
    """An office at work on its sheets."""

    sessions: async_sessionmaker[AsyncSession]
    session: AsyncSession
    settings: Settings
    keys: KeyRing
    now: datetime
    actor: Actor

    async def run(self) -> None:
        """Do what waits in the background."""
        await self.session.commit()
        await TaskRunner(self.sessions, self.settings, self.keys, self.now)()

    async def check(self, content: bytes, kind: SheetKind | None = "demand", name: str = "list.xlsx") -> ImportBatch:
        """Bring a sheet in as far as it goes by itself."""
        batch = await service.upload(
            self.session, self.actor, self.keys, name=name, content=content, kind=kind, now=self.now
        )
        await self.run()
        return await self.batch(batch)

    async def load(self, content: bytes, kind: SheetKind | None = "demand") -> ImportBatch:
        """Bring a sheet in and load its good rows."""
        batch = await self.check(content, kind)
        assert batch.state == "ready", (batch.state, batch.failure, batch.about)
        return await self.apply(batch)

    async def apply(self, batch: ImportBatch) -> ImportBatch:
        await service.apply(self.session, self.actor, batch.uuid)
        await self.run()
        return await self.batch(batch)

    async def undo(self, batch: ImportBatch) -> ImportBatch:
        await service.undo(self.session, self.actor, batch.uuid, now=self.now)
        await self.run()
        return await self.batch(batch)

    async def mend(self, batch: ImportBatch, row: ImportRow, **texts: str) -> ImportRow:
        today = self.now.date()
        return await service.mend(self.session, self.actor, self.keys, batch.uuid, row.uuid, texts, today=today)

    async def batch(self, batch: ImportBatch) -> ImportBatch:
        """The batch as it is now."""
        await self.session.flush()  # a refresh forgets what is not written
        await self.session.refresh(batch)
        return batch

    async def rows(self, batch: ImportBatch) -> list[ImportRow]:
        query = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.row_no)
        return list(await self.session.scalars(query.execution_options(populate_existing=True)))

    async def row(self, batch: ImportBatch, number: int) -> ImportRow:
        """The row of that place, from 1, below the header."""
        return (await self.rows(batch))[number - 1]


def codes(row: ImportRow, level: str = "error") -> list[str]:
    """The codes of a row's problems of that level."""
    return [problem["code"] for problem in row.problems if problem["level"] == level]


def counted(batch: ImportBatch) -> dict[str, int]:
    """The counts that are not nought."""
    return {state: number for state, number in batch.counts.items() if number}

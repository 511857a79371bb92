"""A sheet brought in by a command, which waits for what the background does."""

from typing import Any

import pytest

from app.intake import command, queries, service
from app.intake.command import Asked
from tests.app.intake.sheets import Intake, demand, person_cells


async def test_a_step_that_ends_between_two_looks_is_seen(county: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheet is looked at, its task ends, the task is looked at: the sheet must not be taken as it was before."""
    content, look = demand(person_cells(1)), queries.get

    async def look_long(*asked: Any) -> Any:
        batch = await look(*asked)
        await county.run()
        return batch

    batch = await service.upload(
        county.session, county.actor, county.keys, name="list.xlsx", content=content, kind="demand", now=county.now
    )
    await county.session.commit()
    monkeypatch.setattr(queries, "get", look_long)
    asked = Asked("list.xlsx", content, "county", "demand")
    bringing = command._Import(
        county.sessions, county.keys, lambda: county.now, asked, lambda *_: None, actor=county.actor
    )
    seen = await bringing._after_task(batch.uuid)
    assert (seen.state, seen.counts["new"]) == ("ready", 1)

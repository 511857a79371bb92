"""A deletion and the sheets on their way in: nothing of the person stays in them or comes in with them later."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.intake import service as intake
from app.intake.models import ImportPart
from app.intake.parts import open_part
from app.labourers.models import Labourer
from app.rights import service
from app.rights.models import DeletionProof
from app.settings import Settings
from app.shared.encryption import KeyRing
from tests.app.intake.sheets import Intake, codes, demand, person_cells
from tests.app.intake.workbooks import xlsx
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer


@pytest.fixture
async def county(
    sessions: async_sessionmaker[AsyncSession], session: AsyncSession, settings: Settings, keys: KeyRing, now: datetime
) -> Intake:
    return Intake(sessions, session, settings, keys, now, await make_actor(session))


async def person_of_row(county: Intake, number: int) -> Labourer:
    cells = person_cells(number)
    return await make_labourer(
        county.session, county.actor, county.keys, county.now, name=cells["name"], id_no=cells["id_no"]
    )


async def deleted(county: Intake, labourer: Labourer) -> DeletionProof:
    return await service.delete_person(
        county.session, county.actor, county.keys, labourer, "own_wish", "本人书面申请", sure=True, now=county.now
    )


async def test_a_sheet_that_waits_for_its_columns_is_searched(county: Intake) -> None:
    labourer = await person_of_row(county, 1)
    theirs, others = person_cells(1), person_cells(2)
    rows = [["会宫镇", one["name"], one["id_no"], "15400000001", ""] for one in (theirs, others)]
    batch = await county.check(xlsx([["乡镇", "姓名", "身份证号", "电话", "电话"], *rows]))
    assert batch.state == "mapping"
    proof = await deleted(county, labourer)
    assert proof.removed["import_part"] == 1
    kept = (await county.session.scalars(select(ImportPart))).one()
    (first, second) = open_part(county.keys, batch.uuid, kept.cells_cipher).sheet.rows
    assert not any(first)
    assert second[2] == others["id_no"]


async def test_a_sheet_not_read_yet_is_named_on_the_proof_and_keeps_nothing_once_read(
    county: Intake, sign_in: Callable[..., Any]
) -> None:
    labourer = await person_of_row(county, 1)
    batch = await intake.upload(
        county.session, county.actor, county.keys, name="list.xlsx", kind="demand", now=county.now,
        content=demand(person_cells(1), person_cells(1, township="没有这个镇"), person_cells(2)),
    )  # fmt: skip
    proof = await deleted(county, labourer)
    assert proof.kept["import_file"] == 1
    await county.run()
    batch = await county.batch(batch)
    assert [row.state for row in await county.rows(batch)] == ["left_out", "left_out", "new"]
    for row in (await county.rows(batch))[:2]:
        assert (row.cells_cipher, row.key_index, codes(row)) == (None, None, ["erased_before"])
    uuids = [row.uuid for row in await county.rows(batch)]
    today = county.now.date()
    assert await intake.take_back(county.session, county.actor, county.keys, batch.uuid, uuids, today=today) == 0
    client = await sign_in(county.actor)
    certificate = (await client.get(f"/rights/deletions/{proof.uuid}")).text
    assert "import_file" in certificate
    assert "is not searched" in certificate
    assert (await client.get(f"/imports/{batch.uuid}?view=left")).status_code == 200


async def test_a_checked_sheet_loses_the_row_and_does_not_load_it(county: Intake) -> None:
    labourer = await person_of_row(county, 1)
    batch = await county.check(demand(person_cells(1, wish_wage=5100), person_cells(2)))
    assert [row.state for row in await county.rows(batch)] == ["changed", "new"]
    proof = await deleted(county, labourer)
    assert proof.removed["import_row"] == 1
    await county.session.commit()
    batch = await county.apply(batch)
    first, second = await county.rows(batch)
    assert (first.state, first.cells_cipher, first.key_index) == ("left_out", None, None)
    assert second.state == "loaded"

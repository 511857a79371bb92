"""After a deletion nothing in any table leads to the person, what the law asks for stays, and the proof counts it."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Base
from app.declarations.models import Declaration
from app.intake.models import ImportBatch, ImportRow
from app.labourers import queries as labourers
from app.labourers.models import Household, Labourer
from app.labourers.schemas import SkillFacts
from app.permissions import Actor
from app.rights import erasure, service
from app.rights.models import DeletionProof
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import id_number, make_labourer

SignIn = Callable[..., Any]
NUMBER = id_number("34000019790412877")
PHONE = "15488776655"
WORDS = ("欧阳未央", NUMBER, PHONE, "绝村", "独门手艺", "旧厂子", "欧阳说的话")


async def whole(session: AsyncSession, table: str) -> str:
    """Every value of a table as text, binary columns in hex."""
    rows = await session.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} t"))
    return "\n".join(rows)


async def traces(session: AsyncSession, wanted: dict[str, str]) -> list[str]:
    """table: what, for each thing wanted that some table still holds."""
    found = []
    for table in Base.metadata.tables:
        content = await whole(session, table)
        found += [f"{table}: {name}" for name, value in wanted.items() if value in content]
    return found


async def filled_person(session: AsyncSession, county: Actor, keys: KeyRing, now: datetime) -> Labourer:
    """Somebody with everything a person can have here."""
    labourer = await make_labourer(
        session, county, keys, now, name="欧阳未央", id_no=NUMBER, phone=PHONE, household_no="H-4711", relation="head",
        head_name="欧阳未央", head_id_no=NUMBER, head_phone=PHONE, village_name="绝村", work_employer="旧厂子",
        skills=[SkillFacts(title="独门手艺", trade_family="sewing")],
    )  # fmt: skip
    batch = ImportBatch(
        organisation_id=county.organisation_id, uploaded_by=county.user_id, post_id=county.post_id,
        file_name="名单.xlsx", file_hash=b"x", state="ready", kind="demand",
    )  # fmt: skip
    session.add(batch)
    await session.flush()  # the row needs its number
    index = keys.blind_index("id_no", NUMBER)
    session.add(ImportRow(batch_id=batch.id, row_no=2, state="new", cells_cipher=b"sealed cells", key_index=index))
    await service.receive(session, county, keys, labourer, "deletion", "欧阳说的话", channel="in_person", now=now)
    await service.limit(session, county, labourer, "restriction", "欧阳说的话", channel="in_person", now=now)
    await session.flush()  # what follows reads it
    return labourer


def things(labourer: Labourer, household: Household) -> dict[str, str]:
    """The person's words, ciphers, indexes and public id, as they would stand in a table's text."""
    sealed = {
        column.name: "\\\\x" + value.hex()
        for row in (labourer, household)
        for column in row.__table__.columns
        if isinstance(column.type, LargeBinary) and (value := getattr(row, column.name))
    }
    tokens = {f"token {token}": str(token) for token in labourer.name_tokens}
    return {**{word: word for word in WORDS}, **sealed, **tokens, "uuid": str(labourer.uuid), "household": "H-4711"}


async def test_nothing_leads_to_a_deleted_person(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    labourer = await filled_person(session, county, keys, now)
    household = await session.get_one(Household, labourer.household_id)
    wanted = things(labourer, household)
    before = await traces(session, wanted)
    assert {one.split(":")[0] for one in before} >= {"labourer", "household", "import_row", "processing_limit"}
    proof = await service.delete_person(session, county, keys, labourer, "own_wish", "本人书面申请", sure=True, now=now)
    await session.flush()
    assert await traces(session, wanted) == []
    assert proof.removed["labourer.name_cipher"] == proof.removed["household"] == proof.removed["import_row"] == 1
    assert proof.removed["labourer_skill"] >= 1
    assert proof.removed["declaration.evidence"] == 1
    assert proof.kept["declaration"] == proof.kept["consent"] == 1
    statement = await session.scalar(select(Declaration.scope).where(Declaration.labourer_id == proof.labourer_id))
    assert statement == "leave_province"
    assert "欧阳" not in json.dumps(proof.removed, ensure_ascii=False)


async def test_a_shared_household_stays_without_the_head(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    head = await make_labourer(
        session, county, keys, now, household_no="H-8", head_name="张小梅", id_no=NUMBER, head_id_no=NUMBER
    )
    other = await make_labourer(session, county, keys, now, household_no="H-8")
    await service.delete_person(session, county, keys, head, "own_wish", "本人书面申请", sure=True, now=now)
    household = await session.get_one(Household, other.household_id)
    await session.refresh(household)
    assert (household.household_no, household.head_name_cipher, household.head_id_no_cipher) == ("H-8", None, None)


async def test_every_table_that_points_to_people_is_thought_of() -> None:
    pointing = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in ("labourer", "household") and table.name != "labourer"
    }
    handled = {*erasure.REMOVED, *erasure.EMPTIED, *erasure.KEPT, *erasure.APART}
    assert pointing - handled == set(), "say in app/rights/erasure.py what a deletion does to these tables"


async def test_the_deleted_are_invisible_and_do_not_come_back_unasked(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, name="欧阳未央", id_no=NUMBER)
    client = await sign_in(county)
    address = f"/rights/people/{labourer.uuid}"
    form = {"ground": "own_wish", "reason": "本人书面申请"}
    unsure = await client.post(f"{address}/delete", data=form)
    assert (unsure.status_code, "cannot be undone" in unsure.text) == (422, True)
    done = await client.post(f"{address}/delete", data={**form, "sure": "yes"})
    certificate = await client.get(done.headers["location"])
    assert "labourer.name_cipher" in certificate.text
    assert "Backups" in certificate.text
    for gone in (address, f"/labourers/{labourer.uuid}", f"/api/v1/labourers/{labourer.uuid}"):
        assert (await client.get(gone)).status_code == 404
    assert "欧阳" not in (await client.get("/labourers")).text
    found = await client.post("/api/v1/labourers/search", json={"q": NUMBER})
    assert found.json()["items"] == []
    items = (await client.get("/api/v1/rights/deletions")).json()["items"]
    assert items[0]["removed"]["labourer.id_no_cipher"] == 1
    index = keys.blind_index("id_no", NUMBER)
    assert await labourers.erased_on(session, keys, county.organisation_id, [index]) == {index: now.date()}
    back = {"id_no": NUMBER, "reason": "本人今天到窗口要求重新登记"}
    assert (await client.post("/rights/readmissions", data=back)).headers["location"] == "/labourers/new"
    assert await labourers.erased_on(session, keys, county.organisation_id, [index]) == {}
    assert (await client.post("/rights/readmissions", data={**back, "id_no": "12"})).status_code == 422
    await make_labourer(session, county, keys, now, name="欧阳未央", id_no=NUMBER)
    assert (await session.scalars(select(DeletionProof.ground))).all() == ["own_wish"]

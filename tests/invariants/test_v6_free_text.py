"""V6: what no column may hold does not come in as free text either."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations.models import Declaration
from app.free_text import private_words
from app.rights import service as rights
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

PRIVATE = "维吾尔族，信教，家里贫困户，已婚，怀孕三个月"


@pytest.mark.wall("service, the words are named and nothing is kept")
async def test_no_free_text_of_an_officer_takes_what_no_column_takes(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R8. Evidence, reasons, answers and limits."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    asked = await rights.receive(
        session, county, keys, labourer, "correction", "本人已婚，请改正", channel="in_person", now=now
    )  # the person's own words are theirs
    client = await sign_in(county)
    case, person = f"/labourers/{labourer.uuid}", f"/rights/people/{labourer.uuid}"
    said = {"scope": "leave_province", "stated_on": now.date().isoformat()}
    doors: list[tuple[str, dict[str, str], str]] = [
        (f"{case}/declarations", said, "evidence"),
        (f"{case}/consents/follow_up", {}, "evidence"),
        (f"{case}/reveal", {"field": "phone"}, "reason"),
        ("/labourers/export", {}, "reason"),
        (f"/rights/requests/{asked.uuid}/answer", {"outcome": "done"}, "answer"),
        (f"{person}/limits", {"kind": "objection"}, "reason"),
        (f"{person}/copy", {}, "reason"),
    ]
    for address, form, field in doors:
        refused = await client.post(address, data=form | {field: PRIVATE})
        assert refused.status_code == 422, address
        for word in ("维吾尔族", "信教", "贫困户", "已婚", "怀孕"):
            assert word in refused.text, (address, word)
    api = await client.put(f"/api/v1{case}/consents/follow_up", json={"evidence": PRIVATE})
    assert api.status_code == 422
    assert "维吾尔族" in api.text
    assert await session.scalar(select(func.count()).select_from(Declaration)) == 0


@pytest.mark.wall("service, evidence names something that can be found again")
async def test_one_sign_is_no_evidence(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R1."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    client = await sign_in(county)
    said = {"scope": "leave_province", "stated_on": now.date().isoformat()}
    address = f"/labourers/{labourer.uuid}/declarations"
    assert (await client.post(address, data=said | {"evidence": "1"})).status_code == 422
    assert (await client.post(address, data=said | {"evidence": "35"})).status_code == 303


@pytest.mark.wall("service, split words are read together")
@pytest.mark.parametrize(
    "text", ["维 吾 尔 族", "他是汉族", "信佛", "预备党员", "离异带一个孩子", "孕妇", "低保户", "She is pregnant"]
)
def test_what_is_said_of_somebody_is_found(text: str) -> None:
    """R8."""
    assert private_words(text)


@pytest.mark.wall("service, only what is said of somebody")
@pytest.mark.parametrize(
    "text",
    [
        "签字表 35 号", "11 月 20 日在村委会当面", "电话通知包车时间", "管城回族区车站", "湘西土家族苗族自治州来车",
        "记录中没有民族、宗教和婚姻状况", "水族馆岗位面谈",
        "街道教育站诚信主管", "带教徒弟，物流产业园", "已按本人要求更正手机号", "form 12 of 2026-11-21",
    ],
)  # fmt: skip
def test_ordinary_words_are_not_refused(text: str) -> None:
    """R8."""
    assert private_words(text) == []

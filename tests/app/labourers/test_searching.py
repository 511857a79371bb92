"""What is searched for may name a person: it stands in no address, and the sealed words open for the searcher alone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import id_number, make_labourer

SignIn = Callable[..., Any]
NUMBER = id_number("34000019860315902")
PHONE = "15400990031"
PERSONAL = ("张小梅", "zhang", NUMBER, PHONE)


@pytest.fixture
async def county(session: AsyncSession, keys: KeyRing, now: datetime) -> Actor:
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, name="张小梅", id_no=NUMBER, phone=PHONE)
    await make_labourer(session, county, keys, now, name="李大强")
    return county


async def searched(client: httpx.AsyncClient, text: str, **filters: str) -> str:
    answer = await client.post("/labourers/search", data={"q": text, **filters})
    assert answer.status_code == 303
    return answer.headers["location"]


@pytest.mark.parametrize("text", PERSONAL)
async def test_no_address_of_a_search_tells_what_was_searched_for(sign_in: SignIn, county: Actor, text: str) -> None:
    client = await sign_in(county)
    address = await searched(client, text, scope="leave_province", sort="place", size="50", cols="name")
    assert text not in address
    assert quote(text) not in address
    for kept in ("scope=leave_province", "sort=place", "size=50", "cols=name"):
        assert kept in address
    page = (await client.get(address)).text
    assert "张小梅" in page
    assert "李大强" not in page
    assert f'value="{text}"' in page, "the box still shows what was searched for"
    links = [part.split('"')[0] for part in page.split('href="')[1:]]
    assert not [link for link in links if text in link or quote(text) in link]
    assert [link for link in links if link.startswith("/labourers/export?") and "search=" in link]


async def test_numbers_of_different_length_make_seals_of_one_length(sign_in: SignIn, county: Actor) -> None:
    client = await sign_in(county)
    assert len(await searched(client, NUMBER)) == len(await searched(client, PHONE))


async def test_an_empty_search_leads_to_the_whole_list(sign_in: SignIn, county: Actor) -> None:
    client = await sign_in(county)
    assert await searched(client, " ") == "/labourers"
    assert await searched(client, "", standing="ask", csrf_token="form-token") == "/labourers?standing=ask"


async def test_every_search_box_of_the_pages_is_a_post_form(sign_in: SignIn, county: Actor) -> None:
    client = await sign_in(county)
    page = (await client.get("/labourers")).text
    forms = [form for form in page.split("<form")[1:] if 'name="q"' in form.split("</form>")[0]]
    assert len(forms) == 2
    for form in forms:
        assert 'method="post"' in form.split(">")[0]
        assert 'action="/labourers/search"' in form.split(">")[0]


@pytest.mark.parametrize("address", ["/labourers", "/labourers/export", "/api/v1/labourers"])
@pytest.mark.parametrize("text", PERSONAL)
async def test_words_in_an_address_are_refused(sign_in: SignIn, county: Actor, address: str, text: str) -> None:
    client = await sign_in(county)
    answer = await client.get(address, params={"q": text})
    assert answer.status_code == 422
    assert "must not stand in an address" in answer.text
    assert "李大强" not in answer.text, "a search that was not made must not show everybody"


async def test_only_the_searcher_opens_the_seal(sign_in: SignIn, session: AsyncSession, county: Actor) -> None:
    address = await searched(await sign_in(county), NUMBER)
    organisation = await make_organisation(session, "county")
    for other in (await make_actor(session, Role.PROVINCE), await make_actor(session, organisation=organisation)):
        client = await sign_in(other)
        answer = await client.get(address)
        assert answer.status_code == 422
        assert NUMBER not in answer.text


@pytest.mark.parametrize("seal", ["x", "张三", "AAAA", "AAEA" * 30, "%00"])
async def test_a_damaged_seal_is_said_to_be_one(sign_in: SignIn, county: Actor, seal: str) -> None:
    client = await sign_in(county)
    answer = await client.get("/labourers", params={"search": seal})
    assert answer.status_code == 422
    assert "Search again" in answer.text


async def test_nobody_without_the_list_may_search_it(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session, Role.BROKER))
    assert (await client.post("/labourers/search", data={"q": "张"})).status_code == 403
    assert (await client.post("/api/v1/labourers/search", json={"q": "张"})).status_code == 403
    assert (await client.get("/labourers", params={"search": "x"})).status_code == 403


@pytest.mark.parametrize("text", PERSONAL)
async def test_a_program_searches_in_the_body(sign_in: SignIn, county: Actor, text: str) -> None:
    client = await sign_in(county)
    answer = await client.post("/api/v1/labourers/search", json={"q": text})
    assert answer.status_code == 200
    assert [one["name"] for one in answer.json()["items"]] == ["张*梅"]


async def test_a_program_walks_through_what_it_searched_for(sign_in: SignIn, county: Actor) -> None:
    client = await sign_in(county)
    first = (await client.post("/api/v1/labourers/search", json={"scope": "leave_province", "limit": 1})).json()
    rest = (await client.post("/api/v1/labourers/search", json={"limit": 1, "cursor": first["next"]})).json()
    assert first["items"][0]["uuid"] != rest["items"][0]["uuid"]
    assert rest["next"] is None
    assert (await client.post("/api/v1/labourers/search", json={"cursor": "nonsense"})).status_code == 422

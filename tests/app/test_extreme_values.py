"""Numbers and days no row can hold are refused at every door, and never break."""

import base64
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import GRANTS, Permission, Role, required_permissions
from app.shared.bounds import LARGEST_ID, day_typed, number_typed, version_typed
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.vacancies import make_vacancy

SignIn = Callable[..., Any]
HUGE = "9" * 23
FAR_CURSOR = base64.urlsafe_b64encode(f"after:{HUGE}".encode()).decode().rstrip("=")
EDGE_CURSOR = base64.urlsafe_b64encode(b"after:9223372036854775807").decode().rstrip("=")
EXTREMES = (HUGE, "9" * 5000, "9999999999", "-99999999999", "9999-12-31", "0001-01-01", FAR_CURSOR, EDGE_CURSOR)


def _lists(app: FastAPI) -> Iterator[tuple[str, set[Permission], list[str]]]:
    """Each list and form that stands at an address of its own, with the names of what it can be asked."""
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        if dependant is None or "GET" not in (route.methods or ()) or "{" in route.path:
            continue
        names = sorted(name for name in _query_names(dependant))
        if names:
            yield route.path, required_permissions(dependant), names


def _query_names(dependant: Any) -> set[str]:
    found = {field.alias for field in dependant.query_params}
    return found.union(*(_query_names(one) for one in dependant.dependencies))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.RECEIVING_OFFICER, Role.OPERATOR, Role.AUDITOR])
async def test_no_list_breaks_by_what_it_is_asked(
    application: FastAPI, sign_in: SignIn, session: AsyncSession, role: Role
) -> None:
    client, tried = await sign_in(await make_actor(session, role)), 0
    for path, permissions, names in _lists(application):
        if not permissions <= set(GRANTS[role]):
            continue
        for name in names:
            for value in EXTREMES:
                answer = await client.get(path, params={name: value})
                tried += 1
                assert answer.status_code < 500, f"{path}?{name}={value[:30]}"
    assert tried > 50


async def test_an_address_beyond_the_numbers_of_rows_is_refused_in_words(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    person = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    for path in ("/api/v1/labourers", "/api/v1/vacancies"):
        answer = await client.get(path, params={"cursor": FAR_CURSOR})
        assert (answer.status_code, "begin again" in answer.text) == (422, True)
    answer = await client.post("/api/v1/labourers/search", json={"q": "", "cursor": FAR_CURSOR})
    assert answer.status_code == 422
    form = {"version": "9" * 5000, "name": "张小梅", "village": "", "reason": "told at the desk", "no_phone": "yes"}
    assert (await client.post(f"/labourers/{person.uuid}/edit", data=form)).status_code < 500
    auditor = await sign_in(await make_actor(session, Role.AUDITOR))
    assert (await auditor.get("/api/v1/trail", params={"until": "9999-12-31"})).status_code == 422
    assert (await auditor.get("/trail", params={"since": "0001-01-01"})).status_code == 422


async def test_a_post_of_a_number_beyond_all_rows_is_not_there(sign_in: SignIn, session: AsyncSession) -> None:
    operator = await make_actor(session, Role.OPERATOR)
    client: httpx.AsyncClient = await sign_in(operator)
    users = (await client.get("/api/v1/people")).json()["items"]
    for number, status in (("2147483647", 404), ("99999999999999", 422)):
        address = f"people/{users[0]['uuid']}/posts/{number}/end"
        assert (await client.post(f"/api/v1/{address}", json={"reason": "left the office"})).status_code == status
        assert (await client.post(f"/{address}", data={"reason": "left the office"})).status_code == status
    assert (await client.post(f"/account/posts/{'9' * 25}")).status_code == 422
    spaces = {"name": "   ", "kind": "province", "locality_code": "340000"}
    assert "name" in (await client.post("/api/v1/organisations", json=spaces)).json()["fields"]
    office = {"name": "  测试局 ", "kind": "county", "licence_number": "1", "licence_from": "0001-01-01"}
    answer = await client.post("/api/v1/organisations", json=office | {"licence_until": "9999-12-31"})
    assert answer.status_code == 422


async def test_a_version_no_row_has_is_an_old_one(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now)
    client = await sign_in(office)
    answer = await client.post(f"/vacancies/{vacancy.uuid}/edit", data={"version": "9" * 5000, "title": "缝纫工"})
    assert answer.status_code in {412, 422}


def test_typed_numbers_and_days_are_read_within_their_bounds() -> None:
    assert [number_typed(text) for text in ("0", " 7 ", "2147483647")] == [0, 7, 2147483647]
    assert [number_typed(text) for text in ("", "-1", "²", "٣", "2147483648", "9" * 5000)] == [None] * 6
    assert number_typed(str(LARGEST_ID), LARGEST_ID) == LARGEST_ID
    assert version_typed("9" * 5000) == version_typed("x") == 0
    assert day_typed("2026-11-21").year == 2026
    for text in ("0001-01-01", "9999-12-31", "2026-99-99", ""):
        with pytest.raises(ValueError, match=r"."):
            day_typed(text)

"""Every role at every route, on a row of one's own and on one of another region; every permission of the matrix."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.permissions import GRANTS, PUBLIC_PATHS, PURPOSES, Actor, Permission, Reach, Role, required_permissions
from app.portal.guard import asks_for_the_person
from tests.matrix.cases import CASES, Case
from tests.matrix.world import World, make_world

REFUSED = {403, 404}


def guarded(app: FastAPI) -> Iterator[tuple[str, str, set[Permission]]]:
    """(method, path, permissions at the door) of every route that is not on the public list."""
    for route in iter_route_contexts(app.routes):
        if not hasattr(route, "dependant"):
            continue
        permissions = required_permissions(route.dependant)
        if permissions or route.path not in PUBLIC_PATHS:
            yield from ((method, route.path, permissions) for method in sorted(set(route.methods) - {"HEAD"}))


def unguarded(app: FastAPI) -> list[str]:
    """Routes that ask for nothing and are not on the public list; a person's own pages ask for the person."""
    persons = {
        route.path
        for route in iter_route_contexts(app.routes)
        if hasattr(route, "dependant") and asks_for_the_person(route.dependant)
    }
    return [f"{method} {path}" for method, path, asked in guarded(app) if not asked and path not in persons]


def without_case(app: FastAPI) -> list[str]:
    """Routes that nothing is sent to."""
    return [name for method, path, _ in guarded(app) if (name := f"{method} {path}") not in CASES]


def test_every_route_is_guarded_and_has_its_case(whole_application: FastAPI) -> None:
    assert unguarded(whole_application) == []
    assert without_case(whole_application) == []
    known = {f"{method} {path}" for method, path, _ in guarded(whole_application)}
    assert sorted(set(CASES) - known) == [], "cases of routes that are gone"


def test_an_unguarded_route_makes_the_suite_fail(whole_application: FastAPI) -> None:
    """The test of the test: a route somebody forgot to guard is named by both checks."""
    app, router = FastAPI(), APIRouter()

    @router.get("/labourers/{uuid}/forgotten")
    async def forgotten(uuid: str) -> str:
        return uuid

    app.include_router(router)
    app.router.routes += whole_application.router.routes
    assert unguarded(app) == ["GET /labourers/{uuid}/forgotten"]
    assert without_case(app) == ["GET /labourers/{uuid}/forgotten"]


def test_every_act_of_the_matrix_has_a_purpose_and_somebody() -> None:
    assert set(PURPOSES) == set(Permission)
    assert set(GRANTS) == set(Role)
    assert set(Permission) == {permission for grants in GRANTS.values() for permission in grants}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", sorted(Role))
async def test_role_at_every_route(
    role: Role, application: FastAPI, client: httpx.AsyncClient, sign_in: Callable[[Actor], Any],
    session: AsyncSession, connection: AsyncConnection, keys: Any, now: Any, figure: Callable[[str], None],
) -> None:  # fmt: skip
    world = await make_world(session, keys, now, role)
    await sign_in(world.actor)
    leaks: list[str] = []
    routes = cells = 0
    for method, path, door in guarded(application):
        case = CASES[f"{method} {path}"]
        routes += 1
        for side in _sides(world, case, door):
            cells += 1
            answer = await _sent(client, connection, world, method, path, case, side)
            wrong = _judge(world, case, door, side, answer)
            if wrong:
                leaks.append(f"{role} {method} {path} ({side}): {wrong}")
    figure(f"matrix: {role}: {cells} cells of {routes} routes, {len(leaks)} leaks")
    assert not leaks, "\n".join(leaks)


def _sides(world: World, case: Case, door: set[Permission]) -> tuple[str, ...]:
    """Another region's row is tried wherever there is such a thing: who reaches the whole system has none."""
    reaches = {world.actor.reach(one) for one in case.any_of or door}
    return ("own", "other") if case.rows and not reaches & {Reach.SYSTEM, Reach.PUBLIC} else ("own",)


async def _sent(
    client: httpx.AsyncClient, connection: AsyncConnection, world: World, method: str, path: str, case: Case, side: str
) -> httpx.Response:
    """The answer; what the request changed is taken back."""
    rows = world.own if side == "own" else world.other
    params = {**case.params, **(rows[case.rows] if case.rows else {})}
    address = re.sub(r"\{(\w+)[^}]*\}", lambda found: params[found[1]], path) + case.query
    before = await connection.begin_nested()
    answer = await client.request(method, address, data=case.form, json=case.json)
    await before.rollback()
    return answer


def _judge(world: World, case: Case, door: set[Permission], side: str, answer: httpx.Response) -> str | None:
    if case.persons:
        return None if answer.status_code == 403 else f"a labourer's own page, answered {answer.status_code}"
    asked = case.any_of or tuple(door)
    may = any(world.actor.may(one) for one in asked) if case.any_of else all(world.actor.may(one) for one in asked)
    status = answer.status_code
    if status >= 500:
        return f"broke with {status}"
    if not may:
        return None if status in REFUSED else f"not permitted, answered {status}"
    if side == "other":
        shown = sorted(text for text in world.hidden if text in answer.text and text not in str(answer.request.url))
        return None if status in REFUSED and not shown else f"another region's row, answered {status} {shown}"
    if case.own_may_refuse:
        return None if status < 500 else f"broke with {status}"
    if case.rows:
        return None if status not in {401, *REFUSED} else f"permitted on a row of one's own, answered {status}"
    if status == 401 or (status == 403 and answer.request.method == "GET"):
        return f"permitted, answered {status}"
    if any(world.actor.reach(one) is Reach.SYSTEM for one in asked):
        return None  # the whole installation, which holds no people of the lists: those are behind other permissions
    shown = sorted(text for text in world.hidden if text in answer.text)
    return f"shows another region's {shown}" if shown else None

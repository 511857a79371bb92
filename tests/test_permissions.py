"""Every route has its permission or stands on the short public list."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.permissions import PUBLIC_PATHS, ROLE_PERMISSIONS, Permission, Role, required_permissions
from app.portal.guard import asks_for_the_person


def routes_of(app: FastAPI) -> list[Any]:
    return list(iter_route_contexts(app.routes))


def test_every_route_is_guarded(whole_application: FastAPI) -> None:
    routes = routes_of(whole_application)
    assert len(routes) > 20
    open_routes = {
        (method, route.path)
        for route in routes
        for method in route.methods or ()
        if route.path not in PUBLIC_PATHS
        and not required_permissions(route.dependant)
        and not asks_for_the_person(route.dependant)
    }
    assert open_routes == set()


def test_the_public_list_names_only_routes_there_are(whole_application: FastAPI) -> None:
    paths = {route.path for route in routes_of(whole_application)}
    assert {path for path in PUBLIC_PATHS if path not in paths and "{" not in path} == set()


def test_every_role_is_in_the_matrix() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_the_selling_side_sees_no_identities() -> None:
    identities = {
        Permission.LABOURERS_VIEW,
        Permission.LABOURERS_REVEAL,
        Permission.LABOURERS_EXPORT,
        Permission.MATCHES_VIEW,
    }
    for role in (Role.BROKER, Role.EMPLOYER, Role.STATION):
        assert ROLE_PERMISSIONS[role] & identities == set()


def test_nobody_verifies_what_they_enter_for_the_selling_side() -> None:
    for role in (Role.BROKER, Role.EMPLOYER):
        assert ROLE_PERMISSIONS[role] & {Permission.VACANCIES_VERIFY, Permission.EMPLOYERS_VERIFY} == set()

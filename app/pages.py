"""The pages' map, and the frame around them: navigation by permission, organisation, region."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.accounts import pages as accounts
from app.background import pages as background
from app.employers import pages as employers
from app.errors import NotFound
from app.intake import advert_pages, contact_pages, person_pages, post_pages
from app.intake import pages as intake
from app.labourers import export_pages
from app.labourers import pages as labourers
from app.match_runs import pages as match_runs
from app.match_runs.adapter.pay import net_figures
from app.permissions import Actor, Permission, Role, require
from app.reports import pages as reports
from app.shared.gallery import sample
from app.shared.i18n import N_, lazy
from app.shared.templating import Frame, NavGroup, NavItem, render
from app.vacancies import minimum_pages
from app.vacancies import pages as vacancies

Entry = tuple[str, str, str, str, tuple[Permission, ...]]

# (group, [(key, label, address, icon, permissions)]): only what exists, only what the post may open by one of them.
NAVIGATION: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (N_("Today"), (("desk", N_("Desk"), "/", "home", (Permission.DESK_VIEW,)),)),
    (
        N_("Lists"),
        (
            ("labourers", N_("Demand list"), "/labourers", "people", (Permission.LABOURERS_VIEW,)),
            ("vacancies", N_("Supply list"), "/vacancies", "briefcase", (Permission.VACANCIES_VIEW,)),
            ("employers", N_("Employers"), "/employers", "building", (Permission.EMPLOYERS_VIEW,)),
            ("minimum-wages", N_("Minimum wages"), "/minimum-wages", "compare", (Permission.VACANCIES_VIEW,)),
            ("imports", N_("Imports"), "/imports", "upload", (Permission.DEMAND_IMPORT, Permission.SUPPLY_IMPORT)),
        ),
    ),
    (N_("Matching"), (("match-runs", N_("Match runs"), "/match-runs", "link", (Permission.MATCHES_VIEW,)),)),
)

ROLE_LABELS = {
    Role.COUNTY_OFFICER: N_("County officer"),
    Role.TOWNSHIP_OFFICER: N_("Township officer"),
    Role.VILLAGE_OFFICER: N_("Village officer"),
    Role.BROKER: N_("Labour broker"),
    Role.EMPLOYER: N_("Employer"),
    Role.RECEIVING_OFFICER: N_("Receiving office"),
    Role.STATION: N_("Labour station"),
    Role.CARRIER: N_("Carrier"),
    Role.TRAINING_BODY: N_("Training body"),
    Role.FINANCE: N_("Finance office"),
    Role.RURAL_OFFICER: N_("Agriculture and rural affairs"),
    Role.INSPECTOR: N_("Labour inspection"),
    Role.PROVINCE: N_("Province"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator of an office"),
    Role.OPERATOR: N_("System operator"),
}


def navigation(actor: Actor) -> list[NavGroup]:
    """The groups this person has something in."""
    groups = []
    for label, entries in NAVIGATION:
        items = [
            NavItem(key, lazy(name), href, icon)
            for key, name, href, icon, permissions in entries
            if any(actor.may(permission) for permission in permissions)
        ]
        if items:
            groups.append(NavGroup(lazy(label), items))
    return groups


def set_frame(request: Request) -> None:
    """Give the page its frame, if somebody is signed in."""
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is None:
        return
    searches_people = actor.may(Permission.LABOURERS_VIEW)
    request.state.frame = Frame(
        organisation=actor.organisation_name,
        scope=_scope_text(request, actor),
        user_name=actor.display_name,
        role=lazy(ROLE_LABELS[actor.role]),
        csrf_token=actor.csrf_token,
        nav=navigation(actor),
        search_href="/labourers/search" if searches_people else "/vacancies",
        searches_people=searches_people,
        account_href="/account",
        is_demo=request.app.state.settings.demo,
    )


def _scope_text(request: Request, actor: Actor) -> str:
    names = request.app.state.localities.names(actor.scope)
    return "、".join(names[:3]) + (" …" if len(names) > 3 else "")


def bring_net_pay(request: Request) -> None:
    """The engine's reader of net pay, for features that lean on no engine."""
    request.state.net_pay = net_figures


router = APIRouter(dependencies=[Depends(set_frame)], include_in_schema=False)
# Before labourers, which takes whatever stands behind /labourers/ for a person: match_runs, the export, the form.
for feature in (
    reports,
    accounts,
    background,
    match_runs,
    export_pages,
    person_pages,
    contact_pages,
    labourers,
    intake,
    vacancies,
    minimum_pages,
    employers,
):
    router.include_router(feature.router)
for feature in (advert_pages, post_pages):
    router.include_router(feature.router, dependencies=[Depends(bring_net_pay)])


@router.get("/gallery")
async def gallery(request: Request, _actor: Annotated[Actor, require(Permission.DESK_VIEW)]) -> Response:
    """Every piece of the pages with invented content, for those who build them; in the demo only."""
    if not request.app.state.settings.demo:
        raise NotFound(N_("There is no such page. Check the address, or start from the desk."))
    return render(request, "gallery.html", sample())

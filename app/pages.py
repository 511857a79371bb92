"""The pages' map, and the frame around them: navigation by permission, organisation, region."""

from fastapi import APIRouter, Depends, Request

from app.accounts import pages as accounts
from app.background import pages as background
from app.employers import pages as employers
from app.labourers import export_pages
from app.labourers import pages as labourers
from app.match_runs import pages as match_runs
from app.permissions import Actor, Permission, Role
from app.reports import pages as reports
from app.shared.i18n import N_, lazy
from app.shared.templating import Frame, NavGroup, NavItem
from app.vacancies import pages as vacancies

# (group, [(key, label, address, icon, permission)]): only what exists, only what the post may open.
NAVIGATION: tuple[tuple[str, tuple[tuple[str, str, str, str, Permission], ...]], ...] = (
    (N_("Today"), (("desk", N_("Desk"), "/", "home", Permission.DESK_VIEW),)),
    (
        N_("Lists"),
        (
            ("labourers", N_("Demand list"), "/labourers", "people", Permission.LABOURERS_VIEW),
            ("vacancies", N_("Supply list"), "/vacancies", "briefcase", Permission.VACANCIES_VIEW),
            ("employers", N_("Employers"), "/employers", "building", Permission.EMPLOYERS_VIEW),
        ),
    ),
    (N_("Matching"), (("match-runs", N_("Matches"), "/match-runs", "link", Permission.MATCHES_VIEW),)),
)

ROLE_LABELS = {
    Role.COUNTY_OFFICER: N_("County officer"),
    Role.TOWNSHIP_OFFICER: N_("Township officer"),
    Role.BROKER: N_("Labour broker"),
    Role.EMPLOYER: N_("Employer"),
    Role.RECEIVING_OFFICER: N_("Receiving office"),
    Role.STATION: N_("Labour station"),
    Role.PROVINCE: N_("Province"),
    Role.AUDITOR: N_("Auditor"),
    Role.OPERATOR: N_("System operator"),
}


def navigation(actor: Actor) -> list[NavGroup]:
    """The groups this person has something in."""
    groups = []
    for label, entries in NAVIGATION:
        items = [NavItem(key, lazy(name), href, icon) for key, name, href, icon, needs in entries if actor.may(needs)]
        if items:
            groups.append(NavGroup(lazy(label), items))
    return groups


def set_frame(request: Request) -> None:
    """Give the page its frame, if somebody is signed in."""
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is None:
        return
    request.state.frame = Frame(
        organisation=actor.organisation_name,
        scope=_scope_text(request, actor),
        user_name=actor.display_name,
        role=lazy(ROLE_LABELS[actor.role]),
        csrf_token=actor.csrf_token,
        nav=navigation(actor),
        search_href="/labourers" if actor.may(Permission.LABOURERS_VIEW) else "/vacancies",
        account_href="/account",
        is_demo=request.app.state.settings.demo,
    )


def _scope_text(request: Request, actor: Actor) -> str:
    names = request.app.state.localities.names(actor.scope)
    return "、".join(names[:3]) + (" …" if len(names) > 3 else "")


router = APIRouter(dependencies=[Depends(set_frame)], include_in_schema=False)
# Before labourers, which takes whatever stands behind /labourers/ for a person: match_runs and the export.
for feature in (reports, accounts, background, match_runs, export_pages, labourers, vacancies, employers):
    router.include_router(feature.router)

"""The pages' map, and the frame around them: navigation by permission, organisation, region."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.accounts import invitation_pages, matrix_pages, organisation_pages, people_pages
from app.accounts import pages as accounts
from app.accounts.labels import ROLE_LABELS
from app.accounts.licences import NO_LICENCE, UnlicensedActor
from app.background import pages as background
from app.employers import pages as employers
from app.errors import NotFound
from app.grievances import pages as grievances
from app.grievances import public_pages as complaint
from app.intake import advert_pages, contact_pages, person_pages, post_pages
from app.intake import pages as intake
from app.keys import pages as keys
from app.labourers import consent_pages, export_pages, review_pages
from app.labourers import pages as labourers
from app.match_runs import pages as match_runs
from app.match_runs.adapter.pay import net_figures
from app.notifications import pages as notices
from app.offers import answer_pages, offering_pages
from app.offers import pages as offers
from app.permissions import Actor, Permission, require
from app.portal import complaint_pages as own_complaint
from app.portal import message_pages as own_messages
from app.portal import offer_pages as own_offers
from app.portal import pages as portal
from app.portal import rights_pages as own_rights
from app.portal import slip_pages
from app.reports import pages as reports
from app.rights import impact_pages, retention_pages
from app.rights import pages as rights
from app.shared.gallery import sample
from app.shared.i18n import N_, LazyText, lazy
from app.shared.templating import Frame, NavGroup, NavItem, render
from app.trail import pages as trail
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
            ("slips", N_("Code slips"), "/slips", "print", (Permission.SLIPS_PRINT,)),
            ("vacancies", N_("Supply list"), "/vacancies", "briefcase", (Permission.VACANCIES_VIEW,)),
            ("employers", N_("Employers"), "/employers", "building", (Permission.EMPLOYERS_VIEW,)),
            ("minimum-wages", N_("Minimum wages"), "/minimum-wages", "compare", (Permission.VACANCIES_VIEW,)),
            ("imports", N_("Imports"), "/imports", "upload", (Permission.DEMAND_IMPORT, Permission.SUPPLY_IMPORT)),
        ),
    ),
    (
        N_("Matching"),
        (
            ("match-runs", N_("Match runs"), "/match-runs", "link", (Permission.MATCHES_VIEW,)),
            ("offers", N_("Offers"), "/offers", "inbox", (Permission.OFFERS_VIEW,)),
        ),
    ),
    (N_("Messages"), (("notices", N_("Messages"), "/notices", "inbox", (Permission.NOTICES_VIEW,)),)),
    (
        N_("Complaints"),
        (
            ("grievances", N_("Complaints to handle"), "/grievances", "inbox", (Permission.GRIEVANCES_HANDLE,)),
            ("grievance-new", N_("Take a complaint"), "/grievances/new", "pencil", (Permission.GRIEVANCES_FILE,)),
            ("waiting", N_("Complaints waiting"), "/grievances/waiting", "clock", (Permission.ORGANISATIONS_MANAGE,)),
        ),
    ),
    (
        N_("Administration"),
        (
            ("people", N_("People and posts"), "/people", "people", (Permission.PEOPLE_MANAGE,)),
            ("organisations", N_("Organisations"), "/organisations", "building", (Permission.ORGANISATIONS_MANAGE,)),
            ("permissions", N_("Who may do what"), "/permissions", "list", (Permission.REFERENCE_VIEW,)),
        ),
    ),
    (
        N_("Oversight"),
        (
            ("trail", N_("Trail"), "/trail", "eye", (Permission.TRAIL_VIEW,)),
            ("keys", N_("Encryption keys"), "/keys", "lock", (Permission.KEYS_VIEW,)),
        ),
    ),
    (
        N_("Protection"),
        (
            ("reviews", N_("Statements to look at again"), "/reviews", "eye", (Permission.DECLARATIONS_REVIEW,)),
            ("rights", N_("Rights of people"), "/rights", "eye", (Permission.RIGHTS_HANDLE,)),
            ("retention", N_("Retention"), "/rights/retention", "clock", (Permission.RETENTION_VIEW,)),
            ("impact", N_("Impact assessment"), "/rights/impact", "info", (Permission.IMPACT_EXPORT,)),
        ),
    ),
)


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
        search_href=_search_href(actor),
        searches_people=searches_people,
        account_href="/account",
        is_demo=request.app.state.settings.demo,
        warning=_warning(actor),
    )


def _search_href(actor: Actor) -> str | None:
    """Where the search on top leads: the people, else the posts; nowhere for whoever may see neither."""
    if actor.may(Permission.LABOURERS_VIEW):
        return "/labourers/search"
    return "/vacancies" if actor.may(Permission.VACANCIES_VIEW) else None


def _warning(actor: Actor) -> LazyText | None:
    return lazy(NO_LICENCE, office=actor.organisation_name) if isinstance(actor, UnlicensedActor) else None


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
    matrix_pages,
    invitation_pages,
    organisation_pages,
    people_pages,
    background,
    match_runs,
    portal,
    own_rights,
    own_complaint,
    own_messages,
    own_offers,
    answer_pages,
    offering_pages,
    offers,
    slip_pages,
    notices,
    export_pages,
    consent_pages,
    review_pages,
    person_pages,
    contact_pages,
    labourers,
    intake,
    vacancies,
    minimum_pages,
    employers,
    grievances,
    complaint,
    trail,
    keys,
    retention_pages,
    impact_pages,
    rights,
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

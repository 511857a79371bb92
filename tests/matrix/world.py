"""Two regions with a row of every kind each, and the row of a kind that is one's own for a role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import ApiToken, Invitation, Organisation, User, UserSession
from app.background.models import TaskRun
from app.declarations.models import RecorderReview
from app.employers import service as employers
from app.employers.models import Employer
from app.intake.models import ImportBatch
from app.labourers.models import Labourer
from app.permissions import Actor, Permission, Reach, Role
from app.rights import service as rights
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories import notices
from tests.factories.accounts import OTHER_COUNTY, make_actor, make_organisation
from tests.factories.grievances import file, make_inspection
from tests.factories.labourers import make_labourer
from tests.factories.match_runs import make_run
from tests.factories.offers import make_market
from tests.factories.vacancies import credit_code_of, make_vacancy

OTHER_CITY = "440300"  # 深圳市
HERE, THERE = "甲乡", "乙乡"  # in every name that must not be seen from the other region

Params = dict[str, str]


@dataclass
class World:
    """Rows of the other region, made once; rows of one's own, made when a case asks for them."""

    session: AsyncSession
    keys: KeyRing
    now: datetime
    actor: Actor
    other: dict[str, Params] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)  # texts of the other region that no list may show
    own: dict[str, Params] = field(default_factory=dict)
    county: Actor = field(init=False)
    receiving: Actor = field(init=False)


async def make_world(session: AsyncSession, keys: KeyRing, now: datetime, role: Role) -> World:
    county = await make_actor(session)
    receiving = await make_actor(session, Role.RECEIVING_OFFICER)
    organisation = await session.get_one(Organisation, county.organisation_id)
    shared = organisation if role in {Role.COUNTY_OFFICER, Role.ADMINISTRATOR} else None
    actor = await make_actor(session, role, organisation=shared)
    world = World(session, keys, now, actor)
    world.county, world.receiving = county, receiving
    far_county = await make_actor(session, organisation=await make_organisation(session, "county", OTHER_COUNTY))
    far_office = await make_actor(
        session, Role.RECEIVING_OFFICER, organisation=await make_organisation(session, "receiving_office", OTHER_CITY)
    )
    for kind, make in MAKERS.items():
        world.other[kind] = await make(world, far_county, far_office, THERE, OTHER_COUNTY, OTHER_CITY)
    world.hidden = {text for params in world.other.values() for text in params.values() if not text.isdecimal()} | {
        THERE
    }
    for kind, make in MAKERS.items():
        world.own[kind] = await make(world, *_makers_for(world, kind), HERE, "340722113", "320509")
    return world


def _makers_for(world: World, kind: str) -> tuple[Actor, Actor]:
    """Who enters the row of one's own: the actor where their office's rows count, else an office of the region."""
    reach = world.actor.reach(REACH_OF[kind])
    by_self = reach in {Reach.OFFICE, Reach.OFFERED, Reach.FIRM, Reach.SELF, Reach.CUSTODY}
    return (world.actor if by_self else world.county), (world.actor if by_self else world.receiving)


REACH_OF = {
    "labourer": Permission.LABOURERS_VIEW,
    "employer": Permission.EMPLOYERS_VIEW,
    "vacancy": Permission.VACANCIES_VIEW,
    "demand_batch": Permission.DEMAND_IMPORT,
    "supply_batch": Permission.SUPPLY_IMPORT,
    "run": Permission.MATCHES_VIEW,
    "task": Permission.DESK_VIEW,
    "session": Permission.ACCOUNT_OWN,
    "token": Permission.ACCOUNT_OWN,
    "colleague": Permission.PEOPLE_MANAGE,
    "organisation": Permission.ORGANISATIONS_MANAGE,
    "invitation": Permission.PEOPLE_MANAGE,
    "grievance": Permission.GRIEVANCES_HANDLE,
    "request": Permission.RIGHTS_HANDLE,
    "deletion": Permission.RIGHTS_HANDLE,
    "notice": Permission.NOTICES_VIEW,
    "offer": Permission.OFFERS_VIEW,
    "review": Permission.DECLARATIONS_REVIEW,
}


async def _labourer(world: World, *rest: Any) -> Params:
    return {"uuid": str((await _person(world, *rest)).uuid)}


async def _person(world: World, sender: Actor, _: Actor, name: str, home: str, __: str) -> Labourer:
    custodian = sender if sender.role is Role.COUNTY_OFFICER else world.county
    return await make_labourer(
        world.session, custodian, world.keys, world.now, name=f"{name}梅", locality_code=home, village_name="拔茅村"
    )


async def _employer(world: World, _: Actor, office: Actor, name: str, __: str, place: str) -> Params:
    return {"uuid": str((await _firm(world, office, name, place)).uuid)}


async def _firm(world: World, office: Actor, name: str, place: str) -> Employer:
    firm = f"{name}服装厂"
    code = credit_code_of(firm, office)
    employer = await employers.find_or_enter(world.session, office, name=firm, locality_code=place, credit_code=code)
    if office.role is Role.EMPLOYER:
        employer.organisation_id = office.organisation_id
    return employer


async def _vacancy(world: World, _: Actor, office: Actor, name: str, __: str, place: str) -> Params:
    employer = await _firm(world, office, name, place)
    vacancy = await make_vacancy(
        world.session, office, world.now, employer=employer, opened=False, title=f"{name}缝纫工", locality_code=place
    )
    return {"uuid": str(vacancy.uuid)}


def _batch(kind: str) -> Callable[..., Awaitable[Params]]:
    async def make(world: World, sender: Actor, office: Actor, name: str, _: str, __: str) -> Params:
        by = sender if kind == "demand" else office
        batch = ImportBatch(
            organisation_id=by.organisation_id, uploaded_by=by.user_id, post_id=by.post_id, kind=kind,
            file_name=f"{name}.xlsx", file_hash=uuid4().bytes, state="ready", sheet_name="1", header_row=1,
            counts={"bad": 0, "new": 1, "changed": 0, "same": 0, "rows": 1},
            about={"format": "xlsx", "sheets": ["1"], "missing": [], "skipped": {}}, uuid=uuid4(),
        )  # fmt: skip
        world.session.add(batch)
        await world.session.flush()
        return {"uuid": str(batch.uuid)}

    return make


async def _run(world: World, sender: Actor, office: Actor, name: str, home: str, place: str) -> Params:
    county = sender if sender.role is Role.COUNTY_OFFICER else world.county
    receiving = office if office.role is Role.RECEIVING_OFFICER else world.receiving
    title = f"好{place}制衣"
    code = credit_code_of(title, receiving)
    firm = await employers.find_or_enter(world.session, receiving, name=title, locality_code=place, credit_code=code)
    await employers.verify(world.session, receiving, firm, "seen", now=world.now)
    vacancy = await make_vacancy(world.session, receiving, world.now, employer=firm, locality_code=place)
    labourer = await make_labourer(
        world.session, county, world.keys, world.now, name=f"{name}兰", locality_code=home, village_name="拔茅村"
    )
    run = await make_run(world.session, county, vacancy.id, [labourer.id], world.now)
    return {"uuid": str(run.uuid), "labourer_uuid": str(labourer.uuid)}


async def _task(world: World, sender: Actor, _: Actor, name: str, __: str, ___: str) -> Params:
    run = TaskRun(
        name="intake.check", status="done", organisation_id=sender.organisation_id, user_id=sender.user_id, uuid=uuid4()
    )
    world.session.add(run)
    await world.session.flush()
    return {"uuid": str(run.uuid)}


async def _session(world: World, sender: Actor, *_: object) -> Params:
    uuid = uuid4()
    world.session.add(
        UserSession(
            token_hash=uuid.bytes, uuid=uuid, user_id=sender.user_id, post_id=sender.post_id, csrf_token="form-token",
            created_at=world.now, expires_at=world.now + timedelta(days=9),
        )
    )  # fmt: skip
    await world.session.flush()
    return {"uuid": str(uuid)}


async def _token(world: World, sender: Actor, _: Actor, name: str, *__: object) -> Params:
    uuid = uuid4()
    world.session.add(
        ApiToken(
            uuid=uuid, token_hash=uuid.bytes, user_id=sender.user_id, post_id=sender.post_id, name=f"{name}程序",
            scopes=["desk:view"], created_at=world.now, expires_at=world.now + timedelta(days=9),
        )
    )  # fmt: skip
    await world.session.flush()
    return {"uuid": str(uuid)}


async def _colleague(world: World, sender: Actor, *_: object) -> Params:
    organisation = await world.session.get_one(Organisation, sender.organisation_id)
    role = sender.role if sender.role is not Role.ADMINISTRATOR else Role.COUNTY_OFFICER
    other = await make_actor(world.session, role, organisation=organisation)
    user = await world.session.get_one(User, other.user_id)
    return {"uuid": str(user.uuid), "post_id": str(other.post_id)}


async def _organisation(world: World, sender: Actor, *_: object) -> Params:
    return {"uuid": str(sender.organisation_uuid)}


async def _invitation(world: World, sender: Actor, _: Actor, name: str, *__: object) -> Params:
    uuid = uuid4()
    world.session.add(
        Invitation(
            uuid=uuid, token_hash=uuid.bytes, organisation_id=sender.organisation_id, role="county_officer",
            display_name=f"{name}来人", created_at=world.now, expires_at=world.now + timedelta(hours=70),
        )
    )  # fmt: skip
    await world.session.flush()
    return {"uuid": str(uuid)}


async def _grievance(world: World, sender: Actor, _: Actor, name: str, home: str, place: str) -> Params:
    """Assigned to the actor's own inspection, or to one of the other region."""
    place_code = world.actor.organisation_locality if name == HERE else OTHER_COUNTY
    if name == THERE or world.actor.role is not Role.INSPECTOR:
        await make_inspection(world.session, place_code or OTHER_COUNTY)
    grievance, _code = await file(
        world.session, world.keys, world.now, place_code=place_code, home_code=home, text=f"{name}欠薪三个月。"
    )
    return {"uuid": str(grievance.uuid)}


async def _request(world: World, sender: Actor, *rest: Any) -> Params:
    labourer = await _person(world, sender, *rest)
    asked = await rights.receive(
        world.session, None, world.keys, labourer, "correction", "我的手机号变了，请改。", channel="in_person",
        now=world.now,
    )  # fmt: skip
    return {"uuid": str(asked.uuid)}


async def _deletion(world: World, sender: Actor, *rest: Any) -> Params:
    labourer = await _person(world, sender, *rest)
    by = sender if sender.role is Role.COUNTY_OFFICER else world.county
    proof = await rights.delete_person(
        world.session, by, world.keys, labourer, "own_wish", "the person asked for it", sure=True, now=world.now
    )
    return {"uuid": str(proof.uuid)}


async def _notice(world: World, sender: Actor, _: Actor, name: str, *__: object) -> Params:
    params = {"office": f"{name}人社局", "role": "经办", "until": "2026-11-24"}
    made = await notices.put(
        world.session, world.keys, world.now, notices.invitation(sender.organisation_id, params=params)
    )
    return {"uuid": str(made.uuid)}


async def _offer(world: World, sender: Actor, office: Actor, name: str, home: str, place: str) -> Params:
    """Somebody said yes; the firm is the actor's own where a firm looks."""
    county = sender if sender.role is Role.COUNTY_OFFICER else world.county
    firm = sender if sender.role is Role.EMPLOYER else await make_actor(world.session, Role.EMPLOYER)
    market = await make_market(
        world.session, world.keys, world.now, county=county, firm=firm, place=place, name=f"好{place}服装厂",
    )  # fmt: skip
    labourer = await market.person(name=f"{name}菊", locality_code=home, village_name="拔茅村")
    (offer,) = await market.offer(labourer)
    await market.accept(labourer, offer)
    return {"uuid": str(offer.uuid)}


async def _review(world: World, sender: Actor, *_: object) -> Params:
    review = RecorderReview(
        organisation_id=sender.organisation_id, recorder_index=uuid4().bytes, stated_on=day_of(world.now), rows=0,
        opened_at=world.now,
    )  # fmt: skip
    world.session.add(review)
    await world.session.flush()
    return {"uuid": str(review.uuid)}


MAKERS: dict[str, Callable[..., Awaitable[Params]]] = {
    "labourer": _labourer,
    "employer": _employer,
    "vacancy": _vacancy,
    "demand_batch": _batch("demand"),
    "supply_batch": _batch("supply"),
    "run": _run,
    "task": _task,
    "session": _session,
    "token": _token,
    "colleague": _colleague,
    "organisation": _organisation,
    "invitation": _invitation,
    "grievance": _grievance,
    "request": _request,
    "deletion": _deletion,
    "notice": _notice,
    "offer": _offer,
    "review": _review,
}

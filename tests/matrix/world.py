"""Two regions with a row of every kind each, and the row of a kind that is one's own for a role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.background.models import TaskRun
from app.employers import service as employers
from app.employers.models import Employer
from app.intake.models import ImportBatch
from app.permissions import Actor, Permission, Reach, Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import OTHER_COUNTY, make_actor, make_organisation
from tests.factories.labourers import make_labourer
from tests.factories.match_runs import make_run
from tests.factories.vacancies import make_vacancy

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
    organisation = await session.get_one(_organisation_model(), county.organisation_id)
    shared = organisation if role in {Role.COUNTY_OFFICER, Role.ADMINISTRATOR} else None
    actor = await make_actor(session, role, organisation=shared)
    world = World(session, keys, now, actor)
    world.county, world.receiving = county, receiving
    far_county = await make_actor(session, organisation=await make_organisation(session, "county", OTHER_COUNTY))
    far_office = await make_actor(
        session, Role.RECEIVING_OFFICER, organisation=await make_organisation(session, "receiving_office", OTHER_CITY)
    )
    for kind, make in MAKERS.items():
        world.other[kind] = await make(world, far_county, far_office, THERE, OTHER_COUNTY, OTHER_CITY + "")
    world.hidden = {text for params in world.other.values() for text in params.values()} | {THERE}
    for kind, make in MAKERS.items():
        world.own[kind] = await make(world, *_makers_for(world, kind), HERE, "340722113", "320509")
    return world


def _organisation_model() -> type:
    from app.accounts.models import Organisation  # noqa: PLC0415

    return Organisation


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
}


async def _labourer(world: World, sender: Actor, _: Actor, name: str, home: str, __: str) -> Params:
    custodian = sender if sender.role is Role.COUNTY_OFFICER else world.county
    labourer = await make_labourer(
        world.session, custodian, world.keys, world.now, name=f"{name}梅", locality_code=home, village_name="拔茅村"
    )
    return {"uuid": str(labourer.uuid)}


async def _employer(world: World, _: Actor, office: Actor, name: str, __: str, place: str) -> Params:
    return {"uuid": str((await _firm(world, office, name, place)).uuid)}


async def _firm(world: World, office: Actor, name: str, place: str) -> Employer:
    employer = await employers.find_or_enter(world.session, office, name=f"{name}服装厂", locality_code=place)
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
            about={"format": "xlsx", "sheets": ["1"], "missing": [], "skipped": {}}, uuid=uuid4(),
        )  # fmt: skip
        world.session.add(batch)
        await world.session.flush()
        return {"uuid": str(batch.uuid)}

    return make


async def _run(world: World, sender: Actor, office: Actor, name: str, home: str, place: str) -> Params:
    county = sender if sender.role is Role.COUNTY_OFFICER else world.county
    receiving = office if office.role is Role.RECEIVING_OFFICER else world.receiving
    firm = await employers.find_or_enter(world.session, receiving, name=f"好{place}制衣", locality_code=place)
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


MAKERS: dict[str, Callable[..., Awaitable[Params]]] = {
    "labourer": _labourer,
    "employer": _employer,
    "vacancy": _vacancy,
    "demand_batch": _batch("demand"),
    "supply_batch": _batch("supply"),
    "run": _run,
    "task": _task,
}

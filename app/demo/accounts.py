"""The demo's invented offices and people, and their published passwords. Never made outside the demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation, Post, PostScope, User
from app.accounts.passwords import hash_password
from app.employers.models import Employer
from app.localities.queries import within
from app.permissions import Role
from app.shared.i18n import N_, LazyText, lazy
from app.vacancies.models import Vacancy

PASSWORD = "duijie-demo"  # noqa: S105 (printed on the demo's own sign-in page)

LICENCE = ("（演示）340722-0001", date(2026, 1, 1), date(2030, 12, 31))  # invented


@dataclass(frozen=True)
class DemoAccount:
    """One person of the demo with their post."""

    login: str
    display_name: str
    role: Role
    label: str
    office: str
    kind: str
    locality_code: str | None
    scope: tuple[str, ...]


ACCOUNTS = (
    DemoAccount(
        "county", "程经办", Role.COUNTY_OFFICER, N_("County officer"), "枞阳县人社局", "county", "340722", ("340722",)
    ),
    DemoAccount(
        "township", "汪干事", Role.TOWNSHIP_OFFICER, N_("Township officer"), "会宫镇人社所",
        "township", "340722113", ("340722113",),
    ),
    DemoAccount(
        "suzhou", "陆科长", Role.RECEIVING_OFFICER, N_("Receiving office"), "长三角珠三角用工服务联合窗口",
        "receiving_office", "320500", ("320000", "330000", "310000", "440000", "340722"),
    ),
    DemoAccount(
        "broker", "何经纪", Role.BROKER, N_("Labour broker"), "枞阳众诚劳务", "broker", "340722", ("340722",)
    ),
    DemoAccount("employer", "沈人事", Role.EMPLOYER, N_("Employer"), "用工企业（演示）", "employer", "320509", ()),
    DemoAccount(
        "province", "省厅查询", Role.PROVINCE, N_("Province"), "安徽省人社厅", "province", "340000", ("340000",)
    ),
    DemoAccount("auditor", "审计员", Role.AUDITOR, N_("Auditor"), "安徽省审计厅", "auditor", "340000", ("340000",)),
    DemoAccount(
        "village", "周村干", Role.VILLAGE_OFFICER, N_("Village officer"), "会宫镇上花村委会",
        "village", "340722113", ("340722113",),
    ),
    DemoAccount(
        "inspector", "史监察", Role.INSPECTOR, N_("Labour inspection"), "枞阳县劳动保障监察大队",
        "inspection", "340722", ("340722",),
    ),
    DemoAccount(
        "administrator", "方管理", Role.ADMINISTRATOR, N_("Administrator of an office"), "枞阳县人社局",
        "county", "340722", ("340722",),
    ),
    DemoAccount("operator", "系统管理", Role.OPERATOR, N_("System operator"), "演示系统运维", "operator", None, ()),
)  # fmt: skip


def demo_accounts() -> list[dict[str, str | LazyText]]:
    """What the sign-in page shows in the demo."""
    return [
        {"role": lazy(one.label), "user_name": one.login, "password": PASSWORD, "office": one.office}
        for one in ACCOUNTS
    ]


async def make_accounts(session: AsyncSession) -> None:
    """Make the demo's accounts once; a second call changes nothing."""
    known = set(await session.scalars(select(User.login)))
    password_hash = hash_password(PASSWORD)
    for one in ACCOUNTS:
        if one.login in known:
            continue
        organisation = await _office(session, one)
        user = User(login=one.login, display_name=one.display_name, password_hash=password_hash)
        session.add(user)
        await session.flush()  # the post needs the id
        post = Post(user_id=user.id, organisation_id=organisation.id, role=one.role)
        session.add(post)
        await session.flush()  # the scope needs the post's id
        session.add_all(PostScope(post_id=post.id, locality_code=code) for code in one.scope)


async def _office(session: AsyncSession, one: DemoAccount) -> Organisation:
    """The account's office, made once for all who work there."""
    query = select(Organisation).where(Organisation.name == one.office, Organisation.kind == one.kind)
    organisation = await session.scalar(query)
    if organisation is None:
        village = one.office.removesuffix("委会")[-3:] if one.kind == "village" else None  # 上花村
        organisation = Organisation(
            name=one.office, kind=one.kind, locality_code=one.locality_code, village_name=village
        )
        session.add(organisation)
    if one.kind == "broker":
        organisation.licence_number, organisation.licence_from, organisation.licence_until = LICENCE
    await session.flush()  # the post needs the id
    return organisation


async def account_for_a_firm(session: AsyncSession, firm_ids: Sequence[int]) -> None:
    """Let the demo's employer be the firm with most posts near its place, as an operator enters it by its licence."""
    posts = select(Vacancy.employer_id).where(Vacancy.employer_id.in_(firm_ids), Vacancy.state == "checked")
    near = within(Vacancy.locality_code, ["320500"])
    by_posts = posts.where(near).group_by(Vacancy.employer_id).order_by(func.count().desc(), Vacancy.employer_id)
    most = await session.scalar(by_posts.limit(1))
    if most is None:
        return
    firm = await session.get_one(Employer, most)
    account = await session.scalar(
        select(Organisation).join(Post, Post.organisation_id == Organisation.id).where(Post.role == Role.EMPLOYER)
    )
    assert account
    account.name, account.credit_code, account.locality_code = firm.name, firm.credit_code, firm.locality_code

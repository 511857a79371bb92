"""People of an office: seen by those who manage them, invited by a link, given and relieved of posts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import invitation_service, queries
from app.accounts.models import Invitation, Organisation, Post, SignInAttempt, User
from app.accounts.passwords import hash_password
from app.accounts.service import token_hash
from app.audit import AuditEvent
from app.permissions import Actor, Role
from tests.factories.accounts import make_actor, make_organisation

SignIn = Callable[..., Any]
PASSWORD = "four quiet horses"
ACCOUNT = {"user_name": "new.person", "password": PASSWORD, "password_again": PASSWORD}


async def office_with(session: AsyncSession, *roles: Role, kind: str = "county") -> list[Actor]:
    office = await make_organisation(session, kind)
    return [await make_actor(session, role, organisation=office) for role in roles]


async def user_of(session: AsyncSession, actor: Actor) -> User:
    return await session.get_one(User, actor.user_id)


async def address_of(session: AsyncSession, actor: Actor) -> str:
    return f"/people/{(await user_of(session, actor)).uuid}"


async def test_an_administrator_sees_the_own_office_alone(sign_in: SignIn, session: AsyncSession) -> None:
    head, officer = await office_with(session, Role.ADMINISTRATOR, Role.COUNTY_OFFICER)
    stranger = await make_actor(session, Role.COUNTY_OFFICER)
    client = await sign_in(head)
    page = (await client.get("/people")).text
    assert officer.display_name in page
    assert stranger.display_name not in page
    assert (await client.get(await address_of(session, officer))).status_code == 200
    hidden = await address_of(session, stranger)
    assert (await client.get(hidden)).status_code == 404
    assert (await client.get(f"/api/v1{hidden}")).status_code == 404
    for act in ("disable", "enable", "unlock", "posts"):
        assert (await client.post(f"{hidden}/{act}", data={"reason": "because"})).status_code == 404
    assert (await client.get(f"/people?organisation={stranger.organisation_uuid}")).status_code == 404
    listed = (await client.get("/api/v1/people")).json()
    assert {one["login"] for one in listed["items"]} == {head.display_name, officer.display_name}


async def test_the_operator_sees_all(sign_in: SignIn, session: AsyncSession) -> None:
    stranger = await make_actor(session, Role.COUNTY_OFFICER)
    client = await sign_in(await make_actor(session, Role.OPERATOR))
    page = (await client.get(f"/people?organisation={stranger.organisation_uuid}")).text
    assert stranger.display_name in page
    assert f"/people/invite?organisation={stranger.organisation_uuid}" in page


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.OPERATOR, Role.ADMINISTRATOR}])
async def test_people_are_managed_by_nobody_else(sign_in: SignIn, session: AsyncSession, role: Role) -> None:
    client = await sign_in(await make_actor(session, role))
    for address in ("/people", "/people/invite", "/api/v1/people"):
        assert (await client.get(address)).status_code == 403


async def invite(client: httpx.AsyncClient, **form: Any) -> str:
    """The path of a new invitation's link."""
    answer = await client.post("/people/invite", data={"display_name": "钱新人", "role": "county_officer", **form})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.text.split("http://test", 1)[1].split('"', 1)[0]


async def test_a_new_person_takes_a_post_by_the_link(
    sign_in: SignIn, client: httpx.AsyncClient, session: AsyncSession, now: datetime
) -> None:
    (head,) = await office_with(session, Role.ADMINISTRATOR)
    await sign_in(head)
    link = await invite(client, scope=["340722113"])
    assert link.split("/")[-1] not in (await client.get("/people")).text
    stored = await session.scalar(select(Invitation))
    assert stored
    assert stored.token_hash == token_hash(link.split("/")[-1])
    assert stored.expires_at == now + timedelta(hours=72)

    client.cookies.delete("duijie_session")
    assert "钱新人" in (await client.get(link)).text
    for wrong in ({"password": "short"}, {"password_again": "another one"}, {"user_name": "新"}):
        refused = await client.post(link, data={**ACCOUNT, **wrong})
        assert refused.status_code == 422
        assert f'href="#field-{next(iter(wrong))}"' in refused.text
        assert PASSWORD not in refused.text
    taken = await client.post(link, data={**ACCOUNT, "user_name": head.display_name})
    assert taken.status_code == 422
    assert "Somebody has this user name" in taken.text or "3 to 32" in taken.text
    assert (await client.post(link, data=ACCOUNT)).headers["location"] == "/sign-in"
    assert (await client.get(link)).status_code == 409
    assert (await client.post(link, data=ACCOUNT)).status_code == 409
    signed_in = await client.post("/sign-in", data={"user_name": "new.person", "password": PASSWORD})
    assert signed_in.status_code == 303
    actor = await queries.actor_by_login(session, "new.person")
    assert actor
    assert (actor.role, actor.organisation_id, actor.scope) == (
        Role.COUNTY_OFFICER,
        head.organisation_id,
        ("340722113",),
    )


async def test_a_link_ends_after_72_hours_or_when_taken_back(
    sign_in: SignIn, client: httpx.AsyncClient, session: AsyncSession, now: datetime
) -> None:
    (head,) = await office_with(session, Role.ADMINISTRATOR)
    await sign_in(head)
    late, revoked = await invite(client), await invite(client)
    rows = list(await session.scalars(select(Invitation).order_by(Invitation.id)))
    rows[0].created_at, rows[0].expires_at = now - timedelta(hours=73), now - timedelta(hours=1)
    await session.commit()
    assert (await client.post(f"/people/invitations/{rows[1].uuid}/revoke")).status_code == 303
    assert (await client.post(f"/people/invitations/{rows[1].uuid}/revoke")).status_code == 409
    client.cookies.delete("duijie_session")
    for link in (late, revoked):
        assert (await client.get(link)).status_code == 409
        assert (await client.post(link, data=ACCOUNT)).status_code == 409
    assert (await client.get("/invitations/nonsense")).status_code == 404


async def test_who_is_signed_in_adds_the_post_to_the_account(
    sign_in: SignIn, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    (head,) = await office_with(session, Role.ADMINISTRATOR)
    colleague = await make_actor(session, Role.COUNTY_OFFICER)
    await sign_in(head)
    link = await invite(client)
    assert (await client.post(link)).status_code == 403, "not the one who sent it"
    await sign_in(colleague)
    assert "Add the post to my account" in (await client.get(link)).text
    assert (await client.post(link)).headers["location"] == "/account"
    assert len(await queries.posts_of(session, colleague.user_id)) == 2


async def test_a_link_does_not_join_what_excludes_each_other(
    sign_in: SignIn, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    (head,) = await office_with(session, Role.ADMINISTRATOR)
    await sign_in(head)
    link = await invite(client)
    await sign_in(await make_actor(session, Role.BROKER))
    refused = await client.post(link)
    assert refused.status_code == 409
    assert "Who earns a referral" in refused.text


@pytest.mark.parametrize("role", ["operator", "broker", "receiving_officer", "nonsense"])
async def test_an_office_gives_its_own_kind_of_posts_only(sign_in: SignIn, session: AsyncSession, role: str) -> None:
    head, officer = await office_with(session, Role.ADMINISTRATOR, Role.COUNTY_OFFICER)
    client = await sign_in(head)
    answer = await client.post("/people/invite", data={"display_name": "钱新人", "role": role})
    assert answer.status_code == 422
    given = {"post": f"{head.organisation_uuid}:{role}"}
    assert (await client.post(f"{await address_of(session, officer)}/posts", data=given)).status_code == 422


async def test_a_post_stays_within_the_office_s_region(sign_in: SignIn, session: AsyncSession) -> None:
    head, officer = await office_with(session, Role.ADMINISTRATOR, Role.COUNTY_OFFICER)
    client = await sign_in(head)
    wide = {"display_name": "钱新人", "role": "county_officer", "scope": ["340000"]}
    assert (await client.post("/people/invite", data=wide)).status_code == 422
    body = {"organisation": str(head.organisation_uuid), "role": "administrator", "scope": ["320500"]}
    assert (await client.post(f"/api/v1{await address_of(session, officer)}/posts", json=body)).status_code == 422
    body["scope"] = ["340722113"]
    assert (await client.post(f"/api/v1{await address_of(session, officer)}/posts", json=body)).status_code == 201


async def test_an_administrator_gives_posts_in_no_other_office(sign_in: SignIn, session: AsyncSession) -> None:
    head, officer = await office_with(session, Role.ADMINISTRATOR, Role.COUNTY_OFFICER)
    other = await make_organisation(session, "county")
    client = await sign_in(head)
    form = {"display_name": "钱新人", "role": "county_officer"}
    assert (await client.post(f"/people/invite?organisation={other.uuid}", data=form)).status_code == 404
    given = {"post": f"{other.uuid}:county_officer"}
    assert (await client.post(f"{await address_of(session, officer)}/posts", data=given)).status_code == 404


async def test_nobody_changes_their_own_posts(sign_in: SignIn, session: AsyncSession) -> None:
    for role in (Role.ADMINISTRATOR, Role.OPERATOR):
        actor = await make_actor(session, role)
        client, own = await sign_in(actor), await address_of(session, actor)
        page = (await client.get(own)).text
        assert "A second person decides" in page
        given = {"post": f"{actor.organisation_uuid}:county_officer"}
        assert (await client.post(f"{own}/posts", data=given)).status_code == 403
        ended = await client.post(f"{own}/posts/{actor.post_id}/end", data={"reason": "because"})
        assert ended.status_code == 403
        for act in ("disable", "enable", "unlock"):
            assert (await client.post(f"{own}/{act}", data={"reason": "because"})).status_code == 403


async def test_a_post_is_ended_and_taken_up_again(sign_in: SignIn, session: AsyncSession) -> None:
    head, officer = await office_with(session, Role.ADMINISTRATOR, Role.COUNTY_OFFICER)
    officers = await sign_in(officer)
    assert (await officers.get("/api/v1/labourers")).status_code == 200
    client, address = await sign_in(head), await address_of(session, officer)
    end = f"{address}/posts/{officer.post_id}/end"
    assert (await client.post(end, data={"reason": ""})).status_code == 422
    assert (await client.post(end, data={"reason": "moved to another office"})).status_code == 303
    assert (await client.post(end, data={"reason": "again"})).status_code == 409
    assert "moved to another office" in (await client.get(address)).text
    client.cookies.set("duijie_session", f"token-{officer.user_id}")
    assert (await client.get("/api/v1/labourers")).status_code == 401
    client = await sign_in(head)
    given = {"post": f"{head.organisation_uuid}:county_officer"}
    assert (await client.post(f"{address}/posts", data=given)).status_code == 303
    assert (await client.post(f"{address}/posts", data=given)).status_code == 409
    post = await session.get_one(Post, officer.post_id, populate_existing=True)
    assert post.ended_at is None


async def test_a_shut_account_is_shut_at_once(sign_in: SignIn, session: AsyncSession) -> None:
    head, officer = await office_with(session, Role.ADMINISTRATOR, Role.COUNTY_OFFICER)
    await sign_in(officer)
    client, address = await sign_in(head), await address_of(session, officer)
    assert (await client.post(f"{address}/disable", data={"reason": "left the office"})).status_code == 303
    assert (await client.post(f"{address}/disable", data={"reason": "left"})).status_code == 409
    client.cookies.set("duijie_session", f"token-{officer.user_id}")
    assert (await client.get("/api/v1/labourers")).status_code == 401
    client = await sign_in(head)
    assert "account shut" in (await client.get("/people?state=disabled")).text
    assert (await client.post(f"{address}/enable")).status_code == 303
    assert (await client.post(f"{address}/enable")).status_code == 409
    events = select(AuditEvent.act).where(AuditEvent.subject_kind == "user", AuditEvent.subject_id == officer.user_id)
    assert list(await session.scalars(events.order_by(AuditEvent.id))) == ["user.disable", "user.enable"]


async def test_what_the_operator_shut_the_operator_opens(sign_in: SignIn, session: AsyncSession) -> None:
    head, officer = await office_with(session, Role.ADMINISTRATOR, Role.COUNTY_OFFICER)
    address = await address_of(session, officer)
    client = await sign_in(await make_actor(session, Role.OPERATOR))
    assert (await client.post(f"{address}/disable", data={"reason": "abuse"})).status_code == 303
    client = await sign_in(head)
    assert (await client.post(f"{address}/enable")).status_code == 403


async def test_who_also_works_elsewhere_is_shut_by_the_operator(sign_in: SignIn, session: AsyncSession) -> None:
    head, officer = await office_with(session, Role.ADMINISTRATOR, Role.COUNTY_OFFICER)
    other = await make_organisation(session, "county")
    session.add(Post(user_id=officer.user_id, organisation_id=other.id, role="county_officer"))
    await session.flush()
    client = await sign_in(head)
    address = await address_of(session, officer)
    refused = await client.post(f"{address}/disable", data={"reason": "left"})
    assert refused.status_code == 403
    assert other.name not in (await client.get(address)).text


async def test_a_lock_out_is_lifted(
    sign_in: SignIn, client: httpx.AsyncClient, session: AsyncSession, now: datetime
) -> None:
    (head,) = await office_with(session, Role.ADMINISTRATOR)
    office = await session.get_one(Organisation, head.organisation_id)
    officer = await make_actor(session, organisation=office, password_hash=hash_password(PASSWORD))
    login = (await user_of(session, officer)).login
    tried = [
        SignInAttempt(login=login, address="10.0.0.9", succeeded=False, at=now - timedelta(minutes=1)) for _ in range(8)
    ]
    session.add_all(tried)
    await session.commit()
    assert (await client.post("/sign-in", data={"user_name": login, "password": PASSWORD})).status_code == 429
    await sign_in(head)
    assert (await client.post(f"{await address_of(session, officer)}/unlock")).status_code == 303
    client.cookies.delete("duijie_session")
    assert (await client.post("/sign-in", data={"user_name": login, "password": PASSWORD})).status_code == 303


async def test_links_of_who_has_gone_lead_nowhere(
    sign_in: SignIn, client: httpx.AsyncClient, session: AsyncSession, now: datetime
) -> None:
    head, second = await office_with(session, Role.ADMINISTRATOR, Role.ADMINISTRATOR)
    await sign_in(second)
    link = await invite(client)
    await sign_in(head)
    address = await address_of(session, second)
    assert (await client.post(f"{address}/disable", data={"reason": "left"})).status_code == 303
    client.cookies.delete("duijie_session")
    assert (await client.get(link)).status_code == 409


async def test_the_api_invites_and_takes_back(sign_in: SignIn, session: AsyncSession) -> None:
    (head,) = await office_with(session, Role.ADMINISTRATOR)
    client = await sign_in(head)
    body = {"organisation": str(head.organisation_uuid), "role": "county_officer", "display_name": "钱新人"}
    sent = await client.post("/api/v1/invitations", json=body)
    assert sent.status_code == 201
    assert sent.json()["link"].startswith("http://test/invitations/")
    address = f"/api/v1/invitations/{sent.json()['uuid']}"
    assert (await client.delete(address)).status_code == 204
    assert (await client.delete(address)).status_code == 409


async def test_the_first_run_invites_the_operator_once(
    client: httpx.AsyncClient, session: AsyncSession, now: datetime
) -> None:
    first = await invitation_service.first_run(session, "Duijie", now=now)
    second = await invitation_service.first_run(session, "Duijie", now=now)
    assert len(list(await session.scalars(select(Organisation)))) == 1
    await session.commit()
    assert (await client.get(first.path)).status_code == 409
    assert (await client.post(second.path, data=ACCOUNT)).status_code == 303
    actor = await queries.actor_by_login(session, "new.person")
    assert actor
    assert actor.role is Role.OPERATOR
    with pytest.raises(Exception, match="Users exist already"):
        await invitation_service.first_run(session, "Duijie", now=now)

"""Sign-in at a provider outside, against a real one on loopback."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from joserfc.jwk import RSAKey
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import second_factor
from app.accounts.models import OutsideSignIn, SignInAttempt, User, UserSession
from app.accounts.queries import actor_by_login
from app.permissions import Actor
from app.settings import Settings
from app.shared.encryption import KeyRing
from tests.app.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider, running_provider
from tests.conftest import NOW
from tests.factories.accounts import make_actor

BACK = "/sign-in/outside/back"


@pytest.fixture(scope="module")
def server_outside() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
async def provider(
    server_outside: Provider, application: FastAPI, settings: Settings, session: AsyncSession
) -> AsyncIterator[Provider]:
    """The provider knows one person, who has an account here; the service is set up for it."""
    actor = await make_actor(session)
    login = await session.scalar(select(User.login).where(User.id == actor.user_id))
    await session.commit()
    server_outside.claims, server_outside.replaced = {"preferred_username": str(login).upper()}, {}
    server_outside.signs_with, server_outside.now = None, NOW
    on = {"oidc_issuer": server_outside.address, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
    application.state.settings = settings.model_copy(update=on)
    yield server_outside
    application.state.settings = settings


async def person(session: AsyncSession, provider: Provider) -> Actor:
    login = provider.claims["preferred_username"].lower()
    user = (await session.scalars(select(User).where(User.login == login))).one()
    actor = await actor_by_login(session, user.login)
    assert actor
    return actor


async def to_provider_and_back(client: httpx.AsyncClient, next_address: str = "/account") -> str:
    """The address the provider sends the browser back to."""
    begun = await client.get("/sign-in/outside", params={"next": next_address})
    assert begun.status_code == 303
    async with httpx.AsyncClient(trust_env=False) as outside:
        answer = await outside.get(begun.headers["location"])
    address = answer.headers["location"]
    assert address.startswith(f"http://test{BACK}?")
    return address


async def sessions_begun(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(UserSession)) or 0


async def test_is_off_unless_set(client: httpx.AsyncClient) -> None:
    assert (await client.get("/sign-in/outside")).status_code == 404
    assert (await client.get(f"{BACK}?state=x&code=y")).status_code == 404
    assert "/sign-in/outside" not in (await client.get("/sign-in")).text


async def test_whom_the_provider_names_is_signed_in(
    provider: Provider, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    assert "/sign-in/outside?next=/" in (await client.get("/sign-in")).text
    answer = await client.get(await to_provider_and_back(client))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    page = await client.get("/account")
    assert provider.claims["preferred_username"].lower() in page.text
    assert await session.scalar(select(func.count()).select_from(OutsideSignIn)) == 0


async def test_an_answer_is_good_once(provider: Provider, client: httpx.AsyncClient) -> None:
    address = await to_provider_and_back(client)
    assert (await client.get(address)).status_code == 303
    assert (await client.get(address)).status_code == 422


async def test_an_answer_in_another_browser_is_refused(
    provider: Provider, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    """Otherwise a person could be signed in, by a link, as somebody else."""
    address = await to_provider_and_back(client)
    client.cookies.delete("duijie_outside")
    answer = await client.get(address)
    assert answer.status_code == 422
    assert "was not begun here" in answer.text
    assert await sessions_begun(session) == 0


async def test_nobody_is_made_of_an_answer(
    provider: Provider, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    users = await session.scalar(select(func.count()).select_from(User))
    provider.claims = {"preferred_username": "somebody.new"}
    answer = await client.get(await to_provider_and_back(client))
    assert answer.status_code == 422
    assert "nobody of that name has an account here" in answer.text
    assert await session.scalar(select(func.count()).select_from(User)) == users
    assert await session.scalar(select(SignInAttempt.outcome)) == "unknown_outside"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "http://127.0.0.1:1"},
        {"aud": "another"},
        {"aud": [CLIENT_ID, "another"]},
        {"azp": "another"},
        {"nonce": "another"},
        {"exp": int(NOW.timestamp()) - 3600},
        {"iat": int(NOW.timestamp()) + 3600},
        {"issuer": "http://127.0.0.1:1"},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
    ],
    ids=lambda wrong: "-".join(f"{name}" for name in wrong),
)
async def test_an_answer_that_does_not_fit_opens_nothing(
    provider: Provider, client: httpx.AsyncClient, session: AsyncSession, wrong: dict[str, Any]
) -> None:
    address = await to_provider_and_back(client)
    provider.replaced = wrong
    answer = await client.get(address)
    assert answer.status_code == 502
    assert await sessions_begun(session) == 0


async def test_a_signature_of_another_key_opens_nothing(
    provider: Provider, client: httpx.AsyncClient, session: AsyncSession
) -> None:
    address = await to_provider_and_back(client)
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert (await client.get(address)).status_code == 502
    assert await sessions_begun(session) == 0


async def test_a_code_of_another_sign_in_is_not_exchanged(provider: Provider, client: httpx.AsyncClient) -> None:
    """Each sign-in has its own verifier: a stolen code is worth nothing elsewhere."""
    stolen = httpx.URL(await to_provider_and_back(client)).params["code"]
    mine = httpx.URL(await to_provider_and_back(client))
    answer = await client.get(str(mine.copy_set_param("code", stolen)))
    assert answer.status_code == 502


async def test_a_provider_that_is_down_is_said_so(
    provider: Provider, client: httpx.AsyncClient, application: FastAPI, settings: Settings
) -> None:
    down = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": CLIENT_ID}
    application.state.settings = settings.model_copy(update=down)
    answer = await client.get("/sign-in/outside")
    assert answer.status_code == 502
    assert "login and password" in answer.text


async def test_the_own_second_factor_is_still_asked_for(
    provider: Provider, client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing
) -> None:
    actor = await person(session, provider)
    await second_factor.start(session, actor, keys, NOW)
    await session.flush()
    waiting = await second_factor.enrolment(session, actor, keys)
    assert waiting
    await second_factor.confirm(session, actor, keys, pyotp.TOTP(waiting.secret).at(NOW), NOW)
    await session.commit()
    answer = await client.get(await to_provider_and_back(client))
    assert answer.headers["location"].startswith("/sign-in/code")
    assert await sessions_begun(session) == 0


@pytest.mark.parametrize(("verified", "status"), [(True, 303), (False, 422), ("true", 422)])
async def test_an_address_counts_once_the_provider_has_verified_it(
    provider: Provider, client: httpx.AsyncClient, application: FastAPI, verified: object, status: int
) -> None:
    by_address = {"oidc_login_claim": "email"}
    application.state.settings = application.state.settings.model_copy(update=by_address)
    provider.claims = {"email": provider.claims["preferred_username"], "email_verified": verified}
    assert (await client.get(await to_provider_and_back(client))).status_code == status


async def test_it_never_leads_to_another_site(provider: Provider, client: httpx.AsyncClient) -> None:
    answer = await client.get(await to_provider_and_back(client, "//evil.example"))
    assert answer.headers["location"] == "/"

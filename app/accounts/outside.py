"""Sign-in at a provider of the office's own: OpenID Connect, code flow with PKCE, state and nonce.

The provider says who somebody is; whether they have an account here, an administrator has said before. Nobody is
ever made from a provider's answer.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import attempts, queries
from app.accounts.models import OutsideSignIn
from app.accounts.service import Answer, Refused, begin_for
from app.accounts.sessions import Visit, token_hash
from app.errors import AppError, Invalid, NotFound
from app.settings import Settings
from app.shared.i18n import N_

LIFE = timedelta(minutes=10)
WAIT_SECONDS = 10
CLOCK_LEEWAY_SECONDS = 60
ALGORITHMS = ("RS256", "PS256", "ES256")  # signed with the provider's own key; "none" and shared secrets are not
CALL_BACK = "/sign-in/outside/back"
ANSWER_BYTES = 512 * 1024


class ProviderFailed(AppError):
    """The provider cannot be reached, or its answer cannot be trusted."""

    status = 502
    title = N_("The sign-in service did not answer as it should")
    acts = ((N_("Sign in"), "/sign-in"),)


@dataclass(frozen=True)
class Begun:
    """Where to send the browser, and what it has to bring back."""

    address: str
    state: str


@dataclass(frozen=True)
class Returned:
    """What the browser brings back, and what its cookie says it was sent with."""

    state: str
    cookie: str
    code: str
    call_back: str


def is_on(settings: Settings) -> bool:
    """Whether the operator has named a provider."""
    return bool(settings.oidc_issuer and settings.oidc_client_id)


async def begin(session: AsyncSession, settings: Settings, call_back: str, next_address: str, now: datetime) -> Begun:
    """Note a sign-in under way and say where it goes on. Raises NotFound (404), ProviderFailed (502)."""
    if not is_on(settings):
        raise NotFound(N_("There is no such page. Check the address, or start from the desk."))
    nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    async with _client(settings, call_back) as client:
        found = await _discover(client, settings)
        address, state = client.create_authorization_url(
            found["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
    await session.execute(delete(OutsideSignIn).where(OutsideSignIn.expires_at <= now))
    session.add(
        OutsideSignIn(
            state_hash=token_hash(state),
            nonce=nonce,
            code_verifier=verifier,
            next_address=next_address,
            expires_at=now + LIFE,
        )
    )
    return Begun(address, state)


async def end(session: AsyncSession, settings: Settings, returned: Returned, visit: Visit) -> tuple[Answer, str]:
    """Begin the session of whom the provider names, and where to go on. Raises Invalid (422), ProviderFailed (502)."""
    if not is_on(settings):
        raise NotFound(N_("There is no such page. Check the address, or start from the desk."))
    taken = delete(OutsideSignIn).where(
        OutsideSignIn.state_hash == token_hash(returned.state), OutsideSignIn.expires_at > visit.now
    )
    # Taken out as it is read: an answer is good once, and only in the browser that was sent.
    under_way = (await session.execute(taken.returning(OutsideSignIn))).scalar_one_or_none()
    if under_way is None or not hmac.compare_digest(returned.state, returned.cookie):
        raise Invalid(N_("This sign-in was not begun here, or it took too long. Begin again."))
    async with _client(settings, returned.call_back) as client:
        found = await _discover(client, settings)
        claims = await _claims(client, found, settings, returned, under_way, visit.now)
    login = _login(claims, settings)
    user = await queries.user_by_login(session, login) if login else None
    if user is None or user.disabled_at:
        attempts.keep(session, login or "—", visit, "unknown_outside")
        message = N_("Your sign-in there is fine, but nobody of that name has an account here. Ask your administrator.")
        return Refused(Invalid(message)), under_way.next_address
    return await begin_for(session, user, visit), under_way.next_address


def _client(settings: Settings, call_back: str) -> AsyncOAuth2Client:
    return AsyncOAuth2Client(
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_client_secret else "none",
        scope="openid profile email" if settings.oidc_login_claim == "email" else "openid profile",
        redirect_uri=call_back,
        code_challenge_method="S256",
        timeout=WAIT_SECONDS,
        trust_env=False,
        follow_redirects=False,
    )


async def _get(client: AsyncOAuth2Client, address: str) -> dict[str, Any]:
    try:
        answer = await client.request("GET", address, withhold_token=True)
        found = answer.json() if answer.status_code == 200 and len(answer.content) <= ANSWER_BYTES else None
    except (httpx2.HTTPError, ValueError) as error:
        raise _failed() from error
    if not isinstance(found, dict):
        raise _failed()
    return found


def _failed() -> ProviderFailed:
    return ProviderFailed(N_("Sign in with login and password, or try again in a few minutes."))


async def _discover(client: AsyncOAuth2Client, settings: Settings) -> dict[str, Any]:
    found = await _get(client, f"{settings.oidc_issuer}/.well-known/openid-configuration")
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    secure = all(_is_safe(str(found.get(name, "")), settings) for name in wanted)
    if str(found.get("issuer", "")).rstrip("/") != settings.oidc_issuer or not secure:
        raise _failed()
    return found


def _is_safe(address: str, settings: Settings) -> bool:
    """Over TLS, or beside an issuer on this machine itself."""
    return address.startswith("https://") or (
        address.startswith("http://") and str(settings.oidc_issuer).startswith("http://")
    )


async def _claims(
    client: AsyncOAuth2Client,
    found: dict[str, Any],
    settings: Settings,
    returned: Returned,
    under_way: OutsideSignIn,
    now: datetime,
) -> dict[str, Any]:
    """What the provider says of the person, its signature, issuer, audience, age and nonce checked."""
    try:
        answer = await client.fetch_token(
            found["token_endpoint"], code=returned.code, code_verifier=under_way.code_verifier
        )
        keys = KeySet.import_key_set(await _get(client, found["jwks_uri"]))  # type: ignore[arg-type]
        token = jwt.decode(str(answer["id_token"]), keys, algorithms=list(ALGORITHMS))
        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=CLOCK_LEEWAY_SECONDS,
            iss={"essential": True, "value": found["issuer"]},
            aud={"essential": True, "value": str(settings.oidc_client_id)},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": under_way.nonce},
        )
        rules.validate(token.claims)
    except (httpx2.HTTPError, OAuthError, JoseError, ValueError, KeyError) as error:
        raise _failed() from error
    claims = dict(token.claims)
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != settings.oidc_client_id:
        raise _failed()
    return claims


def _login(claims: dict[str, Any], settings: Settings) -> str:
    value = claims.get(settings.oidc_login_claim)
    if settings.oidc_login_claim == "email" and claims.get("email_verified") is not True:
        return ""  # anybody may say an address is theirs
    return value.strip().lower()[:200] if isinstance(value, str) else ""

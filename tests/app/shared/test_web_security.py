"""What every answer tells the browser."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from app.shared.web_security import CONTENT_SECURITY_POLICY, SecurityHeadersMiddleware


async def _page(request: Request) -> PlainTextResponse:
    return PlainTextResponse("x", headers=dict(request.query_params))


async def _bug(_request: Request) -> PlainTextResponse:
    raise RuntimeError("bug")


@pytest.fixture
def client() -> httpx.AsyncClient:
    inner = Starlette(routes=[Route("/", _page), Route("/bug", _bug)])
    transport = httpx.ASGITransport(app=SecurityHeadersMiddleware(inner), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.mark.parametrize("path", ["/", "/missing", "/bug"])
async def test_every_answer_carries_the_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers


def test_the_policy_allows_ourselves_and_nothing_inline() -> None:
    rules = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "font-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }


async def test_an_answer_keeps_what_it_sets_itself(client: httpx.AsyncClient) -> None:
    answer = await client.get("/", params={"Cache-Control": "public, max-age=60"})
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_https_is_kept_to(client: httpx.AsyncClient) -> None:
    answer = await client.get("https://test/")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"

"""What a browser keeps of a sign-in, and what a request says of where it comes from."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.accounts.identify import COOKIE
from app.accounts.second_factor import STEP_LIFE
from app.accounts.service import CodeAsked, SignedIn
from app.accounts.sessions import Visit

STEP_COOKIE = "duijie_step"


def visit_of(request: Request) -> Visit:
    """From where and when somebody signs in."""
    address = request.client.host if request.client else ""
    browser = request.headers.get("user-agent", "")
    return Visit(address, browser, request.app.state.clock(), request.app.state.settings.session_hours)


def local_address(address: str) -> str:
    """Where to go on, only ever within this site."""
    return address if address.startswith("/") and not address.startswith(("//", "/\\")) else "/"


def remember(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """A cookie no script reads and no other site sends along with a form."""
    secure = request.app.state.settings.secure_cookies
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)


def remember_session(request: Request, response: Response, token: str) -> None:
    """Keep the session's token in the browser."""
    remember(request, response, COOKIE, token, request.app.state.settings.session_hours * 3600)


def go_on(request: Request, answer: SignedIn | CodeAsked, address: str) -> Response:
    """To the page asked for, or first to the one that asks for a code."""
    if isinstance(answer, CodeAsked):
        response = RedirectResponse(f"/sign-in/code?{urlencode({'next': address})}", status_code=303)
        remember(request, response, STEP_COOKIE, answer.step, int(STEP_LIFE.total_seconds()))
        return response
    response = RedirectResponse(address, status_code=303)
    remember_session(request, response, answer.token)
    response.delete_cookie(STEP_COOKIE)
    return response

"""To the provider and back."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.accounts import cookies, outside, service
from app.database import Session
from app.shared.i18n import lazy
from app.shared.templating import render

router = APIRouter(prefix="/sign-in/outside")

STATE_COOKIE = "duijie_outside"


def _call_back(request: Request) -> str:
    return str(request.url.replace(path=outside.CALL_BACK, query="", fragment=""))


@router.get("")
async def begin(request: Request, session: Session, next: str = "/") -> Response:  # noqa: A002 (the public name)
    state, address = request.app.state, cookies.local_address(next)
    begun = await outside.begin(session, state.settings, _call_back(request), address, state.clock())
    response = RedirectResponse(begun.address, status_code=303)
    cookies.remember(request, response, STATE_COOKIE, begun.state, int(outside.LIFE.total_seconds()))
    return response


@router.get("/back")
async def back(request: Request, session: Session, state: str = "", code: str = "") -> Response:
    returned = outside.Returned(state, request.cookies.get(STATE_COOKIE, ""), code, _call_back(request))
    answer, address = await outside.end(session, request.app.state.settings, returned, cookies.visit_of(request))
    if isinstance(answer, service.Refused):
        context = {
            "action": "/sign-in",
            "errors": {"user_name": lazy(answer.error.message, **answer.error.params)},
            "values": {"user_name": ""},
            "next": address,
            "accounts": request.app.state.demo_accounts,
            "outside": True,
        }
        return render(request, "sign_in.html", context, status_code=answer.error.status)
    response = cookies.go_on(request, answer, address)
    response.delete_cookie(STATE_COOKIE)
    return response

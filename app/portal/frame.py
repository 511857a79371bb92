"""What every page of a person's own shares: the frame, the day, the way back with a word."""

from datetime import date

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from app.shared.clock import day_of
from app.shared.flash import set_flash
from app.shared.i18n import LazyText


def own_frame(request: Request) -> None:
    """Errors too are shown in the frame of these pages."""
    request.state.error_page = "portal/error.html"


def today(request: Request) -> date:
    return day_of(request.app.state.clock())


def home(text: LazyText | None = None) -> Response:
    """To the person's own page, with a word about what was done."""
    response = RedirectResponse("/my", status_code=303)
    if text is not None:
        set_flash(response, text)
    return response

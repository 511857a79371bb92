"""Where an act comes from: by page, API, command or background task, from which address, in which request.

A context variable, so that what records an act need not be told.
"""

from contextvars import ContextVar
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class Origin:
    """One source of acts. ``channel`` is command, page, api or background."""

    channel: str = "command"
    address: str | None = None
    request_id: str | None = None


_COMMAND = Origin()
_current: ContextVar[Origin] = ContextVar("origin", default=_COMMAND)


def current_origin() -> Origin:
    """Where what runs now came from; a command on the machine itself, unless somebody said otherwise."""
    return _current.get()


def set_origin(origin: Origin) -> None:
    """For the rest of this request or task."""
    _current.set(origin)


def forget_address() -> None:
    """From here on nothing that this request records tells where it came from: it may be somebody who complains."""
    set_origin(Origin(current_origin().channel))


class OriginMiddleware:
    """Know of every request where it comes from, with the number its answer carries (``app/shared/request_ids.py``)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        client = scope.get("client")
        channel = "api" if scope["path"].startswith("/api/") else "page"
        number = scope.get("state", {}).get("request_id")
        set_origin(Origin(channel, client[0] if client else None, number))
        await self.app(scope, receive, send)

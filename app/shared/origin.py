"""Where an act comes from: by page, API, command or background task, from which address, in which request.

A context variable, so that what records an act need not be told. Every answer names its request in ``X-Request-Id``.
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID: Final = "x-request-id"
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}")  # a proxy's own number is kept, and nothing that could forge a log line


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


class OriginMiddleware:
    """Know of every request where it comes from, and give it a number that its answer and the trail carry."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if ACCEPTED.fullmatch(given) else uuid4().hex
        client = scope.get("client")
        channel = "api" if scope["path"].startswith("/api/") else "page"
        set_origin(Origin(channel, client[0] if client else None, request_id))

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        await self.app(scope, receive, named)

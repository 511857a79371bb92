"""What a feature tells those that build on it, within the transaction of the act itself.

A feature may not import one above it. Where something it does must have its effect there at once and whole (a consent
taken back ends the offers), it tells a happening: a frozen dataclass of its own. Whoever is concerned listens, by a
function in one of the modules below, which are loaded when something is first told. A listener that raises undoes the
act. Nothing is told that could as well be done a moment later: that is a task's.
"""

from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

# In the order of the work; within a kind of happening they are asked in this order.
LISTENING: tuple[str, ...] = ("app.offers.listeners", "app.placements.listeners")

Happening = TypeVar("Happening")
Listener = Callable[[AsyncSession, Any], Awaitable[None]]
_LISTENERS: dict[type, list[Listener]] = {}


def on(kind: type[Happening]) -> Callable[[Callable[[AsyncSession, Happening], Awaitable[None]]], Listener]:
    """Declare an async function of session and happening as a listener to that kind."""

    def declare(listener: Callable[[AsyncSession, Happening], Awaitable[None]]) -> Listener:
        _LISTENERS.setdefault(kind, []).append(listener)
        return listener

    return declare


async def tell(session: AsyncSession, happening: object) -> None:
    """Have everybody concerned do their part before the act goes on."""
    for module in LISTENING:
        import_module(module)
    for listener in _LISTENERS.get(type(happening), ()):
        await listener(session, happening)

"""What the trail needs done by itself: to be sealed, every few seconds."""

from app.background.registry import chore
from app.database import Sessions
from app.settings import Settings
from app.shared.clock import Clock
from app.trail.sealing import EVERY_SECONDS, seal_waiting


@chore("trail.seal", every=EVERY_SECONDS)
async def seal(sessions: Sessions, settings: Settings, clock: Clock) -> int:
    """Seal what waits and sign the head; the runners take turns."""
    return await seal_waiting(sessions, settings, clock)

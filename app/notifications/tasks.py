"""The sender: part of every runner, every second. The leases keep two from sending the same message."""

from functools import lru_cache
from pathlib import Path

from app.background.registry import chore
from app.database import Sessions
from app.notifications import queries
from app.notifications.senders import senders_of, ways_out
from app.notifications.sending import options_of, send_due
from app.settings import Settings
from app.shared.clock import Clock
from app.shared.encryption import KeyRing, read_key_file


@chore("notifications.send", every=1.0)
async def send(sessions: Sessions, settings: Settings, clock: Clock) -> int:
    """Send what is due; how many messages were taken."""
    async with sessions() as session:
        if not await queries.is_anything_due(session, ways_out(settings), clock()):
            return 0
    async with senders_of(settings, clock) as senders:
        return await send_due(sessions, _keys(settings.key_file), senders, clock, options_of(settings))


@lru_cache(maxsize=1)
def _keys(path: Path) -> KeyRing:
    """Read once: a ring follows its file by itself."""
    return read_key_file(path)

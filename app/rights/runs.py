"""Asking for a pass over the retention table out of turn."""

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.background.models import TaskRun
from app.background.queue import enqueue
from app.permissions import Actor


async def ask_for_run(session: AsyncSession, actor: Actor, *, dry: bool) -> TaskRun:
    """Put a pass on the queue, in the actor's name; dry ones only count."""
    audit.record(session, actor, "rights.retention", "retention_table", None, dry=dry)
    owner = {"organisation_id": actor.organisation_id, "user_id": actor.user_id}
    return await enqueue(session, "rights.retention", **owner, dry=dry, by=actor.user_id)

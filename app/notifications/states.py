"""A message's way, as a table. Every step leaves a row that says when, from where and why."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from app.notifications.models import Notice, NoticeEvent


class NoticeState(StrEnum):
    WAITING = "waiting"  # for its time, its sender or another try
    SENDING = "sending"  # one sender has it until the lease ends
    SENT = "sent"  # the other side took it
    FAILED = "failed"  # refused for good, or too often
    DROPPED = "dropped"  # not wanted any more, or of no use any more


S = NoticeState
OPEN = (S.WAITING, S.SENDING)
# Sending to sending: the sender was lost, and another one has it now.
TRANSITIONS: dict[NoticeState, frozenset[NoticeState]] = {
    S.WAITING: frozenset({S.SENDING, S.DROPPED}),
    S.SENDING: frozenset({S.SENDING, S.WAITING, S.SENT, S.FAILED, S.DROPPED}),
    S.SENT: frozenset(),
    S.FAILED: frozenset(),
    S.DROPPED: frozenset(),
}


def move(session: AsyncSession, notice: Notice, to: NoticeState, now: datetime, why: str | None = None) -> None:
    """Take a step. One that is not in the table is a bug of the caller."""
    before = NoticeState(notice.state)
    if to not in TRANSITIONS[before]:
        raise ValueError(f"message {notice.uuid} cannot become {to}: it is {before}")
    notice.state = to
    if to is not S.SENDING:
        notice.lease_until = None
    if to is S.SENT:
        notice.sent_at = now
    if why is not None:
        notice.last_error = why
    record(session, notice, before, now, why)


def record(session: AsyncSession, notice: Notice, before: str | None, now: datetime, why: str | None = None) -> None:
    """Write the step down."""
    session.add(
        NoticeEvent(
            notice_id=notice.id, at=now, from_state=before, to_state=notice.state, attempt=notice.attempts, why=why
        )
    )

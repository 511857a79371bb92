"""A task as it is shown."""

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from app.background.models import TaskRun
from app.background.states import OPEN, TaskStatus
from app.shared.i18n import N_, gettext

STATUS_TEXTS = {
    TaskStatus.QUEUED: N_("Waiting for its turn"),
    TaskStatus.RUNNING: N_("Working"),
    TaskStatus.DONE: N_("Finished"),
    TaskStatus.FAILED: N_("Not finished"),
    TaskStatus.CANCELLED: N_("Stopped at your office's request"),
}


class TaskProgress(BaseModel):
    """How far a task is, in the reader's language; what the page's progress bar reads as well."""

    uuid: UUID
    name: str = Field(examples=["intake.apply"])
    status: TaskStatus
    state: Literal["running", "done", "failed", "cancelled"] = Field(
        description="'running' while anything may still change; otherwise stop asking."
    )
    text: str = Field(description="What it is doing, or how it ended.", examples=["Reading the sheet"])
    value: int = Field(ge=0, le=100, description="How far it is, of ``total``.", examples=[40])
    total: int = 100
    result: dict[str, Any] | None = Field(description="What it brought, once it is done.")
    error: str | None = Field(description="Why it failed, and what to do.")
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, run: TaskRun, locale: str) -> Self:
        status = TaskStatus(run.status)
        error = error_text(run, locale)
        stage = run.stage if status == TaskStatus.RUNNING else None
        return cls(
            uuid=run.uuid,
            name=run.name,
            status=status,
            state="running" if status in OPEN else status.value,
            text=error or gettext(locale, stage or STATUS_TEXTS[status]),
            value=run.progress,
            result=run.result if status == TaskStatus.DONE else None,
            error=error,
            cancel_requested=run.cancel_requested,
            created_at=run.created_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
        )


def error_text(run: TaskRun, locale: str) -> str | None:
    """Why the task failed, in a language."""
    if run.error is None:
        return None
    params = (run.result or {}).get("error_params", {})
    assert isinstance(params, dict)
    return gettext(locale, run.error, **params)

"""A match run's status follows its task's.

A task ends in several ways without the run's own code being asked: it fails, is stopped by a person, or its runner is
lost for good. Whatever moves it, the run moves with it.
"""

from alembic import op

revision: str = "5b1f0c7d92a4"
down_revision: str | None = "8ea443e99b9b"
branch_labels: str | None = None
depends_on: str | None = None

FUNCTION = """
CREATE FUNCTION match_run_follows_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE match_run SET status = NEW.status, finished_at = NEW.finished_at
    WHERE task_run_id = NEW.id AND status <> 'done';
    RETURN NULL;
END $$
"""
TRIGGER = """
CREATE TRIGGER match_run_follows_task AFTER UPDATE OF status ON task_run FOR EACH ROW
WHEN (NEW.name = 'match_runs.run' AND NEW.status <> OLD.status) EXECUTE FUNCTION match_run_follows_task()
"""
THOSE_LEFT_BEHIND = """
UPDATE match_run SET status = task_run.status, finished_at = task_run.finished_at
FROM task_run WHERE task_run.id = match_run.task_run_id AND match_run.status NOT IN ('done', task_run.status)
"""


def upgrade() -> None:
    op.execute(FUNCTION)
    op.execute(TRIGGER)
    op.execute(THOSE_LEFT_BEHIND)


def downgrade() -> None:
    op.execute("DROP TRIGGER match_run_follows_task ON task_run")
    op.execute("DROP FUNCTION match_run_follows_task()")

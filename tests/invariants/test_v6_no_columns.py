"""V6: there is no column for ethnicity, religion, politics or marital state, and sex and age reach no score."""

import re

from app.match_runs.snapshot import ENTRY_COLUMNS, VACANCY_COLUMNS
from app.models import Base
from matching.tables import Labourers, Vacancies

FORBIDDEN = re.compile(
    r"ethnic|nation(?!al)|race|religio|faith|politic|(?<!grievance_)party(?!_size)|marital|married|spouse|pregnan|hukou|poverty|health"
)


def test_no_table_has_such_a_column() -> None:
    """V6, R8. Wall: there is no column."""
    columns = [f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns]
    assert len(columns) > 200
    assert [name for name in columns if FORBIDDEN.search(name)] == []


def test_the_engine_has_no_column_for_sex_or_age_in_years() -> None:
    """V6, R8. Wall: there is no column."""
    names = [*Labourers.columns(), *Vacancies.columns()]
    assert [name for name in names if re.search(r"sex|gender|birth|age$|age_years", name)] == []
    assert [name for name in names if FORBIDDEN.search(name)] == []


def test_the_snapshot_reads_no_identity() -> None:
    """V6, R18. Wall: there is no column."""
    names = {column.key for column in (*ENTRY_COLUMNS, *VACANCY_COLUMNS)}
    assert not {name for name in names if "cipher" in name or "index" in name or "token" in name}

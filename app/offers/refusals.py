"""Answers of "no": kept in a schema of their own, and asked for one thing alone (V4).

The application's role cannot read the table. It can keep an answer, ask which of some people are not to be asked again
about a post, and forget a person. Nothing but the offers may do even that: a test looks for these names elsewhere.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession


async def keep(session: AsyncSession, labourer_id: int, vacancy_id: int) -> None:
    """The person is not asked about this post again."""
    await session.execute(select(func.keep_no(labourer_id, vacancy_id)))


async def not_to_ask(session: AsyncSession, vacancy_id: int, labourer_ids: Sequence[int]) -> set[int]:
    """Those of these people who are not asked about this post again."""
    asked = func.not_to_ask_again(vacancy_id, cast(list(labourer_ids), ARRAY(BigInteger)))
    return set(await session.scalars(select(asked)))


async def forget(session: AsyncSession, labourer_id: int) -> None:
    """A person is deleted: nothing of theirs stays here either."""
    await session.execute(select(func.forget_nos(labourer_id)))

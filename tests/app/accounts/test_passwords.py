"""Which passwords are taken, and how one's own is changed."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import attempts
from app.accounts.models import SignInAttempt, User, UserSession
from app.accounts.password_rules import check_password
from app.accounts.passwords import hash_password
from app.accounts.sessions import Visit, token_hash
from app.errors import Forbidden, Invalid, NotFound
from app.permissions import Role
from tests.conftest import NOW
from tests.factories.accounts import make_actor

PASSWORD, NEW = "a long passphrase", "blue kettle under nine roofs"
OWN = ["wang.xiaoming", "王小明", "枞阳县人社局"]


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short enough", None),
        ("elevenchars", "Too short"),
        ("x" * 300, "Too long"),
        ("aaaaaaaaaaaaaaaa", "tried first"),
        ("1234567890123456", "tried first"),
        ("qwertyuiop123456", "tried first"),
        ("Password123456!!", "tried first"),
        ("P@ssw0rd2026!!!!", "tried first"),
        ("woaini1314520888", "tried first"),
        ("zhongguo20261121", "tried first"),
        ("我爱中国20261121888", "tried first"),
        ("adminadminadmin1", "tried first"),
        ("abcdefghijklmnop", "tried first"),
        ("wang.xiaoming2026", "makes up most"),
        ("wangxiaoming8888", "makes up most"),
        ("王小明枞阳县人社局1949", "makes up most"),
        ("correct horse battery staple", None),
        ("四个完全无关的词汇：茶壶云朵", None),
        ("Tq7#mm2!vKx9", None),
    ],
)
def test_what_is_refused_and_what_is_free(password: str, words: str | None) -> None:
    if words is None:
        check_password(password, OWN)
        return
    with pytest.raises(Invalid, match=words) as refusal:
        check_password(password, OWN)
    assert set(refusal.value.fields) == {"new_password"}


async def test_changing_it_ends_the_other_sign_ins(
    sign_in: Callable[..., Any], session: AsyncSession, password_hash: str
) -> None:
    actor = await make_actor(session, password_hash=password_hash)
    session.add(
        UserSession(
            token_hash=token_hash("elsewhere"),
            user_id=actor.user_id,
            post_id=actor.post_id,
            csrf_token="x",
            created_at=NOW,
            expires_at=NOW.replace(year=2027),
        )
    )
    client = await sign_in(actor)
    form = {"password": PASSWORD, "new_password": NEW, "again": NEW}
    answer = await client.post("/account/password", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account/sign-ins")
    page = await client.get("/account/sign-ins")
    assert "Password changed; 1 other sign-in ended." in page.text
    client.cookies.set("duijie_session", "elsewhere")
    assert (await client.get("/account")).status_code == 303


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"password": "wrong", "new_password": NEW, "again": NEW}, "not your password of now"),
        ({"password": PASSWORD, "new_password": NEW, "again": "other"}, "two entries differ"),
        ({"password": PASSWORD, "new_password": PASSWORD, "again": PASSWORD}, "your password of now"),
        ({"password": PASSWORD, "new_password": "short", "again": "short"}, "at least 12 characters"),
    ],
)
async def test_a_refused_change_says_why_and_changes_nothing(
    sign_in: Callable[..., Any], session: AsyncSession, password_hash: str, form: dict[str, str], words: str
) -> None:
    actor = await make_actor(session, password_hash=password_hash)
    client = await sign_in(actor)
    answer = await client.post("/account/password", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert await session.scalar(select(User.password_hash).where(User.id == actor.user_id)) == password_hash


async def test_guessing_the_old_one_has_to_wait(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session, password_hash=hash_password(PASSWORD)))
    form = {"password": "wrong", "new_password": NEW, "again": NEW}
    codes = [(await client.post("/account/password", data=form)).status_code for _ in range(9)]
    assert codes == [422] * 8 + [429]


async def test_an_administrator_forgives_their_own_people_alone(
    client: httpx.AsyncClient, session: AsyncSession, password_hash: str
) -> None:
    administrator = await make_actor(session, Role.ADMINISTRATOR)
    office = await session.scalar(select(User).where(User.id == administrator.user_id))
    colleague = await make_actor(session, password_hash=password_hash)
    stranger = await make_actor(session, Role.ADMINISTRATOR)
    assert office
    login = str(await session.scalar(select(User.login).where(User.id == colleague.user_id)))
    for _ in range(8):
        attempts.keep(session, login, Visit("10.0.0.1", "", NOW, 12), "wrong")
    await session.commit()
    right = {"user_name": login, "password": PASSWORD}
    assert (await client.post("/sign-in", data=right)).status_code == 429

    with pytest.raises(NotFound):
        await attempts.unlock(session, stranger, login, now=NOW)
    with pytest.raises(Forbidden):
        await attempts.unlock(session, colleague, login, now=NOW)
    operator = await make_actor(session, Role.OPERATOR)
    assert await attempts.unlock(session, operator, login.upper(), now=NOW) == 8
    await session.commit()
    assert (await client.post("/sign-in", data=right)).status_code == 303
    outcomes = await session.scalars(
        select(SignInAttempt.outcome).where(SignInAttempt.login == login).order_by(SignInAttempt.id)
    )
    assert list(outcomes) == ["wrong"] * 8 + ["held_back", "begun"]

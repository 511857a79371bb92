"""A complaint in a real browser: told without an account, answered by the inspection, closed with the receipt."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation, Post, PostScope, User
from app.accounts.passwords import hash_password
from app.demo.accounts import PASSWORD
from app.migrations import Server
from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.browser import PHONE, WIDE, findings, overhang
from tests.factories.vacancies import WUJIANG
from tests.journeys.conftest import Instance, served, supply

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.conftest import SignIn

pytestmark = pytest.mark.browser


async def with_inspection(session: AsyncSession, keys: KeyRing) -> None:
    """The supply list, and an inspection over Wujiang with one person at work."""
    await supply(session, keys)
    organisation = Organisation(name="吴江区劳动保障监察大队", kind="inspection", locality_code=WUJIANG)
    user = User(login="inspection", display_name="钱监察", password_hash=hash_password(PASSWORD))
    session.add_all((organisation, user))
    await session.flush()  # the post needs both ids
    post = Post(user_id=user.id, organisation_id=organisation.id, role=Role.INSPECTOR)
    session.add(post)
    await session.flush()  # the scope needs the post's id
    session.add(PostScope(post_id=post.id, locality_code=WUJIANG))


@pytest.fixture(scope="module")
def instance(server: Server, database: str, data_dir: Path) -> Iterator[Instance]:
    with served(server, database, data_dir, with_inspection) as instance:
        yield instance


def sound(page: "Page", folder: Path, name: str) -> None:
    """Accessible and inside the screen, wide and on a phone."""
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.screenshot(path=folder / f"{name}-{size['width']}.png", full_page=True)
        assert overhang(page) == 0, f"{name} at {size['width']}"
    assert findings(page) == [], name
    page.set_viewport_size(WIDE)


def test_from_the_first_word_to_the_last(
    instance: Instance, page: "Page", sign_in: "SignIn", complaints: list[str], tmp_path: Path
) -> None:
    page.goto(f"{instance.address}/complaint?lang=en")
    sound(page, tmp_path, "form")
    page.get_by_role("button", name="Send the complaint").click()
    page.get_by_label("identity card or bank card kept from me").check()
    page.get_by_label("What happened?").fill("进厂时身份证被收走，一直不还。")
    page.get_by_label("Where is the work?").fill("江苏苏州吴江")
    page.get_by_label("Name of the firm").fill("吴江锦华制衣有限公司")
    page.get_by_role("button", name="Send the complaint").click()
    page.get_by_text("A labour inspection has it now").wait_for()
    sound(page, tmp_path, "receipt")
    code = page.locator("#code code").inner_text()

    sign_in("inspection")
    page.goto(f"{instance.address}/grievances")
    sound(page, tmp_path, "list")
    page.get_by_role("link", name="identity card or bank card kept from me").click()
    page.get_by_text("一直不还").wait_for()
    page.get_by_text("Posts stopped for it").wait_for()
    sound(page, tmp_path, "case")
    page.locator(".page-head").get_by_text("Answer", exact=True).click()
    page.get_by_label("What came of it").fill("身份证已当面退还。")
    sound(page, tmp_path, "answer")
    page.get_by_role("dialog").get_by_role("button", name="Answer").click()
    page.get_by_text("closes it, or asks for a review").wait_for()

    page.context.clear_cookies()
    page.goto(f"{instance.address}/complaint?lang=en")
    page.get_by_text("I have a code already").click()
    page.get_by_label("Code on the receipt").fill(code)
    page.get_by_role("button", name="Read the answer").click()
    page.get_by_text("身份证已当面退还").wait_for()
    sound(page, tmp_path, "own")
    page.get_by_role("button", name="Yes: close the complaint").click()
    page.get_by_text("The complaint is closed.").wait_for()
    assert [one for one in complaints if "422" not in one] == []  # the empty form was sent on purpose

"""From a sheet with errors to an explained match, as an officer does it: in a browser, against everything that runs."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import SignIn

pytestmark = pytest.mark.browser


def test_a_county_from_its_sheet_to_an_explained_match(sign_in: SignIn, complaints: list[str]) -> None:
    page = sign_in("county")
    expect(page.get_by_role("link", name="Demand list")).to_be_visible()
    assert complaints == []

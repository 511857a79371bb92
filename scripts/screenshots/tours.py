"""The ways through the pages: each is one person's, goes ahead in a window of its own, and yields what to see."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from scripts.screenshots.intake_tours import adverts, imports
from scripts.screenshots.protection_tours import (
    administration,
    auditing,
    complaining,
    inspecting,
    invited,
    minimum_wages,
    operating,
    own_pages,
    protecting,
    taking,
)
from scripts.screenshots.shots import Shot, Tour, first_row, open_dialog


def _open_explanation(page: Page) -> None:
    page.locator(".hit .opening summary").first.click()


def signed_out(_page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    yield Shot("sign-in", f"{base}/sign-in")


def people(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    yield Shot("desk-county", f"{base}/")
    yield Shot("demand-list", f"{base}/labourers?size=25")
    person = base + first_row(page, f"{base}/labourers?standing=current", "/labourers/")
    yield Shot("labourer", person)
    yield Shot("labourer-own-word", person, open_dialog("declare"), whole=False)
    yield Shot("labourer-correct", f"{person}/edit")
    yield Shot("labourer-new", f"{base}/labourers/new")


def matches(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    run = base + first_row(page, f"{base}/match-runs", "/match-runs/")
    yield Shot("match-runs", f"{base}/match-runs")
    yield Shot("match-run", run)
    yield Shot("match-run-posts", f"{run}?tab=posts")
    person = base + first_row(page, run, "/labourers/")
    yield Shot("labourer-matches", person, whole=False)
    yield Shot("labourer-matches-opened", person, _open_explanation)
    yield Shot("vacancy-candidates", base + first_row(page, f"{run}?tab=posts", "/vacancies/"))


def running(_page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    """A run under way is a new one for every picture, as it lasts a moment only."""
    yield Shot("match-run-running", f"{base}/match-runs", _start_and_hold)


def _start_and_hold(page: Page) -> None:
    while not page.locator('form[action="/match-runs"] button').count():  # the run of the picture before goes on
        page.wait_for_timeout(500)
        page.reload()
    no_news = '{"state": "running", "value": 0, "total": 0, "text": null}'
    page.route("**/tasks/**", lambda route: route.fulfill(content_type="application/json", body=no_news))
    page.route("**/tasks/*/events", lambda route: route.fulfill(status=200, content_type="text/event-stream", body=""))
    page.locator('form[action="/match-runs"] button').click()
    page.wait_for_url("**/match-runs/*")
    page.wait_for_timeout(700)  # until the runner has begun
    page.reload()


def frame(_page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    yield Shot("account", f"{base}/account")
    yield Shot("not-found", f"{base}/nowhere")
    yield Shot("gallery", f"{base}/gallery")


def own_account(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    yield Shot("account-password", f"{base}/account/password")
    yield Shot("account-sign-ins", f"{base}/account/sign-ins")
    yield Shot("account-tokens", f"{base}/account/tokens")
    page.goto(f"{base}/account/second-factor")
    start = page.locator('form[action="/account/second-factor"] button')
    if start.count():
        start.click()
    yield Shot("account-second-factor", f"{base}/account/second-factor")


def receiving(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    yield Shot("desk-receiving", f"{base}/")
    yield Shot("supply-list", f"{base}/vacancies?size=25")
    vacancy = base + first_row(page, f"{base}/vacancies?state=open", "/vacancies/")
    yield Shot("vacancy", vacancy)
    yield Shot("vacancy-correct", f"{vacancy}/edit")
    yield Shot("vacancy-blocked", base + first_row(page, f"{base}/vacancies?state=blocked", "/vacancies/"))
    yield Shot("employers", f"{base}/employers?size=25")
    yield Shot("employer", base + first_row(page, f"{base}/employers", "/employers/"))


def broker(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    page.goto(f"{base}/vacancies?state=open")
    addresses = page.locator('tbody th a[href^="/vacancies/"]').evaluate_all("all => all.map(one => one.href)")
    for address in addresses:
        page.goto(f"{address}/candidates")
        if page.locator("main tbody tr, main .hit").count():
            break
    yield Shot("candidates-by-pseudonym", page.url)


TOURS = (
    Tour(None, ("sign-in",), signed_out),
    Tour("county", ("import",), imports),
    Tour("suzhou", ("advert",), adverts),
    Tour("county", ("desk-county", "demand-list", "labourer"), people),
    Tour("county", ("match-runs", "match-run", "labourer-matches", "vacancy-candidates"), matches),
    Tour("county", ("match-run-running",), running),
    Tour("county", ("account", "not-found", "gallery"), frame),
    Tour("county", ("account-password", "account-sign-ins", "account-tokens", "account-second-factor"), own_account),
    Tour("suzhou", ("desk-receiving", "supply-list", "vacancy", "employer"), receiving),
    Tour("broker", ("candidates-by-pseudonym",), broker),
    Tour("administrator", ("people", "person", "who-may-do-what"), administration),
    Tour(None, ("invitation",), invited),
    Tour("county", ("person-", "rights", "impact", "slips", "minimum-wages"), protecting),
    Tour("suzhou", ("minimum-wages-enter",), minimum_wages),
    Tour(None, ("complaint", "complaint-receipt", "complaint-own"), complaining),
    Tour("inspector", ("complaints", "complaint-case", "complaint-measure"), inspecting),
    Tour("village", ("complaint-taken-down",), taking),
    Tour("operator", ("desk-operator", "organisation", "keys", "retention", "complaints-waiting"), operating),
    Tour("auditor", ("trail",), auditing),
    Tour(None, ("my",), own_pages),
)

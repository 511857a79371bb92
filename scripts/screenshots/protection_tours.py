"""Who may see and do what: accounts, consents, rights, complaints, the trail, the keys, a labourer's own pages."""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from app.demo.accounts import PASSWORD
from scripts.screenshots.shots import Act, Shot, first_row, open_dialog

COMPLAINT = "进厂时身份证被收走，三个月没发工资，要走就说要扣两千。"


def administration(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    """People of one office; the link of an invitation leads to what the invited person sees."""
    yield Shot("people", f"{base}/people")
    colleague = page.locator('tbody th a[href^="/people/"]', has_text="程经办")
    page.goto(f"{base}/people")
    href = colleague.first.get_attribute("href")
    yield Shot("person", f"{base}{href}")
    yield Shot("people-invite", f"{base}/people/invite")
    yield Shot("people-invited", f"{base}/people/invite", _invite)
    yield Shot("who-may-do-what", f"{base}/permissions")


def _invite(page: Page) -> None:
    page.locator("[name=display_name]").fill("钱新人")
    page.locator("[name=role]").select_option("county_officer")
    page.locator("main form.form button[type=submit]").click()
    page.locator("#field-link").wait_for()


def invited(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    """What a new person sees behind the link: here and at the first run the same page."""
    page.goto(f"{base}/sign-in")
    page.locator("[name=user_name]").fill("administrator")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{base}/")
    page.goto(f"{base}/people/invite")
    _invite(page)
    yield Shot("invitation", page.locator("#field-link").input_value())


def operating(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    yield Shot("desk-operator", f"{base}/")
    yield Shot("organisations", f"{base}/organisations")
    office = base + first_row(page, f"{base}/organisations", "/organisations/")
    yield Shot("organisation", office)
    yield Shot("organisation-correct", f"{office}/edit")
    yield Shot("organisation-new", f"{base}/organisations/new")
    yield Shot("keys", f"{base}/keys")
    yield Shot("retention", f"{base}/rights/retention")
    yield Shot("complaints-waiting", f"{base}/grievances/waiting")


def protecting(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    """A county officer's side of consents and rights, on a person of the list."""
    person = first_row(page, f"{base}/labourers?standing=current", "/labourers/")
    yield Shot("person-consents", f"{base}{person}/consents")
    yield Shot("person-seen-by", f"{base}{person}/seen-by")
    rights = f"{base}/rights/people/{person.rpartition('/')[2]}"
    page.goto(rights)
    page.locator('[data-dialog="receive"]').first.click()
    dialog = page.locator("dialog#receive")
    dialog.locator("select").select_option("correction")
    dialog.locator("textarea").fill("我的手机号变了，请改成新的。")
    dialog.locator("[type=submit]").click()
    page.wait_for_load_state()
    yield Shot("rights-person", rights)
    yield Shot("rights-limit", rights, open_dialog("limit"), whole=False)
    yield Shot("rights", f"{base}/rights")
    yield Shot("rights-by-hand", f"{base}/rights/by-hand")
    yield Shot("rights-deletions", f"{base}/rights/deletions")
    yield Shot("impact", f"{base}/rights/impact")
    yield Shot("slips", f"{base}/slips")
    yield Shot("slips-print", f"{base}/slips", _print_slips, whole=False)
    yield Shot("minimum-wages", f"{base}/minimum-wages")


def _print_slips(page: Page) -> None:
    page.locator("#villages a").first.click()
    page.locator('form[action="/slips"] [type=submit]').click()
    page.locator(".slip, code").first.wait_for()


def auditing(_page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    yield Shot("trail", f"{base}/trail")
    yield Shot("trail-search", f"{base}/trail?act=labourer.open")


def minimum_wages(_page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    yield Shot("minimum-wages-enter", f"{base}/minimum-wages")


def complaining(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    """Somebody without an account complains, and reads with the receipt what came of it."""
    yield Shot("complaint", f"{base}/complaint")
    page.goto(f"{base}/complaint")
    code = _complain(page)
    yield Shot("complaint-receipt", f"{base}/complaint", _complain_to_nobody)
    yield Shot("complaint-own", f"{base}/complaint", _look_with(code))


def _complain(page: Page, place: str = "枞阳县", firm: str = "枞阳青山制衣厂") -> str:
    """File a grave complaint; the receipt's code."""
    page.locator("[name=kind][value=papers_kept]").check()
    form = page.locator('form[action="/complaint"]')
    form.locator("[name=text]").fill(COMPLAINT)
    form.locator("[name=place]").fill(place)
    form.locator("[name=firm]").fill(firm)
    form.locator("[type=submit]").click()
    receipt = page.locator("#code code")
    receipt.wait_for()
    return receipt.inner_text()


def _complain_to_nobody(page: Page) -> None:
    """Over that place no inspection has an account: the receipt is a sheet of referral."""
    _complain(page, "江苏苏州吴江", "吴江青山制衣厂")


def _look_with(code: str) -> Act:
    def look(page: Page) -> None:
        page.locator("details.more summary").click()
        page.locator("[name=code]").fill(code)
        page.locator('form[action="/complaint/look"] [type=submit]').click()
        page.locator("#told").wait_for()

    return look


def inspecting(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    """The inspection's side of a complaint that somebody files without an account."""
    page.goto(f"{base}/complaint")
    _complain(page)
    yield Shot("complaints", f"{base}/grievances")
    case = base + first_row(page, f"{base}/grievances", "/grievances/")
    yield Shot("complaint-case", case)
    yield Shot("complaint-measure", case, open_dialog("measure"), whole=False)


def taking(_page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    yield Shot("complaint-taken-down", f"{base}/grievances/new")


def own_pages(page: Page, base: str, _folder: Path) -> Iterator[Shot]:
    """A labourer on a phone: each window comes in with the code of one slip, which opens a few times."""
    page.goto(f"{base}/sign-in")
    page.locator("[name=user_name]").fill("county")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"{base}/")
    person = first_row(page, f"{base}/labourers?standing=current", "/labourers/")
    page.goto(base + person)
    page.locator('form[action="/slips"] [type=submit]').first.click()
    code = "".join(page.locator(".slip-code, .slip code").first.inner_text().split())
    yield Shot("my-in", f"{base}/my/in")
    for name, path in {"my": "", "my-declare": "/declare", "my-withdraw": "/withdraw", "my-seen": "/seen"}.items():
        yield Shot(name, f"{base}/my{path}", _as_person(code, f"{base}/my{path}"))
    consent = f"{base}/my/consents/name_to_employer"
    yield Shot("my-consent", consent, _as_person(code, consent))
    rights = {"my-limit": "limits/restriction", "my-request": "requests/deletion", "my-copy": "copy"}
    for name, path in {**rights, "my-complaint": "complaint"}.items():
        yield Shot(name, f"{base}/my/{path}", _as_person(code, f"{base}/my/{path}"))


def _as_person(code: str, address: str) -> Act:
    def come_in(page: Page) -> None:
        if page.locator('form[action="/my/out"]').count():
            return
        page.goto(f"{address.partition('/my')[0]}/my/in?c={code}")
        page.locator('form[action="/my/in"] [type=submit]').click()
        page.goto(address)

    return come_in

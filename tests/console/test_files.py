import re

import pytest

from store.cases import attach
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.stories import ordered
from tests.store.houses import SYSTEM


def test_a_document_is_downloaded_and_never_shown(page: Page, company: Company) -> None:
    case, _ = ordered(company)
    page.sign_in("mara.voss")
    link = re.search(r'href="(/files/[0-9a-f]{64})"', page.open(f"/cases/{case}").text)
    assert link is not None
    answer = page.open(link[1])
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''PO-2026-0001.pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content.startswith(b"%PDF")


@pytest.mark.behaviour("R12")
@pytest.mark.parametrize("media_type", ["image/svg+xml", "text/html", "application/xhtml+xml", "text/xml"])
def test_what_could_run_in_a_browser_is_downloaded_and_never_shown(
    page: Page, company: Company, media_type: str
) -> None:
    case, _ = ordered(company)
    digest = company.files.put(TENANT, b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    with company.store.change(TENANT, SYSTEM, case) as work:
        attach(work, "From a portal", digest, media_type, "evidence.png")
        work.record("test.attached", "case", case)
    page.sign_in("mara.voss")
    answer = page.open(f"/files/{digest}")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_stored_file_that_belongs_to_no_case_is_not_there(page: Page, company: Company) -> None:
    digest = company.files.put(TENANT, b"a vault's backup")
    page.sign_in("oliver.stein")
    assert page.open(f"/files/{digest}").status_code == 404


@pytest.mark.parametrize("name", ["0" * 64, "..%2F..%2Fetc%2Fpasswd", "x" * 200])
def test_no_other_name_leads_to_a_file(page: Page, name: str) -> None:
    page.sign_in("mara.voss")
    assert page.open(f"/files/{name}").status_code == 404

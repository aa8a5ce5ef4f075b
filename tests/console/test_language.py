import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import console
from console.language import Language, read_languages
from tests.console.browsing import Page
from tests.console.company import Company
from tests.console.stories import price_differs

_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_KEYWORDS = {"_": None, "ngettext": (1, 2), "message": None}
_FIELD = re.compile(r"%\((\w+)\)s|%(.?)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _texts() -> set[str]:
    """Every text in the code that a page can show."""
    found = extract_from_dir(Path(console.__file__).parent, _METHODS, keywords=_KEYWORDS)
    texts = [message if isinstance(message, tuple) else (message,) for _, _, message, _, _ in found]
    return {text for group in texts for text in group}


@pytest.fixture(scope="module")
def chinese() -> Language:
    return read_languages()["zh"]


@pytest.mark.behaviour("C1")
def test_every_text_has_a_chinese_translation(chinese: Language) -> None:
    texts = _texts()
    assert len(texts) > 300
    assert not {text for text in texts if not _CHINESE.search(chinese.translations.get(text, ""))}


def test_no_translation_is_left_over(chinese: Language) -> None:
    assert not chinese.translations.keys() - _texts()


def test_a_translation_has_the_fields_of_its_text_and_no_others(chinese: Language) -> None:
    different = {
        text
        for text, translation in chinese.translations.items()
        if sorted(_FIELD.findall(text)) != sorted(_FIELD.findall(translation))
    }
    assert not different


@pytest.mark.behaviour("C1")
def test_the_language_is_the_persons_until_they_choose_another(page: Page) -> None:
    page.sign_in("lin.yue")
    assert "没有待办事项" in page.open("/").text
    answer = page.send("/", {"language": "en", "back": "/cases"}, action="/language")
    assert answer.headers["location"] == "/cases"
    assert "Nothing waits for you." in page.open("/").text
    page.send("/", {"language": "tlh", "back": "//evil.example"}, action="/language")
    assert 'lang="en"' in page.open("/").text


def test_before_sign_in_the_language_is_the_browsers(page: Page) -> None:
    html = page.client.get("/sign-in", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}).text
    assert 'html lang="zh"' in html


def test_choosing_a_language_takes_the_sessions_token(page: Page) -> None:
    page.sign_in("mara.voss")
    assert page.client.post("/language", data={"language": "zh"}).status_code == 403


@pytest.mark.behaviour("C1")
def test_every_page_is_made_in_chinese(page: Page, company: Company) -> None:
    case = price_differs(company)
    request = company.pending(company.file()).request.id
    page.sign_in("lin.yue")
    paths = ("/", "/cases", f"/cases/{case}", "/orders", "/orders/PO-2026-0001", f"/approvals/{request}")
    for path in (*paths, "/requisitions/new"):
        answer = page.open(path)
        assert (answer.status_code, 'html lang="zh"' in answer.text) == (200, True)
    refused = page.send(f"/approvals/{request}", {"outcome": "approve"})
    assert "此项审批不由您负责" in refused.text

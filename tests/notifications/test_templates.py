"""What holds for every template in every language."""

import re
from html.parser import HTMLParser

import pytest
from jinja2 import meta

from models.approval import ApprovalSubject, Outcome
from models.party import Role
from notifications.catalogue import LANGUAGES, MESSAGES
from notifications.render import TEMPLATES, environment, render
from tests.notifications.samples import APPROVAL_DECIDED, APPROVAL_WANTED, LINK, TASK_OPENED, VALUES

KINDS = ("title.txt", "txt", "html")
EVERY_MESSAGE = [(name, language) for name in MESSAGES for language in LANGUAGES]


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_every_message_has_its_three_templates_in_every_language_and_none_is_left_over() -> None:
    expected = {f"{language}/{name}.{kind}.j2" for name, language in EVERY_MESSAGE for kind in KINDS}
    found = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/*.j2")}
    assert found == expected | {f"{language}/words.j2" for language in LANGUAGES}


@pytest.mark.parametrize(("name", "language"), EVERY_MESSAGE)
def test_the_templates_use_exactly_the_values_of_the_catalogue(name: str, language: str) -> None:
    used: set[str] = set()
    for kind in KINDS:
        source = (TEMPLATES / language / f"{name}.{kind}.j2").read_text(encoding="utf-8")
        used |= meta.find_undeclared_variables(environment(language).parse(source))
    assert used - {"parts", "words"} == MESSAGES[name]


@pytest.mark.parametrize(("name", "language"), EVERY_MESSAGE)
@pytest.mark.behaviour("N1")
def test_every_message_renders_in_every_language(name: str, language: str) -> None:
    rendered = render(name, language, VALUES[name])
    assert rendered.title.strip() == rendered.title != ""
    for value in (rendered.title, rendered.text, rendered.html):
        assert "None" not in value
        assert "{{" not in value
    assert f'<html lang="{language}' in rendered.html


@pytest.mark.parametrize(("name", "language"), EVERY_MESSAGE)
def test_the_html_says_what_the_text_says(name: str, language: str) -> None:
    rendered = render(name, language, VALUES[name])
    for word in ("4,200.50", "PR-2026-0042", "RE-88123", "EUR 350.00", "Jonas Weber", "PO-2026-0007", LINK):
        assert (word in rendered.text) == (word in rendered.html)


@pytest.mark.parametrize(("name", "language"), EVERY_MESSAGE)
@pytest.mark.behaviour("N2")
def test_a_message_holds_one_link_that_locates_and_nothing_that_decides(name: str, language: str) -> None:
    rendered = render(name, language, VALUES[name])
    tags = _Tags(rendered.html).tags
    expected = [LINK] if "link" in MESSAGES[name] else []
    assert [attributes["href"] for tag, attributes in tags if tag == "a"] == expected
    assert re.findall(r"https?://\S+", rendered.text) == expected


@pytest.mark.parametrize(("name", "language"), EVERY_MESSAGE)
def test_html_loads_and_runs_nothing(name: str, language: str) -> None:
    tags = _Tags(render(name, language, VALUES[name]).html).tags
    assert not {tag for tag, _ in tags} & {"img", "script", "form", "input", "button", "link", "iframe", "object"}
    for _, attributes in tags:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "background", "action")}
        assert "url(" not in (attributes.get("style") or "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_has_its_word(language: str) -> None:
    for role in Role:
        render("task_opened", language, {**TASK_OPENED, "role": role})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_subject_and_outcome_has_its_word(language: str) -> None:
    for subject in ApprovalSubject:
        render("approval_wanted", language, {**APPROVAL_WANTED, "subject": subject})
        for outcome in Outcome:
            render("approval_decided", language, {**APPROVAL_DECIDED, "subject": subject, "outcome": outcome})


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_purpose_or_comment_leaves_no_empty_field(language: str) -> None:
    wanted = render("approval_wanted", language, {**APPROVAL_WANTED, "purpose": ""})
    decided = render("approval_decided", language, {**APPROVAL_DECIDED, "comment": ""})
    for label in ("Purpose", "用途", "Comment", "备注"):
        assert label not in wanted.text + wanted.html + decided.text + decided.html


@pytest.mark.parametrize(
    ("language", "request_line", "amount_line", "title"),
    [
        ("en", "your approval of this payment is needed:", "EUR 4,200.50", "Your approval: EUR 4,200.50 – 12 desks"),
        ("zh", "请您审批以下付款：", "EUR 4,200.50", "请审批付款：EUR 4,200.50 – 12 desks"),
    ],
)
def test_a_request_without_requester_or_vendor_reads_as_a_whole_sentence(
    language: str, request_line: str, amount_line: str, title: str
) -> None:
    values = {**APPROVAL_WANTED, "requester_name": "", "partner_name": "", "subject": ApprovalSubject.PAYMENT}
    rendered = render("approval_wanted", language, values)
    assert {request_line, amount_line} <= set(rendered.text.splitlines())
    assert request_line in rendered.html
    assert rendered.title.startswith(title)

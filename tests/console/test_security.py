import re
from pathlib import Path

import pytest
from httpx import Client

from console.app import STATIC
from console.rendering import TEMPLATES
from console.security import MAX_BODY
from tests.console.browsing import Page


@pytest.mark.parametrize("path", ["/sign-in", "/nothing", "/static/tallywright.css", "/api/v1/inbox", "/healthz"])
def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


def test_pages_with_data_are_not_kept_by_the_browser(page: Page) -> None:
    page.sign_in("mara.voss")
    assert page.open("/cases").headers["cache-control"] == "no-store"


def test_a_body_that_is_too_long_is_refused_with_and_without_its_length(client: Client) -> None:
    content = b"x" * (MAX_BODY + 1)
    pieces = (content[start : start + 65536] for start in range(0, len(content), 65536))
    assert client.post("/sign-in", content=content).status_code == 413
    assert client.post("/sign-in", content=pieces).status_code == 413


def test_templates_have_no_inline_script_style_or_unescaped_value() -> None:
    forbidden = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|\|\s*safe|autoescape|hx-on")
    for file in sorted(Path(TEMPLATES).rglob("*.html")):
        assert not forbidden.search(file.read_text()), file.name


def test_nothing_is_loaded_from_elsewhere() -> None:
    for file in [*TEMPLATES.rglob("*.html"), STATIC / "tallywright.css"]:
        assert not re.search(r"(?:src|href|url)\s*[=(]\s*['\"]?(?:https?:)?//", file.read_text()), file.name

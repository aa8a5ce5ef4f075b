"""What a bot leaves behind of each step: the action, the page's text as a digest, a screenshot without secrets."""

import hashlib

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import FloatRect, Frame, Locator, Page

from bots.secrets import Secrets
from models.portal import EvidenceSink, EvidenceStep, Finding

CONCEALED_FIELDS = "input[type=password], input[autocomplete='one-time-code'], input[autocomplete='current-password']"
TALLEST_PICTURE = 4_000
"""Pixels. A browser needs minutes for the picture of a list of ten thousand rows; its text is in the digest whole."""
PICTURE_TIMEOUT = 60.0
"""Seconds; a browser that is busy with a long page takes its picture later."""
_MASK_COLOUR = "#1f2937"


class Evidence:
    """Records the steps of one session in its sink. Raises what the sink raises: without evidence no step further."""

    def __init__(self, sink: EvidenceSink, secrets: Secrets) -> None:
        self._sink = sink
        self._secrets = secrets
        self._declared: list[Locator] = []

    def declare_secret(self, field: Locator) -> None:
        """From now on `field` is painted over on every screenshot."""
        self._declared.append(field)

    async def record(self, page: Page, action: str, target: str = "", finding: Finding | None = None) -> None:
        """Keeps one step with what `page` now shows in all its frames, and what was noticed there."""
        text = await visible_text(page)
        screenshot = await self._picture(page)
        await self._sink.record(
            EvidenceStep(
                action=self._secrets.redact(action),
                target=self._secrets.redact(target),
                text_digest=hashlib.sha256(self._secrets.redact(text).encode()).hexdigest(),
                screenshot=screenshot,
                finding=finding,
            )
        )

    async def _picture(self, page: Page) -> bytes:
        width, height = await page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        top = FloatRect(x=0, y=0, width=width, height=min(height, TALLEST_PICTURE))
        return await page.screenshot(
            mask=await self._masks(page),
            mask_color=_MASK_COLOUR,
            full_page=True,
            clip=top,
            timeout=PICTURE_TIMEOUT * 1000,
        )

    async def record_download(self, action: str, name: str, sha256: str) -> None:
        """Keeps a step that fetched a file rather than showed a page."""
        await self._sink.record(EvidenceStep(action=action, target=self._secrets.redact(name), download_sha256=sha256))

    async def _masks(self, page: Page) -> list[Locator]:
        masks = list(self._declared)
        for frame in page.frames:
            masks.append(frame.locator(CONCEALED_FIELDS))
            masks += [frame.get_by_text(secret) for secret in self._secrets.found_in(await _frame_text(frame))]
        return masks


async def visible_text(page: Page) -> str:
    """The text a person sees on `page`, frame by frame in the order of the page's tree."""
    return "\n".join([await _frame_text(frame) for frame in page.frames])


async def _frame_text(frame: Frame) -> str:
    try:
        return await frame.locator(":root").inner_text()
    except PlaywrightError:
        if frame.is_detached():
            return ""
        raise

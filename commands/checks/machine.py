"""What this machine needs for the bots and for documents: a browser and letters."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator

from commands.checks.result import Check, broken, ok, warning
from models.portal import PortalUnavailable
from settings import Settings

_PATIENCE_SECONDS = 30


def check_chromium(settings: Settings) -> Iterator[Check]:
    """Starts it as the bots do, its own sandbox included, and ends it."""
    remedy = (
        "Install it (`apt-get install chromium`) or set TALLYWRIGHT_CHROMIUM. In a container it also needs the right to"
        " make user namespaces: docs/how-to/run-on-a-cluster.md."
    )
    path = str(settings.chromium) if settings.chromium else None
    try:
        asyncio.run(_start_and_stop(path))
    except (PortalUnavailable, TimeoutError) as error:
        yield broken("chromium", f"{error or 'Chromium did not start in time'}.", remedy)
        return
    if os.geteuid() == 0:
        found = "Chromium starts, and as root without its sandbox."
        yield warning("chromium", found, "Run the bots as an ordinary user.")
    else:
        yield ok("chromium", "Chromium starts within its sandbox.")


def check_fonts() -> Iterator[Check]:
    remedy = "Install a font that has Chinese, e.g. `apt-get install fonts-wqy-microhei`."
    fc_list = shutil.which("fc-list")
    if fc_list is None:
        yield warning("fonts", "Which fonts there are cannot be told: `fc-list` is missing.", "Install fontconfig.")
        return
    arguments = [fc_list, "--format=%{family}\\n", ":lang=zh"]
    listed = subprocess.run(arguments, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False)  # noqa: S603
    families = sorted({line.partition(",")[0] for line in listed.stdout.splitlines() if line})
    if families:
        yield ok("fonts", f"Chinese can be drawn with {families[0]}.")
    else:
        yield warning("fonts", "No font has Chinese: it shows as boxes in documents and pictures.", remedy)


async def _start_and_stop(path: str | None) -> None:
    # Loaded here because the health checks of containers, which want nothing of it, come every minute.
    from bots.browser import Browser

    browser = Browser(path)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await browser.start()
    finally:
        await browser.stop()

"""What a bot costs against a raw Playwright script that does the same clicks on the same pages.

Each has a Chromium of its own. They work at one stand-in bank, whose clock jumps so that nobody waits for the next
one-time password.
"""

import asyncio
import os
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
from playwright.async_api import Browser as Chromium
from playwright.async_api import async_playwright
from pydantic import SecretStr

from activities.portal_bots import StoreClaims, StoreEvidence
from activities.portal_turns import Turn
from activities.references import AttemptRef
from audit.entry import Actor
from benchmarks.pairing import Ratio, arguments, paired, show
from benchmarks.raw_bank import RawBank, opened
from bots.browser import LAUNCH_ARGUMENTS, Browser
from bots.evidence import Evidence
from bots.filling import fill_in
from bots.locators import shown_fields
from bots.otp import OneTimePasswords
from bots.portal import PortalAccess
from bots.portals.sandbox_bank import NAME, BankPages, SandboxBank, boundary_of
from chaos.obligations import Obligations, purchase
from installation import Installation, open_installation
from models.money import Money
from models.portal import CodeKind, Credential, EvidenceStep, PaymentOrder, SubmissionOutcome
from models.work import Lease
from sandbox.bank.app import build
from sandbox.bank.ledger import KNOWN_ORDER_NUMBER
from sandbox.company import ENTITY
from sandbox.logins import Credentials, read_credentials
from sandbox.opening import open_company, store_credentials
from sandbox.portal_app import PortalSettings
from sandbox.serving import serve_in_thread
from settings import Settings
from store.intents import arm, intent_of, work_item_of
from store.masters import local_day
from store.portal_turns import give_back, take_turn
from store.vault import bot_of
from tests.bots.tiny_server import Answer, Arrived, serving

_PERIOD = 30
_FIELDS, _ROUNDS, _FORMS, _QUICK_FORMS = 7, 10, 100, 5
_MOST_FORM_SECONDS = 0.5
_COMMIT = timedelta(minutes=5)
_SYSTEM = Actor(system="benchmark")


@dataclass
class JumpingClock:
    """Wall-clock time that is put forward, so that the next one-time password is due at once."""

    ahead: float = 0.0

    def seconds(self) -> float:
        return time.time() + self.ahead

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def jump(self) -> None:
        self.ahead += _PERIOD


class NoEvidence(Evidence):
    """Takes no pictures."""

    async def record(self, page: object, action: str, target: str = "", finding: object = None) -> None:
        return None


class Memory:
    """An evidence sink that forgets."""

    async def record(self, step: EvidenceStep) -> None:
        return None


_SHUFFLED_FORM = f"""<form><table></table><button>Submit</button></form><script>
const taken = []
function draw() {{
    const order = [...Array({_FIELDS}).keys()].map(n => [Math.random(), n]).sort().map(([, n]) => n)
    document.querySelector('table').innerHTML = order.map(n =>
        `<tr><th><label for=f${{n}}>Field ${{n}}</label></th><td><input id=f${{n}}></td></tr>`).join('')
}}
document.querySelector('form').onsubmit = event => {{
    event.preventDefault()
    taken.push(Object.fromEntries([...document.querySelectorAll('input')].map(field => [field.id, field.value])))
    draw()
}}
draw()
</script>"""
"""As the robots' contest has it: with each submission the fields change places, and only the labels tell them apart."""


@dataclass
class Bench:
    house: Installation
    url: str
    clock: JumpingClock
    known: Credentials
    ours: Browser
    raw: Chromium
    numbers: "Numbers" = field(default_factory=lambda: Numbers())

    async def credential(self, portal: str) -> Credential:
        return Credential(
            login=self.known.login,
            password=SecretStr(self.known.password),
            totp_seed=SecretStr(self.known.totp_secret),
            totp_period=_PERIOD,
        )

    async def take_login(self, portal: str) -> SecretStr | None:
        """None: the raw script signs in each time, too."""
        return None

    async def keep_login(self, portal: str, state: SecretStr) -> None:
        return None

    async def claim_window(self, portal: str, window: int) -> bool:
        """The clock jumps from one window to the next before each of its codes."""
        return True

    async def typed_code(self, portal: str, kind: CodeKind, said: str) -> SecretStr:
        raise NotImplementedError("nobody sits at a measurement")

    def access(self) -> PortalAccess:
        return PortalAccess(NAME, self.ours, self, self.url, self.clock, OneTimePasswords(self.clock))

    def order(self) -> PaymentOrder:
        """No two are alike."""
        number = self.numbers.following()
        return PaymentOrder(
            reference=f"B{number:015d}",
            payer_iban=ENTITY.iban,
            payee=purchase(number, ENTITY).vendor.account,
            amount=Money(amount=purchase(number, ENTITY).price, currency="EUR"),
            remittance=f"Invoice {number}",
            execution_date=local_day(self.house.store.now(), ENTITY),
        )

    async def raw_signed_in(self, *, pictures: bool) -> RawBank:
        self.clock.jump()
        bank = await opened(self.raw, self.url, pictures=pictures)
        code = pyotp.TOTP(self.known.totp_secret, interval=_PERIOD).at(int(self.clock.seconds()))
        await bank.sign_in(self.known.login, self.known.password, code)
        return bank


@dataclass
class Numbers:
    last: int = 0

    def following(self) -> int:
        self.last += 1
        return self.last


async def _our_step(bench: Bench, *, evidence: bool, times: int) -> float:
    """Seconds for one payment entered up to its confirmation page, read there; signed in before."""
    bench.clock.jump()
    session = await bench.ours.new_session(boundary_of(bench.url), Memory(), bench.clock)
    if not evidence:
        session.evidence = NoEvidence(Memory(), session._secrets)
    pages = BankPages(session, bench.access())
    await pages.sign_in()
    began = time.perf_counter()
    for _ in range(times):
        await pages.enter(bench.order())
        window = await pages.open_confirmation()
        await shown_fields(window)
        await window.close()
    took = (time.perf_counter() - began) / times
    await session.close()
    return took


async def _raw_step(bench: Bench, *, pictures: bool, times: int) -> float:
    bank = await bench.raw_signed_in(pictures=pictures)
    began = time.perf_counter()
    for _ in range(times):
        await bank.enter(bench.order())
        window = await bank.open_confirmation()
        await window.locator("table.maske").inner_text()
        await window.close()
    took = (time.perf_counter() - began) / times
    await bank.page.context.close()
    return took


async def _our_payment(bench: Bench) -> float:
    """Seconds for a whole submission: turn, sign-in, entry, claim, gate, evidence and all that is written down."""
    slice_id = await asyncio.to_thread(_released, bench)
    bench.clock.jump()
    began = time.perf_counter()
    await _submitted(bench, slice_id)
    return time.perf_counter() - began


async def _raw_payment(bench: Bench) -> float:
    order = bench.order()
    began = time.perf_counter()
    bank = await bench.raw_signed_in(pictures=True)
    await bank.enter(order)
    await bank.press(await bank.open_confirmation())
    await bank.page.context.close()
    return time.perf_counter() - began


def _released(bench: Bench) -> str:
    """An approved payment's slice."""
    office, wanted = Obligations(bench.house), purchase(bench.numbers.following(), ENTITY)
    office.add_vendor_of(wanted)
    return office.payment_of(office.billed(wanted))


async def _submitted(bench: Bench, slice_id: str) -> None:
    """What the bots' activity does, without the server that starts it."""
    house, tenant = bench.house, bench.house.settings.tenant
    with house.store.change(tenant, _SYSTEM) as work:
        intent, attempt = intent_of(work.connection, tenant, slice_id), arm(work, slice_id)
        item = work_item_of(work.connection, tenant, intent, attempt.reference)
        actor = bot_of(work.connection, tenant, NAME)
    lease = take_turn(house.store, tenant, item, "benchmark", bench.clock(), _COMMIT)
    if not isinstance(lease, Lease):
        raise RuntimeError(f"nobody else is here, and yet the login is not free: {lease}")
    turn = Turn(house.store, lease, bench.clock)
    ref = AttemptRef(tenant=tenant, slice=slice_id, number=attempt.number)
    claims = StoreClaims(house.store, ref, intent.content, actor, intent.case, "run", turn, _COMMIT, bench.clock)
    evidence = StoreEvidence(house.store, house.files, tenant, NAME, actor, intent.case, slice_id)
    access = bench.access()
    bank = SandboxBank(access.browser, bench, bench.url, KNOWN_ORDER_NUMBER, clock=bench.clock)
    content = intent.content.order(attempt.reference, local_day(house.store.now(), ENTITY))
    done = await bank.submit(content, claims, evidence)
    give_back(house.store, lease, bench.clock())
    if done.outcome is not SubmissionOutcome.ANSWERED:
        raise RuntimeError(f"the bank did not take the payment: {done}")


async def _forms(bench: Bench, runs: int) -> tuple[float, int]:
    """Median seconds for ten rounds of a form whose seven fields change places, and how many fields were right."""
    chance, seconds, right = random.Random(1), list[float](), 0  # noqa: S311 - to be repeated, not secret

    async def form(_: Arrived) -> Answer:
        return Answer(_SHUFFLED_FORM)

    async with serving({"GET /form": form}) as site:
        session = await bench.ours.new_session(boundary_of(site.url), Memory(), bench.clock)
        for _ in range(runs):
            rounds = [{n: f"{chance.randrange(10**8):08d}" for n in range(_FIELDS)} for _ in range(_ROUNDS)]
            await session.page.goto(f"{site.url}/form")
            began = time.perf_counter()
            for wanted in rounds:
                await fill_in(session.page, {f"Field {number}": text for number, text in wanted.items()})
                await session.page.get_by_role("button", name="Submit").press("Enter")
            seconds.append(time.perf_counter() - began)
            taken = await session.page.evaluate("taken")
            right += sum(
                texts.get(f"f{number}") == text
                for texts, wanted in zip(taken, rounds, strict=True)
                for number, text in wanted.items()
            )
        await session.close()
    return sorted(seconds)[len(seconds) // 2], right


async def _measured(bench: Bench, *, quick: bool) -> list[Ratio]:
    times = 2 if quick else 5

    async def ours() -> Mapping[str, float]:
        return {
            "step without evidence": await _our_step(bench, evidence=False, times=times),
            "step with evidence": await _our_step(bench, evidence=True, times=times),
            "whole payment": await _our_payment(bench),
        }

    async def floor() -> Mapping[str, float]:
        return {
            "step without evidence": await _raw_step(bench, pictures=False, times=times),
            "step with evidence": await _raw_step(bench, pictures=True, times=times),
            "whole payment": await _raw_payment(bench),
        }

    targets = {"step without evidence": "<=1.25", "step with evidence": "<=1.4", "whole payment": ""}
    return await paired(ours, floor, targets, quick=quick)


@asynccontextmanager
async def _standing() -> AsyncIterator[Bench]:
    """The bank, a company that pays through it, our browser and a raw one."""
    clock = JumpingClock()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        house = open_installation(Settings(home=home / "house", database_url=""))
        open_company(house.store, house.settings.tenant)
        settings = PortalSettings(home=home / "bank", totp_period=_PERIOD, now=clock.seconds)
        settings.home.mkdir()
        with serve_in_thread(build(settings)) as url:
            file = settings.credentials_path
            store_credentials(house.store, house.vault, house.settings.tenant, NAME, file, _PERIOD)
            async with Browser() as ours, async_playwright() as driver:
                raw = await driver.chromium.launch(executable_path=_executable(), args=_arguments())
                yield Bench(house, url, clock, read_credentials(file), ours, raw)
                await raw.close()
        house.close()


def _executable() -> str | None:
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def _arguments() -> list[str]:
    return [*LAUNCH_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


async def main() -> None:
    options = arguments(__doc__ or "")
    runs = _QUICK_FORMS if options.quick else _FORMS
    async with _standing() as bench:
        ratios = await _measured(bench, quick=options.quick)
        seconds, right = await _forms(bench, runs)
    limit = seconds / _MOST_FORM_SECONDS
    ratios.append(Ratio("form of seven fields, ten rounds", limit, limit, limit, "<=1.0", runs, seconds, 0.5))
    whole = runs * _FIELDS * _ROUNDS
    ratios.append(Ratio("fields right", right / whole, right / whole, right / whole, ">=1.0", runs, right, whole))
    show(ratios, options.json)


if __name__ == "__main__":
    asyncio.run(main())

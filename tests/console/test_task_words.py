"""Tasks that the system opens by itself, in Chinese; whoever changes one of their sentences has to change it here."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from pydantic import SecretStr

from console.language import Language, read_languages
from console.task_words import task_words
from finance.absence import doubts
from models.money import Money
from models.party import PayeeAccount
from models.payment import PaymentIntent
from models.portal import CodeKind, Credential, PortalState, ProbeResult
from store.canaries import record_canary
from store.credentials import park_refused, remind_of_expiry
from store.cut_offs import warn_of_cut_offs
from store.intents import arm
from store.schedules import pause_schedule, resume_schedule
from store.sealed_box import BoxKey
from store.tasks import Task, open_tasks
from store.typed_codes import CodeWish, want_code
from store.vault import Vault
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM
from tests.store.schedules import PAYMENT_RUN, keep, looked_after, payments
from tests.store.steps import intent, released

pytestmark = [pytest.mark.behaviour("C1"), pytest.mark.usefixtures("payment")]
_BANK = "sandbox-bank"
_ABOUT_RUNS = {"cut_off_near", "payments_without_run", "schedule_missed"}


@pytest.fixture
def chinese() -> Language:
    return read_languages()["zh"]


def opened(company: Company) -> tuple[Task, ...]:
    """One task of each kind that is about portals and their hours."""
    wish = CodeWish(portal=_BANK, kind=CodeKind.SMS, said="", lasts=timedelta(minutes=5))
    want_code(company.store, TENANT, SYSTEM, wish, BoxKey(), datetime.now(UTC))
    want_code(
        company.store, TENANT, SYSTEM, wish.model_copy(update={"kind": CodeKind.PUSH}), BoxKey(), datetime.now(UTC)
    )
    park_refused(company.store, TENANT, SYSTEM, _BANK, "PIN ist falsch.")
    with company.store.change(TENANT, SYSTEM) as work:
        record_canary(work, _BANK, "The list is gone", "15:00")
        login = Credential(login="L", password=SecretStr("p"))
        Vault.of(bytes(32)).put(work, "sandbox-erp", login, "oliver.stein", date(2026, 11, 12))
        remind_of_expiry(work)
    with company.store.read() as view:
        return open_tasks(view, TENANT)


def test_every_task_about_portals_is_told_in_chinese(company: Company, chinese: Language) -> None:
    found = opened(company)
    kinds = {task.kind for task in found}
    assert kinds >= {"code_wanted", "credential_parked", "credential_expires", "canary_failed"}
    english = [text for task in found for text in _texts(task) if task_words(chinese, text) == text]
    assert english == []


def test_the_cut_off_is_told_in_chinese(company: Company, chinese: Language) -> None:
    company.clock.move(hours=24 * 40)
    warn_of_cut_offs(company.store, time(15))
    with company.store.read() as view:
        (task,) = [each for each in open_tasks(view, TENANT) if each.kind == "cut_off_near"]
    title, told = (task_words(chinese, text) for text in _texts(task))
    assert "将错过银行截止时间" in title
    assert "付款须在" in told


def test_the_inbox_and_the_task_are_in_chinese(page: Page, company: Company) -> None:
    tasks = opened(company)
    canary = next(task for task in tasks if task.kind == "canary_failed")
    page.sign_in("sofia.brandt")
    page.send("/", {"language": "zh", "back": "/"}, action="/language")
    assert "sandbox-bank 无法正常工作" in page.open("/").text
    assert "机器人试运行 sandbox-bank" in page.open(f"/tasks/{canary.id}").text


def test_what_is_not_known_and_what_is_english_stays_as_it_is(chinese: Language) -> None:
    assert task_words(chinese, "Pay 12 EUR to <b>") == "Pay 12 EUR to <b>"
    assert task_words(read_languages()["en"], "sandbox-bank does not work") == "sandbox-bank does not work"


def test_payments_that_wait_for_a_run_are_told_of_in_chinese(company: Company, chinese: Language) -> None:
    _, slice_id = released(company, "DLT-90500", "3")
    company.clock.move(hours=24 * 40)
    keep(company, payments())
    with company.store.change(TENANT, SYSTEM, intent(company, slice_id).case) as work:
        arm(work, slice_id)
    warn_of_cut_offs(company.store, time(15))
    pause_schedule(company.store, company.signed_in("sofia.brandt"), PAYMENT_RUN, "Away")
    looked_after(company, PAYMENT_RUN)
    resume_schedule(company.store, company.signed_in("sofia.brandt"), PAYMENT_RUN)
    company.clock.move(hours=24 * 7)
    looked_after(company, PAYMENT_RUN)
    with company.store.read() as view:
        found = [task for task in open_tasks(view, TENANT) if task.kind in _ABOUT_RUNS]
    assert {task.kind for task in found} == _ABOUT_RUNS
    run = next(task for task in found if "the payment run of" in task.content.message)
    assert "等待" in task_words(chinese, run.content.message)
    english = [text for task in found for text in _texts(task) if task_words(chinese, text) == text]
    assert english == []


def _texts(task: Task) -> tuple[str, str]:
    return task.content.title, task.content.message


_PAYEE = PayeeAccount(holder="Delta Sensoriek B.V.", iban="NL11NHBK0990009090")
_PAYMENT = PaymentIntent(
    payer_iban="DE89370400440532013000",
    payee=_PAYEE,
    amount=Money(amount=Decimal("4414.90"), currency="EUR"),
    remittance="DLT-90412",
    invoice_document="0" * 64,
)


@pytest.mark.parametrize("kind", ["stopped", "unclear", "rejected", "taken over", "waiting"])
def test_the_title_of_a_bots_task_is_told_in_chinese(chinese: Language, kind: str) -> None:
    told = task_words(chinese, f"{_PAYMENT.summary}: {kind}")
    assert told.startswith("向 Delta Sensoriek B.V.（NL11NHBK0990009090）付款 4414.90 EUR：")
    assert kind not in told


def test_every_doubt_about_a_look_is_told_in_chinese(chinese: Language) -> None:
    at_once = datetime(2026, 11, 20, 9, tzinfo=UTC)
    look = ProbeResult(
        state=PortalState.UNKNOWN, portal_text="", reference_found=True, lookalikes=2, rows_read=7, probed_at=at_once
    )
    found = list(doubts(look, at_once + timedelta(hours=1), timedelta(seconds=30)))
    sentence = "It was sent, and the portal does not show clearly what became of it: "
    told = task_words(chinese, sentence + "; ".join(found)).partition("：")[2].split("; ")
    assert len(told) == len(found) > 4
    assert [each for each, english in zip(told, found, strict=True) if each == english] == []

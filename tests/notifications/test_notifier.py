"""What a task's mail says in the recipient's language: tasks are kept in English."""

import asyncio
from collections.abc import Mapping

import pytest

from console.language import read_languages
from console.match_words import detail_words
from console.task_words import task_words
from models.message import Notice
from models.task import TaskContent, TaskDetail
from notifications.notifier import AppriseNotifier
from notifications.render import spoken_language
from notifications.sender import Sender
from tests.notifications.mail_server import MailServer
from tests.notifications.samples import DIGEST, TASK_OPENED

pytestmark = pytest.mark.behaviour("C1")
_TITLE = "Pay 4414.90 EUR to Delta Sensoriek B.V., NL11NHBK0990009090: unclear"
_MESSAGE = (
    "It was sent, and the portal does not show clearly what became of it: Auftrag unbekannt; "
    "no entry known to be there was seen in the list"
)


async def mailed(mail: MailServer, template: str, language: str, values: Mapping[str, object]) -> tuple[str, str]:
    """Subject and text of the mail as it arrives."""
    languages = read_languages()

    def in_words(code: str, text: str) -> str:
        return task_words(languages[spoken_language(code)], text)

    own = {name: value for name, value in values.items() if name != "recipient_name"}
    notice = Notice(template, "Lin Yue", "lin.yue@lindqvist.example", language, own)

    def detail_in_words(code: str, text: str) -> str:
        return detail_words(languages[spoken_language(code)], text)

    notifier = AppriseNotifier(Sender(mail.url), task_words=in_words, detail_words=detail_in_words)
    await asyncio.to_thread(notifier.send, notice)
    (received,) = mail.received
    text = received.get_body(("plain",))
    assert text is not None
    return str(received["subject"]), str(text.get_content())


def task_values() -> dict[str, object]:
    task = TASK_OPENED["task"]
    assert isinstance(task, TaskContent)
    return {**TASK_OPENED, "task": task.model_copy(update={"title": _TITLE, "message": _MESSAGE})}


async def test_a_chinese_reader_is_told_of_a_stuck_payment_in_chinese(mail_server: MailServer) -> None:
    subject, text = await mailed(mail_server, "task_opened", "zh-CN", task_values())
    assert "向 Delta Sensoriek B.V.（NL11NHBK0990009090）付款 4414.90 EUR：结果不明" in subject
    assert "已发送，但门户没有清楚显示结果：Auftrag unbekannt; 列表中没有看到任何已知存在的记录" in text
    assert "unclear" not in subject + text


async def test_a_chinese_reader_sees_the_differences_of_an_invoice_in_chinese(mail_server: MailServer) -> None:
    values = task_values()
    task = TASK_OPENED["task"]
    assert isinstance(task, TaskContent)
    details = (TaskDetail(label="Line 1", expected="10 pieces", actual="12 pieces"),)
    content = {"title": "Quantity: invoice RE-1 of Delta", "message": "Vega is blocked in the vendor master."}
    values["task"] = task.model_copy(update={**content, "details": details})
    subject, text = await mailed(mail_server, "task_opened", "zh-CN", values)
    assert "数量不符：Delta 的发票 RE-1" in subject
    assert "Vega 在供应商主数据中已被冻结。" in text
    assert "第 1 行 应为 10 件，实为 12 件" in " ".join(text.split())


async def test_an_english_reader_is_told_in_english(mail_server: MailServer) -> None:
    subject, text = await mailed(mail_server, "task_opened", "en", task_values())
    assert _TITLE in subject and _MESSAGE in " ".join(text.split())


async def test_a_digest_names_tasks_in_chinese_and_what_people_wrote_as_they_wrote_it(mail_server: MailServer) -> None:
    item = {"reference": "PR-1", "amount": "", "partner_name": "", "outcome": ""}
    items = [{**item, "about": about, "title": _TITLE} for about in ("task_opened", "approval_wanted")]
    _, text = await mailed(mail_server, "digest", "zh", {**DIGEST, "items": items})
    assert (text.count("结果不明"), text.count(": unclear")) == (1, 1)

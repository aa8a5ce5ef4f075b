"""Messages that nothing waits for: a mail server that is down holds up no case."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.approving import Approving, HeldRef, TestWanted
    from activities.asking import Asking
    from activities.references import ApprovalRef, TaskRef
    from workflows.steps import send, step


@workflow.defn
class Announcement:
    """Tells the owners of a task that no workflow opened."""

    @workflow.run
    async def run(self, task: TaskRef) -> None:
        await send(Asking.announce_task, task)


@workflow.defn
class AnswerAnnouncement:
    """Tells what was decided on an approval request."""

    @workflow.run
    async def run(self, ref: ApprovalRef) -> None:
        await send(Approving.tell_answer, ref)


@workflow.defn
class TargetTest:
    """Tries out a place for a person's messages; they see on their page what became of it."""

    @workflow.run
    async def run(self, wanted: TestWanted) -> None:
        await send(Approving.test_target, wanted)


@workflow.defn
class HeldMessages:
    """Waits until the hour of one person's messages has come, then has them sent."""

    @workflow.run
    async def run(self, ref: HeldRef) -> None:
        while seconds := await step(Approving.seconds_held, ref):
            await workflow.sleep(timedelta(seconds=seconds))
        await send(Approving.send_held, ref)

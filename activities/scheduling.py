"""The steps of a schedule's run."""

from dataclasses import dataclass
from datetime import time

from temporalio import activity

from audit.entry import Actor
from models.base import Model
from models.schedule import Job, RunState
from store.canaries import record_canary
from store.portal_queue import is_paused
from store.schedule_jobs import start_job
from store.schedule_runs import begin_asked, end_run, take_due
from store.schedules import schedule_of
from store.unit_of_work import Store

_SCHEDULES = Actor(system="schedules")


class DueRun(Model):
    """A schedule that fired, or with `run` the run that a person asked for."""

    tenant: str
    schedule: str
    run: str = ""


class BegunRun(Model):
    tenant: str
    run: str
    """Empty where nothing is due."""
    portal: str = ""
    """The one that a bot is to walk through, for a canary."""


class EndedCanary(Model):
    tenant: str
    run: str
    portal: str
    problem: str
    """Empty where all went well."""


@dataclass(frozen=True)
class Scheduling:
    store: Store
    cut_off: time
    """Until when a bank executes on the same day what is handed in."""

    @activity.defn
    def begin_run(self, due: DueRun) -> BegunRun:
        """Takes what is due and asks for what it is to produce; the same again when it is repeated."""
        workflow = activity.info().workflow_id or ""
        with self.store.change(due.tenant, _SCHEDULES) as work:
            taken = begin_asked(work, due.run, workflow) if due.run else take_due(work, due.schedule, workflow)
            if taken is None:
                return BegunRun(tenant=due.tenant, run="")
            run = taken.run
            content = schedule_of(work.connection, work.tenant, run.schedule).content
            if taken.is_new:
                start_job(work, content, run)
            is_canary = content.job is Job.CANARY
            if is_canary and is_paused(work, content.target):
                # A person stopped the portal for a reason; that it does not answer says nothing then.
                end_run(work, run.id, RunState.DONE, "the portal is paused")
                is_canary = False
        return BegunRun(tenant=due.tenant, run=run.id, portal=content.target if is_canary else "")

    @activity.defn
    def end_canary(self, ended: EndedCanary) -> None:
        """Keeps what a canary found; the same again when it is repeated."""
        with self.store.change(ended.tenant, _SCHEDULES) as work:
            state = RunState.FAILED if ended.problem else RunState.DONE
            if end_run(work, ended.run, state, ended.problem):
                record_canary(work, ended.portal, ended.problem, f"{self.cut_off:%H:%M}")

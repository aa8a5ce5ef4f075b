"""What whoever is on duty at night asks about a portal besides its queue."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from models.base import Model
from models.schedule import Job
from store.bot_runs import RunEnd, Tally, tallies
from store.credentials import StoredCredential, credentials
from store.masters import entities
from store.portal_findings import findings
from store.reads import View
from store.schedules import next_run, schedules
from store.tasks import Task, open_tasks
from store.typed_codes import open_wishes

LOOKED_BACK = timedelta(days=7)
_MOST_PLANNED = 3


class PlannedWork(Model):
    title: str
    at: datetime


class Ask(Model):
    """Something about the portal that a person has to do."""

    kind: str
    task: str


class PortalFacts(Model):
    runs: int
    """Within the last seven days."""
    percent_well: int
    failed: int
    changes: int
    """Things that a bot found another way or did not let out, and that nobody has seen to."""
    is_parked: bool
    """The portal refused the login."""
    expires_on: date | None
    planned: tuple[PlannedWork, ...]
    """What comes next by schedule."""
    asks: tuple[Ask, ...]


def portal_facts(view: View, tenant: str, now: datetime) -> dict[str, PortalFacts]:
    """By portal, for every portal that has a login."""
    tally, planned = tallies(view, tenant, now - LOOKED_BACK), _planned(view, tenant, now)
    changes = Counter(each.portal for each in findings(view, tenant) if not each.settled_by)
    asks = _asks(open_tasks(view, tenant), open_wishes(view, tenant))
    return {
        login.portal: _facts(
            login,
            tally.get(login.portal, Tally(ended={})),
            changes[login.portal],
            planned.get(login.portal, ()),
            asks.get(login.portal, ()),
        )
        for login in credentials(view, tenant)
    }


def _facts(
    login: StoredCredential, tally: Tally, changes: int, planned: tuple[PlannedWork, ...], asks: tuple[Ask, ...]
) -> PortalFacts:
    return PortalFacts(
        runs=tally.total,
        percent_well=tally.percent_well,
        failed=tally.ended.get(RunEnd.FAILED, 0),
        changes=changes,
        is_parked=login.parked,
        expires_on=login.expires_on,
        planned=planned,
        asks=asks,
    )


def _asks(tasks: tuple[Task, ...], wishes: Mapping[str, str]) -> dict[str, tuple[Ask, ...]]:
    """By portal. `wishes` says which portal wants the code that a task is about."""
    found: dict[str, tuple[Ask, ...]] = {}
    for task in tasks:
        is_about_portal = task.subject_kind in ("portal", "credential")
        portal = task.subject_id if is_about_portal else wishes.get(task.subject_id, "")
        if portal:
            found[portal] = (*found.get(portal, ()), Ask(kind=task.kind, task=task.id))
    return found


def _planned(view: View, tenant: str, now: datetime) -> dict[str, tuple[PlannedWork, ...]]:
    portals_of = {entity.id: [account.bank_portal for account in entity.accounts] for entity in entities(view, tenant)}
    found: dict[str, list[PlannedWork]] = {}
    for stored in schedules(view, tenant):
        content = stored.content
        portals = [content.target] if content.job is Job.CANARY else portals_of.get(content.target, [])
        at = next_run(view, tenant, stored, now)
        for portal in portals if at is not None else []:
            found.setdefault(portal, []).append(PlannedWork(title=content.title, at=at or now))
    return {portal: tuple(sorted(work, key=_when)[:_MOST_PLANNED]) for portal, work in found.items()}


def _when(work: PlannedWork) -> datetime:
    return work.at

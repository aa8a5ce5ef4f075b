"""Looks after the schedules of all tenants, again and again, whether Temporal fires or not."""

from sqlalchemy import select, update

from audit.entry import Actor
from models.calendar import BusinessCalendar
from store.calendars import calendar_of
from store.credentials import remind_of_expiry
from store.schedule_runs import look_after
from store.schedules import StoredSchedule, schedule_of, schedules
from store.schema.people import credential
from store.schema.schedules import schedule
from store.unit_of_work import Store

WATCH = Actor(system="schedules")


def watch(store: Store) -> None:
    """Puts late runs on record, worries about silent ones, and leaves word that somebody looked."""
    with store.read() as connection:
        known = connection.execute(select(schedule.c.tenant, schedule.c.id)).all()
    for tenant, schedule_id in known:
        with store.change(tenant, WATCH) as work:
            look_after(work, schedule_of(work.connection, tenant, schedule_id))
    with store.read() as connection:
        tenants = connection.execute(select(credential.c.tenant).distinct()).scalars().all()
    for tenant in tenants:
        with store.change(tenant, WATCH) as work:
            remind_of_expiry(work)
    # That somebody looked is plumbing, not state: no audit entry.
    with store.engines.writer.begin() as connection:
        connection.execute(update(schedule).values(watched_at=store.now()))


def planned(store: Store) -> tuple[tuple[str, StoredSchedule, BusinessCalendar], ...]:
    """Every schedule of every tenant with its calendar."""
    with store.read() as connection:
        tenants = connection.execute(select(schedule.c.tenant).distinct()).scalars().all()
        return tuple(
            (tenant, stored, calendar_of(connection, tenant, stored.content.timing.calendar))
            for tenant in tenants
            for stored in schedules(connection, tenant)
        )

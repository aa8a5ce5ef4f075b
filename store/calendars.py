"""The tenant's calendars, kept by people; every change is on record with the data by which holidays are known."""

from sqlalchemy import Connection, delete, insert, select

from finance.calendars import DATA_VERSION, require_sources
from models.calendar import BusinessCalendar, CompanyDay
from models.errors import BusinessError
from models.ids import approval_workflow
from models.party import Role
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.schema.approvals import approval_request
from store.schema.schedules import calendar, working_calendar
from store.unit_of_work import Store, UnitOfWork

SCHEDULERS = (Role.TREASURER, Role.FINANCE_DIRECTOR, Role.MANAGING_DIRECTOR, Role.ADMINISTRATOR)
"""Who says when something runs by itself, and on which days."""

SHIPPED = (
    BusinessCalendar(id="target2", name="Banks in the euro area (TARGET2)", sources=("TARGET2",)),
    BusinessCalendar(id="weekdays", name="Monday to Friday"),
)
"""Known without anybody entering them."""
_USUAL = "weekdays"


def calendars(connection: Connection, tenant: str) -> tuple[BusinessCalendar, ...]:
    """All calendars of the tenant by their id, the shipped ones among them."""
    query = select(calendar.c.data).where(calendar.c.tenant == tenant)
    own = {each.id: each for each in connection.execute(query).scalars()}
    found = {each.id: each for each in SHIPPED} | own
    return tuple(found[key] for key in sorted(found))


def calendar_of(connection: Connection, tenant: str, calendar_id: str) -> BusinessCalendar:
    """Raises BusinessError `calendar.unknown`."""
    known = {each.id: each for each in calendars(connection, tenant)}
    if calendar_id not in known:
        choices = ", ".join(known)
        raise BusinessError("calendar.unknown", f"There is no calendar {calendar_id!r}; there are: {choices}.")
    return known[calendar_id]


def working_calendar_of(connection: Connection, tenant: str) -> BusinessCalendar:
    """By which days the company's people work, Monday to Friday where nobody has said."""
    query = select(working_calendar.c.calendar).where(working_calendar.c.tenant == tenant)
    return calendar_of(connection, tenant, connection.execute(query).scalar_one_or_none() or _USUAL)


def set_working_calendar(store: Store, signed_in: SignedIn, calendar_id: str) -> None:
    """Says by which calendar people work: reminders and escalations count its days.

    Raises BusinessError `calendar.unknown` or `right.missing`.
    """
    signed_in.require(*SCHEDULERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        calendar_of(work.connection, work.tenant, calendar_id)
        before = working_calendar_of(work.connection, work.tenant).id
        work.execute(delete(working_calendar).where(working_calendar.c.tenant == work.tenant))
        work.execute(insert(working_calendar).values(tenant=work.tenant, calendar=calendar_id))
        work.record(
            "calendar.chosen", "calendar", calendar_id, before={"calendar": before}, after={"calendar": calendar_id}
        )
        _wake_requests(work)


def set_calendar(store: Store, signed_in: SignedIn, wanted: BusinessCalendar) -> None:
    """Adds or changes a calendar. Raises BusinessError `calendar.unknown_source` or `right.missing`."""
    signed_in.require(*SCHEDULERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        keep_calendar(work, wanted)


def set_company_day(store: Store, signed_in: SignedIn, calendar_id: str, day: CompanyDay) -> None:
    """Says what one day is in the company. Raises BusinessError `calendar.unknown` or `right.missing`."""
    signed_in.require(*SCHEDULERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        known = calendar_of(work.connection, work.tenant, calendar_id)
        others = tuple(each for each in known.company_days if each.day != day.day)
        days = tuple(sorted((*others, day), key=lambda each: each.day))
        keep_calendar(work, known.model_copy(update={"company_days": days}))


def keep_calendar(work: UnitOfWork, wanted: BusinessCalendar) -> None:
    require_sources(wanted)
    place = (calendar.c.tenant == work.tenant) & (calendar.c.id == wanted.id)
    before = work.execute(select(calendar.c.data).where(place)).scalar_one_or_none()
    work.execute(delete(calendar).where(place))
    work.execute(insert(calendar).values(tenant=work.tenant, id=wanted.id, data=wanted, changed_at=work.now))
    work.record(
        "calendar.changed",
        "calendar",
        wanted.id,
        before=before and before.model_dump(mode="json"),
        after=wanted.model_dump(mode="json") | {"data": DATA_VERSION},
    )
    if wanted.id == working_calendar_of(work.connection, work.tenant).id:
        _wake_requests(work)


def _wake_requests(work: UnitOfWork) -> None:
    """What waits for somebody works out anew when it reminds and escalates."""
    query = select(approval_request.c.id).where(
        approval_request.c.tenant == work.tenant, approval_request.c.state == "pending"
    )
    for request in work.execute(query).scalars().all():
        enqueue(work, MessageKind.CHANGED, approval_workflow(work.tenant, request))

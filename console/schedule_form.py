"""A schedule as it is entered on its form."""

from starlette.datastructures import FormData

from models.schedule import Schedule
from store.schedules import checked_schedule


def entered_schedule(form: FormData) -> Schedule:
    """Raises BusinessError `schedule.entered_wrong` with every field that cannot be used."""
    return checked_schedule(
        {
            **_given(form, "id", "title", "job", "target", "statement_of", "patience_minutes", "silent_after_minutes"),
            "timing": _given(form, "frequency", "at", "zone", "calendar", "roll", "month_day", "business_day")
            | {"weekdays": form.getlist("weekdays")},
        }
    )


def _given(form: FormData, *names: str) -> dict[str, str]:
    """The fields that are filled in; what is empty counts as not said."""
    typed = {name: str(form.get(name, "")).strip() for name in names}
    return {name: value for name, value in typed.items() if value}

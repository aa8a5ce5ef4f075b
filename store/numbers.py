"""Gapless number series, drawn in the transaction that uses the number."""

from sqlalchemy import insert, select, update

from store.schema.purchasing import number_series
from store.unit_of_work import UnitOfWork


def next_number(work: UnitOfWork, prefix: str) -> str:
    """The next number of the series, e.g. `PO-2026-0007`: prefix, business year, four digits or more."""
    series = f"{prefix}-{work.now.year}"
    place = (number_series.c.tenant == work.tenant) & (number_series.c.series == series)
    last = work.execute(select(number_series.c.last).where(place)).scalar_one_or_none()
    if last is None:
        work.execute(insert(number_series).values(tenant=work.tenant, series=series, last=1))
        return f"{series}-0001"
    work.execute(update(number_series).where(place).values(last=last + 1))
    return f"{series}-{last + 1:04d}"

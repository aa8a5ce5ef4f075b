"""What trying a draft on the past takes: a back-test of 100,000 kept decisions, against reading them from the database.

A back-test runs each decision twice, against the draft and against the version in force, and keeps what differs. The
absolute figure is to stay under 20 seconds.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from sqlalchemy import insert, select

from audit.entry import Actor
from benchmarks.pairing import arguments, paired, show
from installation import Installation, open_installation
from sandbox.opening import open_company
from settings import Settings
from store.people import SignedIn, person_of
from store.rule_backtests import run_backtest
from store.rule_publications import deciding
from store.schema.rules import rule_evaluation
from tests.store.rule_steps import AUTHOR, TABLE, written

_COUNT, _QUICK_COUNT = 100_000, 5_000
_BATCH = 1000
_CATEGORIES = ("goods", "services", "it", "travel", "office")


def fill(house: Installation, count: int) -> None:
    """`count` decisions of the shipped table, as purchases of all sizes would have left them."""
    tenant, chance = house.settings.tenant, random.Random(count)  # noqa: S311 - figures that can be repeated
    with house.store.read() as view:
        decision = deciding(view, tenant, TABLE, house.store.now()).decision
    with house.store.change(tenant, Actor(system="benchmark")) as work:
        for first in range(0, count, _BATCH):
            rows = []
            for number in range(first, first + _BATCH):
                answer = decision.evaluate(
                    {
                        "amount": Decimal(chance.randrange(100, 5_000_000)) / 100,
                        "category": chance.choice(_CATEGORIES),
                        "cost_centre": str(4000 + chance.randrange(5) * 100),
                        "over_budget": chance.random() < 0.1,
                    }
                )
                rows.append(
                    {
                        "tenant": tenant,
                        "table_name": TABLE,
                        "subject_kind": "requisition",
                        "subject_id": f"PR-{number}",
                        "digest": f"{number:064x}",
                        "case_id": f"PR-{number}",
                        "version": answer.version,
                        "data": answer,
                        "evaluated_at": work.now,
                    }
                )
            work.connection.execute(insert(rule_evaluation), rows)
        work.record("benchmark.filled", "rule_table", TABLE)


async def main() -> None:
    options = arguments(__doc__ or "")
    count = _QUICK_COUNT if options.quick else _COUNT
    with tempfile.TemporaryDirectory() as folder:
        house = open_installation(Settings(home=Path(folder), database_url=""))
        open_company(house.store, house.settings.tenant)
        fill(house, count)
        draft = written(house.store)
        with house.store.read() as view:
            author = SignedIn(house.settings.tenant, AUTHOR, person_of(view, house.settings.tenant, AUTHOR), "")

        async def ours() -> Mapping[str, float]:
            began = time.perf_counter()
            test = run_backtest(house.store, author, draft.id)
            return {"seconds": time.perf_counter() - began, "decisions": test.summary.decisions.count}

        async def floor() -> Mapping[str, float]:
            began = time.perf_counter()
            with house.store.read() as view:
                found = view.execute(select(rule_evaluation)).all()
            return {"seconds": time.perf_counter() - began, "decisions": len(found)}

        ratios = await paired(ours, floor, {"seconds": "", "decisions": "=1"}, quick=options.quick)
        house.close()
    show(ratios, options.json, [f"{count} decisions: {ratios[-2].ours:.1f} s"])


if __name__ == "__main__":
    asyncio.run(main())

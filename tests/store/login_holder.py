"""`python -m tests.store.login_holder FOLDER SLICE`: a process that takes the bank's login and says so.

Once it is told to go on it claims the slice's attempt, as a bot does: only if its lease still stands.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.work import Lease
from store.intents import attempt_of, claim, intent_of, work_item_of
from store.portal_turns import holds, take_turn
from tests.console.company import TENANT
from tests.store.houses import SYSTEM, store_in

LASTS = timedelta(seconds=15)


def wall() -> datetime:
    return datetime.now(UTC)


def main(folder: Path, slice_id: str) -> None:
    store = store_in(folder, wall)
    with store.read() as connection:
        reference = attempt_of(connection, TENANT, slice_id, 1).reference
        item = work_item_of(connection, TENANT, intent_of(connection, TENANT, slice_id), reference)
    lease = take_turn(store, TENANT, item, "holder", wall(), LASTS)
    say("holding" if isinstance(lease, Lease) else "not its turn")
    sys.stdin.readline()
    with store.change(TENANT, SYSTEM) as work:
        stands = isinstance(lease, Lease) and holds(work.connection, lease, wall())
        claimed = claim(work, slice_id, 1, LASTS, wall()) if stands else None
    say("claimed" if claimed else "lost")


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

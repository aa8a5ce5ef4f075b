"""Tampering with the audit log of a company at work: is it found, and is the right entry named?"""

import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from audit.entry import Actor
from audit.verify import Verification
from chaos.obligations import Obligations, purchase
from chaos.tampering import IN_PLACE, Damaged, Refused, Tamperer
from installation import Installation, open_installation
from models.base import Model
from sandbox.company import ENTITY
from sandbox.opening import open_company
from settings import Settings

_PURCHASES = 6
_CLEAN_EVERY = 10
_DATABASE, _OUTSIDE, _KEYS = "tallywright.db", "checkpoints", "keys"
_SYSTEM = Actor(system="chaos harness")


class AuditReport(Model):
    """How much tampering was found, and for how much of it the right entry was named; `false_alarms` are untouched
    copies that were accused."""

    mutations: int
    found: int
    located: int
    false_alarms: int

    @property
    def is_right(self) -> bool:
        return self.found == self.located == self.mutations and not self.false_alarms


@dataclass(frozen=True)
class Moment:
    """The database as it was when its log had `length` entries."""

    database: Path
    length: int


@dataclass(frozen=True)
class Past:
    """A company's home folder with copies of its database from earlier moments; the last one is how it stands."""

    home: Path
    moments: tuple[Moment, ...]

    outside: tuple[int, ...]
    """Lengths of the log of which a checkpoint is kept outside the database."""

    @property
    def now(self) -> Moment:
        return self.moments[-1]

    def next_checkpoint(self, length: int) -> int:
        """The first of them beyond `length`: only there can a fork be told from the true log, because a fork that is
        made with the true key leaves checkpoints of its own beside the true ones."""
        return min(each for each in self.outside if each > length)


def tamper(mutations: int, seed: int) -> AuditReport:
    """Damages a fresh copy of one and the same database `mutations` times, every kind in turn."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not secret
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        past, copy = _lived(Path(folder)), Path(folder) / "copy"
        found = located = false_alarms = 0
        for number in range(mutations):
            if number % _CLEAN_EVERY == 0:
                _copy(past, past.now, copy)
                false_alarms += not _verified(copy).ok
            damaged = _damaged(past, copy, number, chance)
            verdict = _verified(copy)
            found += not verdict.ok
            located += not verdict.ok and verdict.first_bad in {str(place) for place in damaged.places}
    return AuditReport(mutations=mutations, found=found, located=located, false_alarms=false_alarms)


def _lived(folder: Path) -> Past:
    """Some purchases from the request to the release, with a copy of the database after each step of them."""
    home, moments = folder / "home", []
    house = open_installation(Settings(home=home, database_url=""))
    open_company(house.store, house.settings.tenant)
    office = Obligations(house)
    for number in range(1, _PURCHASES + 1):
        wanted = purchase(number, ENTITY)
        office.add_vendor_of(wanted)
        bill = office.billed(wanted)
        moments.append(_moment(house, folder))
        office.release_of(bill)
        moments.append(_moment(house, folder))
    outside = house.store.log.kept_outside(house.settings.tenant)
    house.close()
    return Past(home, tuple(moments), tuple(int(note.split("\n")[1]) for note in outside))


def _moment(house: Installation, folder: Path) -> Moment:
    with house.store.read() as view:
        length = house.store.log.verify(view, house.settings.tenant, house.verifier).entries
    file = folder / f"{length}.db"
    with closing(sqlite3.connect(house.settings.home / _DATABASE)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)
    return Moment(file, length)


def _copy(past: Past, moment: Moment, copy: Path) -> None:
    """The home folder with the database of `moment`; keys and outside checkpoints are those of now."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    shutil.copy(moment.database, copy / _DATABASE)
    for name in (_OUTSIDE, _KEYS):
        shutil.copytree(past.home / name, copy / name)


def _damaged(past: Past, copy: Path, number: int, chance: random.Random) -> Damaged:
    """The kind follows from the number, everything else is drawn; what the database refuses is drawn again."""
    kinds: list[Callable[[], Damaged]] = [
        *((lambda each=each: _in_place(past, copy, chance, each)) for each in IN_PLACE),
        lambda: _restored(past, copy, chance),
        lambda: _forked(past, copy, chance),
    ]
    while True:
        try:
            return kinds[number % len(kinds)]()
        except Refused:
            continue


def _in_place(past: Past, copy: Path, chance: random.Random, change: Callable[[Tamperer], Damaged]) -> Damaged:
    _copy(past, past.now, copy)
    return change(Tamperer(copy / _DATABASE, past.now.length, chance))


def _restored(past: Past, copy: Path, chance: random.Random) -> Damaged:
    """An older copy of the whole database is put in place."""
    older = chance.choice(past.moments[:-1])
    _copy(past, older, copy)
    return Damaged("restore", frozenset({older.length}))


def _forked(past: Past, copy: Path, chance: random.Random) -> Damaged:
    """An older copy of the whole database is put in place and goes on."""
    older = chance.choice(past.moments[:-1])
    _copy(past, older, copy)
    house = open_installation(Settings(home=copy, database_url=""))
    office = Obligations(house)
    for number in range(chance.randint(1, 5)):
        office.add_vendor_of(purchase(1000 + number, ENTITY))
    house.close()
    return Damaged("fork", frozenset(range(older.length, past.next_checkpoint(older.length))))


def _verified(copy: Path) -> Verification:
    house = open_installation(Settings(home=copy, database_url=""))
    try:
        with house.store.read() as view:
            return house.store.log.verify(view, house.settings.tenant, house.verifier)
    finally:
        house.close()

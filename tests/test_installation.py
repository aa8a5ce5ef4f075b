from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audit.note import NoteError, Verifier
from installation import open_installation
from rules.shipped import shipped_policy
from sandbox.opening import open_company
from settings import Settings
from store.rule_publications import publications, tables_known


def test_a_home_is_made_once_by_many_who_open_it_at_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    with ThreadPoolExecutor(4) as pool:
        houses = list(pool.map(lambda _: open_installation(settings), range(4)))
    assert len({house.verifier.encoded for house in houses}) == 1
    assert len({house.vault.keys.all() for house in houses}) == 1
    for house in houses:
        house.close()
    public = (tmp_path / "home" / "keys" / "audit.pub").read_text().strip()
    assert Verifier.parse(public).encoded == houses[0].verifier.encoded
    assert {path.name for path in (tmp_path / "home" / "keys").iterdir()} == {"audit.key", "audit.pub", "vault.key"}


def test_what_was_made_is_found_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    first = open_installation(settings)
    first.close()
    (tmp_path / "home" / "keys" / "audit.pub").unlink()
    second = open_installation(settings)
    second.close()
    assert second.verifier.encoded == first.verifier.encoded
    assert (tmp_path / "home" / "keys" / "audit.pub").exists()


def test_a_damaged_signing_key_is_refused_and_not_shown(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    open_installation(settings).close()
    key = tmp_path / "home" / "keys" / "audit.key"
    damaged = key.read_text()[:-6] + "AAAAAA"
    key.write_text(damaged)
    with pytest.raises(NoteError) as refusal:
        open_installation(settings)
    assert damaged.rpartition("+")[2] not in str(refusal.value)
    assert key.read_text() == damaged, "a key is never made anew over a damaged one"


@pytest.mark.behaviour("A5")
def test_a_table_that_a_newer_release_ships_is_there_after_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path / "home")
    policy = shipped_policy()
    house = open_installation(settings)
    monkeypatch.setattr("sandbox.opening.shipped_policy", lambda: policy[1:])
    open_company(house.store, settings.tenant)
    house.close()
    for _ in range(2):
        house = open_installation(settings)
        with house.store.read() as connection:
            assert tables_known(connection, settings.tenant) == {table.name for table in policy}
            assert len(publications(connection, settings.tenant, policy[0].name)) == 1
        house.close()

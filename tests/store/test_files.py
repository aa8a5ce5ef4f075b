import hashlib
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from store.files import FileStore


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def test_a_file_is_kept_once_under_its_hash(files: FileStore) -> None:
    digest = files.put("main", b"invoice")
    assert digest == hashlib.sha256(b"invoice").hexdigest()
    kept = files.path("main", digest)
    before = kept.stat().st_mtime_ns
    assert files.put("main", b"invoice") == digest
    assert kept.stat().st_mtime_ns == before
    assert files.get("main", digest) == b"invoice"


@pytest.mark.behaviour("E3")
@pytest.mark.parametrize("damage", [b"", b"Invoice", b"invoice ", b"invoice\0"])
def test_a_file_that_was_changed_on_disk_is_noticed(files: FileStore, damage: bytes) -> None:
    digest = files.put("main", b"invoice")
    files.path("main", digest).write_bytes(damage)
    with pytest.raises(ValueError, match="restore it from the backup"):
        files.get("main", digest)


@pytest.mark.parametrize(
    "digest",
    ["", "../../etc/passwd", "a" * 63, "a" * 65, "A" * 64, "/" * 64, "g" * 64, "../" * 21 + "a", "a" * 63 + "\n"],
)
def test_nothing_but_a_hash_leads_to_a_file(files: FileStore, digest: str) -> None:
    for look_up in (files.path, files.get):
        with pytest.raises(FileNotFoundError):
            look_up("main", digest)


@pytest.mark.behaviour("D2")
@pytest.mark.parametrize("tenant", ["", "..", "../main", "a/b", "/etc", "MAIN", "main\n"])
def test_no_tenant_leads_out_of_its_folder(files: FileStore, tmp_path: Path, tenant: str) -> None:
    digest = files.put("main", b"invoice")
    with pytest.raises(FileNotFoundError):
        files.put(tenant, b"invoice")
    with pytest.raises(FileNotFoundError):
        files.get(tenant, digest)
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["main"]


@pytest.mark.behaviour("D2")
def test_a_file_of_another_tenant_is_not_there(files: FileStore) -> None:
    digest = files.put("main", b"invoice")
    with pytest.raises(FileNotFoundError):
        files.get("other", digest)


def test_many_at_once_leave_one_file_and_no_leftovers(files: FileStore, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: files.put("main", b"x" * 100_000), range(32)))
    kept = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert [path.name for path in kept] == list(digests)


def test_a_stored_file_is_for_the_owner_alone(files: FileStore) -> None:
    mode = files.path("main", files.put("main", b"invoice")).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600

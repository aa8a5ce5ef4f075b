from pathlib import Path

import pytest

from models.errors import BusinessError
from store.files import FileStore, digest_of
from store.proofs import MOST_BYTES, keep_proof

pytestmark = pytest.mark.behaviour("R10")


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.mark.parametrize(
    ("name", "content", "kept_as", "media_type"),
    [
        ("advice.pdf", b"%PDF-1.7", "advice.pdf", "application/pdf"),
        ("photo.pdf", b"\xff\xd8\xff\xe0", "photo.jpg", "image/jpeg"),
        ("../../etc/passwd", b"\x89PNG\r\n\x1a\n", "passwd.png", "image/png"),
        ("C:\\Bank\\Beleg.PDF", b"%PDF-1.4", "Beleg.pdf", "application/pdf"),
        ("", b"%PDF-1.4", "proof.pdf", "application/pdf"),
    ],
)
def test_a_file_is_typed_by_its_content_and_kept_by_its_hash(
    files: FileStore, name: str, content: bytes, kept_as: str, media_type: str
) -> None:
    proof = keep_proof(files, "main", " seen ", name, content)
    assert (proof.text, proof.file_name, proof.media_type) == ("seen", kept_as, media_type)
    assert (proof.sha256, files.get("main", proof.sha256)) == (digest_of(content), content)


@pytest.mark.parametrize("content", [b"MZ", b"<html>", b" %PDF-1.7", b"%PDF-" + bytes(MOST_BYTES)])
def test_another_file_or_one_too_large_is_refused_and_not_kept(
    files: FileStore, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(BusinessError) as refusal:
        keep_proof(files, "main", "", "x.pdf", content)
    assert (refusal.value.code, (tmp_path / "files").exists()) == ("task.bad_proof", False)


def test_text_alone_is_a_proof_and_nothing_is_none(files: FileStore) -> None:
    assert not keep_proof(files, "main", "Receipt 88").is_empty
    assert keep_proof(files, "main", "  ").is_empty

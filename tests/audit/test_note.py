import pytest

from audit.note import NoteError, Signer, Verifier, open_text, sign_text

# Published with the reference implementation (golang.org/x/mod/sumdb/note) and the specification.
VERIFIER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SIGNER_KEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
COSIGNATURE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{SIGNATURE}"


def sign_with_seed(fill: int) -> Signer:
    return Signer("example.org/key", bytes([fill]) * 32)


@pytest.mark.behaviour("E2")
def test_the_published_key_signs_the_published_note_to_the_byte() -> None:
    signer = Signer.parse(SIGNER_KEY)
    assert sign_text(TEXT, signer) == NOTE
    assert signer.verifier.encoded == VERIFIER_KEY
    assert signer.encoded == SIGNER_KEY


@pytest.mark.behaviour("E2")
def test_the_published_note_opens_with_the_published_key_and_with_a_cosignature() -> None:
    verifier = Verifier.parse(VERIFIER_KEY)
    assert open_text(NOTE, verifier) == TEXT
    assert open_text(NOTE + COSIGNATURE, verifier) == TEXT


def test_a_text_with_empty_lines_is_split_at_the_last_one() -> None:
    signer = sign_with_seed(1)
    assert open_text(sign_text("one\n\ntwo\n", signer), signer.verifier) == "one\n\ntwo\n"


def test_any_changed_character_of_a_note_is_refused() -> None:
    verifier = Verifier.parse(VERIFIER_KEY)
    for at, character in enumerate(NOTE):
        changed = NOTE[:at] + chr(ord(character) ^ 1) + NOTE[at + 1 :]
        with pytest.raises(NoteError):
            open_text(changed, verifier)


def test_a_note_of_another_key_with_the_same_name_is_refused() -> None:
    note = sign_text("text\n", sign_with_seed(1))
    with pytest.raises(NoteError, match=r"carries no signature of example\.org/key"):
        open_text(note, sign_with_seed(2).verifier)


def test_one_good_and_one_bad_signature_of_the_same_key_are_refused_together() -> None:
    signer = sign_with_seed(1)
    with pytest.raises(NoteError, match="does not fit the text"):
        open_text(sign_text("text\n", signer) + signer.signature_line("other\n"), signer.verifier)


@pytest.mark.parametrize(
    ("note", "problem"),
    [
        ("no newline", "must end in a newline"),
        ("no signature\n", "no blank line"),
        ("text\n\n— name\n", "a signature line that is not"),
        ("text\n\n— name AAAA\n", "shorter than its key id"),
        ("text\n\n— name AAAAAB==\n", "not canonical base64"),
        (f"tab\there\n\n{SIGNATURE}", "control character"),
        (f"half a pair \ud800\n\n{SIGNATURE}", "not valid Unicode"),
        ("x" * 1_000_001 + "\n", "at most 1000000"),
    ],
)
def test_a_malformed_note_is_refused_with_its_reason(note: str, problem: str) -> None:
    with pytest.raises(NoteError, match=problem):
        open_text(note, Verifier.parse(VERIFIER_KEY))


def test_any_mangled_verifier_key_is_refused() -> None:
    for at, character in enumerate(VERIFIER_KEY):
        for mangled in (VERIFIER_KEY[:at], VERIFIER_KEY[:at] + chr(ord(character) + 1) + VERIFIER_KEY[at + 1 :]):
            with pytest.raises(NoteError):
                Verifier.parse(mangled)


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_of_wrong_length_or_unknown_type_is_refused_though_its_id_fits(key: str) -> None:
    with pytest.raises(NoteError):
        Verifier.parse(key)


@pytest.mark.parametrize("key", [VERIFIER_KEY, SIGNER_KEY.replace("c74f20a3", "c74f20a4"), SIGNER_KEY[:-4]])
def test_a_bad_private_key_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(NoteError) as refusal:
        Signer.parse(key)
    assert "AYEKFALV" not in str(refusal.value)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_a_key_name_that_notes_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(NoteError, match="key name"):
        Signer(name, bytes(32))


def test_a_seed_or_public_key_of_another_length_is_refused() -> None:
    with pytest.raises(NoteError, match="seed of name: 31 bytes"):
        Signer("name", bytes(31))
    with pytest.raises(NoteError, match="public key of name: 31 bytes"):
        Verifier("name", bytes(31))

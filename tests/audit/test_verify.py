"""The kinds of tampering an auditor asks about, one by one. `test_verify_mutations` does them at random."""

from dataclasses import replace
from typing import Any

import pytest

from audit.checkpoint import Checkpoint, sign
from audit.damage import Damage
from audit.entry import Subject
from audit.merkle import EMPTY_ROOT, leaf_hash
from audit.note import Signer
from audit.stored import BODY_ERASED, StoredEntry, erasure_subject
from audit.verify import Verification, verify_log
from tests.audit.sample_log import ORIGIN, SIGNER, log_of, rewritten

OTHER = Signer(SIGNER.verifier.name, b"o" * 32)


def verified(rows: list[StoredEntry], outside: list[str] | None = None) -> Verification:
    return verify_log(rows, ORIGIN, SIGNER.verifier, outside or [])


def found(rows: list[StoredEntry], outside: list[str] | None = None) -> tuple[str | None, Damage | None]:
    verification = verified(rows, outside)
    assert verification.ok is (verification.damage is None)
    return verification.first_bad, verification.damage


@pytest.mark.behaviour("E3")
@pytest.mark.parametrize("length", [0, 1, 9])
def test_an_untouched_log_is_in_order(length: int) -> None:
    log = log_of(length)
    assert verified(log.rows, log.notes) == Verification(ok=True, entries=length)


@pytest.mark.behaviour("E3")
def test_an_edited_entry_is_named_though_leaf_and_root_were_recomputed() -> None:
    rows = log_of(5).rows
    data = rows[2].data.replace(b"INV-2", b"INV-9")
    edited = replace(rows[2], data=data, subject_id="INV-9")
    assert found([*rows[:2], edited, *rows[3:]]) == ("2", Damage.EDITED)
    hashed = replace(edited, leaf_hash=leaf_hash(data).hex())
    assert found([*rows[:2], hashed, *rows[3:]]) == ("2", Damage.EDITED)


@pytest.mark.behaviour("E3")
@pytest.mark.parametrize("signer", [OTHER, Signer("somebody.example", b"x" * 32)])
def test_a_history_rewritten_with_another_key_fails_at_its_first_signature(signer: Signer) -> None:
    assert found(rewritten(log_of(6), 3, signer)) == ("3", Damage.BAD_SIGNATURE)


@pytest.mark.behaviour("E3")
def test_a_history_rewritten_with_the_true_key_forks_from_the_outside_checkpoints() -> None:
    log = log_of(6)
    rows = rewritten(log, 3, SIGNER)
    assert found(rows) == (None, None)
    assert found(rows, log.notes) == ("3", Damage.FORKED)


@pytest.mark.behaviour("E3")
def test_a_fork_between_two_outside_checkpoints_is_named_after_the_last_that_fits() -> None:
    log = log_of(6)
    verification = verified(rewritten(log, 3, SIGNER), [log.notes[1], log.notes[5]])
    assert (verification.first_bad, verification.damage) == ("2", Damage.FORKED)
    assert "6 entries has another root, that of 2 still fits" in verification.detail


@pytest.mark.behaviour("E3")
def test_two_outside_checkpoints_of_one_size_that_contradict_are_a_fork() -> None:
    log = log_of(2)
    other = sign(Checkpoint(ORIGIN, 2, EMPTY_ROOT), SIGNER)
    assert found(log.rows, [*log.notes, other]) == ("1", Damage.FORKED)


@pytest.mark.behaviour("E3")
def test_a_deleted_entry_is_missing_also_when_the_rest_was_renumbered() -> None:
    rows = log_of(6).rows
    assert found(rows[1:]) == ("0", Damage.MISSING)
    assert found(rows[:3] + rows[4:]) == ("3", Damage.MISSING)
    renumbered = [replace(row, sequence=row.sequence - 1) for row in rows[4:]]
    assert found(rows[:3] + renumbered) == ("3", Damage.MISSING)


@pytest.mark.behaviour("E3")
def test_an_inserted_copy_is_named() -> None:
    rows = log_of(6).rows
    assert found([*rows[:4], rows[3], *rows[4:]]) == ("3", Damage.INSERTED)
    shifted = [replace(row, sequence=row.sequence + 1) for row in rows[4:]]
    assert found([*rows[:4], replace(rows[1], sequence=4), *shifted]) == ("4", Damage.INSERTED)


@pytest.mark.behaviour("E3")
def test_an_entry_appended_without_the_key_is_named() -> None:
    rows = log_of(4).rows
    assert found([*rows, log_of(5, signer=OTHER).rows[4]]) == ("4", Damage.BAD_SIGNATURE)


@pytest.mark.behaviour("E3")
def test_exchanged_entries_are_reordered_from_the_first_of_them() -> None:
    rows = log_of(6).rows
    swapped = [*rows[:2], rows[4], rows[3], rows[2], rows[5]]
    assert found(swapped) == ("2", Damage.REORDERED)
    relabelled = [replace(row, sequence=at) for at, row in enumerate(swapped)]
    assert found(relabelled) == ("2", Damage.REORDERED)


@pytest.mark.behaviour("E3")
@pytest.mark.parametrize("sequence", [-1, None, "3", True, 3.0, -(2**70)])
def test_a_ruined_sequence_is_named_wherever_the_database_sorts_the_row(sequence: Any) -> None:
    rows = log_of(6).rows
    ruined, others = replace(rows[3], sequence=sequence), rows[:3] + rows[4:]
    for place in range(6):
        assert found([*others[:place], ruined, *others[place:]]) == ("3", Damage.REORDERED)


@pytest.mark.behaviour("E3")
@pytest.mark.parametrize("sequence", [99, 2**70])
def test_an_entry_moved_behind_the_last_is_missed_in_its_own_place(sequence: int) -> None:
    rows = log_of(6).rows
    assert found([*rows[:3], *rows[4:], replace(rows[3], sequence=sequence)]) == ("3", Damage.REORDERED)


@pytest.mark.behaviour("E3")
def test_a_ruined_sequence_of_the_last_entry_is_named() -> None:
    rows = log_of(4).rows
    ruined = replace(rows[3], sequence=-1)
    assert found([ruined, *rows[:3]]) == ("3", Damage.INSERTED)
    assert found([replace(ruined, data=b"garbage"), *rows[:3]]) == ("3", Damage.INSERTED)


@pytest.mark.behaviour("E3")
def test_a_second_row_under_a_sequence_outside_the_log_is_inserted() -> None:
    rows = log_of(4).rows
    assert found([replace(rows[2], sequence=-7), *rows]) == ("2", Damage.INSERTED)


@pytest.mark.behaviour("E3")
def test_damage_before_the_place_of_a_stray_row_is_named_first() -> None:
    rows = log_of(6).rows
    edited = replace(rows[1], actor="nobody")
    assert found([replace(rows[4], sequence=-1), rows[0], edited, *rows[2:4], rows[5]]) == ("1", Damage.EDITED)


@pytest.mark.behaviour("E3")
@pytest.mark.parametrize("kept", [0, 1, 5])
def test_a_truncated_log_and_a_restored_old_copy_lack_what_the_outside_checkpoint_has(kept: int) -> None:
    log = log_of(6)
    verification = verified(log.rows[:kept], log.notes[-1:])
    assert (verification.first_bad, verification.damage) == (str(kept), Damage.TRUNCATED)
    assert verification.entries == kept


@pytest.mark.behaviour("E3")
def test_a_log_that_grew_on_from_its_outside_checkpoint_is_in_order() -> None:
    log = log_of(6)
    assert verified(log.rows, log.notes[:3]).ok


@pytest.mark.behaviour("E3")
def test_the_log_of_another_tenant_is_not_taken_for_ours() -> None:
    log = log_of(2)
    verification = verify_log(log.rows, "tallywright.local/other", SIGNER.verifier)
    assert (verification.first_bad, verification.damage) == ("0", Damage.EDITED)


@pytest.mark.parametrize(
    ("note", "problem"),
    [
        ("torn", "outside checkpoint 2: note must end in a newline"),
        (sign(Checkpoint(ORIGIN, 1, EMPTY_ROOT), OTHER), "outside checkpoint 2: note carries no signature"),
        (sign(Checkpoint("tallywright.local/other", 1, EMPTY_ROOT), SIGNER), "belongs to the log"),
    ],
)
def test_an_outside_checkpoint_that_cannot_be_trusted_is_said_when_the_log_is_in_order(note: str, problem: str) -> None:
    log = log_of(2)
    verification = verified(log.rows, [log.notes[0], note])
    assert (verification.ok, verification.first_bad) == (False, None)
    assert verification.damage is Damage.BAD_OUTSIDE_CHECKPOINT
    assert problem in verification.detail
    assert found(log.rows[1:], [log.notes[0], note]) == ("0", Damage.MISSING)


@pytest.mark.behaviour("E3")
def test_a_further_signature_line_in_the_column_is_an_edit_though_the_note_would_open() -> None:
    rows = log_of(2).rows
    cosigned = rows[1].signature + OTHER.signature_line("tallywright.local/acme\n")
    assert found([rows[0], replace(rows[1], signature=cosigned)]) == ("1", Damage.BAD_SIGNATURE)


@pytest.mark.behaviour("E6")
def test_an_erased_body_with_its_record_leaves_the_log_in_order() -> None:
    log = log_of(4, erased=[1, 3])
    assert verified(log.rows, log.notes).ok
    assert log.rows[1].body is None
    log.append(BODY_ERASED, erasure_subject(1))
    assert verified(log.rows, log.notes).ok


@pytest.mark.behaviour("E3", "E6")
@pytest.mark.parametrize(
    "subject",
    [Subject(kind="invoice", id="1"), Subject(kind="audit_entry", id="4"), Subject(kind="audit_entry", id="01")],
)
def test_a_body_that_is_gone_without_a_record_of_it_is_damage(subject: Subject) -> None:
    log = log_of(3)
    log.strip(1)
    assert found(log.rows) == ("1", Damage.BODY_MISSING)
    log.append(BODY_ERASED, subject)
    assert found(log.rows) == ("1", Damage.BODY_MISSING)


@pytest.mark.behaviour("E3", "E6")
def test_a_record_written_before_the_entry_does_not_excuse_a_missing_body() -> None:
    log = log_of(2)
    log.append(BODY_ERASED, erasure_subject(3))
    log.append()
    log.strip(3)
    assert found(log.rows) == ("3", Damage.BODY_MISSING)


@pytest.mark.behaviour("E3", "E6")
def test_a_body_put_back_after_its_erasure_is_named() -> None:
    log = log_of(4, erased=[2])
    log.rows[2] = log_of(4).rows[2]
    assert found(log.rows) == ("2", Damage.EDITED)


@pytest.mark.behaviour("E3", "E6")
def test_an_unrecorded_missing_body_comes_before_a_later_edited_column() -> None:
    log = log_of(6, erased=[2])
    log.rows[4] = replace(log.rows[4], actor="nobody")
    assert found(log.rows) == ("4", Damage.EDITED)
    log.strip(1)
    assert found(log.rows) == ("1", Damage.BODY_MISSING)


@pytest.mark.behaviour("E3", "E6")
def test_damage_to_the_record_of_an_erasure_is_named_rather_than_the_body_it_excuses() -> None:
    log = log_of(4, erased=[2])
    assert found([*log.rows[:4], replace(log.rows[4], data=b"")]) == ("4", Damage.EDITED)
    assert found([*log.rows[:4], replace(log.rows[4], actor="nobody")]) == ("4", Damage.EDITED)
    assert found(log.rows[:4], log.notes) == ("4", Damage.TRUNCATED)

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_over,
    root_of,
    verify_consistency,
    verify_inclusion,
)

PROJECT = Path(__file__).resolve().parents[2]
VECTORS = PROJECT / os.environ.get("TALLYWRIGHT_SAMPLES", "../shared/data") / "merkle"


def vectors(kind: str) -> list[dict[str, Any]]:
    found = sorted((VECTORS / kind).rglob("*.json"))
    assert found, f"no Merkle vectors in {VECTORS / kind}; set TALLYWRIGHT_SAMPLES to the folder of sample files"
    return [json.loads(path.read_text()) | {"path": path} for path in found]


def hashes(encoded: list[str] | None) -> list[bytes]:
    return [base64.b64decode(each) for each in encoded or []]


@pytest.mark.behaviour("E2")
def test_every_published_inclusion_vector_is_judged_as_published() -> None:
    for vector in vectors("inclusion"):
        leaf, root = hashes([vector["leafHash"], vector["root"]])
        accepted = verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], hashes(vector["proof"]), root)
        assert accepted is not vector["wantErr"], vector["path"]


@pytest.mark.behaviour("E2")
def test_every_published_consistency_vector_is_judged_as_published() -> None:
    for vector in vectors("consistency"):
        old_root, root = hashes([vector["root1"], vector["root2"]])
        accepted = verify_consistency(vector["size1"], vector["size2"], hashes(vector["proof"]), old_root, root)
        assert accepted is not vector["wantErr"], vector["path"]


LEAVES = [leaf_hash(str(number).encode()) for number in range(40)]
SIZES = st.integers(1, len(LEAVES))


@pytest.mark.behaviour("E2")
@settings(deadline=None)
@given(size=SIZES, data=st.data())
def test_an_inclusion_proof_convinces_for_its_own_leaf_only(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, len(LEAVES) - 1))
    proof, root = inclusion_proof(nodes_over(LEAVES[:size]), index, size), root_of(LEAVES[:size])
    assert verify_inclusion(LEAVES[index], index, size, proof, root)
    assert verify_inclusion(LEAVES[other], index, size, proof, root) is (other == index)
    assert not verify_inclusion(LEAVES[index], index, size, [*proof, root], root)


@pytest.mark.behaviour("E2")
@settings(deadline=None)
@given(size=SIZES, data=st.data())
def test_a_consistency_proof_convinces_for_the_true_history_only(size: int, data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, size))
    proof = consistency_proof(nodes_over(LEAVES), old_size, size)
    old_root, root = root_of(LEAVES[:old_size]), root_of(LEAVES[:size])
    rewritten = root_of([node_hash(LEAVES[0], LEAVES[0]), *LEAVES[1:old_size]])
    assert verify_consistency(old_size, size, proof, old_root, root)
    assert not verify_consistency(old_size, size, proof, rewritten, root)
    assert not verify_consistency(old_size, size, [*proof, root], old_root, root)


@settings(deadline=None)
@given(size=st.integers(0, len(LEAVES)))
def test_a_frontier_read_back_grows_into_the_same_tree(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf)
    restored = Frontier.from_bytes(frontier.to_bytes())
    for leaf in LEAVES[size:]:
        restored.append(leaf)
    assert (frontier.size, restored.size) == (size, len(LEAVES))
    assert frontier.root == root_of(LEAVES[:size])
    assert restored.root == root_of(LEAVES)


def test_the_empty_tree_has_the_hash_of_nothing_as_its_root() -> None:
    assert root_of([]) == EMPTY_ROOT


def test_a_frontier_with_a_hash_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="a frontier of size 3 has not 40 bytes"):
        Frontier.from_bytes((3).to_bytes(8, "big") + LEAVES[0])


@pytest.mark.parametrize(("index", "size"), [(3, 3), (-1, 3), (0, 0)])
def test_no_inclusion_proof_is_made_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree of"):
        inclusion_proof(nodes_over(LEAVES[:size]), index, size)


@pytest.mark.parametrize(("old_size", "size"), [(0, 3), (4, 3)])
def test_no_consistency_proof_is_made_from_nothing_or_backwards(old_size: int, size: int) -> None:
    with pytest.raises(ValueError, match="no proof leads from"):
        consistency_proof(nodes_over(LEAVES), old_size, size)

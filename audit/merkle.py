"""RFC 6962 Merkle trees over SHA-256: roots, the growing frontier, and proofs for people who hold only a root.

Trees are built from leaf hashes (`leaf_hash` of the entry's bytes), never from the bytes themselves.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Self

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeAt = Callable[[int, int], bytes]
"""(level, index) -> hash of the complete subtree over leaves [index << level, (index + 1) << level)."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over `leaf_hashes`; SHA-256 of nothing for an empty tree."""
    frontier = Frontier()
    for leaf in leaf_hashes:
        frontier.append(leaf)
    return frontier.root


class Frontier:
    """The right edge of a growing tree: one hash per set bit of its size, largest subtree first."""

    def __init__(self) -> None:
        self._size = 0
        self._nodes: list[bytes] = []

    @property
    def size(self) -> int:
        return self._size

    @property
    def root(self) -> bytes:
        if not self._nodes:
            return EMPTY_ROOT
        root = self._nodes[-1]
        for node in reversed(self._nodes[:-1]):
            root = node_hash(node, root)
        return root

    def append(self, leaf: bytes) -> None:
        """Takes the next leaf hash (32 bytes) into the tree."""
        node, carry = leaf, self._size
        while carry & 1:
            node = node_hash(self._nodes.pop(), node)
            carry >>= 1
        self._nodes.append(node)
        self._size += 1

    def to_bytes(self) -> bytes:
        """The size as 8 bytes big-endian, then the hashes."""
        return self._size.to_bytes(8, "big") + b"".join(self._nodes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The inverse of `to_bytes`. Raises ValueError where size and number of hashes disagree."""
        size = int.from_bytes(data[:8], "big")
        if len(data) != 8 + HASH_SIZE * size.bit_count():
            raise ValueError(f"a frontier of size {size} has not {len(data)} bytes; read it again from the log")
        frontier = cls()
        frontier._size = size
        frontier._nodes = [data[at : at + HASH_SIZE] for at in range(8, len(data), HASH_SIZE)]
        return frontier


def nodes_over(leaf_hashes: Sequence[bytes]) -> NodeAt:
    """All complete subtrees over `leaf_hashes`, kept in memory."""
    levels = [list(leaf_hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def inclusion_proof(node_at: NodeAt, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves, leaf side first (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    return _path(node_at, index, 0, size)


def consistency_proof(node_at: NodeAt, old_size: int, size: int) -> list[bytes]:
    """The nodes which show that the tree of `old_size` leaves is the beginning of that of `size` (RFC 6962, 2.1.2)."""
    if not 0 < old_size <= size:
        raise ValueError(f"no proof leads from {old_size} to {size} leaves; take 0 < old size <= size")
    return _subproof(node_at, old_size, 0, size, whole=True)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that `leaf` (a leaf hash) is at `index` of the tree of `size` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _all_hashes(leaf, root, *proof):
        return False
    position, last, computed = index, size - 1, leaf
    for node in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            computed = node_hash(node, computed)
            position, last = _skip_to_odd(position, last)
        else:
            computed = node_hash(computed, node)
        position, last = position >> 1, last >> 1
    return last == 0 and computed == root


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> bool:
    """Whether `proof` shows that the tree of `size` grew from that of `old_size` by appending (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= size or not _all_hashes(old_root, root, *proof):
        return False
    if old_size == size:
        return not proof and old_root == root
    path = [old_root, *proof] if old_size.bit_count() == 1 else list(proof)
    if not path:
        return False
    position, last = old_size - 1, size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_computed = computed = path[0]
    for node in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_computed, computed = node_hash(node, old_computed), node_hash(node, computed)
            position, last = _skip_to_odd(position, last)
        else:
            computed = node_hash(computed, node)
        position, last = position >> 1, last >> 1
    return last == 0 and old_computed == old_root and computed == root


def _skip_to_odd(position: int, last: int) -> tuple[int, int]:
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _all_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def _subtree(node_at: NodeAt, begin: int, end: int) -> bytes:
    width = end - begin
    if width.bit_count() == 1:
        level = width.bit_length() - 1
        return node_at(level, begin >> level)
    middle = begin + _split(width)
    return node_hash(_subtree(node_at, begin, middle), _subtree(node_at, middle, end))


def _path(node_at: NodeAt, index: int, begin: int, end: int) -> list[bytes]:
    if end - begin == 1:
        return []
    middle = begin + _split(end - begin)
    if index < middle:
        return [*_path(node_at, index, begin, middle), _subtree(node_at, middle, end)]
    return [*_path(node_at, index, middle, end), _subtree(node_at, begin, middle)]


def _subproof(node_at: NodeAt, old_end: int, begin: int, end: int, *, whole: bool) -> list[bytes]:
    if old_end == end:
        return [] if whole else [_subtree(node_at, begin, end)]
    middle = begin + _split(end - begin)
    if old_end <= middle:
        return [*_subproof(node_at, old_end, begin, middle, whole=whole), _subtree(node_at, middle, end)]
    return [*_subproof(node_at, old_end, middle, end, whole=False), _subtree(node_at, begin, middle)]

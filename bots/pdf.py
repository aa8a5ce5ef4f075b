"""Whether a downloaded PDF can be opened. What a portal sends is untrusted, so it may unpack only so far."""

from io import BytesIO

_UNPACKED_LIMIT = 20 * 1024 * 1024
_END, _TAIL = b"%%EOF", 1024
"""Readers look for the mark in the last 1024 bytes (PDF Reference 1.7, appendix H, note 18)."""


def has_end(content: bytes) -> bool:
    """Whether the mark is there that a file cut off on its way has lost."""
    return _END in content[-_TAIL:]


def can_be_opened(content: bytes) -> bool:
    """Whether a reader finds the document's catalogue and at least one page by its page count."""
    from pypdf import PdfReader, apply_configuration  # costs half a second, which only PDFs shall cost

    try:
        with apply_configuration(
            zlib_maximum_output_length=_UNPACKED_LIMIT,
            lzw_maximum_output_length=_UNPACKED_LIMIT,
            run_length_maximum_output_length=_UNPACKED_LIMIT,
            array_based_stream_maximum_output_length=_UNPACKED_LIMIT,
            maximum_declared_stream_length=_UNPACKED_LIMIT,
        ):
            # Not its list of pages: a few bytes of page tree can name more of them than memory holds.
            catalogue = PdfReader(BytesIO(content)).trailer["/Root"]
            return int(catalogue["/Pages"]["/Count"]) > 0  # type: ignore[index] # anything else is damage
    except MemoryError:
        raise
    except Exception:
        # The library raises whatever it stumbles over: KeyError, TypeError, RecursionError and its own.
        return False

"""Documents embedded in invoices: counted, never decoded."""


def embedded_size(base64: str) -> int:
    """Bytes that `base64` stands for, however it is wrapped."""
    digits = len("".join(base64.split()).rstrip("="))
    return digits * 3 // 4

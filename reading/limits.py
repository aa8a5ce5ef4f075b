"""How much a file from outside may cost us."""

import resource

from pydantic import Field

from formats.xml import MAX_BYTES
from models.base import Model


class Limits(Model):
    """What one reading may use; whoever needs more is refused, and the next file is read."""

    file_bytes: int = Field(default=MAX_BYTES, gt=0)
    memory_bytes: int = Field(default=1024**3, gt=0)
    cpu_seconds: int = Field(default=20, gt=0)
    wall_seconds: float = Field(default=30, gt=0)
    output_bytes: int = Field(default=32 * 1024**2, gt=0)

    def apply(self) -> None:
        """Bind the running process for good: soft and hard limits, and no core dump, which would hold the document."""
        for kind, value in (
            (resource.RLIMIT_AS, self.memory_bytes),
            (resource.RLIMIT_CPU, self.cpu_seconds),
            (resource.RLIMIT_FSIZE, self.output_bytes),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(kind)
            bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (bound, bound))


DEFAULT_LIMITS = Limits()

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

    def apply(self, memory: int = resource.RLIMIT_AS) -> None:
        """Bind the running process for good: soft and hard limits, and no core dump, which would hold the document.

        `memory` is the resource that `memory_bytes` bounds: the address space, or RLIMIT_DATA for an engine that
        reserves far more of it than it ever uses.
        """
        _bind(memory, self.memory_bytes, self.memory_bytes)
        _bind(resource.RLIMIT_CPU, self.cpu_seconds, self.cpu_seconds + 1)  # where both are equal, no SIGXCPU is sent
        _bind(resource.RLIMIT_FSIZE, self.output_bytes, self.output_bytes)
        _bind(resource.RLIMIT_CORE, 0, 0)


def _bind(kind: int, soft: int, hard: int) -> None:
    _, allowed = resource.getrlimit(kind)
    if allowed != resource.RLIM_INFINITY:
        soft, hard = min(soft, allowed), min(hard, allowed)
    resource.setrlimit(kind, (soft, hard))


DEFAULT_LIMITS = Limits()

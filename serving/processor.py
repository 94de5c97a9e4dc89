"""What the processor can do, as far as the model server's start depends on it."""

from __future__ import annotations

import os
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
TOPOLOGY = Path("/sys/devices/system/cpu")


def cpu_dtype(cpuinfo: Path = CPUINFO) -> str:
    """``bfloat16`` where the processor computes in it, else ``float32``.

    Without such instructions every bfloat16 product is emulated, which made the embedded model write a third as fast.
    """
    try:
        features = set(cpuinfo.read_text(encoding="utf-8").split())
    except OSError:
        return "float32"
    return "bfloat16" if features & {"avx512_bf16", "amx_bf16", "bf16"} else "float32"


def cpu_threads(topology: Path = TOPOLOGY) -> int:
    """Threads for the model: one for each physical core this process may use, but one of more than two.

    The rest of a turn is short, so two cores write best together; docs/log.md has the figures, also for the case
    that another program keeps a core busy, where one thread would be better.
    """
    cores = {_siblings(topology, cpu) for cpu in os.sched_getaffinity(0)}
    return max(min(len(cores), 2), len(cores) - 1)


def _siblings(topology: Path, cpu: int) -> str:
    """Names the physical core of a logical one; the logical one itself where the system does not say."""
    try:
        return (topology / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text(encoding="utf-8").strip()
    except OSError:
        return str(cpu)

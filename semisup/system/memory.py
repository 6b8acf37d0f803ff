"""How much memory is free."""

from pathlib import Path

MEMINFO = Path("/proc/meminfo")
GROUPS = (  # folder of a control group as a container sees its own, names of limit and use, of files in the use
    (Path("/sys/fs/cgroup"), "memory.max", "memory.current", "file"),
    (Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes", "memory.usage_in_bytes", "total_cache"),
)


def available() -> int | None:
    """Return the bytes that this process can still take without swapping; None if the system does not say."""
    free = [_of_machine(), *(_of_group(*group) for group in GROUPS)]
    known = [count for count in free if count is not None]
    return max(0, min(known)) if known else None


def _of_machine() -> int | None:
    try:
        lines = dict(line.split(":", 1) for line in MEMINFO.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def _of_group(group: Path, limit: str, use: str, files: str) -> int | None:
    """Return limit less use. Copies of files count as free: the system drops them if memory is short."""
    try:
        counts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
        return int((group / limit).read_text()) - int((group / use).read_text()) + int(counts[files])
    except (OSError, KeyError, ValueError):  # there is no group, or it has no limit ("max")
        return None

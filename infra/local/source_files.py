"""Change detection for the functions' code: `make dev` restarts processes that run an older version."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Folders of the code that functions import.
FOLDERS = ("functions", "shared", "infra/migrations")


class SourceWatch:
    """Compares the Python files and start commands of some folders with the last check, by name, size and modification
    time."""

    def __init__(self, root: Path = ROOT, folders: Sequence[str] = FOLDERS) -> None:
        self._folders = [root / folder for folder in folders]
        self._seen = self._state()

    def has_changed(self) -> bool:
        """Whether a file was changed, added or removed since the last call."""
        seen, self._seen = self._seen, self._state()
        return seen != self._seen

    def _state(self) -> dict[str, tuple[int, int]]:
        return {
            entry.path: (stat.st_mtime_ns, stat.st_size)
            for folder in self._folders
            for entry in _sources(folder)
            if (stat := _stat(entry)) is not None
        }


def _sources(folder: Path) -> Iterator["os.DirEntry[str]"]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _sources(Path(entry.path))
        elif entry.name.endswith((".py", ".sh")):
            yield entry


def _stat(entry: "os.DirEntry[str]") -> os.stat_result | None:
    try:
        return entry.stat()
    except FileNotFoundError:  # Editors replace files while they are listed.
        return None

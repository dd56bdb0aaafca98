"""Notices that a project's files have changed: by their times, then by what is in them.

Files only: a few dozen `stat` calls a look, and reading only when one of them differs. Call it in a thread.
"""

import hashlib
from pathlib import Path

PARTS = ("*.y*ml", "domain/**/*.y*ml", "data/**/*.y*ml", "knowledge/**/*.md")

Stats = dict[str, tuple[int, int]]


class Watch:
    """Over one folder. `changed` says once that it did; what is read afterwards is at least that new."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stats: Stats = {}
        self._content = b""

    def changed(self) -> bool:
        stats = self._look()
        if stats == self._stats:
            return False
        self._stats = stats
        content = self._read(stats)
        if content == self._content:
            return False
        self._content = content
        return True

    def _look(self) -> Stats:
        found = {file for part in PARTS for file in self._folder.glob(part)}
        stats = {}
        for file in sorted(found):
            try:
                told = file.stat()
            except OSError:  # it went while we looked
                continue
            stats[str(file)] = (told.st_mtime_ns, told.st_size)
        return stats

    def _read(self, stats: Stats) -> bytes:
        digest = hashlib.sha256()
        for name in stats:
            digest.update(f"\0{name}\0".encode())
            try:
                digest.update(Path(name).read_bytes())
            except OSError as gone:
                digest.update(f"{gone.errno}".encode())
        return digest.digest()

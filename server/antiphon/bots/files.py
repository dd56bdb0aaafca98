"""Writing into a bot's project: whole files, and a sentence where that cannot be."""

import os
from pathlib import Path

from antiphon.domain.errors import Refused


def write_whole(file: Path, words: str) -> None:
    """Written beside and moved into place: a reader never meets half a file. Raises `Refused`."""
    beside = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(words, encoding="utf-8")
        if file.exists():
            beside.chmod(file.stat().st_mode)
        beside.replace(file)
    except OSError as failure:
        beside.unlink(missing_ok=True)
        raise Refused("conflict", f"The bot's project cannot be written: {_why(failure)}.") from failure


def why_not(project: Path) -> str:
    """Why nothing can be written there; empty when it can."""
    if os.access(project, os.W_OK):
        return ""
    return f"This server may not write the bot's project in {project}: change its files where they come from."


def _why(failure: OSError) -> str:
    return f"{failure.strerror or type(failure).__name__} ({failure.filename})"

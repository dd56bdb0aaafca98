"""Places on a message's way where a test makes this process fail. Off, each costs one look at `ARMED`.

`ANTIPHON_TEST_FAILPOINT=PLACE:ACTION[@N]` strikes once, the Nth time (1) that PLACE is reached.
Actions: `kill` (as kill -9), `raise` (an `OSError`), `hang=SECONDS`. The places, in a message's order:

    before_decide  after_decide  before_commit  in_commit  after_commit  before_fanout
    tail  publish  before_ack  after_ack
"""

import asyncio
import logging
import os
import time

log = logging.getLogger(__name__)

KILLED = 137  # the exit code of a process that was killed

_told = os.environ.get("ANTIPHON_TEST_FAILPOINT", "")
_place, _, _how = _told.partition(":")
_action, _, _nth = _how.partition("@")
_left = int(_nth or 1)

ARMED = bool(_told)


async def reach(place: str) -> None:
    """Fail here if this is the place and the time; a hang holds up the caller only."""
    if _due(place):
        await asyncio.sleep(_fail(place))


def strike(place: str) -> None:
    """The same where nothing can be awaited; a hang blocks the thread."""
    if _due(place):
        time.sleep(_fail(place))


def _due(place: str) -> bool:
    global _left
    if place == _place:
        _left -= 1
    return place == _place and _left == 0


def _fail(place: str) -> float:
    """Kills, raises, or says how long to hang, in seconds."""
    log.warning("failpoint", extra={"place": place, "action": _action})
    if _action == "kill":
        os._exit(KILLED)
    if _action == "raise":
        raise OSError(f"failpoint {place}")
    return float(_action.removeprefix("hang="))

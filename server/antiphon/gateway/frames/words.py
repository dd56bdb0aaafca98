"""What frames are made of: bounded strings, the states, and the two kinds of frame."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MAX_TEXT = 4000  # characters of one message

Id = Annotated[str, Meta(min_length=1, max_length=80)]
Cmid = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Text = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
Line = Annotated[str, Meta(max_length=200)]
Url = Annotated[str, Meta(max_length=2000)]
Reason = Annotated[str, Meta(max_length=200)]
TagName = Annotated[str, Meta(min_length=1, max_length=60)]
Seq = Annotated[int, Meta(ge=0, le=2**53)]

State = Literal["new", "bot", "queued", "active", "diverted", "closed"]
Status = Literal["online", "busy", "away", "offline"]
Role = Literal["agent", "supervisor", "admin"]


class In(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Something a client sent."""


class Out(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=False):
    """Something the server says."""

"""The one way the desk says no."""

from typing import Literal

Code = Literal[
    "bad_request", "bad_text", "too_long", "too_many", "rate_limited", "unauthorized",
    "forbidden", "not_found", "conflict", "closed", "unavailable", "internal",
]  # fmt: skip


class Refused(Exception):
    """A command was refused and nothing changed.

    `code` is for programs, the message for people; `retryable` promises that the same
    command may succeed later unchanged; `details` are extra fields of the answer.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        field: str | None = None,
        retryable: bool = False,
        retry_after_ms: int | None = None,
        **details: object,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.retryable = retryable
        self.retry_after_ms = retry_after_ms
        self.details = details

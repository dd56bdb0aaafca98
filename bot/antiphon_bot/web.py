"""Asking somebody for one JSON object over HTTP, in bounded time and size. `shop` and `desk` call this."""

import json
from typing import Any

import aiohttp

ANSWER_S = 4.0  # under the engine's own limit, so that the visitor hears our apology and not a time-out
ANSWER_BYTES = 65_536


class Away(Exception):
    """Who was asked could not be asked, or answered nonsense; the visitor is told so honestly."""


async def fetched(url: str) -> dict[str, Any] | None:
    """The object at an address, or None where there is none (404). Raises `Away`, which repeats no answer."""
    limit = aiohttp.ClientTimeout(total=ANSWER_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as http,
            http.get(url, allow_redirects=False) as answer,
        ):
            if answer.status == 404:
                return None
            if answer.status != 200:
                raise Away(f"the answer was {answer.status}")
            found = json.loads(await _read(answer))
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as away:
        raise Away(type(away).__name__) from away
    if not isinstance(found, dict):
        raise Away("the answer is no object")
    return found


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > ANSWER_BYTES:
            raise Away(f"an answer of more than {ANSWER_BYTES} bytes was not read")
    return bytes(body)

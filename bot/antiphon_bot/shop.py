"""The shop's back end: one order by its number.

`ANTIPHON_SHOP_URL` names a service that answers `GET {url}/orders/{number}` with an order as JSON, or 404.
Without it the demo's own orders are used. Only `actions.py` calls this.
"""

import asyncio
import json
import os
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

Order = dict[str, Any]

ANSWER_S = 4.0  # under the engine's own limit, so that the visitor hears our apology and not a time-out
ANSWER_BYTES = 65_536
NUMBER = re.compile(r"\bMG[- ]?(\d{4})\b", re.IGNORECASE)
BARE_NUMBER = re.compile(r"^\W*(\d{4})\W*$")


class ShopAway(Exception):
    """The back end could not be asked; the visitor is told so honestly."""


def order_number(words: str) -> str | None:
    """The order number in what somebody typed, in the shop's spelling; "1042" alone will do."""
    found = NUMBER.search(words) or BARE_NUMBER.match(words)
    return f"MG-{found[1]}" if found else None


async def find_order(number: str) -> Order | None:
    """The order, or None when there is none by that number; raises `ShopAway`."""
    url = os.environ.get("ANTIPHON_SHOP_URL")
    if not url:
        return demo_orders().get(number)
    return await asyncio.to_thread(_fetch, f"{url.rstrip('/')}/orders/{number}")


@cache
def demo_orders() -> dict[str, Order]:
    seeded = json.loads(files("antiphon_bot").joinpath("orders.json").read_text(encoding="utf-8"))
    return {order["number"]: order for order in seeded}


def arrival(order: Order) -> str:
    """The day an order comes (or came), in words; demo orders count days from today, so they never age."""
    if "arrives" in order:
        day = datetime.fromisoformat(order["arrives"])
    elif "days_until" in order:
        day = datetime.now(UTC) + timedelta(days=order["days_until"])
    else:
        return ""
    return f"{day:%A}, {day.day} {day:%B}"


def _fetch(url: str) -> Order | None:
    if not url.startswith(("http://", "https://")):
        raise ShopAway("ANTIPHON_SHOP_URL must be an http or https address")
    try:
        with urlopen(url, timeout=ANSWER_S) as answer:
            order = json.loads(answer.read(ANSWER_BYTES))
    except HTTPError as refused:
        if refused.code == 404:
            return None
        raise ShopAway(f"the shop answered {refused.code}") from refused
    except (URLError, TimeoutError, ValueError) as away:
        raise ShopAway(str(away)) from away
    if not isinstance(order, dict):
        raise ShopAway("the shop's answer is no order")
    return order

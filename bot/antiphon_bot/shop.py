"""The shop's back end: one order by its number.

`ANTIPHON_SHOP_URL` names a service that answers `GET {url}/orders/{number}` with an order as JSON, or 404.
Without it the demo's own orders are used. Only `actions.py` calls this.
"""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from antiphon_bot.web import fetched

Order = dict[str, Any]

NUMBER = re.compile(r"\bMG[- ]?(\d{4})\b", re.IGNORECASE)
BARE_NUMBER = re.compile(r"^\W*(\d{4})\W*$")


def order_number(words: str) -> str | None:
    """The order number in what somebody typed, in the shop's spelling; "1042" alone will do."""
    found = NUMBER.search(words) or BARE_NUMBER.match(words)
    return f"MG-{found[1]}" if found else None


async def find_order(number: str) -> Order | None:
    """The order, or None when there is none by that number; raises `Away`."""
    url = os.environ.get("ANTIPHON_SHOP_URL")
    if not url:
        return demo_orders().get(number)
    return await fetched(f"{url.rstrip('/')}/orders/{number}")


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

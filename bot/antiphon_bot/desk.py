"""What the desk itself says of a site, and how to say it to a visitor: its hours, and how long the line is.

`ANTIPHON_API_URL` is the desk's address, told by the process that starts the actions: `GET
{url}/api/sites/{site}/now`, which anybody may ask. The site comes with the visitor's message. All words are
pure functions of that answer; only `site_now` waits for anything.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from antiphon_bot.web import Away, fetched

Now = Mapping[str, Any]  # as `GET /api/sites/{site}/now` answers

SITE = re.compile(r"[A-Za-z0-9_-]{1,80}")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ALL_DAY = [[0, 1440]]
HOLIDAYS, AHEAD_DAYS = 3, 30


async def site_now(metadata: Mapping[str, Any]) -> Now:
    """Raises `Away` where nobody can be asked."""
    url, site = os.environ.get("ANTIPHON_API_URL"), str(metadata.get("site") or "")
    if not url or not SITE.fullmatch(site):
        raise Away("there is no desk to ask")
    found = await fetched(f"{url.rstrip('/')}/api/sites/{site}/now")
    if found is None:
        raise Away("the desk knows no such site")
    return found


# ------------------------------------------------------------------ opening hours


def opening_words(now: Now) -> str:
    """Whether somebody is there, until or from when, and the week."""
    hours = now["hours"]
    week, closed_on = hours["week"], _coming(now)
    if all(day == ALL_DAY for day in week) and hours["open"] and not closed_on:
        return "Here in the chat you reach us around the clock, every day."
    sentences = [_just_now(now), f"Chat hours: {'; '.join(_week(week))} ({_zone(hours['zone'])})."]
    if closed_on:
        sentences.append(f"Closed on {_and([_named(day) for day in closed_on])}.")
    return " ".join(sentences)


def next_opening_words(now: Now) -> str:
    """For a closed desk: `is back at 9:00 tomorrow`."""
    opening_ms = now["hours"]["next_opening_ms"]
    return f"is back at {_when(now, opening_ms)}" if opening_ms else "has not said when it is back"


def _just_now(now: Now) -> str:
    if not now["hours"]["open"]:
        return f"Nobody is in the chat just now: our team {next_opening_words(now)}."
    closing_ms = now["closing_ms"]
    until = f", until {_when(now, closing_ms)}" if closing_ms else ""
    return f"Our team is in the chat now{until}."


def _when(now: Now, at_ms: int) -> str:
    """`9:00`, `9:00 tomorrow`, `9:00 on Monday, 4 May`: by the desk's own clock."""
    zone = ZoneInfo(now["hours"]["zone"])
    at, today = _local(at_ms, zone), _local(now["as_of_ms"], zone).date()
    time = f"{at.hour}:{at.minute:02}"
    if at.date() == today:
        return time
    if at.date() == today + timedelta(days=1):
        return f"{time} tomorrow"
    return f"{time} on {_named(at.date())}"


def _week(week: list[list[list[int]]]) -> Iterator[str]:
    """Days that are alike stand together: `Monday to Friday 9:00–18:00`, `Sunday closed`."""
    for opening, days in groupby(range(7), key=lambda day: week[day]):
        first, *_, last = [*days] * 2
        names = DAYS[first] if first == last else f"{DAYS[first]} to {DAYS[last]}"
        times = _and([f"{_minute(start)}–{_minute(end)}" for start, end in opening])
        yield f"{names} {times or 'closed'}"


def _coming(now: Now) -> list[date]:
    """Holidays of the next weeks, at most a few."""
    today = _local(now["as_of_ms"], ZoneInfo(now["hours"]["zone"])).date()
    days = sorted(date.fromisoformat(day) for day in now["hours"]["closed_on"])
    return [day for day in days if today <= day <= today + timedelta(days=AHEAD_DAYS)][:HOLIDAYS]


def _local(at_ms: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone)


def _named(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B}"


def _minute(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _zone(zone: str) -> str:
    """ "Europe/Berlin" is Berlin time to a visitor."""
    city = zone.rpartition("/")[2].replace("_", " ")
    return city if city == "UTC" else f"{city} time"


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), *words[-1:]] if len(words) > 1 else words)


# ------------------------------------------------------------------ the line


def wait_words(now: Now) -> str:
    """How long somebody would wait for a person; what is not known is said to be unknown."""
    if not now["hours"]["open"]:
        return f"Our team is not here just now: it {next_opening_words(now)}."
    if now["team"] == "away":
        return "Nobody of our team is at the desk this minute, so I can't say how long it would take."
    if now["team"] == "free" and not now["waiting"]:
        return "Nobody is waiting, and somebody is free right now."
    return f"{_line(now['waiting'])} {_expected(now['eta_s'])}"


def offer_words(now: Now) -> str:
    """What a person could do for whoever asked."""
    there = now["hours"]["open"] and now["team"] != "away"
    return "Shall I get you someone?" if there else "Shall I leave them a message, or have them call you?"


def _line(waiting: int) -> str:
    if not waiting:
        return "Nobody is waiting before you, but everybody is busy."
    return f"{waiting} people are waiting before you." if waiting > 1 else "One person is waiting before you."


def _expected(eta_s: list[int] | None) -> str:
    if eta_s is None:
        return "How long that takes I can't say yet."
    low, high = (max(1, -(-seconds // 60)) for seconds in eta_s)
    minutes = f"{low} to {high} minutes" if low < high else "a minute" if high == 1 else f"{high} minutes"
    return f"It should take about {minutes}."

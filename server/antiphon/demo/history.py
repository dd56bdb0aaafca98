"""The history: a fortnight of days and what there is of today, simulated up to now.

`write` plays every day on one `VirtualDesk` and appends the journal in chunks, in order of time.

"Today" is what the board counts, so it must never be empty: it begins at midnight or eleven hours
ago, whichever is later, and is busy enough from its first minute on. Past days are lighter, open
from eight to eight, Sundays quietest. Nothing is open when it ends: the living cast takes over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from antiphon.demo.dialogues import dialogues
from antiphon.demo.parts import Part, draw
from antiphon.demo.scene import Scene, attend, hurry, tidy
from antiphon.demo.shop import RULES, TEAM, Colleague
from antiphon.demo.virtual import VirtualDesk
from antiphon.domain import commands as ask
from antiphon.domain.agent import stream_of
from antiphon.domain.events import Actor
from antiphon.journal.store import Append, Store

DAYS = 14
TODAY = 120  # conversations, once today is old enough for so many ...
TODAY_A_MINUTE = 0.5  # ... and how fast they come until then
A_DAY = (34, 31, 28, 31, 36, 40, 18)  # Monday first
OPEN_MS, CLOSE_MS = 8 * 3_600_000, 20 * 3_600_000
LONGEST_TODAY_MS = 11 * 3_600_000
CLOSING_MS = 90_000  # the last stretch before now, in which what is open comes to its end
CHUNK = 2_500  # appends of one transaction
RETURNING = 0.2  # of all visitors have been here before
RUSH = 0.38  # of all visitors come in a rush, when a newsletter has gone out
PRESENT = 4  # of the team on a past day
AHEAD = 7  # days that are planned
QUARTER_MS = 900_000
EARLY, LATE, JUST_NOW = 0.68, 0.3, 0.93  # where in the day the early shift ends, and others begin
BREAKS = ((0.25, "Break", 12), (0.5, "Lunch", 35), (0.78, "Break", 12))
RUSHES = 2
RUSH_SPREAD_MS = 3.5 * 60_000
# How many of a hundred visitors come in each hour of opening, 8 to 20.
SHAPE = (5, 7, 9, 11, 10, 8, 8, 9, 10, 9, 8, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A visitor of the history, for the visitors' table."""

    id: str
    part: Part
    first_seen_ms: int
    last_seen_ms: int


@dataclass(slots=True, kw_only=True)
class History:
    """What was played: the journal and the people in it."""

    desk: VirtualDesk
    guests: dict[str, Guest]

    @property
    def journal(self) -> Sequence[Append]:
        return self.desk.journal


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    from_ms: int
    to_ms: int
    visitors: int
    last: bool = False


def _midnight(now_ms: int, zone: str) -> datetime:
    here = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


def calendar(now_ms: int, zone: str, days: int = DAYS) -> list[Day]:
    """Past days, oldest first, and today up to now."""
    midnight = _midnight(now_ms, zone)
    past = [_past(midnight - timedelta(days=back)) for back in range(days, 0, -1)]
    opens_ms = max(round(midnight.timestamp() * 1000), now_ms - LONGEST_TODAY_MS)
    so_far = round((now_ms - opens_ms) / 60_000 * TODAY_A_MINUTE)
    return [*past, Day(from_ms=opens_ms, to_ms=now_ms, visitors=min(TODAY, so_far), last=True)]


def _past(midnight: datetime) -> Day:
    start_ms = round(midnight.timestamp() * 1000)
    return Day(from_ms=start_ms + OPEN_MS, to_ms=start_ms + CLOSE_MS, visitors=A_DAY[midnight.weekday()])


def play(now_ms: int, zone: str = "UTC", seed: int = 1, days: int = DAYS) -> History:
    """The same history for the same time, zone and seed."""
    random = Random(seed)
    when = calendar(now_ms, zone, days)
    history = History(desk=VirtualDesk(RULES, when[0].from_ms), guests={})
    team = {colleague.id: colleague for colleague in TEAM}
    attend(history.desk, random, team)
    for shift in _roster(now_ms, zone, days):
        history.desk.of_agent(shift)
    for number, day in enumerate(when):
        _day(history, random, day, number, team)
    return history


async def write(store: Store, history: History) -> None:
    """Append it all, in the order it happened."""
    for start in range(0, len(history.journal), CHUNK):
        await store.append(history.journal[start : start + CHUNK])


# -- one day --------------------------------------------------------------------------------------------


def _day(history: History, random: Random, day: Day, number: int, team: Mapping[str, Colleague]) -> None:
    desk, plays = history.desk, dialogues()
    desk.run(day.from_ms)
    for turn in _turns(day, number, random):
        desk.at(turn.at_ms, partial(_takes_turn, desk, turn))
    known = list(history.guests.values())
    for visitor, at_ms in enumerate(sorted(_arrivals(day, random))):
        guest = _guest(history, random, draw(random, plays), known, f"{number}-{visitor}", at_ms)
        scene = Scene(
            desk, Random(random.random()), guest.part, _key(random, "c"), guest.id, team,
            closes_ms=day.to_ms - CLOSING_MS, returning=guest.first_seen_ms < at_ms,
        )  # fmt: skip
        desk.at(at_ms, partial(_begin, desk, scene))
    desk.run(day.to_ms - CLOSING_MS)
    hurry(desk, random, CLOSING_MS // 3)
    desk.run(day.to_ms - CLOSING_MS // 2)
    tidy(desk, random, CLOSING_MS // 2)
    desk.run(day.to_ms)


def _begin(desk: VirtualDesk, scene: Scene) -> None:
    desk.play(scene.run())


def _guest(
    history: History, random: Random, part: Part, known: Sequence[Guest], key: str, at_ms: int
) -> Guest:
    """Somebody new, or somebody who has been here before."""
    old = [guest for guest in known if guest.part.dialogue.language == part.dialogue.language]
    before = random.choice(old) if old and random.random() < RETURNING else None
    if before:
        was = before.part
        part = replace(part, name=was.name, country=was.country, device=was.device)
    guest = Guest(
        id=before.id if before else _key(random, "v"), part=part,
        first_seen_ms=before.first_seen_ms if before else at_ms, last_seen_ms=at_ms,
    )  # fmt: skip
    history.guests[guest.id] = guest
    return guest


def _key(random: Random, mark: str) -> str:
    return f"{mark}{random.getrandbits(96):024x}"


def _arrivals(day: Day, random: Random) -> Iterator[int]:
    """When they come: by the shape of a day, a part of them in a rush or two."""
    length_ms = day.to_ms - day.from_ms - CLOSING_MS
    if length_ms <= 0:
        return
    rushes = [random.uniform(0.35, 0.88) for _ in range(RUSHES)]
    for _ in range(day.visitors):
        if random.random() < RUSH:
            share = random.choice(rushes) + random.gauss(0, RUSH_SPREAD_MS / length_ms)
        elif day.last:
            share = random.random()
        else:
            share = (random.choices(range(len(SHAPE)), SHAPE)[0] + random.random()) / len(SHAPE)
        yield day.from_ms + round(min(0.999, max(0.0, share)) * length_ms)


# -- shifts ---------------------------------------------------------------------------------------------


def _roster(now_ms: int, zone: str, days: int) -> Iterator[ask.PlanShift]:
    """Who is paid to be there when, from the first day to a week from now."""
    first = _midnight(now_ms, zone) - timedelta(days=days)
    for number in range(days + 1 + AHEAD):
        day = _past(first + timedelta(days=number))
        for place, colleague in enumerate(TEAM):
            if (place + number) % len(TEAM) < PRESENT:
                starts, ends = (LATE, 1.0) if place % 2 == 1 else (0.0, EARLY)
                yield ask.PlanShift(
                    conversation=stream_of(colleague.id), agent=colleague.id,
                    start_ms=_at(day, starts), end_ms=_at(day, ends),
                )  # fmt: skip


def _at(day: Day, share: float) -> int:
    """So far into the day, to the quarter of an hour."""
    return day.from_ms + round((day.to_ms - day.from_ms) * share / QUARTER_MS) * QUARTER_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A colleague's status from a moment on."""

    colleague: Colleague
    at_ms: int
    status: ask.Status
    reason: str | None = None


def _turns(day: Day, number: int, random: Random) -> Iterator[Turn]:
    """Who works when: four of the team, early and late, with breaks; today the rest comes in just now."""
    length_ms = day.to_ms - day.from_ms
    for place, colleague in enumerate(TEAM):
        free, late = (place + number) % len(TEAM) >= PRESENT, place % 2 == 1
        if free and not day.last:
            continue
        share = JUST_NOW if free else LATE if late else 0.0
        comes_ms = day.from_ms + round(length_ms * share) + random.randrange(1, 240_000)
        leaves_ms = day.to_ms if late or day.last else day.from_ms + round(length_ms * EARLY)
        yield Turn(colleague=colleague, at_ms=comes_ms, status="online")
        yield from _breaks(colleague, comes_ms, leaves_ms, random)
        if not day.last:
            yield Turn(colleague=colleague, at_ms=leaves_ms - random.randrange(1, 50_000), status="offline")


def _breaks(colleague: Colleague, from_ms: int, to_ms: int, random: Random) -> Iterator[Turn]:
    """Lunch and two short breaks, each well inside the shift."""
    for share, reason, minutes in BREAKS:
        starts_ms = from_ms + round((to_ms - from_ms) * (share + random.uniform(-0.06, 0.06)))
        ends_ms = starts_ms + round(minutes * random.uniform(0.8, 1.2) * 60_000)
        if from_ms < starts_ms and ends_ms < to_ms - 10 * 60_000:
            yield Turn(colleague=colleague, at_ms=starts_ms, status="away", reason=reason)
            yield Turn(colleague=colleague, at_ms=ends_ms, status="online")


def _takes_turn(desk: VirtualDesk, turn: Turn) -> None:
    who = turn.colleague
    desk.of_agent(
        ask.SetStatus(
            conversation=stream_of(who.id), actor=Actor(kind="agent", id=who.id, name=who.name),
            agent=who.id, status=turn.status, reason=turn.reason, max_concurrency=who.slots,
            queues=who.queues,
        )
    )  # fmt: skip

"""Watches the live numbers for the alert rules. What fires is a row, so that a restart or another
node neither forgets it nor fires it again; what is told of it is written in the same transaction.

Every node keeps at hand what fires, for its board; the one that holds the turn evaluates. How long
a breach has lasted is in memory: after a restart a rule waits its `for_s` once more.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from antiphon.desk import Desk
from antiphon.domain.alerts import Rule, Watch, listens, step
from antiphon.domain.events import Event
from antiphon.journal.alerts import Firing
from antiphon.journal.deliveries import MAIL, Parcel
from antiphon.journal.directory import Directory
from antiphon.metrics import Figures
from antiphon.readers import notices
from antiphon.readers.loop import Turn
from antiphon.readers.numbers import Numbers

LONGEST_COOLDOWN_S = 86_400


class Watchman:
    """`look` is run every second; `on_board` is what a supervisor sees."""

    def __init__(self, desk: Desk, numbers: Numbers, directory: Directory, turn: Turn, url: str) -> None:
        self._desk, self._numbers, self._turn, self._url = desk, numbers, turn, url
        self._alerts, self._people = directory.alerts, directory.people
        self._since: dict[str, int | None] = {}
        self._open: Sequence[Firing] = ()

    @staticmethod
    def minds(event: Event) -> bool:
        """Every second is soon enough."""
        return False

    def on_board(self, board: Mapping[str, Any]) -> dict[str, Any]:
        """The board with what fires."""
        return {**board, "alerts": [*board["alerts"], *map(_row, self._open)]}

    async def look(self) -> None:
        rules, self._open = await self._alerts.rules(), await self._alerts.open()
        if not (rules or self._open):
            return
        if not await self._turn.acquire():
            self._since.clear()  # somebody else sees now how long a breach lasts
            return
        if await self._evaluate(rules):
            self._open = await self._alerts.open()

    async def _evaluate(self, rules: Sequence[Rule]) -> bool:
        """Is there news?"""
        now_ms = self._desk.now_ms()
        firing = {one.rule: one for one in self._open}
        over = await self._alerts.resolved_since(now_ms - LONGEST_COOLDOWN_S * 1000)
        figures, news = self._numbers.figures(now_ms), False
        for rule in rules:
            value = self._value(rule, figures, now_ms)
            rearmed_ms = over.get(rule.id, -rule.cooldown_s * 1000) + rule.cooldown_s * 1000
            before = Watch(firing=rule.id in firing, since_ms=self._since.get(rule.id), rearmed_ms=rearmed_ms)
            after, moved = step(rule, before, value, now_ms)
            self._since[rule.id] = after.since_ms
            if moved is None:
                continue
            news, tell = True, partial(self._tell, rule, await self._place(rule))
            if moved == "fired" and value is not None:
                await self._alerts.fire(rule, value, now_ms, tell)
            elif moved == "resolved":
                await self._alerts.resolve(firing[rule.id], value, now_ms, tell)
        return await self._drop(firing, {rule.id for rule in rules}, now_ms) or news

    async def _drop(self, firing: Mapping[str, Firing], known: set[str], now_ms: int) -> bool:
        """What fires by a rule that is gone is over."""
        gone = [one for rule, one in firing.items() if rule not in known]
        for one in gone:
            await self._alerts.resolve(one, None, now_ms, lambda _: ())
        return bool(gone)

    def _value(self, rule: Rule, figures: Figures, now_ms: int) -> float | None:
        hours = {queue.id: queue.hours for queue in self._desk.rules.queues.values()}
        if not listens(rule, hours, now_ms):
            return None
        figure = figures(rule.kpi, rule.queue, rule.agent)
        return None if figure.n < rule.enough else figure.value

    async def _place(self, rule: Rule) -> str:
        """The name of what it watches, for people."""
        if rule.agent:
            user = await self._people.by_id(rule.agent)
            return user.name if user else rule.agent
        queue = self._desk.rules.queues.get(rule.queue)
        return queue.name if queue else rule.queue

    def _tell(self, rule: Rule, place: str, firing: Firing) -> list[Parcel]:
        kind, lane = notices.kind_of(firing), f"alert:{firing.id}"
        body = notices.of_firing(firing, place, self._url)
        posts = [Parcel(target=f"webhook:{key}", lane=lane, kind=kind, body=body) for key in rule.webhooks]
        mails = [
            Parcel(target=MAIL, lane=f"{lane}:{i}", kind=kind,
                   body=notices.mail_of(firing, place, to, self._url))
            for i, to in enumerate(rule.emails)
        ]  # fmt: skip
        return [*posts, *mails]


def _row(firing: Firing) -> dict[str, Any]:
    """A firing as the board tells it."""
    return {
        "kind": "rule", "id": firing.id, "rule": firing.rule, "name": firing.name, "kpi": firing.kpi,
        "queue": firing.queue or None, "agent": firing.agent or None, "value": firing.value,
        "comparison": firing.comparison, "target": firing.threshold, "fired_at_ms": firing.fired_at_ms,
        "acknowledged_by": firing.acknowledged_by,
    }  # fmt: skip

"""Conversations as they are told to people: snapshots, places in the queue, the agents' list.

Everything is read from what is committed; a snapshot's state and its events agree on `head`.
"""

from collections.abc import Sequence
from typing import Any

from antiphon.desk import Desk
from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation
from antiphon.domain.decide.close import SURVEY_EXPIRY_MS
from antiphon.domain.events import Event
from antiphon.domain.rules import Queue, Site
from antiphon.gateway import frames
from antiphon.gateway.render import Audience, Renderer
from antiphon.gateway.roster import Roster
from antiphon.journal.directory import Directory
from antiphon.journal.people import User
from antiphon.journal.visitors import Visitor

EVENTS = 50  # of a snapshot
_PREVIEW = 200  # characters of a last message in a list
_FLAGS = {"escalated": "escalate"}  # a flag is shown under the name it is set by


class Views:
    """Reads; never writes."""

    def __init__(self, desk: Desk, directory: Directory, roster: Roster, render: Renderer) -> None:
        self._desk, self._directory, self._roster, self.render = desk, directory, roster, render

    # -- one conversation -------------------------------------------------------------------------

    async def committed(self, conversation: str) -> Conversation | None:
        """The state as the database has it."""
        if not conversation or ":" in conversation:
            return None
        return await self._desk.store.conversation(conversation)

    async def for_visitor(self, conversation: str) -> frames.Snapshot | None:
        c = await self.committed(conversation)
        if c is None:
            return None
        events = await self._tail(c, "visitor")
        return frames.Snapshot(
            id=c.id, state=c.state, department=c.department, head=c.n, epoch=self._desk.epoch,
            agent=self._agent(c), queue=self.place(c), survey=survey_card(c), events=events,
            started_at_ms=c.started_at_ms,
        )  # fmt: skip

    async def for_staff(self, conversation: str, me: str) -> frames.AgentSnapshot | None:
        """`me` is whose wrap-up counts."""
        c = await self.committed(conversation)
        if c is None:
            return None
        visitor = await self._directory.visitors.by_id(c.visitor)
        events = await self._tail(c, "staff")
        return self._staff(c, me, await self.visitor(c.visitor, visitor, c.connected), events)

    def _staff(
        self, c: Conversation, me: str, visitor: frames.VisitorView, events: list[frames.EventFrame]
    ) -> frames.AgentSnapshot:
        wrapup = next((w.since_ms for w in c.wrapups if w.agent == me), None)
        return frames.AgentSnapshot(
            id=c.id, state=c.state, department=c.department, head=c.n, epoch=self._desk.epoch,
            agent=self._agent(c), agents=[self._roster.person(a.agent) for a in c.agents], queue=c.queue,
            queued_at_ms=c.queued_at_ms, waiting_reply_since_ms=c.waiting_reply_since_ms,
            started_at_ms=c.started_at_ms, last_at_ms=c.last_at_ms, closed_at_ms=c.closed_at_ms,
            resolved=c.resolved, site=c.site, channel=c.channel, tags=list(c.tags), flags=flags_of(c),
            visitor=visitor, last_text=last_text(events), wrapup_since_ms=wrapup, events=events,
        )  # fmt: skip

    async def _tail(self, c: Conversation, audience: Audience) -> list[frames.EventFrame]:
        if c.n <= EVENTS:
            events = await self._desk.store.whole(c.id)
        else:
            events = await self._desk.history(c.id, c.n - EVENTS, EVENTS)
        return self.render.frames([event for event in events if event.n <= c.n], audience)

    def _agent(self, c: Conversation) -> frames.Person | None:
        return self._roster.person(c.agents[0].agent) if c.agents else None

    def place(self, c: Conversation) -> frames.Place | None:
        """Where it stands in its queue now."""
        position = self._desk.floor.position(c.id)
        if position is None:
            return None
        return frames.Place(position=position, eta_s=self._desk.floor.estimate_s(c.id), queue=c.queue)

    async def preview(self, conversation: str) -> str | None:
        """The last public words, shortened."""
        recent = await self._desk.last(conversation, 30)  # what ends a chat is many remarks
        return last_text(self.render.frames(recent, "visitor"))

    # -- people -----------------------------------------------------------------------------------

    async def visitor(self, key: str, row: Visitor | None, connected: bool) -> frames.VisitorView:
        if row is None:
            return frames.VisitorView(id=key, connected=connected)
        counts = await self._directory.visitors.count_conversations([key])
        return frames.VisitorView(
            id=key, name=row.name, email=row.email, verified=row.verified, locale=row.locale,
            timezone=row.attributes.get("timezone"), page=dict(row.page) if row.page else None,
            trail=[dict(page) for page in row.trail], user_agent=row.user_agent,
            first_seen_ms=row.first_seen_ms, last_seen_ms=row.last_seen_ms,
            conversations=counts.get(key, 0), attributes=dict(row.attributes), connected=connected,
        )  # fmt: skip

    def me(self, user: User) -> frames.AgentMe:
        shift = self._desk.floor.agents.get(user.id) or Shift(agent=user.id)
        limit = shift.max_concurrency if shift.since_ms else user.max_concurrency
        return frames.AgentMe(
            id=user.id, name=user.name, email=user.email, role=user.role,  # type: ignore[arg-type]  # a checked column
            avatar=user.avatar, status=shift.status, reason=shift.reason, max_concurrency=limit,
            queues=list(self.queues_of(user)),
        )  # fmt: skip

    def queues_of(self, user: User) -> tuple[str, ...]:
        """The queues a user works for; without a choice, all of them."""
        return tuple(queue for queue in user.queues if queue in self._desk.rules.queues) or tuple(
            self._desk.rules.queues
        )

    def colleagues(self) -> list[dict[str, Any]]:
        """Everybody who may be given a conversation, with his load."""
        loads = self._desk.floor.loads()
        return [
            {
                **{key: getattr(self.me(user), key) for key in ("id", "name", "avatar", "status", "reason")},
                "load": loads.get(user.id, 0), "max_concurrency": self.me(user).max_concurrency,
                "queues": list(self.queues_of(user)),
            }
            for user in self._roster.all()
            if not user.disabled
        ]  # fmt: skip

    # -- places -----------------------------------------------------------------------------------

    def site(self, site: Site) -> frames.SiteSettings:
        """What a widget must know of its site."""
        queue = self._desk.rules.queue_of(site.id, None)
        departments = [self._desk.rules.queues[d] for d in site.departments if d in self._desk.rules.queues]
        return frames.SiteSettings(
            id=site.id, name=site.name, locale=site.locale, theme=dict(site.theme),
            hours=hours_of(queue, self._desk.now_ms()), surveys=list(site.surveys), greeting=site.greeting,
            departments=[{"id": d.id, "name": d.name} for d in departments], drafts=site.drafts,
        )  # fmt: skip

    def queue_row(self, queue: Queue, line: Sequence[Conversation]) -> dict[str, Any]:
        """One queue in the agents' list."""
        now_ms = self._desk.now_ms()
        longest = max((now_ms - (c.queued_at_ms or now_ms) for c in line), default=0)
        return {
            "id": queue.id, "name": queue.name, "waiting": len(line), "longest_wait_ms": longest,
            "agents_online": len(self._desk.floor.online(queue.id)), "open": queue.hours.is_open(now_ms),
            "wrapup_max_s": queue.wrapup_max_s,
        }  # fmt: skip


def flags_of(c: Conversation) -> list[str]:
    return [_FLAGS.get(flag, flag) for flag in c.flags]


def last_text(events: Sequence[frames.EventFrame]) -> str | None:
    """The last public words of a person, shortened; the bot's only where there are no others.

    A private note is nobody's preview.
    """
    said = [event for event in events if event.kind == "message" and _public_text(event)]
    persons = [event for event in said if event.actor is None or event.actor.kind != "bot"]
    last = next(reversed(persons or said), None)
    return _public_text(last)[:_PREVIEW] if last else None


def _public_text(event: frames.EventFrame) -> str:
    data = event.data or {}
    return str(data.get("text") or "") if data.get("public") else ""


def survey_card(c: Conversation) -> frames.SurveyCard | None:
    """The open survey, with what was answered so far."""
    if c.survey is None:
        return None
    questions = [
        frames.Question(kind=q["kind"], text=q["text"], low=q.get("low"), high=q.get("high"))
        for q in c.survey.questions
    ]
    return frames.SurveyCard(
        id=c.survey.id, questions=questions, answers=dict(c.survey.answers),
        expires_ms=c.survey.offered_ms + SURVEY_EXPIRY_MS,
    )  # fmt: skip


def hours_of(queue: Queue, now_ms: int) -> dict[str, Any]:
    """Opening hours, and whether it is open now."""
    hours = queue.hours
    return {
        "zone": hours.zone, "week": hours.week, "closed_on": sorted(hours.closed_on),
        "open": hours.is_open(now_ms), "next_opening_ms": hours.next_opening(now_ms),
    }  # fmt: skip


def words_of(event: Event) -> str | None:
    """A person's public words, shortened, for a list; None for everything else."""
    if event.kind != "message" or not event.data.get("public", True) or event.actor.kind == "bot":
        return None
    text = (event.words or {}).get("text")
    return str(text)[:_PREVIEW] if text else None

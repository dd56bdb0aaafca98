"""Scene: one conversation of the history, played from start to rating in virtual time.

A scene speaks for the visitor, the bot and whichever agent has the conversation, by the play;
whether and when an agent comes is the virtual desk's doing. Every method is a generator of pauses.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Literal

from antiphon.demo.dialogues import Block, Exchange, Said, says, words
from antiphon.demo.parts import Part, facts, spoken
from antiphon.demo.shop import DISPOSITIONS, SITE, Colleague
from antiphon.demo.virtual import Play, VirtualDesk
from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.events import Actor

LOOK_MS = 500  # how often somebody who waits looks whether anything has changed
READ_MS_A_CHAR, TYPE_MS_A_CHAR = 25, 90
AWAY_MS = (9_000, 38_000)
SILENCE_MS = 100_000  # after this an agent asks whether somebody is there
LEAVES_MESSAGE = 0.12  # of those who lose patience: leave a message instead of leaving
SURE, UNSURE = (0.66, 0.99), (0.12, 0.5)  # the bot's confidence in what it understood, and in what it did not
BY: Mapping[str, Literal["visitor", "bot"]] = {"asked": "visitor", "low_confidence": "bot"}  # others: a rule
BOT = Actor(kind="bot", id="builtin", name="Marigold")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


class Scene:
    """One conversation. `run()` is what the virtual desk plays."""

    def __init__(
        self, desk: VirtualDesk, random: Random, part: Part, conversation: str, visitor: str,
        team: Mapping[str, Colleague], *, closes_ms: int, returning: bool = False,
    ) -> None:  # fmt: skip
        self._desk, self._random, self._part, self._id = desk, random, part, conversation
        self._visitor = Actor(kind="visitor", id=visitor)
        self._team, self._returning, self._closes_ms = team, returning, closes_ms
        self._greeted: set[str] = set()

    def run(self) -> Play:
        yield from self._open()
        if self._c.state == "queued":
            yield from self._wait()
        if self._c.state == "diverted":
            yield from self._message_left()
        elif self._c.state == "active":
            yield from self._talk(self._part.dialogue.talk)
        yield from self._part_ways()
        if self._c.state == "closed":
            yield from self._afterwards()

    @property
    def _c(self) -> Conversation:
        return self._desk.state(self._id)

    def _between(self, low_ms: int, high_ms: int) -> int:
        return self._random.randrange(low_ms, high_ms)

    # -- with the bot -----------------------------------------------------------------------------

    def _open(self) -> Play:
        """Start, and what is said to the bot."""
        play = self._part.dialogue
        self._desk.handle(ask.Start(
            conversation=self._id, actor=self._visitor, visitor=self._visitor.id or "", site=SITE.id,
            queue=play.queue, department=play.queue, bot=BOT.id, facts=facts(self._part, self._returning),
        ))  # fmt: skip
        yield self._between(300, 900)
        self._bot(("utter_greet",), 2, auto=True)
        for exchange in play.with_bot:
            yield self._between(2_500, 9_000)
            yield from self._to_bot(exchange)
        if play.button:
            yield self._between(2_000, 6_000)
            self._desk.handle(self._handoff(self._visitor, "asked"))

    def _to_bot(self, exchange: Exchange) -> Play:
        if self._c.state != "bot":
            return
        self._say(self._visitor, exchange.visitor)
        yield self._between(350, 1_100)
        self._bot(exchange.bot, self._c.n)

    def _bot(self, names: Sequence[str], cause: int, *, auto: bool = False) -> None:
        said = [says()[name] for name in names]
        handoff = next((s.handoff for s in said if s.handoff), None)
        intent = None if auto else next((s.intent for s in said if s.intent), None)
        sure = UNSURE if any(s.fallback for s in said) else SURE if intent else None
        confidence = round(self._random.uniform(*sure), 3) if sure else None
        self._desk.handle(
            ask.BotAnswer(
                conversation=self._id, actor=BOT, cause=cause,
                replies=tuple(self._reply(one, intent, confidence, auto=auto) for one in said),
                handoff=self._handoff(BOT, handoff) if handoff else None,
                confirm=next((s.confirm for s in said if s.confirm is not None), None),
                end=any(s.end for s in said),
            )
        )  # fmt: skip

    def _reply(self, said: Said, intent: str | None, confidence: float | None, *, auto: bool) -> ask.Say:
        buttons = tuple({"title": title, "payload": payload} for title, payload in said.buttons)
        return ask.Say(
            conversation=self._id, actor=BOT, text=self._dated(said), quick_replies=buttons, auto=auto,
            intent=intent, confidence=confidence, fallback=said.fallback,
        )  # fmt: skip

    def _dated(self, said: Said) -> str:
        if said.days is None:
            return said.text
        day = datetime.fromtimestamp(self._desk.now_ms / 1000, UTC) + timedelta(days=said.days)
        return said.text.replace("{day}", f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}")

    def _handoff(self, actor: Actor, reason: str) -> ask.RequestHandoff:
        play = self._part.dialogue
        return ask.RequestHandoff(
            conversation=self._id, actor=actor, queue=play.queue, reason=reason,
            by=BY.get(reason, "rule"),
            summary=f"Asked: “{play.with_bot[0].visitor}”" if len(play.with_bot) > 1 else "",
        )  # fmt: skip

    # -- in the queue -----------------------------------------------------------------------------

    def _wait(self) -> Play:
        """Write what it is about, then wait until somebody comes or patience ends."""
        ends_ms = self._desk.now_ms + self._part.patience_ms
        talk = self._part.dialogue.talk
        yield self._between(3_000, 9_000)
        if self._c.state == "queued" and talk and self._c.last_agent is None:
            yield from self._writes(talk[0].visitor)
        while self._c.state == "queued" and self._desk.now_ms < ends_ms:
            yield LOOK_MS
        if self._c.state == "queued":
            self._give_up()

    def _give_up(self) -> None:
        if self._random.random() < LEAVES_MESSAGE:
            left = ask.Divert(conversation=self._id, actor=self._visitor, reason="visitor_choice")
            self._desk.handle(left)
        elif self._random.random() < 0.5:
            self._desk.end(self._id, self._visitor, reason="left")
        else:
            self._desk.handle(ask.VisitorAway(conversation=self._id))

    def _message_left(self) -> Play:
        """When there is time, somebody answers it."""
        self._desk.handle(ask.VisitorAway(conversation=self._id))
        free = None
        while free is None and self._c.state == "diverted":
            yield self._between(6 * 60_000, 25 * 60_000)
            online = self._desk.floor.online(self._c.queue or "")
            free = next((s.agent for s in online if self._desk.floor.load(s.agent) + 1 < s.capacity), None)
        if free and self._c.state == "diverted":
            actor = Actor(kind="agent", id=free, name=self._team[free].name)
            self._desk.handle(ask.Accept(conversation=self._id, actor=actor, agent=free))
            yield from self._answers(self._part.dialogue.talk[0])

    # -- with a person ----------------------------------------------------------------------------

    def _talk(self, blocks: Sequence[Block]) -> Play:
        for number, block in enumerate(blocks):
            if number or self._unsaid(block):
                yield from self._writes(block.visitor)
            yield from self._answers(block)
            if self._c.state == "queued":
                yield from self._wait()
            if self._c.state != "active":
                return
            if number == self._part.leaves_after:
                yield from self._goes_silent()
                return
            if number == self._part.blinks_after:
                yield from self._blinks()

    def _unsaid(self, block: Block) -> bool:
        """True when somebody came before the visitor had written what it is about."""
        return bool(block.visitor) and self._c.waiting_reply_since_ms is None

    def _writes(self, lines: Sequence[str]) -> Play:
        for line in lines:
            yield self._between(2_000, 7_000) + TYPE_MS_A_CHAR * len(line)
            if self._c.state in ("queued", "active"):
                self._say(self._visitor, line)

    def _answers(self, block: Block) -> Play:
        for mark, line in block.answer:
            agent = self._agent()
            if agent is None:
                return
            pause_ms = self._between(4_000, 14_000) + (READ_MS_A_CHAR + TYPE_MS_A_CHAR) * len(line)
            yield round(pause_ms * agent.pace)
            if self._agent() is agent:
                self._act(agent, mark, line)

    def _act(self, agent: Colleague, mark: str, line: str) -> None:
        actor = Actor(kind="agent", id=agent.id, name=agent.name)
        if mark == "N":
            self._desk.handle(ask.Note(conversation=self._id, actor=actor, text=line))
        elif mark == "T":
            queue, _, note = line.partition(" ")
            handed = ask.Transfer(
                conversation=self._id, actor=actor, agent=agent.id, to_queue=queue, note=note
            )
            self._desk.handle(handed)
        else:
            self._say(actor, self._opening(agent) + line)

    def _opening(self, agent: Colleague) -> str:
        """An agent's greeting before his first line."""
        if agent.id in self._greeted:
            return ""
        self._greeted.add(agent.id)
        greeting: str = self._random.choice(words()["greetings"][self._part.dialogue.language])
        return greeting + " "

    def _goes_silent(self) -> Play:
        yield self._between(5_000, 40_000)
        self._desk.handle(ask.VisitorAway(conversation=self._id))
        yield SILENCE_MS
        for what in ("still_there", "closing"):
            agent = self._agent()
            if agent is None:
                return
            line = self._random.choice(words()[what][self._part.dialogue.language])
            self._act(agent, "A", line)
            yield self._between(40_000, 70_000)

    def _blinks(self) -> Play:
        self._desk.handle(ask.VisitorAway(conversation=self._id))
        yield self._between(*AWAY_MS)
        self._desk.handle(ask.VisitorBack(conversation=self._id))

    def _agent(self) -> Colleague | None:
        """Who has the conversation now."""
        c = self._c
        return self._team.get(c.agents[-1].agent) if c.state == "active" and c.agents else None

    def _say(self, actor: Actor, line: str) -> None:
        agent = self._agent()
        text = spoken(self._part, line, self._random, agent.first_name if agent else "")
        self._desk.handle(ask.Say(conversation=self._id, actor=actor, text=text, payload=self._pressed(line)))

    def _pressed(self, line: str) -> str | None:
        """What a button stands for, when the line is one."""
        if self._c.state != "bot":
            return None
        return next((p for s in says().values() for title, p in s.buttons if title == line), None)

    # -- the end ----------------------------------------------------------------------------------

    def _part_ways(self) -> Play:
        """Whoever is still there ends it."""
        yield self._between(4_000, 20_000)
        agent = self._agent()
        gone = not self._c.connected
        if agent and not gone and self._random.random() < 0.6:
            self._act(agent, "A", self._random.choice(words()["farewells"][self._part.dialogue.language]))
            yield self._between(3_000, 15_000)
        agent = self._agent()
        if agent and (gone or self._random.random() < 0.7):
            actor = Actor(kind="agent", id=agent.id, name=agent.name)
            self._desk.end(self._id, actor, resolved=not gone and self._random.random() < 0.93)
        elif self._c.state in ("bot", "active"):
            self._desk.end(self._id, self._visitor, resolved=self._solved())

    def _solved(self) -> bool:
        """The bot's leg counts as resolved when the visitor said so; a talk that was finished, too."""
        return self._c.state == "active" or self._part.dialogue.with_bot[-1].bot == ("utter_glad",)

    def _afterwards(self) -> Play:
        """The survey, the wrap-up, and now and then one more question."""
        yield self._between(3_000, 12_000)
        self._rate()
        yield self._between(4_000, 30_000)
        self._wrap_up()
        if self._part.returns and self._c.served and self._c.state == "closed":
            yield self._between(10 * 60_000, 50 * 60_000)
            yield from self._encore()

    def _rate(self) -> None:
        part, survey = self._part, self._c.survey
        if survey is None or part.csat is None:
            return
        given = {"csat": part.csat, "nps": part.nps}
        answers = {kind: given[kind] for kind in survey.kinds if given.get(kind) is not None}
        if answers:
            self._desk.handle(ask.Rate(
                conversation=self._id, actor=self._visitor, survey=survey.id, answers=answers,
                comment=self._comment(),
            ))  # fmt: skip

    def _comment(self) -> str | None:
        """His words; what names the agent only when there was one."""
        said, agent = self._part.comment, self._team.get(self._c.last_agent or "")
        if said is None or (agent is None and "{agent}" in said):
            return None
        return spoken(self._part, said, self._random, agent.first_name if agent else "")

    def _wrap_up(self) -> None:
        for wrapup in self._c.wrapups:
            actor = Actor(kind="agent", id=wrapup.agent, name=self._team[wrapup.agent].name)
            if self._part.dialogue.flag:
                self._desk.handle(ask.Flag(conversation=self._id, actor=actor, flag="complaint"))
            self._desk.handle(ask.Wrapup(
                conversation=self._id, actor=actor, agent=wrapup.agent, tags=(self._part.dialogue.topic,),
                disposition=self._random.choice(DISPOSITIONS),
            ))  # fmt: skip

    def _encore(self) -> Play:
        """The visitor writes again: the conversation goes on where it was."""
        fits = [one for one in words()["encores"] if one["queue"] == self._part.dialogue.queue]
        if not fits or self._part.dialogue.language != "en":
            return
        if self._desk.now_ms > self._closes_ms or self._c.state != "closed":
            return
        again = self._random.choice(fits)
        self._say(self._visitor, again["visitor"])
        yield from self._wait()
        yield from self._answers(Block(visitor=(), answer=(("A", again["agent"]),)))
        yield from self._part_ways()
        yield self._between(4_000, 30_000)
        self._wrap_up()


def attend(desk: VirtualDesk, random: Random, team: Mapping[str, Colleague]) -> None:
    """Let the team hear the bell: some accept soon, some late, some not at all."""

    def rings(conversation: str, agent: str) -> None:
        colleague = team[agent]
        if random.random() < colleague.misses:
            return
        delay_ms = round(random.lognormvariate(1.8, 0.65) * 1000 * colleague.pace)
        desk.after(delay_ms, lambda: _takes(desk, conversation, colleague))

    desk.on_offer = rings


def _takes(desk: VirtualDesk, conversation: str, colleague: Colleague) -> None:
    if desk.state(conversation).offered_to(colleague.id):
        actor = Actor(kind="agent", id=colleague.id, name=colleague.name)
        desk.handle(ask.Accept(conversation=conversation, actor=actor, agent=colleague.id))


def hurry(desk: VirtualDesk, random: Random, within_ms: int) -> None:
    """End what is still going on, each at a moment of its own, so that the shop can close."""
    for c in desk.conversations():
        if c.state != "closed":
            desk.after(random.randrange(within_ms), partial(_finish, desk, c.id))


def _finish(desk: VirtualDesk, conversation: str) -> None:
    c = desk.state(conversation)
    if c.state == "active":
        desk.end(conversation, Actor(kind="agent", id=c.agents[-1].agent), resolved=True)
    elif c.state != "closed":
        desk.end(conversation, Actor(kind="visitor", id=c.visitor))


def tidy(desk: VirtualDesk, random: Random, within_ms: int) -> None:
    """End the after-chat work that is still going on."""
    for c in desk.conversations():
        for wrapup in c.wrapups:
            agent = wrapup.agent
            done = ask.Wrapup(conversation=c.id, agent=agent, actor=Actor(kind="agent", id=agent))
            desk.after(random.randrange(within_ms), partial(desk.handle, done))

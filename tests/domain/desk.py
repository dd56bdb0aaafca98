"""A desk without a journal: commands in, events out, the state kept. For tests of the pure core."""

from dataclasses import replace

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation, evolve
from antiphon.domain.decide import decide
from antiphon.domain.events import Actor, Event
from antiphon.domain.hours import Hours
from antiphon.domain.rules import Queue, Rules, Site

OPEN = Queue(id="support", name="Support")
SHUT = Queue(id="night", name="Night desk", hours=Hours(week=((),) * 7))
RULES = Rules(
    queues={"support": OPEN, "sales": Queue(id="sales", name="Sales"), "night": SHUT},
    sites={"default": Site(id="default", name="Shop", queue="support")},
)
VISITOR = Actor(kind="visitor", id="v1")
BOT = Actor(kind="bot", id="builtin", name="Assistant")
ANN = Actor(kind="agent", id="ann", name="Ann")
BOB = Actor(kind="agent", id="bob", name="Bob")
QUESTIONS = ({"kind": "csat", "text": "How was it?"}, {"kind": "nps", "text": "Would you recommend us?"})


class Chat:
    """One conversation, one second a command."""

    def __init__(self) -> None:
        self.c = Conversation(id="c1")
        self.events: list[Event] = []
        self.now_ms = 1_000_000

    def __call__(self, command: ask.Command, *, wait_ms: int = 1000) -> list[str]:
        """The kinds of the events that came of it."""
        self.now_ms += wait_ms
        made = decide(self.c, command, self.now_ms, RULES)
        for event in made:
            if event.stream == self.c.id:
                numbered = replace(event, n=self.c.n + 1)
                self.c = evolve(self.c, numbered)
                self.events.append(numbered)
        return [event.kind for event in made]

    # -- the usual way -------------------------------------------------------------------------------

    def start(
        self, *, bot: str | None = "builtin", text: str | None = "Hi", queue: str = "support"
    ) -> list[str]:
        return self(
            ask.Start(
                conversation="c1",
                actor=VISITOR,
                visitor="v1",
                site="default",
                queue=queue,
                bot=bot,
                text=text,
            )
        )

    def handoff(self, queue: str = "support") -> list[str]:
        return self(ask.RequestHandoff(conversation="c1", actor=VISITOR, queue=queue))

    def offer(self, agent: str = "ann") -> list[str]:
        return self(ask.MakeOffer(conversation="c1", agent=agent, timeout_ms=20_000))

    def accept(self, actor: Actor = ANN) -> list[str]:
        return self(ask.Accept(conversation="c1", actor=actor, agent=actor.id or ""))

    def say(self, actor: Actor, text: str = "Hello", **more: object) -> list[str]:
        return self(ask.Say(conversation="c1", actor=actor, text=text, **more))  # type: ignore[arg-type]

    def end(self, actor: Actor, **more: object) -> list[str]:
        return self(
            ask.End(conversation="c1", actor=actor, survey="s1", questions=QUESTIONS, **more)  # type: ignore[arg-type]
        )

    def talked(self) -> "Chat":
        """Visitor, bot, queue, Ann, one word each."""
        self.start()
        self.handoff()
        self.offer()
        self.accept()
        self.say(ANN)
        return self

"""Worked cases of the bot: by whom it was ended, what it was taken for, and who had a part in the money."""

from antiphon.metrics import Settings

from .examples import Example
from .examples_more import H, customer
from .words import DAY_S, accept, bot, chat, close, ends, handoff, move, queue, reply, says

DOUBLED = chat(
    "doubled",
    *(says(0), bot(1, intent="returns", fallback=True), bot(1, intent="returns", fallback=True)),
    *(says(2), says(3), bot(4, intent="greet"), bot(5, intent="shipping"), close(9, "bot")),
)
OWN_WORD = chat("own", says(0, intent="shipping"), bot(1, intent="returns", fallback=True), close(9, "bot"))
OPEN = chat("open", says(0), bot(1, intent="shipping"), says(2))

BOT = [
    Example(name="two fallbacks to one message are one", streams=[DOUBLED, OWN_WORD, OPEN], gives={
        "bot_fallback_rate": 2 / 6, "bot_fallback_rate_conversation": 1,
    }),
    Example(name="what was taken for shipping", where={"intent": "shipping"}, streams=[
        DOUBLED, OWN_WORD, OPEN,
    ], gives={"bot_fallback_rate": 1 / 3}),
    Example(name="a person who comes unasked is no hand-off", streams=[
        chat("taken", says(0), bot(1), move(2, "handoff_requested", by="supervisor", reason="taken"),
             queue(2, reason="handoff"), accept(2), reply(3), close(9)),
        chat("asked", says(0), bot(1), handoff(2), queue(2, reason="handoff"), accept(3), reply(4), close(9)),
        chat("alone", says(0), bot(1), close(9, "bot")),
    ], gives={"bot_containment_rate": 1 / 3, "bot_handoff_rate": 1 / 3, "bot_barge_in_rate": 1 / 3,
              "handoff_unavailable_rate": 0}),
    Example(name="what the bot resolved, and what it did not after all", streams=[
        chat("yes", says(0), bot(1), move(2, "bot_confirm", answer="yes"), close(9, "visitor")),
        chat("goal", says(0), bot(1), move(2, "goal_reached"), close(9, "visitor")),
        chat("then-no", says(0), bot(1), move(2, "bot_confirm", answer="yes"), says(3), bot(4),
             move(5, "bot_confirm", answer="no"), close(9, "visitor", resolved=False)),
        chat("nobody-there", says(0), bot(1), move(2, "bot_confirm", answer="yes"), says(3), handoff(4),
             queue(4), ends(6), close(6, "visitor", resolved=False)),
    ], gives={"automation_rate": 0.5, "bot_resolution_rate": 0.5, "bot_negative_rate": 0.25,
              "bot_containment_rate": 0.75, "handoff_unavailable_rate": 1}),
    Example(name="left content, left in anger", streams=[
        chat("thanks", says(0), bot(1), says(2), bot(3), ends(5), close(5, "visitor")),
        chat("idle", says(0), bot(1), close(1800, "system")),
        chat("said-no", says(0), bot(1), move(2, "bot_confirm", answer="no"), bot(2), ends(5),
             close(5, "visitor")),
        chat("anger", says(0), bot(1, fallback=True), ends(5), close(5, "visitor")),
        chat("unanswered", says(0), bot(1), says(2), ends(5), close(5, "visitor")),
    ], gives={"abandonment_by_stage": 2, "bot_abandonment_rate": 0.4}),
    Example(
        name="revenue assisted is of the window, and counts once", to=20 * DAY_S,
        streams=[
            chat("long-ago", reply(1, "cid"), close(5), customer="k", visitor="v"),
            chat("first", reply(9 * DAY_S, "ann"), close(9 * DAY_S), customer="k", visitor="v", at=9 * DAY_S),
            chat("last", reply(10 * DAY_S, "bob"), close(10 * DAY_S), customer="k", visitor="v",
                 at=10 * DAY_S),
            customer("k", move(12 * DAY_S, "order_paid", amount=120, order="1"),
                     move(15 * DAY_S, "order_refunded", amount=20, order="1")),
            chat("too-old", reply(1), close(5), customer="l", visitor="w"),
            customer("l", move(8 * DAY_S, "order_paid", amount=999, order="2")),
        ],
        gives={"chat_revenue": 100, "chat_revenue_assisted": 100},
    ),
]  # fmt: skip

_TWO_AGENTS = [
    chat("a", queue(0), accept(1), reply(2), close(5), customer="k", visitor="v"),
    chat("b", queue(9), accept(10, "bob"), reply(12, "bob"), close(15), customer="k", visitor="v", at=9),
    chat("c", queue(19), accept(20, "bob"), reply(22, "bob"), close(25), customer="k", visitor="v", at=19),
    customer("k", move(H / 2, "order_paid", amount=120, order="1"),
             move(H - 1, "order_refunded", amount=20, order="1")),
]  # fmt: skip

BOT_BY_GROUP = [
    ("fallbacks by what was meant", [DOUBLED, OWN_WORD, OPEN], Settings(), "intent", "bot_fallback_rate",
     {"returns": 1, "greet": 0, "shipping": 1 / 3, "": 0}),
    ("money by who spoke last", _TWO_AGENTS, Settings(), "agent", "chat_revenue", {"bob": 100}),
    ("money by who had a part", _TWO_AGENTS, Settings(), "agent", "chat_revenue_assisted",
     {"ann": 100, "bob": 100}),
]  # fmt: skip

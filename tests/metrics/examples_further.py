"""Worked cases, continued: what the definitions print as examples, and the figures beside the headlines."""

from antiphon.metrics import Settings

from .examples import Example, many
from .examples_more import H, customer, ticket
from .words import (
    DAY_S,
    accept,
    bot,
    chat,
    close,
    ends,
    handoff,
    move,
    queue,
    rating,
    reply,
    says,
    shift,
    wrapup,
)  # fmt: skip

QUEUE = [
    Example(name="a second queue is a second wait", streams=[
        chat("a", queue(0), accept(10), queue(20, "B", "transfer"), accept(50)),
        chat("b", queue(0), accept(30)),
    ], gives={"queue_wait_first_avg": 20, "queue_wait_answered_avg": 70 / 3}),
    Example(name="one overflow of twelve visits", streams=[
        chat("o", queue(0), queue(5, "B"), accept(6)), *many(10, queue(0), accept(1)),
    ], gives={"overflow_rate": 1 / 12}),
    Example(name="two missed, one of them at once", streams=[
        chat("s", queue(0), ends(10)), chat("l", queue(0), ends(11)), chat("ok", queue(0), accept(1),
        reply(2)),
    ], gives={"missed_chats": 2, "missed_chats_short": 1}),
    Example(
        name="place 4, ten minutes a chat, twelve slots", to=9 * H, as_of=8 * H,
        streams=[
            shift("ann", (0, "online"), cap=12, queues=["A"]),
            *(chat(f"d{i}", queue(i), accept(i, f"x{i}"), close(i + 580), *wrapup(i + 580, i + 600, f"x{i}"))
              for i in range(20)),
            *(chat(f"w{i}", queue(7 * H, "A"), at=7 * H) for i in range(3)),
        ],
        gives={"estimated_wait_s": 200, "recent_handle_avg": 600, "slots_online_now": 12},
    ),
    Example(
        name="nineteen are too few to say", to=9 * H, as_of=8 * H,
        streams=[shift("ann", (0, "online")), *many(19, queue(0), accept(0), close(600))],
        gives={"estimated_wait_s": None},
    ),
    Example(
        name="TL8-like: 7 291 conversation-seconds in the second hour", since=H, to=2 * H, as_of=3 * H,
        streams=[
            chat("before", queue(0), accept(0), close(H + 2000)),
            chat("after", queue(H), accept(H + 600), close(3 * H), at=H),
            chat("within", queue(H), accept(H + 1000), close(H + 3291), at=H),
        ],
        gives={"concurrency_system_avg": 7291 / 3600, "concurrency_system_peak": 3},
    ),
    Example(name="two with the bot for half of the time", to=100, streams=[
        chat("a", says(0), bot(0), handoff(50), queue(50)), chat("b", says(0), bot(0), close(50, "bot")),
    ], gives={"concurrency_bot_avg": 1, "concurrency_bot_peak": 2}),
    Example(name="where they were lost", where={"stage": "bot"}, streams=[
        chat("fallback", says(0), bot(1, fallback=True), ends(5), close(5, "visitor", resolved=False)),
        chat("answered", says(0), bot(1), ends(5), close(5, "visitor", resolved=False)),
    ], gives={"abandonment_by_stage": 1}),
    Example(name="and after a reply", where={"stage": "replied"}, streams=[
        chat("dropped", queue(0), accept(1), reply(2), says(3), close(9)),
        chat("fine", queue(0), accept(1), reply(2), close(9)),
    ], gives={"abandonment_by_stage": 1}),
    Example(name="no presence, no abandonment", where={"channel": "email"}, streams=[
        chat("mail", queue(0), ends(9), channel="email"),
    ], gives={"conversation_abandonment_rate": None, "silent_abandonment_share": None}),
]  # fmt: skip

QUALITY = [
    Example(name="accepted at 50, written at 62", streams=[chat("a", queue(0), accept(50), reply(62))],
            gives={"agent_first_response_time": 12}),
    Example(name="all replies, the first one, too", streams=[
        chat("a", says(0), queue(0), accept(1), reply(4), says(10), reply(20)),
    ], gives={"response_time_all_avg": 7, "response_time_avg": 10}),
    Example(name="thanks wants no answer", settings=Settings(courtesy_is_no_drop=1), streams=[
        chat("a", queue(0), accept(1), reply(2), says(3, courtesy=True), close(9)),
        chat("b", queue(0), accept(1), reply(2), says(3), close(9)),
        chat("c", queue(0), accept(1), reply(2), says(3, intent="goodbye"), close(9)),
        chat("d", queue(0), accept(1), reply(2), close(9)),
    ], gives={"dropped_rate": 0.25}),
    Example(name="unless it does", streams=[
        chat("a", queue(0), accept(1), reply(2), says(3, courtesy=True), close(9)),
        chat("d", queue(0), accept(1), reply(2), close(9)),
    ], gives={"dropped_rate": 0.5}),
    Example(name="bots are quick", streams=[
        chat("b", says(0), bot(1), close(10, "bot")), chat("h", queue(0), accept(1), reply(2), close(90)),
    ], gives={"resolution_time": 50, "resolution_time_human": 90, "resolution_time_bot": 10}),
    Example(name="130 of 200 with one touch", streams=[
        *many(130, queue(0), accept(1), reply(2), close(9), name="one"),
        *many(70, queue(0), accept(1), reply(2), queue(3, "B", "transfer"), accept(4, "bob"),
              reply(5, "bob"), close(9), name="two"),
    ], gives={"one_touch_rate": 0.65}),
    Example(name="24 of 300 handed on", streams=[
        *many(24, queue(0), accept(1), move(5, "transferred", to_agent="bob"), accept(6, "bob"), name="t"),
        *many(276, queue(0), accept(1), name="k"),
    ], gives={"transfer_rate": 0.08, "transfers": 24}),
    Example(name="handed to bob", where={"to_agent": "bob"}, streams=[
        chat("a", queue(0), accept(1), move(5, "transferred", to_agent="bob"), accept(6, "bob"),
             move(7, "transferred", to_queue="B", by="supervisor"), queue(7, "B", "transfer")),
    ], gives={"transfers": 1}),
    Example(name="30 of 200 were here before", to=3 * DAY_S, streams=[
        *(chat(f"p{i}", close(5), visitor=f"v{i}") for i in range(30)),
        *(chat(f"r{i}", at=DAY_S, visitor=f"v{i}") for i in range(30)), *many(140, name="n"),
    ], gives={"repeat_contact_rate": 0.15}),
    Example(name="ten of a hundred went a tier up", streams=[
        *many(5, move(1, "escalated", level="2"), move(1, "escalated", level="3"), close(2), name="c"),
        *(ticket(f"t{i}", 0, move(1, "escalated", level="2"), move(5, "ticket_status_changed",
        status="solved"))
          for i in range(5)),
        *many(90, close(2), name="n"),
    ], gives={"escalation_rate": 0.1}),
    Example(name="a ticket out of a chat is the same complaint", streams=[
        chat("c", move(1, "complaint_flagged"), close(2)),
        ticket("t", 3, move(4, "complaint_flagged"), move(5, "ticket_status_changed", status="solved"),
               conversation="c"),
        chat("n", close(2)),
    ], gives={"complaint_rate": 0.5}),
    Example(name="a mark that comes after the period is not in it", to=60, as_of=H, streams=[
        chat("c", close(50), move(70, "complaint_flagged"), move(71, "escalated")), chat("n", close(2)),
    ], gives={"complaint_rate": 0, "escalation_rate": 0}),
    Example(name="two contacts of nobody known", streams=[
        *many(2, close(5), name="x", visitor=""), chat("k", close(5)),
    ], gives={"fcr_left_out": 2}),
    Example(name="6 of 200 sign-ups are fake", streams=[
        *(customer(f"g{i}", move(1, "signed_up")) for i in range(194)),
        *(customer(f"s{i}", move(1, "signed_up"), move(2, "spam_flagged")) for i in range(6)),
    ], gives={"fake_signup_rate": 0.03}),
    Example(name="how old what is open is", to=10 * DAY_S, streams=[
        *(chat(f"c{d}", at=d * DAY_S) for d in (2, 3, 6.999, 7, 8.999, 9, 9.5)), ticket("t", 0),
    ], gives={"active_issues": 8, "active_issues_0_1d": 2, "active_issues_1_3d": 2, "active_issues_3_7d": 2,
              "active_issues_over_7d": 2}),
    Example(name="an invitation nobody took up is no conversation", streams=[
        chat("i", accept(1), reply(2), close(60), initiator="agent"),
        chat("t", reply(2, auto=True), initiator="trigger"),
        chat("y", accept(1), reply(2), says(30), reply(34), close(60), initiator="agent"),
    ], gives={"conversations_started": 1, "contacts_by_topic": 1, "conversation_duration_avg": 30,
              "first_response_time_any": 4, "first_response_time": None, "aht": 59}),
]  # fmt: skip

SURVEY = [
    Example(name="66 promoters, 10 detractors", streams=[
        *many(66, rating(1, "nps", 10), name="p"), *many(24, rating(1, "nps", 8), name="n"),
        *many(10, rating(1, "nps", 0), name="d"),
    ], gives={"nps": 56.0, "nps_moe": 13.09538178137621}),
    Example(name="customers asked again and again", to=200 * DAY_S, streams=[
        customer("a", move(1, "survey_offered", kind="nps"), move(2, "survey_answered", kind="nps", score=0),
                 move(100 * DAY_S, "survey_offered", kind="nps"),
                 move(100 * DAY_S + 1, "survey_answered", kind="nps", score=10)),
        customer("b", move(9, "survey_answered", kind="nps", score=9)),
        chat("c", rating(1, "nps", 0)),
    ], gives={"nps_relational": 100, "nps": -100, "survey_response_rate_nps": 1}),
    Example(name="each in his own quarter", to=50 * DAY_S, as_of=200 * DAY_S, streams=[
        customer("a", move(2, "survey_answered", kind="nps", score=0),
                 move(100 * DAY_S, "survey_answered", kind="nps", score=10)),
    ], gives={"nps_relational": -100}),
    Example(name="scales are never mixed", streams=[
        chat("a", rating(1, "ces", 5)), chat("old", rating(1, "ces", 5, scale="1-5")),
        chat("no", rating(1, "compare", 0)), chat("up", rating(1, "csat", 1, scale="thumbs")),
        chat("down", rating(1, "csat", 0, scale="thumbs")), chat("five", rating(1, "csat", 5, scale="1-5")),
    ], gives={"ces": 5, "competitive_preference": None, "csat": 2 / 3, "csat_mean": 11 / 3}),
    Example(name="one of two bad ratings was followed up", streams=[
        chat("f", close(1), rating(2, "csat", 1), move(9, "tagged", value="follow-up")),
        chat("n", close(1), move(2, "tagged", value="follow-up"), rating(3, "csat", 2)),
        chat("g", close(1), rating(2, "csat", 5), move(9, "tagged", value="follow-up")),
    ], gives={"dsat": 2 / 3, "dsat_followed_up_rate": 0.5, "dsat_to_follow_up": 1}),
    Example(
        name="few and rare answers", streams=[
            *(chat(f"b{i}", rating(-9, "csat", 5 if i < 1 else 1), at=-10) for i in range(10)),
            *(chat(f"a{i}", rating(9, "csat", 5 if i < 7 else 1)) for i in range(10)),
        ],
        gives={"csat_change": 60, "csat_change_p_exact": 0.0197666,
        "csat_change_verdict": "insufficient data",
               "csat_mean_change": 2.4, "csat_mean_change_p": 0.004811028180854882},
    ),
    Example(
        name="another mix of channels fakes a change", streams=[
            *(chat(f"bw{i}", rating(-9, "csat", 5 if i < 72 else 1), at=-10) for i in range(80)),
            *(chat(f"bs{i}", rating(-9, "csat", 5 if i < 10 else 1), at=-10,
            channel="sms") for i in range(20)),
            *(chat(f"aw{i}", rating(9, "csat", 5 if i < 18 else 1)) for i in range(20)),
            *(chat(f"as{i}", rating(9, "csat", 5 if i < 40 else 1), channel="sms") for i in range(80)),
        ],
        gives={"csat_change": -24, "csat_change_standardised": 0},
    ),
    Example(
        name="the smallest of two queues' p, corrected", streams=[
            *(chat(f"b{q}{i}", queue(-20, q), accept(-19), rating(-9, "csat", 5 if i < 75 else 1), at=-20)
              for q in "AB" for i in range(100)),
            *(chat(f"a{q}{i}", queue(1, q), accept(2), rating(9, "csat", 5 if i < n else 1))
              for q, n in (("A", 75), ("B", 87)) for i in range(100)),
        ],
        gives={"csat_change_p_holm": 0.0610896999529505},
    ),
    Example(
        name="three words of a hundred", settings=Settings(
            brand_targets={"friendly": 0.7, "fast": 0.6, "expert": 0.4}, brand_unwanted=frozenset({"slow"})),
        streams=[chat(f"r{i}", rating(1, "brand", 1 if i < 62 else 0, item="friendly"),
                      rating(1, "brand", 1 if i < 48 else 0, item="fast"),
                      rating(1, "brand", 1 if i < 35 else 0, item="expert"),
                      rating(1, "brand", 1 if i < 7 else 0, item="slow")) for i in range(100)],
        gives={"brand_fit": 1.45 / 3, "brand_unwanted_share": 0.07},
    ),
    Example(name="a negative item is turned round", streams=[
        chat("r", close(1), rating(2, "servqual", 2, item="empathy.1.P", reversed=True),
             rating(2, "servqual", 5, item="empathy.1.E")),
    ], gives={"servqual_gap_empathy": 1, "servqual_gap_assurance": None}),
]  # fmt: skip

FURTHER = [*QUEUE, *QUALITY, *SURVEY]

"""What the bot carried (kpis.md §11). The unit is the bot leg; shares are of legs that have ended."""

from antiphon.metrics.catalogue.declare import BOT, Better, Kpi, Tier, entries, spread, variant
from antiphon.metrics.measures import Formula, Measure, arrivals, mean, ratio

_LEG = ("leg", "started_at")

_COUNT = Kpi(
    id="bot_conversations", code="R01", name="Bot conversations", family="bot", tier=0, unit="count",
    better="neutral", klass="A", segments=BOT, live=True,
    says="How many conversations the bot took part in.",
    formula="count of bot legs",
    measure=arrivals(*_LEG, pending="not (over)"),
    edges="A greeting alone, or no word from the visitor, is none.",
)  # fmt: skip
_SHARE = variant(
    _COUNT, "bot_share",
    Measure(table="leg", take="sum", at="started_at", per=arrivals("conversation", "started_at")),
    "Bot conversations per conversation begun.", name="Bot share", unit="ratio",
    formula="bot legs / conversations started",
)  # fmt: skip


def _share(
    id_: str, code: str, name: str, num: str, says: str, formula: str, better: Better = "higher",
    tier: Tier = 0, edges: str = "", beside: str = "", segments: tuple[str, ...] = BOT,
) -> Kpi:  # fmt: skip
    return Kpi(
        id=id_, code=code, name=name, family="bot", tier=tier, unit="ratio", better=better, klass="A",
        segments=segments, live=tier == 0, says=says, formula=formula, edges=edges, beside=beside,
        measure=ratio(*_LEG, num, "over", pending="not (over)"),
    )  # fmt: skip


_CONTAINED = _share(
    "bot_containment_rate", "R02", "Containment rate", "contained",
    "The share of bot conversations that ended without any person.",
    "ended legs without hand-off and without an engagement / ended legs",
    edges="It says nothing about quality: walking away in anger is contained, too.",
    beside="bot_deflection_rate, bot_resolution_rate, bot_negative_rate",
)  # fmt: skip
_DEFLECTED = Kpi(
    id="bot_deflection_rate", code="R03", name="Deflection rate", family="bot", tier=1, unit="ratio",
    better="higher", klass="A", segments=BOT,
    says="Contained, and the visitor did not ask for a person afterwards either.",
    formula="contained without a human request of the visitor within deflection_window / ended legs",
    measure=ratio("leg_case", "started_at",
                  "contained and next_request_at - ended_at > deflection_window_ms", "over",
                  pending="not (over)",
                  mature="0 if not (contained) else ended_at + deflection_window_ms"),
    edges="Immature until the window has run out after the leg's end.",
)  # fmt: skip
_RESOLVED = _share(
    "bot_resolution_rate", "R04", "Bot resolution rate",
    "contained and confirm == 'yes' and revoked_at - ended_at > reopen_window_ms",
    "The share of bot conversations in which the visitor said the bot had helped.",
    "contained and confirmed, or the flow's goal reached / ended legs",
    edges="No question asked is unconfirmed, not failed; a reopening within 24 h takes the yes back.",
)  # fmt: skip
_NEGATIVE = _share(
    "bot_negative_rate", "R04", "Bot negative rate", "confirm == 'no'",
    "The share of bot conversations in which the visitor said the bot had not helped.",
    "confirmed no / ended legs", better="lower",
)  # fmt: skip
_UNCONFIRMED = _share(
    "bot_unconfirmed_rate", "R04", "Bot unconfirmed rate", "over and confirm == ''",
    "The share of bot conversations in which the visitor did not say whether the bot had helped.",
    "neither yes nor no / ended legs", better="neutral",
)  # fmt: skip
_HANDOFF = _share(
    "bot_handoff_rate", "R05", "Hand-off rate", "over and handoff",
    "The share of bot conversations handed to a person.",
    "legs with a hand-off / ended legs", better="lower", segments=(*BOT, "handoff_by", "reason"),
    edges="Two requests in one leg count once; the right value is not 0.",
)  # fmt: skip
_BARGED = _share(
    "bot_barge_in_rate", "R05", "Barge-in rate", "over and engaged and not handoff",
    "The share of bot conversations a person entered without a hand-off.",
    "legs with an engagement but no hand-off / ended legs", better="neutral", tier=1,
)  # fmt: skip
_UNAVAILABLE = Kpi(
    id="handoff_unavailable_rate", code="R06", name="Failed hand-offs", family="bot", tier=1, unit="ratio",
    better="lower", klass="A", segments=BOT,
    says="Hand-offs that no person took: diverted or missed.",
    formula="hand-offs diverted or missed / hand-offs",
    measure=ratio(*_LEG, "failed", "outcome != 'pending'", where="handoff", pending="outcome == 'pending'"),
    edges="No hand-offs is nothing; a hand-off nobody has decided yet is pending; who was diverted and "
          "served after "
          "all was not failed.",
)  # fmt: skip
_FALLBACK = Kpi(
    id="bot_fallback_rate", code="R07", name="Fallback rate", family="bot", tier=0, unit="ratio",
    better="lower",
    klass="A", segments=(*BOT, "intent"), live=True,
    says="How often the bot did not understand.",
    formula="visitor messages answered with a fallback / visitor messages the bot had to handle",
    measure=ratio("heard", "started_at", "fallbacks", "asked", pending="not (over)"),
    edges="The message that triggers a hand-off is a handled one; two fallback replies to one message count "
          "once. By intent: what the message was taken for, be it only the likeliest guess.",
)  # fmt: skip
_FALLBACK_LEGS = _share(
    "bot_fallback_rate_conversation", "R07", "Conversations with a fallback", "over and fallbacks > 0",
    "The share of bot conversations with at least one fallback.",
    "legs with ≥ 1 fallback / ended legs", better="lower",
)  # fmt: skip
_GONE = _share(
    "bot_abandonment_rate", "R08", "Left during the bot",
    "contained and gone and confirm == '' and (last_fallback or unanswered)",
    "Visitors who left the bot after a fallback or without an answer.",
    "contained, left, unconfirmed, last reply a fallback or none / ended legs", better="lower", tier=1,
    edges="Leaving after a good answer is no abandonment.",
)  # fmt: skip
_AUTOMATION = Kpi(
    id="automation_rate", code="R09", name="Automation rate", family="bot", tier=1, unit="ratio",
    better="higher",
    klass="A", segments=BOT,
    says="The share of all conversations ended that the bot resolved.",
    formula="bot-resolved / conversations ended",
    measure=ratio("conversation", "started_at", "by_bot and state == 'closed'", "state == 'closed'",
                  pending="state != 'closed'"),
    edges="Resolved by the bot as in bot_resolution_rate: a later no, a reopening within 24 h or a wish "
          "for a person takes it back.",
)  # fmt: skip
_CSAT = Kpi(
    id="bot_csat", code="R11", name="Bot satisfaction", family="bot", tier=1, unit="ratio", better="higher",
    klass="C", segments=BOT,
    says="Satisfaction with chats the bot handled alone.",
    formula="answers 4 or 5 / answers, handled by the bot alone",
    edges="Chats that a person had part in are out.",
    measure=ratio("answer", "first_at", "score >= 4", "1",
                  where="kind == 'csat' and in_force and handled_by == 'bot_only'"),
)  # fmt: skip
_SPEED = Kpi(
    id="bot_response_time", code="R11", name="Bot response time", family="bot", tier=1, unit="s",
    better="lower",
    klass="A", segments=BOT,
    says="How long visitors waited for the bot's replies.",
    formula="mean(bot reply − first visitor message of the burst)",
    edges="A fallback is a reply.",
    measure=mean("turn", "started_at", "waited_ms", "by == 'bot'"),
)  # fmt: skip
_CONFIDENCE = Kpi(
    id="bot_confidence_avg", code="R11", name="Bot confidence", family="bot", tier=1, unit="score",
    better="higher", klass="A", segments=BOT,
    says="How sure the bot was of what visitors meant.",
    formula="Σ confidence / bot replies that said one",
    edges="Replies that said no confidence are out of both sides.",
    measure=ratio(*_LEG, "confidence", "confidences", interval=""),
)  # fmt: skip

_SAVED = variant(
    _AUTOMATION, "bot_hours_saved",
    Formula(by="hours_saved", of={"resolved": "automation_rate", "effort": "effective_handle_time",
                                  "effort_whole": "effective_handle_time@whole"}),
    "Agents' hours that the bot's resolutions would have taken.", name="Hours saved by the bot", unit="h",
    formula="bot-resolved × mean effective handle time of the same topic / 3600", segments=("topic", "queue"),
    edges="Below 20 human conversations of a topic the mean of all stands in.",
)  # fmt: skip
_BY_PEOPLE = "closed and last_close and handled_by in ('human_only', 'bot_then_human')"
_REPEATABLE = variant(
    _AUTOMATION, "topic_repeatability",
    ratio("routine", "closed_at", "5 * repeated >= 3 * human_replies", "1", where="closed and last_close"),
    "Conversations in which at least six of ten human replies were nothing new.", name="Repeatability",
    formula="conversations with ≥ 60 % canned replies or near-duplicates / conversations handled by people",
    klass="C", segments=("topic",),
    edges="A near-duplicate has the words of replies in two other conversations at least, whatever their "
          "order, case and numbers.",
)  # fmt: skip
_SIMPLE = variant(
    _REPEATABLE, "topic_simplicity",
    ratio("episode", "closed_at", "resolved and human_replies <= 4 and transfers == 0 and complaint_at >= "
                                  "to_ms",
          "1", where=_BY_PEOPLE),
    "Conversations resolved with at most four human replies, no transfer, no complaint.", name="Simplicity",
    formula="resolved with ≤ 4 human replies, no transfer, no complaint / conversations handled by people",
)  # fmt: skip
_VOLUME = variant(
    _REPEATABLE, "topic_volume_share",
    Measure(table="episode", take="ratio", at="closed_at", where=_BY_PEOPLE, den="1", of_all="topic"),
    "A topic's share of what people handled.", name="Volume share",
    formula="conversations of the topic / all conversations handled by people",
)  # fmt: skip
_GLOOM = variant(
    _REPEATABLE, "topic_negative_share",
    ratio("episode", "closed_at", "sentiment <= -sentiment_cut", "1",
          where=f"{_BY_PEOPLE} and sentiment is not None"),
    "Conversations with a bad tone.", name="Negative share", better="lower",
    formula="conversations with sentiment ≤ −0.05 / conversations with a known sentiment",
)  # fmt: skip
_SAVING = variant(
    _SAVED, "automation_hours_candidate", Formula(by="hours_to_save", of={
        "volume": "topic_simplicity", "bot": "bot_resolution_rate@all", "effort": "effective_handle_time"}),
    "Agents' hours that automating a topic could save: read it by topic.", name="Hours a topic could save",
    klass="C", formula="conversations handled by people × bot_resolution_rate (0.5 without one) × "
                       "effective handle "
    "time / 3600", segments=("topic",), edges="",
)  # fmt: skip
_CANDIDATE = Kpi(
    id="automation_candidate_score", code="R10", name="Automation candidates", family="bot", tier=1,
    unit="score",
    better="neutral", klass="C", segments=("topic",),
    says="Which topics people handle could be automated: it ranks only. Read it by topic.",
    formula="volume share × repeatability × simplicity",
    measure=Formula(by="automation_score", of={"volume": "topic_volume_share",
                                               "repeat": "topic_repeatability",
                                               "simple": "topic_simplicity",
                                               "gloomy": "topic_negative_share"}),
    edges="Our own heuristic. Topics under 30 conversations, sensitive ones and those with more than a "
          "quarter "
          "of bad tone are not ranked.",
)  # fmt: skip

BOTS = entries(
    _COUNT, _SHARE, _CONTAINED, _DEFLECTED, _RESOLVED, _NEGATIVE, _UNCONFIRMED, _HANDOFF, _BARGED,
    _UNAVAILABLE, _FALLBACK,
    _FALLBACK_LEGS, _GONE, _AUTOMATION, _CSAT, _SPEED, spread(_SPEED, "bot_response_time"), _CONFIDENCE,
    _SAVED, _REPEATABLE, _SIMPLE, _VOLUME, _GLOOM, _SAVING, _CANDIDATE,
)  # fmt: skip

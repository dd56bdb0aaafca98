"""What visitors say: satisfaction, recommendation, effort (kpis.md §7).

Score KPIs take the answer in force at the end of the period, attributed to the first answer's instant.
"""

from antiphon.metrics.catalogue.declare import SURVEY, Kpi, entries, variant
from antiphon.metrics.measures import Measure, mean, ratio

_ANSWER = ("answer", "first_at")


def _of(kind: str) -> str:
    return f"kind == '{kind}' and in_force"


_CSAT = Kpi(
    id="csat", code="S01", name="Customer satisfaction", family="survey", tier=0, unit="ratio",
    better="higher",
    klass="C", segments=SURVEY, live=True, beside="survey_response_rate",
    says="The share of visitors who rated the chat 4 or 5 of 5.",
    formula="answers 4 or 5 / answers",
    measure=ratio(*_ANSWER, "score >= 4", "1", where=_of("csat")),
    edges="A 3 is not satisfied; no answers are nothing, not 0.",
)  # fmt: skip
_CSAT_HUMAN = variant(
    _CSAT, "csat_excl_bot", ratio(*_ANSWER, "score >= 4", "1",
                                  where=f"{_of('csat')} and handled_by != 'bot_only'"),
    "Satisfaction with chats that a person had part in.", name="Customer satisfaction, bot-only out", tier=1,
    live=False, formula="answers 4 or 5 / answers, chats handled by the bot alone left out",
)  # fmt: skip
_CSAT_MEAN = Kpi(
    id="csat_mean", code="S02", name="Mean satisfaction", family="survey", tier=0, unit="1–5",
    better="higher",
    klass="C", segments=SURVEY, live=True,
    says="The mean of the ratings from 1 to 5.",
    formula="Σ score / n",
    measure=mean(*_ANSWER, "score", _of("csat"), scale=1.0),
)  # fmt: skip
_IN_TIME = "answered_at - offered_at <= survey_expiry_ms"
_RESPONSE = Kpi(
    id="survey_response_rate", code="S03", name="Survey response rate", family="survey", tier=0, unit="ratio",
    better="higher", klass="A", segments=SURVEY, live=True,
    says="The share of questions shown that were answered.",
    formula="answered before survey_expiry / offered",
    measure=ratio("asked", "offered_at", _IN_TIME, "1", mature="offered_at + survey_expiry_ms"),
    edges="A chat closed without a prompt was not asked; a question is immature until it expires, answered "
          "or not, so recent days do not look better than they are.",
)  # fmt: skip
_SO_FAR = variant(
    _RESPONSE, "_so_far", ratio("asked", "offered_at", _IN_TIME, "1"),
    "The share of questions shown that were answered so far; it can still rise.",
    name="Survey response so far", formula="answered by now / offered",
)  # fmt: skip


def _response(kind: str, name: str) -> Kpi:
    m = _RESPONSE.measure
    return variant(
        _RESPONSE, f"_{kind}",
        ratio("asked", "offered_at", m.num, "1", mature=m.mature, where=f"kind == '{kind}'"),
        f"The share of {name} questions shown that were answered.", name=f"Survey response rate, {name}",
        live=False,
    )  # fmt: skip


_DSAT = Kpi(
    id="dsat", code="S04", name="Dissatisfaction", family="survey", tier=1, unit="ratio", better="lower",
    klass="C", segments=SURVEY,
    says="The share of visitors who rated the chat 1 or 2 of 5.",
    formula="answers 1 or 2 / answers",
    measure=ratio(*_ANSWER, "score <= 2", "1", where=_of("csat")),
)  # fmt: skip

_NPS_SUM = "(1 if score >= 9 else 0) - (1 if score <= 6 else 0)"
_NPS = Kpi(
    id="nps", code="S06", name="Net Promoter Score", family="survey", tier=0, unit="score", better="higher",
    klass="C", segments=SURVEY, live=True, beside="nps_moe",
    says="Promoters (9–10) minus detractors (0–6), per 100 answers.",
    formula="100 × (promoters − detractors) / n",
    measure=Measure(table="answer", take="nps", at="first_at", where=_of("nps"), num=_NPS_SUM,
                    value="1 if score >= 9 or score <= 6 else 0", times=100.0, interval="nps"),
    edges="Passives stay in n; always read with its margin of error.",
)  # fmt: skip
_NPS_MOE = variant(
    _NPS, "_moe", Measure(table="answer", take="nps", at="first_at", where=_of("nps"), num=_NPS_SUM,
                          value="1 if score >= 9 or score <= 6 else 0", times=100.0, margin=True),
    "How far the score may be off: 95 % margin of error.", name="NPS margin of error",
    formula="1.96 × 100 × √((p + d − (p − d)²) / n)", better="lower", live=False,
)  # fmt: skip


def _nps_kind(suffix: str, relational: int, says: str, name: str) -> Kpi:
    return variant(
        _NPS, suffix,
        Measure(table="answer", take="nps", at="first_at",
                where=f"{_of('nps')} and relational == {relational}",
                num=_NPS_SUM, value="1 if score >= 9 or score <= 6 else 0", times=100.0, interval="nps"),
        says, name=name, live=False,
    )  # fmt: skip


_CES = Kpi(
    id="ces", code="S08", name="Customer effort score", family="survey", tier=0, unit="1–7", better="higher",
    klass="C", segments=SURVEY, live=True,
    says="How far visitors agree that handling their issue was made easy, from 1 to 7.",
    formula="Σ score / n",
    measure=mean(*_ANSWER, "score", _of("ces"), scale=1.0),
)  # fmt: skip
_CES_EASY = variant(
    _CES, "ces_easy_rate", ratio(*_ANSWER, "score >= 5", "1", where=_of("ces")),
    "The share of visitors who found it easy (5–7).", name="Easy", unit="ratio",
    formula="answers 5–7 / answers",
)  # fmt: skip
_CES_HARD = variant(
    _CES, "ces_hard_rate", ratio(*_ANSWER, "score <= 3", "1", where=_of("ces")),
    "The share of visitors who found it hard (1–3).", name="Hard", unit="ratio",
    formula="answers 1–3 / answers",
    better="lower", tier=1, live=False,
)  # fmt: skip
_FCR_SURVEY = Kpi(
    id="fcr_survey", code="C13", name="First contact resolution, asked", family="survey", tier=1,
    unit="ratio",
    better="higher", klass="C", segments=SURVEY,
    says="The share of visitors who said their issue was solved.",
    formula="yes / (yes + no)",
    measure=ratio(*_ANSWER, "score > 0", "1", where=_of("fcr")),
)  # fmt: skip

SURVEYS = entries(
    _CSAT, _CSAT_HUMAN, _CSAT_MEAN, _RESPONSE, _SO_FAR, _response("csat", "satisfaction"),
    _response("nps", "recommendation"), _response("ces", "effort"), _DSAT, _NPS, _NPS_MOE,
    _nps_kind("_transactional", 0, "The score asked right after a chat.", "NPS, after a chat"),
    _nps_kind("_relational", 1, "The score asked of customers from time to time.", "NPS, relational"),
    _CES, _CES_EASY, _CES_HARD, _FCR_SURVEY,
)  # fmt: skip

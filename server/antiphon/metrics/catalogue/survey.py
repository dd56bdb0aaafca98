"""What visitors say: satisfaction, recommendation, effort (kpis.md §7).

Score KPIs take the answer in force at the end of the period, attributed to the first answer's instant.
"""

from antiphon.metrics.catalogue.declare import SURVEY, Kpi, entries, variant
from antiphon.metrics.measures import Formula, Measure, arrivals, mean, ratio

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
    edges="The answers of the satisfaction share; other scales are never mixed in; no answers are nothing.",
    measure=mean(*_ANSWER, "score", _of("csat"), scale=1.0),
)  # fmt: skip
_EXPIRED = "offered_at + survey_expiry_ms"
_IN_TIME = "answered_at - offered_at <= survey_expiry_ms"
_RESPONSE = Kpi(
    id="survey_response_rate", code="S03", name="Survey response rate", family="survey", tier=0, unit="ratio",
    better="higher", klass="A", segments=SURVEY, live=True,
    says="The share of questions shown that were answered.",
    formula="answered before survey_expiry / offered",
    measure=ratio("asked", "offered_at", _IN_TIME, "1", mature=_EXPIRED),
    edges="A chat closed without a prompt was not asked; a question is immature until it expires, answered "
          "or not, so recent days do not look better than they are.",
)  # fmt: skip
_SO_FAR = variant(
    _RESPONSE, "_so_far", ratio("asked", "offered_at", _IN_TIME, "1"),
    "The share of questions shown that were answered so far; it can still rise.",
    name="Survey response so far", formula="answered by now / offered",
)  # fmt: skip


def _response(kind: str, name: str) -> Kpi:
    measure = ratio("asked", "offered_at", _IN_TIME, "1", mature=_EXPIRED, where=f"kind == '{kind}'")
    return variant(
        _RESPONSE, f"_{kind}", measure, f"The share of {name} questions shown that were answered.",
        name=f"Survey response rate, {name}", live=False,
    )  # fmt: skip


_DSAT = Kpi(
    id="dsat", code="S04", name="Dissatisfaction", family="survey", tier=1, unit="ratio", better="lower",
    klass="C", segments=SURVEY,
    says="The share of visitors who rated the chat 1 or 2 of 5.",
    formula="answers 1 or 2 / answers",
    measure=ratio(*_ANSWER, "score <= 2", "1", where=_of("csat")),
)  # fmt: skip

_FOLLOWED = variant(
    _DSAT, "dsat_followed_up_rate", ratio(*_ANSWER, "followed_at < until_ms", "1",
                                          where=f"{_of('csat')} and score <= 2"),
    "The share of bad ratings that somebody followed up.", name="Bad ratings followed up", better="higher",
    formula="answers 1 or 2 whose chat was tagged follow-up afterwards / answers 1 or 2",
    edges="Once an answer, however often it was tagged; a tag set before the rating is none.",
)  # fmt: skip
_TO_FOLLOW = variant(
    _DSAT, "dsat_to_follow_up", arrivals(*_ANSWER, num="followed_at >= until_ms",
                                         where=f"{_of('csat')} and score <= 2"),
    "Bad ratings nobody has followed up yet: open it for the list of what to do.", name="Bad ratings to "
    "follow up",
    unit="count", formula="answers 1 or 2 without a follow-up",
)  # fmt: skip

_NPS_SUM = "(1 if score >= 9 else 0) - (1 if score <= 6 else 0)"
_AFTER_CHAT = f"{_of('nps')} and relational == 0"
_NPS = Kpi(
    id="nps", code="S06", name="Net Promoter Score", family="survey", tier=0, unit="score", better="higher",
    klass="C", segments=SURVEY, live=True, beside="nps_moe",
    says="Promoters (9–10) minus detractors (0–6), per 100 answers.",
    formula="100 × (promoters − detractors) / n",
    measure=Measure(table="answer", take="nps", at="first_at", where=_AFTER_CHAT, num=_NPS_SUM,
                    value="1 if score >= 9 or score <= 6 else 0", times=100.0, interval="nps"),
    edges="Passives stay in n; always read with its margin of error. Asked after a chat: what customers "
          "are asked "
          "from time to time is nps_relational, and the two are never mixed.",
)  # fmt: skip
_NPS_MOE = variant(
    _NPS, "_moe", Measure(table="answer", take="nps", at="first_at", where=_AFTER_CHAT, num=_NPS_SUM,
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
    edges="Higher is easier; the older question of 1 to 5 ran the other way and is never mixed in.",
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

_CHANGE = Kpi(
    id="csat_change", code="S05", name="Satisfaction, change", family="survey", tier=1, unit="points",
    better="higher", klass="C", segments=SURVEY, beside="csat_change_verdict",
    says="Satisfaction against the period before of equal length.",
    formula="100 × (csat − csat of the period before); interval Δ ± 1.96 √(p₁q₁/n₁ + p₂q₂/n₂)",
    measure=Formula(by="share_change", of={"now": "csat", "before": "csat@previous"}),
    edges="Either period without answers is nothing; another mix of channels can fake a change: see "
          "csat_change_standardised. With many groups p is Holm's: see csat_change_p_holm.",
)  # fmt: skip
_CHANGE_P = variant(
    _CHANGE, "_p", Formula(by="share_change_p", of={"now": "csat", "before": "csat@previous"}),
    "How likely such a change is by chance alone.", name="Satisfaction, change: p", unit="p",
    better="neutral",
    formula="pooled two-proportion z test, two-sided",
)  # fmt: skip
_CHANGE_EXACT = variant(
    _CHANGE, "_p_exact", Formula(by="share_change_exact", of={"now": "csat", "before": "csat@previous"}),
    "The same by Fisher's exact test, for few or rare answers.", name="Satisfaction, change: exact p",
    unit="p",
    better="neutral", formula="Fisher's exact test, two-sided",
)  # fmt: skip
_CHANGE_HOLM = variant(
    _CHANGE, "_p_holm", Formula(by="share_change_holm", of={
        "now": "csat", "before": "csat@previous", "each": "csat@each queue", "once": "csat@previous each "
        "queue"}),
    "The smallest p over the queues, corrected for having looked at all of them (Holm).", unit="p",
    name="Satisfaction, change: p over queues", better="neutral", segments=(),
    formula="min over queues of p × number of queues, at most 1",
)  # fmt: skip
_CHANGE_STANDARD = variant(
    _CHANGE, "_standardised", Formula(by="share_change_standardised", of={
        "now": "csat", "each": "csat@each channel", "once": "csat@previous each channel"}),
    "Satisfaction against the period before, as if both had had the same mix of channels.",
    name="Satisfaction, change at a fixed mix", formula="100 × Σ weight × (csat − csat before) over "
                                                        "channels, "
    "weights: answers of both periods", segments=("queue", "agent", "topic", "language"),
)  # fmt: skip
_MEAN_CHANGE = variant(
    _CHANGE, "csat_mean_change", Formula(by="mean_change", of={"now": "csat_mean",
    "before": "csat_mean@previous"}),
    "Mean satisfaction against the period before of equal length.", name="Mean satisfaction, change",
    unit="1–5",
    formula="csat_mean − csat_mean of the period before", beside="csat_mean_change_p",
)  # fmt: skip
_MEAN_CHANGE_P = variant(
    _MEAN_CHANGE, "_p", Formula(by="mean_change_p", of={"now": "csat_mean", "before": "csat_mean@previous"}),
    "How likely such a change of the mean is by chance alone.", name="Mean satisfaction, change: p", unit="p",
    better="neutral", formula="Welch's t test, two-sided, degrees of freedom by Satterthwaite",
)  # fmt: skip
_CHANGE_VERDICT = variant(
    _CHANGE, "_verdict", Formula(by="share_verdict", of={"now": "csat", "before": "csat@previous"}),
    "Whether satisfaction changed, in words.", name="Satisfaction, verdict", unit="text", better="neutral",
    formula="p < alpha: improved or declined; below 30 answers or 5 of a kind: insufficient data",
)  # fmt: skip
_SCORES = {"now": "nps", "before": "nps@previous", "now_moe": "nps_moe", "before_moe": "nps_moe@previous"}
_NPS_CHANGE = Kpi(
    id="nps_change", code="S07", name="NPS, change", family="survey", tier=1, unit="points", better="higher",
    klass="C", segments=SURVEY, beside="nps_change_verdict",
    says="The score against the period before of equal length.", formula="nps − nps of the period before",
    edges="Either period below 30 answers: insufficient data; after-chat and relational scores are never "
          "compared.",
    measure=Formula(by="score_change", of=_SCORES),
)  # fmt: skip
_NPS_CHANGE_P = variant(
    _NPS_CHANGE, "_p", Formula(by="score_change_p", of=_SCORES),
    "How likely such a change is by chance alone.",
    name="NPS, change: p", unit="p", better="neutral", formula="z = Δ / √(SE₁² + SE₂²), two-sided",
)  # fmt: skip
_NPS_VERDICT = variant(
    _NPS_CHANGE, "_verdict", Formula(by="score_verdict", of=_SCORES), "Whether the score changed, in words.",
    name="NPS, verdict", unit="text", better="neutral", formula="p < alpha: improved or declined; else not",
)  # fmt: skip


_DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")


def _servqual(dimension: str) -> Kpi:
    return Kpi(
        id=f"servqual_gap_{dimension}", code="S09", name=f"SERVQUAL gap, {dimension}", family="survey",
        tier=2,
        unit="−6…+6", better="higher", klass="C", segments=("segment", "channel", "queue"),
        says=f"Perceived minus expected {dimension}; 0 is as expected.",
        formula="mean over respondents of their mean (P − E) over the dimension's items",
        measure=mean("gap", "at", "gap", f"dimension == '{dimension}'", scale=1.0),
        edges="Pairs only; half of a dimension's items at least; negatively worded items are turned round "
              "(8 − x).",
    )  # fmt: skip


_SERVQUAL = Kpi(
    id="servqual_score", code="S09", name="SERVQUAL score", family="survey", tier=2, unit="−6…+6",
    better="higher", klass="C", segments=("segment", "channel", "queue"),
    says="Perceived minus expected service over all dimensions.",
    formula="mean of the five dimensions' gaps",
    measure=Formula(by="mean_of", of={one: f"servqual_gap_{one}" for one in _DIMENSIONS}),
)  # fmt: skip
_SERVQUAL_WEIGHTED = variant(
    _SERVQUAL, "_weighted", ratio("gap", "at", "gap * weight", "weight", interval=""),
    "Perceived minus expected service, dimensions weighted as respondents weigh them.",
    name="SERVQUAL score, weighted", formula="Σ weight × gap / Σ weight",
)  # fmt: skip
_BRAND = Kpi(
    id="brand_attribute_share", code="S10", name="Brand attributes", family="survey", tier=2, unit="ratio",
    better="higher", klass="C", segments=("item", "segment", "channel"),
    says="Which words customers use for us: read it by item.",
    formula="respondents choosing the word / respondents answering",
    measure=Measure(table="answer", take="distinct", at="first_at", where=_of("brand"), num="score > 0",
                    den="1",
                    key="unit", of_all="item", interval="wilson"),
    edges="Respondents, not ticks, are the denominator.",
)  # fmt: skip
_BRAND_GAP = variant(
    _BRAND, "brand_gap", Formula(by="target_gap", of={"share": "brand_attribute_share"}),
    "A word's share against the share we want it to have, in points: read it by item.", name="Brand gap",
    unit="points", formula="100 × (share − target), the targets are the setting brand_targets",
)  # fmt: skip
_BRAND_FIT = variant(
    _BRAND, "brand_fit", Formula(by="brand_fit", of={"share": "brand_attribute_share@each item"}),
    "How far customers use the words we want: the mean share of all of them.", name="Brand fit",
    formula="mean of brand_attribute_share over the attributes of brand_targets", segments=("segment",
    "channel"),
    edges="A wanted word nobody chose counts as 0; without targets it is nothing.",
)  # fmt: skip
_BRAND_UNWANTED = variant(
    _BRAND, "brand_unwanted_share", Measure(table="answer", take="distinct", at="first_at",
    where=_of("brand"),
                                            num="score > 0 and item in brand_unwanted", den="1", key="unit",
                                            interval="wilson"),
    "The share of respondents who chose a word we do not want.", name="Unwanted brand attributes",
    better="lower",
    formula="respondents choosing any of brand_unwanted / respondents answering", segments=("segment",
    "channel"),
)  # fmt: skip
_COMPARE = Kpi(
    id="competitive_preference", code="S11", name="Compared to competitors", family="survey", tier=2,
    unit="points", better="higher", klass="C", segments=("segment", "channel"),
    says="Answers that we are better minus answers that we are worse, per 100.",
    formula="100 × (share 4–5 − share 1–2)",
    edges="\"No comparison\" is no answer; read with its interval.",
    measure=Measure(table="answer", take="nps", at="first_at", where=_of("compare"),
                    num="(score >= 4) - (score <= 2)", value="1 if score >= 4 or score <= 2 else 0",
                    times=100.0,
                    interval="nps"),
)  # fmt: skip


def _benchmark(metric: str) -> Measure:
    return mean("benchmark", "at", "value", f"metric == '{metric}' and matches and value is not None",
                scale=1.0,
                standing=True)  # fmt: skip


_THEIRS = variant(
    _COMPARE, "competitor_nps", _benchmark("nps"), "The mean score of those we compare with.",
    name="Competitors' NPS", unit="score",
    formula="mean of stored benchmarks of nps with the same definition",
    segments=("competitor", "industry"),
)  # fmt: skip
_RELATIVE = variant(
    _COMPARE, "relative_nps", Formula(by="difference", of={"own": "nps", "other": "competitor_nps@whole"}),
    "Our score minus that of those we compare with.", name="Relative NPS",
    formula="own NPS − mean competitor NPS", segments=("channel", "segment"),
)  # fmt: skip
_THEIR_CSAT = variant(
    _THEIRS, "competitor_csat", _benchmark("csat"), "The mean satisfaction of those we compare with.",
    name="Competitors' satisfaction", unit="ratio", formula="mean of stored benchmarks of csat",
)  # fmt: skip
_BENCHMARK_GAP = variant(
    _RELATIVE, "benchmark_gap", Formula(by="difference", of={"own": "csat",
                                                             "other": "competitor_csat@whole"}),
    "Our satisfaction minus the stored benchmark's.", name="Benchmark gap", unit="ratio",
    formula="own csat − mean benchmark csat",
)  # fmt: skip

SURVEYS = entries(
    _CSAT, _CSAT_HUMAN, _CSAT_MEAN, _RESPONSE, _SO_FAR, _response("csat", "satisfaction"),
    _response("nps", "recommendation"), _response("ces", "effort"), _DSAT, _FOLLOWED, _TO_FOLLOW, _NPS,
    _NPS_MOE,
    _nps_kind("_transactional", 0, "The score asked right after a chat.", "NPS, after a chat"),
    _nps_kind("_relational", 1, "The score asked of customers from time to time: of each the latest answer.",
              "NPS, relational"),
    _CES, _CES_EASY, _CES_HARD, _FCR_SURVEY,
    _CHANGE, _CHANGE_P, _CHANGE_EXACT, _CHANGE_HOLM, _CHANGE_STANDARD, _CHANGE_VERDICT, _MEAN_CHANGE,
    _MEAN_CHANGE_P,
    _NPS_CHANGE, _NPS_CHANGE_P, _NPS_VERDICT,
    (_servqual(one) for one in _DIMENSIONS),
    _SERVQUAL, _SERVQUAL_WEIGHTED, _BRAND, _BRAND_GAP, _BRAND_FIT, _BRAND_UNWANTED, _COMPARE, _THEIRS,
    _RELATIVE, _THEIR_CSAT,
    _BENCHMARK_GAP,
)  # fmt: skip

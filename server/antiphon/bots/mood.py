"""Whether somebody has lost their patience. Pure, quick, English only, and careful rather than complete.

A bot does not argue with an angry person: what is found here goes to a human at once. Ordinary complaints
("my parcel is late") are questions like any other, so only words about being fed up, insults at the bot and
threats to leave count; a swear word counts when it is no mere emphasis of a question that can be answered.
"""

import re

READ_CHARS = 500

TEMPER = (
    r"(?:ridiculous|outrageous|unacceptable|disgusting|disgraceful|furious|livid|fed\s+up"
    r"|infuriating|appalling)"
)
FED_UP = [
    rf"\b(?:i'?m|i\s+am|this\s+is|it'?s|that'?s|how|so|absolutely|totally)\s+(?:\w+\s+)?{TEMPER}\b",
    r"\b(?:useless|stupid|dumb|idiotic|worthless|rubbish|crap|shitty|terrible)\s+(?:ro)?bot\b",
    r"\b(?:you|u)(?:'?re|\s+are|\s+r)?\s+(?:so\s+|absolutely\s+|completely\s+|fucking\s+)?(?:useless|stupid|dumb|an?\s+idiot|no\s+help)\b",
    r"\b(?:this|that)\s+is\s+(?:so\s+|absolutely\s+|completely\s+|fucking\s+)?(?:useless|bullshit|bs|a\s+joke|pathetic)\b",
    r"\bworst\s+(?:service|company|shop|store|support|experience)\b",
    r"\b(?:sick|tired)\s+of\s+(?:this|you|waiting|your)\b",
    r"\bi(?:'?ve|\s+have)\s+had\s+enough\b",
    r"\bare\s+you\s+(?:kidding|joking)\b",
    r"\b(?:waste|wasting)\s+(?:of\s+)?my\s+time\b",
    r"\bnever\s+(?:buy|order|shop)\w*\b.{0,30}\bagain\b",
    r"\b(?:(?:call|contact|hear\s+from)\s+my\s+lawyer|sue\s+you|consumer\s+protection|trading\s+standards)\b",
    r"\b(?:fuck|screw)\s+(?:you|off|this)\b",
    r"\bgo\s+to\s+hell\b",
]
_FED_UP = re.compile("|".join(FED_UP), re.IGNORECASE)


def is_fed_up(text: str) -> bool:
    return _FED_UP.search(" ".join(text[:READ_CHARS].replace("’", "'").split())) is not None

"""Whether somebody asks for a person, in so many words. Pure and quick; heard in any state of a conversation.

The words must *want* (a verb of wanting or getting) and name a *person*, or be nothing but a person's name
("agent, please"). "Are you a human?" asks something else, and "no need for a human" the opposite.
"""

import re

PERSON = (
    r"(?:human(?:\s+being)?s?|(?:real|live|actual|living)\s+(?:person|people|human|agent|someone|one)|persons?|people"
    r"|(?:support|service|sales|human|chat)?\s*agents?|operators?|representatives?|reps?|advis[oe]rs?|colleagues?"
    r"|staff(?:\s+members?)?|employees?|managers?|supervisors?|consultants?|team\s+members?|support\s+team"
    r"|customer\s+(?:service|support|care)|(?:a\s+)?member\s+of\s+(?:your\s+)?(?:staff|team))"
)
SOMEBODY = r"(?:someone|somebody|anyone|anybody|some\s+one|any\s+one)"
TALK = r"(?:talk|speak|chat|spoke|talking|speaking)"
GET = (
    r"(?:connect|transfer|forward|pass|put|hand|switch|redirect|escalate|refer|get|give|bring|fetch|find|call|reach"
    r"|contact|need|want|wanna|like|prefer|require|have)"
)
POLITE = r"(?:\s*(?:please|pls|plz|now|asap|thanks|thank\s+you|immediately|!|\.|\?))*"
GAP = r"(?:\s+\S+){0,4}?\s+"  # few words: "want to talk about the human hair wig" wants no human
ME = r"(?:(?:me|us|this|it)\s+)?"
ON_TO = r"(?:(?:on|through|over|up|in|touch)\s+)*(?:(?:to|with)\s+)?"
ONE = r"(?:(?:a|an|the|your|some|any|another|one\s+of\s+your)\s+)?"
BUT_A_FEW = r"(?:\w+\s+){0,6}?"
HELLO = r"(?:(?:no|yes|ok|okay|hi|hey|hello|just)\W+)?"
HERE = r"\b(?:talk|speak|chat|help|there|here|available)"

WISHES = [
    rf"\b{TALK}{GAP}(?:{PERSON}|{SOMEBODY})\b",
    rf"\b{GET}\s+{ME}{ON_TO}{ONE}{PERSON}\b",
    rf"\b(?:is|are)\s+there\s+{ONE}(?:{PERSON}|{SOMEBODY})\b.*{HERE}",
    rf"^\W*{HELLO}{ONE}{PERSON}{POLITE}\W*$",
    r"\b(?:human|live|agent)\s+(?:help|support|assistance|chat)\b",
]
OTHERWISE = [
    r"\b(?:are|r)\s+(?:you|u|ya)\b.{0,20}\b(?:human|person|bot|real|agent)",
    r"\b(?:am\s+i|is\s+(?:this|it|that))\b.{0,30}\b(?:human|person|bot|agent)\b",
    rf"\b(?:don'?t|do\s+not|no\s+need|not\s+necessary)\s+{BUT_A_FEW}{PERSON}",
    rf"\b(?:not|without|instead\s+of)\s+{ONE}{PERSON}",
    rf"\bwhy\s+(?:should|would)\b.{{0,30}}\b{TALK}",
]
READ_CHARS = 500

_WISH = re.compile("|".join(WISHES), re.IGNORECASE)
_OTHERWISE = re.compile("|".join(OTHERWISE), re.IGNORECASE)


def wants_person(text: str) -> bool:
    said = " ".join(text[:READ_CHARS].replace("’", "'").split())
    return _WISH.search(said) is not None and _OTHERWISE.search(said) is None

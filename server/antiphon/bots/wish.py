"""Whether somebody asks for a person, in so many words. Pure and quick; heard in any state of a conversation.

The words must *want* (a verb of wanting or getting) and name a *person*, or be nothing but a person's name
("agent, please"). "Are you a human?" asks something else, and "no need for a human" the opposite. English in
detail; German, French, Spanish and Italian by the phrases that people use.
"""

import re

READ_CHARS = 500
FEW = r"(?:\s+\S+){0,4}?\s+"  # few words: who wants "to talk about the human hair wig" wants no human

# ------------------------------------------------------------------ English

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
ME = r"(?:(?:me|us|this|it)\s+)?"
ON_TO = r"(?:(?:on|through|over|up|in|touch)\s+)*(?:(?:to|with)\s+)?"
ONE = r"(?:(?:a|an|the|your|some|any|another|one\s+of\s+your)\s+)?"
BUT_A_FEW = r"(?:\w+\s+){0,6}?"
HELLO = r"(?:(?:no|yes|ok|okay|hi|hey|hello|just)\W+)?"
HERE = r"\b(?:talk|speak|chat|help|there|here|available)"

ENGLISH = [
    rf"\b{TALK}{FEW}(?:{PERSON}|{SOMEBODY})\b",
    rf"\b{GET}\s+{ME}{ON_TO}{ONE}{PERSON}\b",
    rf"\b(?:is|are)\s+there\s+{ONE}(?:{PERSON}|{SOMEBODY})\b.*{HERE}",
    rf"^\W*{HELLO}{ONE}{PERSON}{POLITE}\W*$",
    r"\b(?:human|live|agent)\s+(?:help|support|assistance|chat)\b",
]
NOT_ENGLISH = [
    r"\b(?:are|r)\s+(?:you|u|ya)\b.{0,20}\b(?:human|person|bot|real|agent)",
    r"\b(?:am\s+i|is\s+(?:this|it|that))\b.{0,30}\b(?:human|person|bot|agent|someone)\b",
    r"\b(?:do|should|must)\s+i\s+(?:need|have|contact|call|talk|speak)\b",
    rf"\b(?:don'?t|do\s+not|no\s+need|not\s+necessary)\s+{BUT_A_FEW}{PERSON}",
    rf"\b(?:not|without|instead\s+of)\s+{ONE}{PERSON}",
    rf"\bwhy\s+(?:should|would)\b.{{0,30}}\b{TALK}",
]

# ------------------------------------------------------------------ other languages

MENSCH = (
    r"(?:mensch(?:en)?|(?:echten?|richtigen?)\s+(?:person|menschen)|person|mitarbeiter(?:in|n)?|berater(?:in)?"
    r"|kollegen?|kollegin|kundenservice|kundendienst|support|vorgesetzten?|jemand(?:em|en)?)"
)
HUMAIN = (
    r"(?:humain|personne(?:\s+réelle)?|vraie\s+personne|agente?|conseill(?:er|ère)|opérat(?:eur|rice)"
    r"|responsable|service\s+client|quelqu'un)"
)
HUMANO = (
    r"(?:human[oa]|persona(?:\s+(?:real|humana))?|agente|asesora?|operadora?|representante|supervisora?"
    r"|encargad[oa]|atención\s+al\s+cliente|alguien)"
)
UMANO = (
    r"(?:uman[oa]|persona(?:\s+(?:reale|vera|umana))?|operat(?:ore|rice)|agente|consulente|responsabile"
    r"|assistenza\s+clienti|servizio\s+clienti|qualcuno)"
)
OTHERS = [
    rf"\b(?:mit|an)\s+(?:\S+\s+){{0,2}}{MENSCH}\b.{{0,20}}\b(?:sprechen|reden|chatten|schreiben|verbinden|weiterleiten)",
    rf"\b(?:sprechen|reden|chatten|verbinde[nt]?|spreche|rede)\b.{{0,30}}\b(?:mit|zu)\s+(?:\S+\s+){{0,2}}{MENSCH}\b",
    rf"\b(?:brauche|möchte|will|hätte\s+gern[e]?)\s+(?:einen|eine|ne|'ne)\s+(?:echten?\s+)?{MENSCH}\b",
    rf"^\W*(?:ein(?:en|e)?\s+)?{MENSCH}(?:\s+bitte)?\W*$",
    rf"\b(?:parler|discuter|contacter|joindre|communiquer)\b.{{0,20}}\b{HUMAIN}",
    rf"\b(?:passe[rz]?|mett(?:ez|re)|transfér(?:er|ez)|veux|voudrais|souhaite|besoin)\b.{{0,30}}\b{HUMAIN}\b",
    rf"^\W*(?:une?\s+)?{HUMAIN}(?:\s+s'il\s+(?:vous|te)\s+pla[iî]t)?\W*$",
    rf"\b(?:hablar|chatear|conversar|comunicar(?:me)?|contactar)\b.{{0,20}}\b{HUMANO}\b",
    rf"\b(?:pás[ae]me|ponme|póngame|transfi[eé]r[ae]me|quiero|quisiera|necesito)\b.{{0,20}}\b(?:un[a]?\s+)?{HUMANO}\b",
    rf"^\W*(?:un[a]?\s+)?{HUMANO}(?:,?\s+por\s+favor)?\W*$",
    rf"\b(?:parlare|chattare|comunicare|contattare)\b.{{0,20}}\b{UMANO}\b",
    rf"\b(?:pass(?:ami|atemi|ami)|mettimi|trasferi(?:scimi|temi)|voglio|vorrei|ho\s+bisogno)\b.{{0,20}}\b{UMANO}\b",
    rf"^\W*(?:un[a']?\s*)?{UMANO}(?:,?\s+per\s+favore)?\W*$",
]
NOT_OTHERS = [
    r"\b(?:bist\s+du|sind\s+sie|ist\s+(?:das|hier)|spreche\s+ich|rede\s+ich)\b.{0,30}\b(?:mensch|person|mitarbeiter|bot)",
    r"\b(?:kein(?:en|e)?|nicht)\s+(?:mit\s+)?(?:\S+\s+){0,2}(?:mensch|mitarbeiter|person)",
    r"\b(?:es-tu|êtes-vous|tu\s+es|vous\s+êtes|est-ce)\b.{0,20}\b(?:humain|personne|agent|robot)",
    r"\b(?:pas|sans)\b.{0,25}\b(?:humain|personne|agent|conseiller)",
    r"\b(?:eres|es\s+usted|es\s+esto|sei|siete|è)\b.{0,20}\b(?:human|uman|person|robot|bot)",
    r"\b(?:no\s+(?:quiero|necesito)|non\s+(?:voglio|vorrei|ho\s+bisogno)|sin|senza)\b.{0,25}\b(?:human|uman|person|agente)",
]

_WISH = re.compile("|".join(ENGLISH + OTHERS), re.IGNORECASE)
_OTHERWISE = re.compile("|".join(NOT_ENGLISH + NOT_OTHERS), re.IGNORECASE)


def wants_person(text: str) -> bool:
    said = " ".join(text[:READ_CHARS].replace("’", "'").split())
    return _WISH.search(said) is not None and _OTHERWISE.search(said) is None

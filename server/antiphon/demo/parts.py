"""Parts: which play a simulated visitor plays, and what kind of person he is. Drawn by seed, pure.

History and the living visitors draw from the same table, so that yesterday looks like today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from antiphon.demo.dialogues import Dialogue, render, words

BLUNDERS = {"calm": 1.0, "impatient": 2.5}  # how much likelier an impatient visitor does what nobody likes
LEAVES, BLINKS, RETURNS = 0.05, 0.07, 0.06  # goes without a word, drops off for a while, writes again later
ANSWERS, COMMENTS = 0.52, 0.38  # of all surveys; of all answers
PATIENCE_MS = {"calm": 150_000, "impatient": 45_000}  # mean of an exponential
SCORES = ((5, 52), (4, 31), (3, 9), (2, 5), (1, 3))  # when a play does not say
COUNTRIES = {"en": ("GB", "GB", "GB", "GB", "IE", "US", "NL"), "de": ("DE", "DE", "AT", "CH")}
DEVICES = ("phone", "phone", "phone", "desktop", "desktop", "tablet")
PLAIN = str.maketrans({"ü": "ue", "ä": "ae", "ö": "oe", "ß": "ss", "'": None, " ": "."})
SHOP_URL = "https://marigold.example"

BROWSERS = {
    "phone": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Mobile Safari/604.1",
    "tablet": "Mozilla/5.0 (Linux; Android 16; SM-X710) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
    "desktop": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`leaves_after` and `blinks_after` count blocks of the talk; `csat` None: leaves the survey alone."""

    dialogue: Dialogue
    name: str
    country: str
    device: str
    patience_ms: int
    leaves_after: int | None
    blinks_after: int | None
    returns: bool
    csat: int | None
    nps: int | None
    comment: str | None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def page(self) -> str:
        return SHOP_URL + self.dialogue.page

    @property
    def email(self) -> str:
        return f"{self.name.lower().translate(PLAIN)}@example.org"


def draw(random: Random, plays: Sequence[Dialogue], dialogue: Dialogue | None = None) -> Part:
    """A visitor, by chance; with `dialogue` he plays that."""
    play = dialogue or random.choices(plays, [one.weight for one in plays])[0]
    blunder = BLUNDERS[play.temper]
    csat, nps = _scores(random, play)
    rates = random.random() < ANSWERS
    commented = rates and random.random() < COMMENTS
    return Part(
        dialogue=play,
        name=random.choice(words()["names"][play.language]),
        country=random.choice(COUNTRIES[play.language]),
        device=random.choice(DEVICES),
        patience_ms=round(8_000 + random.expovariate(1 / PATIENCE_MS[play.temper])),
        leaves_after=_somewhere(random, play, LEAVES * blunder),
        blinks_after=_somewhere(random, play, BLINKS),
        returns=bool(play.talk) and random.random() < RETURNS,
        csat=csat if rates else None,
        nps=nps if rates and random.random() < 0.85 else None,
        comment=_comment(random, play, csat) if commented else None,
    )


def facts(part: Part, returning: bool) -> dict[str, object]:
    """What a start says about its visitor."""
    return {
        "page": part.dialogue.page,
        "language": part.dialogue.language,
        "country": part.country,
        "device": part.device,
        "segment": "returning" if returning else "new",
        "returning": returning,
    }


def _somewhere(random: Random, play: Dialogue, likelihood: float) -> int | None:
    """A block of the talk, or None."""
    if len(play.talk) < 3 or random.random() >= likelihood:
        return None
    return random.randrange(1, len(play.talk) - 1)


def _scores(random: Random, play: Dialogue) -> tuple[int, int]:
    if play.rating:
        csat = play.rating[0] + random.choices((0, -1, 1, -2), (68, 17, 12, 3))[0]
        nps = play.rating[1] + random.choices((0, 1, -1, -3), (50, 20, 22, 8))[0]
        return min(5, max(1, csat)), min(10, max(0, nps))
    csat = random.choices([score for score, _ in SCORES], [often for _, often in SCORES])[0]
    return csat, min(10, max(0, 2 * csat + random.choice((-2, -1, 0, 0, 0))))


def _comment(random: Random, play: Dialogue, csat: int) -> str:
    """The play's own words if its score was given, else words that go with the score."""
    fits = play.rating is not None and csat == play.rating[0]
    if play.comments and fits and random.random() < 0.5:
        return random.choice(play.comments)
    said: str = random.choice(words()["comments"][play.language][str(csat)])
    return said


def spoken(part: Part, line: str, random: Random, agent: str = "") -> str:
    """A line of his play, or of his agent, as it is said."""
    return render(line, random, name=part.first_name, agent=agent)

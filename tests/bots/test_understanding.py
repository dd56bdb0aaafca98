"""Wishes, payloads, entities, and a classifier that knows what it does not know."""

from pathlib import Path

import numpy as np
import pytest

from antiphon.bots.build import default_project
from antiphon.bots.builtin import classifier, kept, loaded, trainer
from antiphon.bots.builtin.calibration import (
    PRECISION,
    best_temperature,
    choose_thresholds,
    expected_calibration_error,
    probabilities,
)
from antiphon.bots.builtin.entities import Extractor
from antiphon.bots.builtin.examples import Example, Examples
from antiphon.bots.builtin.parse import Interpreter
from antiphon.bots.builtin.project import Project, read_project
from antiphon.bots.mood import is_fed_up
from antiphon.bots.port import BotFailed
from antiphon.bots.wish import wants_person

WISHES = """\
I want to talk to a person
can i speak with a human please
human
a human please!
agent
Agent please
get me an agent
please connect me to customer service
transfer me to a representative
let me talk to someone
I need to speak to somebody about my order
put me through to an operator
is there anyone I can talk to?
is there a real person there?
I'd like to chat with your support team
I would like to speak to a manager
give me a real human
can you get me a member of staff
real person now
I wanna talk to a live agent
could you escalate this to your supervisor
I'd prefer a human
call me a representative
live chat
no I want to talk to an agent
no, a human please
why can't I speak to a human
I want human help
speak to human
talk to agent
Ich möchte mit einem Menschen sprechen
Kann ich bitte mit einem Mitarbeiter reden?
Verbinden Sie mich mit dem Kundenservice
ich brauche einen Mitarbeiter
Mitarbeiter bitte
ich will mit jemandem sprechen
können sie mich an einen kollegen weiterleiten
Je voudrais parler à un humain
parler à quelqu'un svp
passez-moi un conseiller
un agent s'il vous plaît
j'ai besoin d'un conseiller
puis-je parler à une vraie personne
Quiero hablar con una persona
necesito un agente
pásame con un operador
hablar con alguien
una persona real, por favor
atención al cliente
Vorrei parlare con una persona
passami un operatore
operatore
ho bisogno di un operatore
voglio parlare con qualcuno"""
NO_WISHES = """\
are you a human?
am I talking to a real person
is this a bot or a person?
I don't want to talk to a person
no need for an agent
where is my order
can I return something for another person
how many people work there
what does your estate agent special offer cost
I talked to my cactus
the delivery person left it in the rain
I need a monstera
why should I talk to you
when are you open
get me my money back
I want to return the human hair wig
do I need to speak to a representative to change my address
should i contact customer support for that
am I speaking with someone real
Bist du ein Mensch?
Spreche ich mit einem Menschen?
ich möchte nicht mit einem Menschen sprechen
Wo ist meine Bestellung?
Mein Paket ist nicht angekommen
Êtes-vous un humain ?
où est ma commande
je voudrais un cactus
eres una persona?
dónde está mi pedido
quiero una planta
sei una persona vera?
dov'è il mio ordine
vorrei un'orchidea
non voglio parlare con una persona"""


@pytest.fixture(scope="module")
def project() -> Project:
    return read_project(default_project())


@pytest.fixture(scope="module")
def interpreter(project: Project, cache: Path) -> Interpreter:
    return Interpreter(project, kept.load_or_train(project.examples.examples, cache))


@pytest.mark.parametrize("words", WISHES.splitlines())
def test_a_wish_for_a_person_is_heard(words: str) -> None:
    assert wants_person(words)


@pytest.mark.parametrize("words", NO_WISHES.splitlines())
def test_other_words_about_people_are_no_wish(words: str) -> None:
    assert not wants_person(words)


@pytest.mark.parametrize(
    "words",
    [
        "this is ridiculous!!",
        "you are so useless",
        "stupid bot",
        "worst service ever",
        "I'm fed up",
        "go to hell",
        "I have had enough",
        "are you kidding me?",
        "you're wasting my time",
        "I will never order from you again",
    ],
)
def test_a_lost_temper_is_noticed(words: str) -> None:
    assert is_fed_up(words)


@pytest.mark.parametrize(
    "words",
    [
        "my parcel is late",
        "the pot is broken",
        "I thought I had enough money",
        "is this a joke plant?",
        "thank you",
        "I hate flies in my soil",
        "a stupid question: where is my order",
        "ridiculously big monstera",
        "no",
    ],
)
def test_an_ordinary_complaint_is_a_question_like_any_other(words: str) -> None:
    assert not is_fed_up(words)


def test_a_payload_says_exactly_what_it_means(interpreter: Interpreter) -> None:
    parsed = interpreter.parse('/order_status{"order_number": "MG-1042"}')
    assert parsed["intent"] == {"name": "order_status", "confidence": 1.0}
    assert [(e["entity"], e["value"]) for e in parsed["entities"]] == [("order_number", "MG-1042")]


@pytest.mark.parametrize("payload", ["/unknown", "/order_status{broken", "/"])
def test_a_broken_payload_is_not_understood_rather_than_an_error(
    interpreter: Interpreter, payload: str
) -> None:
    assert interpreter.parse(payload)["intent"]["name"] in ("nlu_fallback", "order_status")


def test_entities_have_the_keys_of_rasa(interpreter: Interpreter) -> None:
    found = interpreter.parse("how much water for my Phalaenopsis")["entities"]
    assert found == [
        {"entity": "plant", "start": 22, "end": 34, "value": "orchid", "extractor": "RegexEntityExtractor"}
    ]


def test_the_longest_entity_wins_and_common_ones_come_when_the_domain_wants_them() -> None:
    examples = Examples(lookups={"plant": {"cactus", "christmas cactus"}})
    extractor = Extractor(examples, frozenset({"plant", "email", "phone_number", "amount_of_money"}))
    found = extractor.find("Christmas cactus for €19.90? ann@example.org or +44 20 7946 0000")
    assert [(e["entity"], e["value"]) for e in found] == [
        ("plant", "Christmas cactus"),
        ("amount_of_money", "€19.90"),
        ("email", "ann@example.org"),
        ("phone_number", "+44 20 7946 0000"),
    ]
    assert Extractor(examples, frozenset({"plant"})).find("ann@example.org") == []


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "💚", "\x00\x07", "a" * 100_000, "ÄÖÜ ß ﬁ", "日本語で話せますか"]
)
def test_any_text_is_parsed(interpreter: Interpreter, text: str) -> None:
    parsed = interpreter.parse(text)
    assert parsed["intent_ranking"][0] == parsed["intent"]
    assert 0 <= parsed["intent"]["confidence"] <= 1


def test_typing_errors_are_forgiven(interpreter: Interpreter) -> None:
    assert interpreter.parse("wher is my ordr")["intent"]["name"] == "order_status"
    assert interpreter.parse("openning hours??")["intent"]["name"] == "opening_hours"


def test_foreign_text_looks_foreign(interpreter: Interpreter) -> None:
    assert interpreter.parse("qwrtz plmk")["intent"]["name"] == "nlu_fallback"
    assert interpreter.parse("qwrtz plmk")["out_of_scope"]
    assert not interpreter.parse("where is my parcel")["out_of_scope"]


def test_the_trained_model_is_kept_by_what_it_learned_from(project: Project, tmp_path: Path) -> None:
    examples = project.examples.examples
    trained = kept.load_or_train(examples, tmp_path)
    again = kept.load_or_train(examples, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    assert again.thresholds == trained.thresholds
    assert again.rank("is my parcel late?") == trained.rank("is my parcel late?")
    kept.load_or_train([*examples, Example("one more", "greet")], tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_spoilt_cache_is_trained_anew(project: Project, tmp_path: Path) -> None:
    examples = project.examples.examples
    kept.load_or_train(examples, tmp_path)
    next(tmp_path.iterdir()).write_bytes(b"not a model")
    assert kept.load_or_train(examples, tmp_path).rank("hello").ranking[0][0] == "greet"


def test_training_twice_gives_the_same_model(project: Project) -> None:
    one, other = (classifier.train(project.examples.examples) for _ in range(2))
    assert np.array_equal(one.weights, other.weights)


def test_too_few_examples_leave_confidence_uncalibrated() -> None:
    model = classifier.train([Example("hi", "greet"), Example("hello", "greet"), Example("bye", "go")])
    assert not model.thresholds.calibrated
    assert model.rank("hello").ranking[0][0] == "greet"


def test_one_intent_alone_is_enough_to_train() -> None:
    assert classifier.train([Example("hi", "greet")]).rank("hi").ranking[0][0] == "greet"


def test_the_temperature_makes_confidence_honest() -> None:
    chance = np.random.default_rng(7)
    truth = probabilities(chance.normal(size=(4_000, 5)), 1.0)
    labels = np.array([chance.choice(5, p=row) for row in truth])
    boasting = np.log(truth) / 4  # margins that need a temperature of a quarter
    assert best_temperature(boasting, labels) == pytest.approx(0.25, abs=0.05)
    found = probabilities(boasting, best_temperature(boasting, labels))
    right = found.argmax(axis=1) == labels
    assert expected_calibration_error(found.max(axis=1), right) < 0.03


def test_the_answer_threshold_buys_precision() -> None:
    chance = np.random.default_rng(7)
    truth = probabilities(chance.normal(size=(4_000, 3)) * 2, 1.0)
    labels = np.array([chance.choice(3, p=row) for row in truth])
    found = choose_thresholds(np.log(truth), np.zeros(len(labels)), labels)
    answered = truth.max(axis=1) >= found.answer
    assert found.calibrated
    assert 0.3 <= found.answer <= 0.95
    assert (truth.argmax(axis=1) == labels)[answered].mean() == pytest.approx(PRECISION, abs=0.01)


def test_expected_calibration_error_by_hand() -> None:
    confidence, right = np.array([0.9, 0.9, 0.6, 0.6]), np.array([True, False, True, True])
    assert expected_calibration_error(confidence, right, bins=10) == pytest.approx(0.5 * 0.4 + 0.5 * 0.4)


async def test_much_to_learn_is_learned_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loaded, "LITTLE", 10)
    monkeypatch.setattr(kept, "train", None)  # here nothing is trained
    found = await loaded.Loader(default_project(), tmp_path, None).load()
    assert found.classifier
    assert found.classifier.rank("hello").ranking[0][0] == "greet"


async def test_training_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(BotFailed, match="no such folder"):
        await trainer.train_apart(tmp_path / "nowhere", tmp_path, None)

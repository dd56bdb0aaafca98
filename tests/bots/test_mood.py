"""A lost temper in every language of the widget, and ordinary complaints in all of them, which are none."""

import time
from pathlib import Path

import pytest

from antiphon.bots.mood import FURTHER, LATIN, READ_CHARS, is_fed_up

LOCALES = Path(__file__).parents[2] / "widget" / "src" / "visitor" / "locales"
FED_UP = {
    "de": [
        "Das ist eine Frechheit!", "das ist doch lächerlich", "Ich habe die Nase voll",
        "jetzt reicht's", "blöder Bot", "ihr seid unfähig", "schlechtester Kundenservice aller Zeiten",
        "reine Zeitverschwendung", "Nie wieder bestelle ich hier", "wollt ihr mich verarschen",
        "Sie hören von meinem Anwalt", "leck mich",
    ],
    "fr": [
        "C’est inadmissible !", "j'en ai marre", "bot stupide", "vous êtes nuls",
        "le pire service du monde", "quelle perte de temps", "je ne commanderai plus jamais chez vous",
        "vous vous moquez de moi ?", "je vais appeler mon avocat", "je vais porter plainte",
    ],
    "es": [
        "esto es inaceptable", "¡Qué vergüenza!", "estoy harta de esperar", "bot inútil",
        "eres un inútil", "la peor atención que he visto", "es una pérdida de tiempo",
        "nunca más compraré aquí", "¿me estáis tomando el pelo?", "hablaré con mi abogado",
        "vete a la mierda",
    ],
    "it": [
        "è inaccettabile", "Che vergogna!", "sono stufo di aspettare", "bot inutile",
        "siete degli incompetenti", "il peggior servizio di sempre", "mi fate perdere tempo",
        "mai più comprerò da voi", "mi state prendendo in giro?", "sentirete il mio avvocato",
        "vaffanculo",
    ],
    "pt-BR": [
        "isso é um absurdo", "que palhaçada", "estou farta", "cansei de esperar", "robô burro",
        "vocês são incompetentes", "pior atendimento da vida", "perda de tempo",
        "nunca mais compro aqui", "está brincando comigo?", "vou ao Procon", "vai se foder",
    ],
    "pl": [
        "to jest skandal", "mam tego dość", "głupi bot", "jesteście beznadziejni", "najgorsza obsługa",
        "strata czasu", "nigdy więcej nic tu nie kupię", "robicie sobie jaja?", "zgłoszę to do UOKiK",
    ],
    "tr": [
        "bu tam bir rezalet", "bıktım artık", "aptal bot", "siz beceriksizsiniz", "en kötü hizmet",
        "zaman kaybı", "bir daha asla almam", "dalga mı geçiyorsunuz", "avukatımla konuşacağım",
    ],
    "uk": [
        "це неприпустимо", "мені вже набридло", "тупий бот", "ви нікчемні", "найгірший сервіс",
        "марна трата часу", "ніколи більше не замовлю", "ви знущаєтесь?", "я подам до суду",
    ],
    "ja": [
        "ふざけるな", "もううんざりです", "最悪の対応", "役に立たないボットだ", "時間の無駄",
        "二度と買わない", "弁護士に相談します", "いい加減にして",
    ],
    "ar": [
        "هذا غير مقبول", "سئمت من الانتظار", "روبوت غبي", "أسوأ خدمة", "مضيعة للوقت", "هل تمزح معي",
        "لن أشتري منكم مرة أخرى",
    ],
    "he": [
        "זה פשוט מגוחך", "נמאס לי לחכות", "בוט מטומטם", "השירות הכי גרוע", "בזבוז זמן",
        "אתם צוחקים עליי?", "אתם חסרי תועלת",
    ],
}  # fmt: skip
ORDINARY = {
    "de": [
        "mein Paket ist zu spät", "der Topf ist kaputt", "reicht es, wenn ich einen bestelle?",
        "blöde Frage: wo ist es", "ich habe die falsche Größe bestellt", "sind die Blumen noch da",
        "das ist ein schöner Witz-Topf", "kann ich wieder bestellen", "nein",
        "das war leider nicht hilfreich",
    ],
    "fr": [
        "mon colis est en retard", "le pot est cassé", "c'est ridicule comme il est petit",
        "je suis un peu déçue", "est-ce que je peux commander plus tard ?", "c'est inutile, merci",
        "non",
    ],
    "es": [
        "mi paquete llega tarde", "la maceta está rota", "¿es una planta de interior?",
        "nunca he comprado aquí", "estoy esperando mi pedido", "no",
        "¿cuál es la peor época para plantar?", "nunca compré nada aquí",
    ],
    "it": [
        "il mio pacco è in ritardo", "il vaso è rotto", "è una pianta da interno?", "sono in ritardo",
        "non ho mai ordinato qui", "no", "che pianta è?",
    ],
    "pt-BR": [
        "meu pedido está atrasado", "o vaso quebrou", "quando chega meu pedido?",
        "é uma planta de interior?", "nunca comprei aqui", "não", "que planta é essa?",
    ],
    "pl": [
        "paczka się spóźnia", "doniczka jest pęknięta", "czy to jest kaktus?", "nigdy tu nie kupowałem",
        "nie",
    ],
    "tr": [
        "siparişim gecikti", "saksı kırık geldi", "bu bitki iç mekan mı", "bir daha söyler misiniz",
        "hayır",
    ],
    "uk": [
        "посилка запізнюється", "горщик розбитий", "це кактус?", "я ще ніколи тут не був", "ні",
    ],
    "ja": [
        "荷物が届きません", "鉢が割れていました", "クーポンが使えない", "注文をキャンセルしたい",
        "いいえ",
    ],
    "ar": [
        "طردي متأخر", "الأصيص مكسور", "هل هذا النبات داخلي", "لا",
    ],
    "he": [
        "החבילה מאחרת", "העציץ שבור", "זה צמח פנים?", "לא",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [(k, v) for k, all_ in FED_UP.items() for v in all_])
def test_a_lost_temper_is_noticed_in_every_language(language: str, words: str) -> None:
    assert is_fed_up(words), language
    assert is_fed_up(f"{words.upper()}!!!") or language == "tr", "shouted, too (Turkish has two kinds of i)"


@pytest.mark.parametrize(("language", "words"), [(k, v) for k, all_ in ORDINARY.items() for v in all_])
def test_an_ordinary_complaint_is_a_question_in_every_language(language: str, words: str) -> None:
    assert not is_fed_up(words), language


def test_every_language_of_the_widget_is_heard() -> None:
    spoken = {file.stem for file in LOCALES.glob("*.json")}
    assert spoken == {*LATIN, *FURTHER} == {"en", *FED_UP} == {"en", *ORDINARY}


def test_the_most_tiresome_message_takes_no_time() -> None:
    began = time.perf_counter()
    for words in ("é " * READ_CHARS, "to " * READ_CHARS, "bu tam bir " * READ_CHARS, "x" * 100_000):
        is_fed_up(words)
    assert time.perf_counter() - began < 0.5

"""Whether somebody has lost their patience. Pure, quick, and careful rather than complete.

A bot does not argue with an angry person: what is found here goes to a human at once. Ordinary complaints
("my parcel is late") are questions like any other, so only words about being fed up, insults at the bot and
threats to leave count; a swear word counts when it is no mere emphasis of a question that can be answered.

English in detail; the widget's other languages by the phrases that people use, all of them heard at once:
nobody says beforehand in which language he will lose his temper. The rows of a language say, in this order,
that something is beyond bearing, that one has had enough, insults, the worst of all, lost time, never again,
being made a fool of, the law, and to go away. Rows are in lower case and begin at the beginning of a word. To
add a language add its rows here and its sentences, angry and ordinary, to `tests/bots/test_mood.py`.
"""

import re
from collections.abc import Mapping, Sequence

READ_CHARS = 500

TEMPER = (
    r"(?:ridiculous|outrageous|unacceptable|disgusting|disgraceful|furious|livid|fed\s+up"
    r"|infuriating|appalling)"
)
ENGLISH = [
    rf"(?:i'?m|i\s+am|this\s+is|it'?s|that'?s|how|so|absolutely|totally)\s+(?:\w+\s+)?{TEMPER}\b",
    r"(?:useless|stupid|dumb|idiotic|worthless|rubbish|crap|shitty|terrible)\s+(?:ro)?bot\b",
    r"(?:you|u)(?:'?re|\s+are|\s+r)?\s+(?:so\s+|absolutely\s+|completely\s+|fucking\s+)?(?:useless|stupid|dumb|an?\s+idiot|no\s+help)\b",
    r"(?:this|that)\s+is\s+(?:so\s+|absolutely\s+|completely\s+|fucking\s+)?(?:useless|bullshit|bs|a\s+joke|pathetic)\b",
    r"worst\s+(?:service|company|shop|store|support|experience)\b",
    r"(?:sick|tired)\s+of\s+(?:this|you|waiting|your)\b",
    r"i(?:'?ve|\s+have)\s+had\s+enough\b",
    r"are\s+you\s+(?:kidding|joking)\b",
    r"(?:waste|wasting)\s+(?:of\s+)?my\s+time\b",
    r"never\s+(?:buy|order|shop)\w*\b.{0,30}\bagain\b",
    r"(?:(?:call|contact|hear\s+from)\s+my\s+lawyer|sue\s+you|consumer\s+protection|trading\s+standards)\b",
    r"(?:fuck|screw)\s+(?:you|off|this)\b",
    r"go\s+to\s+hell\b",
]
GERMAN = [
    r"(?:das|es|echt|so|völlig|einfach)\s+(?:ist\s+)?(?:(?:doch|echt|ja|wirklich|einfach)\s+)*(?:eine?\s+)?(?:unverschämt(?:heit)?|inakzeptabel|lächerlich|frechheit|zumutung|sauerei|witz)\b",
    r"(?:nase\s+voll|(?:bin|habe?)\s+(?:es|das)\s+satt|jetzt\s+reicht'?s|mir\s+reicht(?:'?s|\s+es)|stinksauer|stocksauer)\b",
    r"(?:blöder?|dummer?|nutzloser?|bescheuerter?|scheiß\w*)\s*(?:ro)?bot\b",
    r"(?:du\s+bist|ihr\s+seid|sie\s+sind)\s+(?:(?:so|echt|völlig|total)\s+)?(?:nutzlos|dumm|blöd|bescheuert|unfähig|eine?\s+idiot\w*)\b",
    r"schlechteste\w?\s+(?:\w*service|laden|support|firma|shop|geschäft)\b",
    r"zeitverschwendung\b",
    r"nie\s+(?:wieder|mehr)\b.{0,30}\b(?:bestell|kauf)",
    r"(?:wollt\s+ihr|wollen\s+sie|willst\s+du)\s+mich\s+(?:verarschen|veräppeln|für\s+dumm)",
    r"(?:mein(?:en?|em)?\s+anwalt|verbraucherzentrale|verklage|verklagen)\b",
    r"(?:leck(?:t|en\s+sie)?\s+mich|verpiss\s+dich|fick\s+dich|halt\s+die\s+(?:fresse|klappe)|arschl[oö]ch\w*)\b",
]
FRENCH = [
    r"c'est\s+(?:(?:vraiment|tout\s+simplement|complètement|totalement)\s+)?(?:inadmissible|inacceptable|scandaleux|honteux|ridicule|une\s+honte|n'importe\s+quoi)\s*(?:[.!,]|$)",
    r"(?:j'en\s+ai\s+(?:vraiment\s+)?(?:marre|assez|plein)|ras[\s-]le[\s-]bol|je\s+suis\s+(?:furieu(?:x|se)|excédée?))\b",
    r"(?:(?:ro)?bot\s+(?:stupide|inutile|débile|nul|de\s+merde)|(?:stupide|inutile)\s+(?:ro)?bot|service\s+de\s+merde)\b",
    r"(?:tu\s+es|t'es|vous\s+êtes)\s+(?:(?:vraiment|complètement)\s+)?(?:nuls?|inutiles?|stupides?|incompétents?|débiles?|des?\s+(?:nuls|idiots))\b",
    r"pire\s+(?:service|magasin|boutique|site|entreprise|expérience)\b",
    r"(?:perte\s+de\s+temps|perdre\s+mon\s+temps)\b",
    r"(?:plus\s+jamais|jamais\s+plus)\b.{0,40}\b(?:command|achet)|\b(?:command|achet)\w+\s+plus\s+jamais\b",
    r"vous\s+vous\s+(?:moquez|foutez)\s+de\b",
    r"(?:mon\s+avocat|porter\s+plainte|dgccrf)\b",
    r"(?:va\s+te\s+faire|allez\s+vous\s+faire|ferme[\s-]la|va\s+au\s+diable)\b",
]
SPANISH = [
    r"(?:es|esto\s+es|qué)\s+(?:(?:totalmente|completamente|realmente)\s+)?(?:una?\s+)?(?:inaceptable|indignante|ridículo|vergonzoso|vergüenza|intolerable|tomadura\s+de\s+pelo)\b",
    r"(?:estoy\s+(?:muy\s+|ya\s+)?(?:hart[oa]|furios[oa]|hasta\s+las\s+narices)|ya\s+basta)\b",
    r"(?:ro)?bot\s+(?:inútil|estúpido|tonto|de\s+mierda)\b",
    r"(?:eres|sois)\s+(?:(?:un|una|unos|muy|tan|completamente)\s+)?(?:inútil(?:es)?|estúpid[oa]s?|tont[oa]s?|idiotas?|incompetentes?)\b",
    r"peor\s+(?:servicio|tienda|empresa|atención|experiencia)\b",
    r"(?:pérdida\s+de\s+tiempo|perd(?:er|iendo)\s+(?:mi|el)\s+tiempo)\b",
    r"(?:nunca|jamás|no)\s+(?:más\s+|volveré\s+a\s+)(?:os\s+|les\s+|voy\s+a\s+)?(?:compr|ped)",
    r"(?:me\s+est(?:ás|á|án|áis)\s+tomando\s+el\s+pelo|(?:es|será)\s+una\s+broma)\b",
    r"(?:mi\s+abogad[oa]|(?:os|les|los)\s+(?:voy\s+a\s+)?denunci\w+|hoja\s+de\s+reclamaciones)\b",
    r"(?:vete\s+(?:a\s+la\s+mierda|al\s+(?:infierno|diablo))|que\s+te\s+jodan|gilipollas)\b",
]
ITALIAN = [
    r"(?:è|che)\s+(?:(?:davvero|assolutamente|semplicemente)\s+)?(?:una?\s+)?(?:inaccettabile|ridicolo|vergognoso|scandaloso|vergogna|schifo|presa\s+in\s+giro)\b",
    r"(?:sono\s+(?:stuf[oa]|furios[oa])|ne\s+ho\s+abbastanza|non\s+ne\s+posso\s+più)\b",
    r"(?:(?:ro)?bot\s+(?:inutile|stupido|scemo|di\s+merda)|stupido\s+(?:ro)?bot)\b",
    r"(?:sei|siete)\s+(?:(?:proprio|davvero|solo|un|un'|degli)\s*)*(?:inutil[ei]|stupid[oaie]|idiot[aie]|scem[oaie]|incapac[ei]|incompetent[ei])\b",
    r"peggior[ei]?\s+(?:servizio|negozio|azienda|assistenza|esperienza)\b",
    r"(?:perdita\s+di\s+tempo|(?:facendo|fate|fa)\s+perdere\s+tempo)\b",
    r"mai\s+più\b.{0,30}\b(?:compr|ordin)|\b(?:comprerò|ordinerò)\s+mai\s+più\b",
    r"(?:prendendo\s+in\s+giro|state\s+scherzando)\b",
    r"(?:mio\s+avvocato|vi\s+denunci\w+|associazione\s+(?:dei\s+)?consumatori)\b",
    r"(?:vaffanculo|va'?\s+a\s+quel\s+paese|vai\s+all'inferno)\b",
]
PORTUGUESE = [
    r"(?:é|que)\s+(?:(?:totalmente|simplesmente|muito)\s+)?(?:uma?\s+)?(?:inaceitável|ridículo|absurdo|vergonha|vergonhoso|palhaçada|desrespeito|descaso)\b",
    r"(?:estou\s+(?:muito\s+)?(?:fart[oa]|furios[oa]|de\s+saco\s+cheio)|(?:estou\s+)?cansad[oa]\s+(?:disso|de\s+(?:esperar|vocês))|cansei\s+(?:disso|de\s+(?:esperar|vocês)))\b",
    r"(?:robô|bot)\s+(?:inútil|burro|idiota|estúpido|de\s+merda)\b",
    r"(?:você\s+é|vocês\s+são)\s+(?:(?:muito|um|uma|uns|tão)\s+)?(?:inút(?:il|eis)|burr[oa]s?|incompetentes?|idiotas?)\b",
    r"pior\s+(?:serviço|loja|empresa|atendimento|experiência)\b",
    r"(?:perda\s+de\s+tempo|perd(?:er|endo)\s+(?:o\s+)?meu\s+tempo)\b",
    r"nunca\s+mais\b.{0,30}\b(?:compr|pe[çd])",
    r"(?:brincando|zoando)\s+(?:comigo|com\s+a\s+minha\s+cara)\b",
    r"(?:meu\s+advogado|procon|(?:vou|irei)\s+processar)\b",
    r"vai\s+(?:se\s+foder|à\s+merda|pro\s+inferno)\b",
]
POLISH = [
    r"to\s+(?:jest\s+)?(?:(?:jakiś|jakaś|po\s+prostu|zupełnie|całkowicie)\s+)?(?:skandal|niedopuszczalne|żenujące|żenada|kpina|śmieszne|skandaliczne)\b",
    r"(?:mam\s+(?:już\s+)?(?:tego|was|ciebie)\s+(?:już\s+)?(?:dość|dosyć)|jestem\s+(?:wściekł[ya]|wkurzon[ya]))\b",
    r"(?:głupi|bezużyteczny|durny)\s+(?:ro)?bot\b",
    r"jeste(?:ś|ście)\s+(?:(?:po\s+prostu|całkowicie|taki|tak)\s+)?(?:bezużyteczn|głup|beznadziejn|do\s+niczego|idiot)",
    r"najgorsz\w+\s+(?:obsługa|sklep|firma|serwis)\b",
    r"(?:strata\s+czasu|marnuje(?:cie|sz)\s+mój\s+czas)\b",
    r"nigdy\s+(?:więcej|już)\b.{0,30}\b(?:zamówi|kupi|kupuj)",
    r"(?:robi(?:cie|sz)\s+(?:sobie\s+)?(?:ze\s+mnie\s+)?(?:jaja|żarty)|chyba\s+żartuje(?:cie|sz))\b",
    r"(?:m(?:ój|ojego)\s+prawnik\w*|uokik\w*|rzecznik\w*\s+konsument\w*|pozwę)\b",
    r"(?:spierdal|odpierdol|kurwa\s+mać|idź\s+do\s+diabła)",
]
TURKISH = [
    r"(?:bu|tam\s+bir|gerçekten)\s+(?:(?:tam|bir|tamamen|çok)\s+)*(?:rezalet|kabul\s+edilemez|saçmalık|skandal)",
    r"(?:bıktım|usandım|yeter\s+artık|canıma\s+yetti)\b",
    r"(?:aptal|işe\s+yaramaz|gerizekalı|salak)\s+(?:ro)?bot\b",
    r"(?:sen|siz)\s+(?:(?:çok|tamamen|gerçekten)\s+)?(?:işe\s+yaramaz|aptal|salak|beceriksiz)",
    r"en\s+kötü\s+(?:hizmet|mağaza|şirket|müşteri\s+hizmet|site)",
    r"zaman(?:ımı|ım)?\s+(?:kaybı|boşa\s+harc|çalıyor)",
    r"bir\s+daha\s+(?:asla|hiç)\b",
    r"(?:dalga\s+mı\s+geçiyor|şaka\s+mı\s+(?:bu|yapıyor))",
    r"(?:avukatım|tüketici\s+(?:hakları|mahkeme|hakem)|dava\s+aça)",
    r"(?:siktir|defol)\b",
]
UKRAINIAN = [
    r"це\s+(?:(?:просто|вже|повна|якесь)\s+)?(?:неприпустимо|обурливо|ганьба|знущання|неподобство)\b",
    r"(?:мені\s+(?:це\s+)?(?:вже\s+)?(?:набридло|остогидло)|урвався\s+терпець|з\s+мене\s+(?:досить|годі))\b",
    r"(?:тупий|дурний|нікчемний)\s+(?:ро)?бот\b",
    r"(?:ти|ви)\s+(?:(?:просто|такий|такі|зовсім)\s+)?(?:тупий|тупі|дурний|дурні|нікчемн|безпорадн)",
    r"найгірш\w+\s+(?:сервіс|магазин|обслуговування|компанія|підтримка)\b",
    r"(?:марна\s+трата\s+часу|марнуєте\s+мій\s+час)\b",
    r"ніколи\s+(?:більше\s+)?(?:не\s+|нічого\s+)*(?:замовл|куп)",
    r"ви\s+(?:що,?\s+)?(?:знущаєтес|жартуєте)",
    r"(?:мій\s+(?:юрист|адвокат)|захист\w*\s+прав\s+споживач|подам\s+до\s+суду)",
    r"(?:іди\s+к\s+чорту|йди\s+до\s+біса|пішов\s+ти)\b",
]
# Without spaces between words: whatever stands around them.
JAPANESE = [
    r"ふざけ(?:るな|んな|ないで)|いい加減に(?:しろ|して)|(?:もう|本当に)(?:うんざり|我慢できない|限界(?:だ|です))",
    r"最悪(?:だ|です|な|の)(?:$|[!！。]|対応|サービス|店|会社)|話にならない|頭にき(?:た|ました)",
    r"(?:役に立たない|使えない|バカな?|馬鹿な?|クソ)(?:ロ?ボット|AI|チャット)|(?:バカ|馬鹿)にして",
    r"時間の無駄|二度と(?:買|使|注文|利用)|消費者センター|弁護士に|訴え(?:るぞ|ます)",
]
ARABIC = [
    r"(?:هذا|هذه)\s+(?:أمر\s+|شيء\s+)?(?:غير\s+مقبول|سخيف|مهزلة|فضيحة)",
    r"(?:سئمت|طفح\s+الكيل|لقد\s+اكتفيت|أنا\s+غاضبة?)\b",
    r"(?:بوت|روبوت)\s+(?:غبي|فاشل|عديم\s+الفائدة)|\b(?:أنت|أنتم)\s+(?:غبي|أغبياء|فاشل|عديم)",
    r"أسوأ\s+(?:خدمة|متجر|شركة|تجربة|موقع)",
    r"(?:مضيعة\s+لل?وقت|تضيعون?\s+وقتي|لن\s+(?:أشتري|أطلب|أتعامل)\s.{0,30}(?:مرة\s+أخرى|أبدا))",
    r"(?:هل\s+تمزح|حماية\s+المستهلك|سأقاضيكم|اذهب\s+إلى\s+الجحيم)",
]
HEBREW = [
    r"(?:זה|זאת|זו)\s+(?:פשוט\s+|ממש\s+)?(?:מגוחך|לא\s+מקובל|שערורי\w+|בושה|חרפה|ביזיון)",
    r"(?:נמאס\s+לי|נשבר\s+לי|אני\s+(?:עצבני|עצבנית|רותח|רותחת))\b",
    r"(?:בוט|רובוט)\s+(?:מטומטם|טיפש|דפוק|חסר\s+תועלת)|\b(?:אתה|אתם)\s+(?:פשוט\s+|ממש\s+)?(?:מטומטם|מטומטמים|טיפש|חסרי?\s+תועלת)",
    r"(?:השירות|החנות|החברה)\s+(?:הכי\s+גרועה?|הגרועה?\s+ביותר)",
    r"(?:בזבוז\s+(?:של\s+)?זמן|מבזבזים\s+לי|(?:לא|לעולם\s+לא)\s+(?:אקנה|אזמין)\s.{0,30}(?:יותר|שוב))",
    r"(?:אתם\s+צוחקים|אתה\s+צוחק|עורך\s+הדין\s+שלי|הגנת\s+הצרכן|אתבע\s+אתכם|לך\s+לעזאזל)",
]
LATIN = {
    "en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN, "pt-BR": PORTUGUESE,
    "pl": POLISH, "tr": TURKISH,
}  # fmt: skip
FURTHER = {"uk": UKRAINIAN, "ja": JAPANESE, "ar": ARABIC, "he": HEBREW}


def _any(languages: Mapping[str, Sequence[str]]) -> str:
    return "|".join(phrase for phrases in languages.values() for phrase in phrases)


# In lower case and with one boundary before all of them: five times as quick as each for itself.
_LATIN = re.compile(rf"\b(?:{_any(LATIN)})")
_FURTHER = re.compile(_any(FURTHER))
_FURTHER_LETTER = re.compile(r"[^\W\d_\x00-\u024f]")


def is_fed_up(text: str) -> bool:
    said = " ".join(text[:READ_CHARS].replace("’", "'").lower().split())
    if _LATIN.search(said):
        return True
    return _FURTHER_LETTER.search(said) is not None and _FURTHER.search(said) is not None

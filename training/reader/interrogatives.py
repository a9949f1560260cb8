"""How languages ask. News, in which the lexicon is counted, hardly ever does: its "when" is not that of a question."""

import re

WORDS = ("who", "what", "when", "where", "which", "why", "how many", "how much", "how")
_TOLD = {
    "ar": "من|ما|متى|أين|أي|لماذا|كم عدد|كم|كيف",
    "az": "kim|nə|nə vaxt|harada|hansı|niyə|neçə|nə qədər|necə",
    "bn": "কে|কী|কখন|কোথায়|কোন|কেন|কতজন|কত|কীভাবে",
    "de": "wer|was|wann|wo|welche|warum|wie viele|wie viel|wie",
    "el": "ποιος|τι|πότε|πού|ποια|γιατί|πόσοι|πόσο|πώς",
    "es": "quién|qué|cuándo|dónde|cuál|por qué|cuántos|cuánto|cómo",
    "fa": "چه کسی|چه|چه زمانی|کجا|کدام|چرا|چند|چه مقدار|چگونه",
    "fi": "kuka|mitä|milloin|missä|mikä|miksi|kuinka monta|kuinka paljon|miten",
    "fr": "qui|quoi|quand|où|quel|pourquoi|combien de|combien|comment",
    "he": "מי|מה|מתי|איפה|איזה|למה|כמה|כמה|איך",
    "hi": "कौन|क्या|कब|कहाँ|कौन सा|क्यों|कितने|कितना|कैसे",
    "hu": "ki|mi|mikor|hol|melyik|miért|hány|mennyi|hogyan",
    "id": "siapa|apa|kapan|di mana|yang mana|mengapa|berapa banyak|berapa|bagaimana",
    "it": "chi|cosa|quando|dove|quale|perché|quanti|quanto|come",
    "ja": "誰|何|いつ|どこ|どの|なぜ|いくつ|どのくらい|どうやって",
    "kk": "кім|не|қашан|қайда|қай|неге|неше|қанша|қалай",
    "ko": "누가|무엇|언제|어디|어느|왜|몇|얼마나|어떻게",
    "nl": "wie|wat|wanneer|waar|welke|waarom|hoeveel|hoeveel|hoe",
    "pl": "kto|co|kiedy|gdzie|który|dlaczego|ilu|ile|jak",
    "pt": "quem|o que|quando|onde|qual|por que|quantos|quanto|como",
    "ro": "cine|ce|când|unde|care|de ce|câți|cât|cum",
    "ru": "кто|что|когда|где|какой|почему|сколько|сколько|как",
    "sw": "nani|nini|lini|wapi|ipi|kwa nini|ngapi|kiasi gani|vipi",
    "th": "ใคร|อะไร|เมื่อไหร่|ที่ไหน|ไหน|ทำไม|กี่|เท่าไหร่|อย่างไร",
    "tr": "kim|ne|ne zaman|nerede|hangi|neden|kaç|ne kadar|nasıl",
    "uk": "хто|що|коли|де|який|чому|скільки|скільки|як",
    "ur": "کون|کیا|کب|کہاں|کون سا|کیوں|کتنے|کتنا|کیسے",
    "vi": "ai|gì|khi nào|ở đâu|nào|tại sao|bao nhiêu|bao nhiêu|như thế nào",
    "zh": "谁|什么|什么时候|哪里|哪个|为什么|多少|多少|怎么",
}
TRANSLATIONS = {language: dict(zip(WORDS, told.split("|"), strict=True)) for language, told in _TOLD.items()}
_ASKED = re.compile(rf"\b(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b", re.IGNORECASE)


def told_in(question: str, language: str) -> str:
    """The English question with its first question word in another language."""
    known = TRANSLATIONS[language]
    return _ASKED.sub(lambda match: known[match.group().lower()], question, count=1)

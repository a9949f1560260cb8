"""Topics put as questions: what is said about something. Sets of questions hardly have any, and people ask so."""

import random
import re

FRAMES = {
    "ar": "ماذا قيل عن {}؟|ماذا يقول عن {}؟",
    "az": "{} haqqında nə deyilir?|{} barədə nə məlumdur?",
    "bn": "{} সম্পর্কে কী বলা হয়েছে?",
    "de": "Was steht dort über {}?|Was wird über {} gesagt?",
    "el": "Τι λέει για {};|Τι είναι γνωστό για {};",
    "en": "What does it say about {}?|What is said about {}?|What is known about {}?|What about {}?",
    "es": "¿Qué dice sobre {}?|¿Qué se sabe de {}?",
    "fa": "درباره {} چه گفته شده است؟",
    "fi": "{}: mitä siitä sanotaan?",
    "fr": "Que dit-on de {} ?|Que sait-on de {} ?",
    "he": "מה נאמר על {}?",
    "hi": "{} के बारे में क्या कहा गया है?",
    "hu": "{}: mit mond erről?",
    "id": "Apa yang dikatakan tentang {}?",
    "it": "Che cosa si dice di {}?|Cosa dice su {}?",
    "ja": "{}について何と書いてありますか？|{}については？",
    "kk": "{} туралы не айтылған?",
    "ko": "{}에 대해 뭐라고 하나요?",
    "nl": "Wat staat er over {}?|Wat is er bekend over {}?",
    "pl": "Co napisano o {}?|Co wiadomo o {}?",
    "pt": "O que se diz sobre {}?|O que se sabe sobre {}?",
    "ro": "Ce se spune despre {}?",
    "ru": "Что сказано о {}?|Что говорится про {}?|Что известно о {}?",
    "sw": "Inasema nini kuhusu {}?",
    "th": "มีการกล่าวถึง{}ว่าอย่างไร",
    "tr": "{} hakkında ne deniyor?|{} ile ilgili ne söyleniyor?",
    "uk": "Що сказано про {}?|Що відомо про {}?",
    "ur": "{} کے بارے میں کیا کہا گیا ہے؟",
    "vi": "Nói gì về {}?",
    "zh": "关于{}是怎么说的？|文中对{}说了什么？",
}
BARE = 0.2  # of the topics are typed alone
_WORD = r"(?:[a-z]{4,}|[A-Z][a-z]{3,})"
_NOUNS = re.compile(
    rf"\b(?:the|an?|of|for|about|on|in|his|her|their|its) ({_WORD}(?: {_WORD})?)"
    r"(?=[,.;:]| (?:of|in|to|on|for|and|or|by|with|at|from|that|which|who|was|is|were|are|has|have|had|will|said)\b)"
)


def noun_phrases(english: str) -> list[tuple[int, int]]:
    """Where an English sentence speaks of something, told by the small words around it."""
    return [match.span(1) for match in _NOUNS.finditer(english)]


def asked_about(topic: str, language: str, rng: random.Random) -> str:
    """Raises KeyError in a language without frames."""
    frames = FRAMES[language].split("|")
    return topic if rng.random() < BARE else rng.choice(frames).format(topic)

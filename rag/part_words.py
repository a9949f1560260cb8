"""What the parts of laws, contracts and manuals are called, in the languages that ask for them by their number."""

# Language: (how such words begin, such words as they are). Folded before they are used (rag.folding).
BEFORE = {  # the number
    "ar": ("البند الفصل القسم المادة بند قسم ماده مادة", ""),
    "az": ("bölmə bənd fəsil fəsl", ""),
    "bg": ("раздел", "глава член чл. точка точки"),
    "bn": ("অনুচ্ছেদ ধারা", ""),
    "ca": ("articl capitol clàusul seccio", ""),
    "cs": ("článek článk kapitol oddíl odstav příloh", "čl. odst."),
    "cy": ("erthygl", "adran pennod"),
    "da": ("artikel artikl kapitel kapitl paragraf", "afsnit punkt"),
    "de": ("abschnitt absatz anhang anlage artikel kapitel klausel paragr ziffer", "abs. art. kap. teil ziff. punkt"),
    "el": ("άρθρ κεφάλαι παράγραφ ρήτρ ενότητ", ""),
    "en": (
        "annex appendi articl chapter claus paragr recital section subsection",
        "amendment art. chap. cl. item items para. part parts point rule rules schedule sec. step title",
    ),
    "es": ("anexo apartado articul artícul capítul cláusul considerando párraf secció", "art. punto cap."),
    "et": ("artikkel artikl paragrahv peatük", "punkt"),
    "fa": ("بند تبصره ماده", ""),
    "fi": ("artikl pykäl", ""),
    "fr": ("alinéa annex articl chapit claus considérant paragr secti", "art. point"),
    "ga": ("airteagal", ""),
    "gu": ("અનુચ્છેદ કલમ", ""),
    "he": ("סעיף פרק", ""),
    "hi": ("अनुच्छेद अध्याय खंड धारा", ""),
    "hr": ("poglavlj točk", "čl. član člana članak članka članku člen člena"),
    "hy": ("գլուխ հոդված", ""),
    "id": ("pasal bagian ayat", "bab"),
    "it": ("allegat articol capitol clausol paragraf sezion", "art. comma punto"),
    "ka": ("მუხლ თავი", ""),
    "kn": ("ವಿಧಿ ಕಲಂ", ""),
    "ml": ("വകുപ്പ് അനുച്ഛേദം", ""),
    "mr": ("अनुच्छेद कलम", ""),
    "nl": ("artikel bijlag hoofdstuk paragraf", "art. lid"),
    "no": ("artikkel artikl kapittel kapitl paragraf", "avsnitt punkt"),
    "pa": ("ਅਨੁਛੇਦ ਧਾਰਾ", ""),
    "pl": ("artykuł klauzul paragraf rozdział załącznik", "art. pkt punkt punkcie ust. ustęp ustępie"),
    "pt": ("anexo artigo capítul cláusul considerando parágraf secçã seçã", "art. alínea ponto cap."),
    "ro": ("anex articol capitol clauz secțiun", "alin. art. punctul"),
    "ru": (
        "параграф подпункт приложени пункт раздел стать стате",
        "абз. гл. глава главе главой главу главы п. пп. прил. разд. ст. части часть частью",
    ),
    "sk": ("článok článk kapitol odsek", "čl."),
    "sq": ("", "neni nenin nenit"),
    "sr": ("поглављ тачк", "члан члана члану чл."),
    "sv": ("artikel artikl avsnitt kapitel kapitl paragraf", "punkt"),
    "sw": ("kifungu sehemu", "ibara"),
    "ta": ("உறுப்புரை பிரிவு", ""),
    "te": ("అధికరణ అనుచ్ఛేదము సెక్షన్", ""),
    "tr": ("bölüm fıkra", "bent bendi bendinde"),
    "uk": ("додат пункт розділ статт", "глава главі глави п. пп. ст. частина частині"),
    "ur": ("دفعہ شق", ""),
    "vi": ("", "chương điều khoản mục"),
}
BEHIND = {  # an ordinal: "12. cikk", "5-ci maddə", "12-modda"
    "az": ("bənd bölmə fəsil fəsl hissə", ""),
    "eu": ("artikulu atal", ""),
    "fi": ("artikl kohta kohda momenti momentin pykäl", "luku luvu luvun luvussa"),
    "hu": ("bekezdés cikk fejezet paragrafus szakasz", "pont pontja pontban"),
    "is": ("", "grein greinar"),
    "kk": ("бөлім тармақ", ""),
    "lv": ("nodaļ", "pants panta pantā"),
    "mn": ("бүлэг", ""),
    "tr": ("bend bent bölüm fıkra", ""),
    "uz": ("bo'lim modda", "bob bobi"),
}
# Behind an ordinal as well, behind a bare number ("13 бап") and before one. "5 artiklar", of those above, are five.
BARE = {
    "az": ("maddə", ""),
    "kk": ("тарау", "бап бабы бабында баптың"),
    "ky": ("берене", ""),
    "lt": ("skyri straipsn", ""),
    "mn": ("зүйл", ""),
    "tr": ("madde(?!n)", ""),  # a Madden is none
}
UNSPACED = {  # scripts that set no spaces: anywhere
    "km": "ជំពូក មាត្រា",
    "lo": "ຂໍ້ ມາດຕາ",
    "my": "ပုဒ်မ အပိုဒ်",
    "th": "ข้อ บทที่ มาตรา หมวด",
}
# Those of them that name what holds articles and clauses.
CHAPTERS = """
    bab bob bölüm bölmə capitol capítul chap. chapter chapit fejezet fəsil fəsl hoofdstuk kapit luku luvu nodaļ peatük
    pennod poglavlj rozdział skyri κεφάλαι бүлэг гл. глав раздел розділ тарау գլուխ თავი פרק فصل अध्याय ជំពូក บทที่ หมวด
    chương 章 장
"""
# What may stand between the word and the number: "clause No. 3", "Kifungu cha 12", "ข้อที่ 12".
BETWEEN = "number no. no nr. nr n.o №. № номер numero numara cha ya ที่ ទី ທີ"
ORDINALS = {  # written out behind the word: "Article premier", "Cláusula tercera"
    1: "premier première primer primero primera primeiro primeira",
    2: "segundo segunda",
    3: "tercer tercero tercera terceiro terceira",
    4: "cuarto cuarta quarto quarta",
    5: "quinto quinta",
    6: "sexto sexta",
    7: "séptimo séptima sétimo sétima",
    8: "octavo octava oitavo oitava",
    9: "noveno novena nono nona",
    10: "décimo décima",
}

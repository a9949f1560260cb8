"""Abbreviations that end no sentence: "ст. 15", "art. 5", "им. Гейдара Алиева", "Av. Mehmet Demir".

Those of titles, places, laws and books, in the languages whose full stop ends sentences too. What ends a sentence as
often as not ("и т. д.", "etc.", "1941 г.") is left out, and so are most lone letters: `rag.sentences` knows initials.
"""

import re
from collections.abc import Mapping

# Before whatever follows, mostly a name. By languages; in small letters, without the full stop at the end.
_ANYWHERE = {
    "af": "mnr mev dr prof ds genl bv",
    "az": "prof akad dos gen polk pros müh küç məs hz b.e b.e.ə e.ə",
    "be": "ім св вул праф акад дац ген гл",
    "bg": "ул бул гр св пл проф акад доц инж ген полк кап г-н г-жа д-р напр вж ж.к",
    "ca": "sr sra dr dra prof av pl st sta mn",
    "cs": "sv ul nám tř prof doc ing mgr bc mudr judr phdr rndr gen plk kpt mjr tzv tzn např resp tj",
    "da no": "prof dr gen bl.a f.eks jf såk s.k hhv inkl ekskl eks vedr",
    "de": "hr fr hl hll dr prof ing dipl.-ing gen geb fa st inkl exkl einschl zzgl abzgl bzw vgl evtl gem sog ggf insb "
    "insbes bes resp ehem kgl z.b d.h i.d.r z.t v.a u.a i.s.d i.v.m hrsg",
    "el": "κ κα κος κ.κ δρ καθ αγ οδ λεωφ πλ π.χ δηλ βλ πρβλ στρατ",
    "en": "gen col lt sgt capt cmdr maj rep sen gov rev hon supt ft messrs mrs mr ms dr prof approx ca viz",
    "es gl": "sr sra srta sres dr dra dña gral cnel tte lic ing arq prof av avda pza pl sto sta mons excmo ilmo p.ej",
    "et": "prof dr hr pr sh",
    "fi": "esim ks vrt prof tri dr pyh os ns nk",
    "fr": "mm mme mmes mlle mlles dr me mgr pr st ste sts bd boul av gén cdt lt cf env ex",
    "hr bs sr sl": "ul sv prof dr inž ing gen akad gosp npr tzv t.i mag mr",
    "hu": "dr prof ifj id özv szt gr gen ill pl ún vö",
    "id ms": "jl dr prof drs dra ir hj pt cv tn ny sdr st gen letjen mayjen brigjen kec kab",
    "is": "dr próf sr",
    "it": "sig sig.ra sigg dott dott.ssa dr prof prof.ssa avv ing arch geom rag gen on sen ss sta sto mons es p.es cfr",
    "ka": "პროფ აკად ე.წ",
    "kk ky": "проф акад т.ғ.д ген",
    "lt": "prof dr gen šv pvz gerb",
    "lv": "prof dr gen ģen sv piem t.i",
    "mk": "ул бул св проф акад ген г-дин г-ѓа",
    "nl": "dhr mevr mw mej dr drs prof mr ir ing gen st bijv o.a m.n d.w.z ca resp incl excl vgl",
    "pl": "ul al pl os św bł prof dr hab inż mgr gen płk ppłk kpt mjr abp bp ks im np tzw tzn m.in zob por red",
    "pt": "sr sra srs dr dra prof profa eng arq gen cel ten dom exmo exma ilmo av est rod trav sto sta p.ex",
    "ro": "dl dna dr prof ing arh gen col str bd bdul sf șos",
    "ru": "им св гор ул просп пр-т пер пл наб бул пос дер проф акад доц ген полк подп кап адм гр г-н г-жа тов чл.-кор "
    "зам зав мин и.о т.е т.н т.к см ср напр сост ред",
    "sk": "sv ul nám prof doc ing mgr mudr judr gen plk tzv napr resp tj",
    "sq": "dr prof gjen znj rr",
    "sr": "ул св проф др инж ген акад г-дин г-ђа нпр тзв",
    "sv": "prof dr gen bl.a t.ex d.v.s s.k resp inkl exkl jfr f.d st",
    "sw": "bw bi dk prof mhe",
    "tl": "gng bb dr prof sto sta atty engr hon sen rep gob",
    "tr": "av hz sn doç dr prof yrd öğr gör op alb gen org korg tümg tuğg yzb bnb tgm müh mim uzm ecz bkz örn krş cad "
    "sok mah bul blv",
    "uk": "ім св вул просп пров пл проф акад доц ген м-р гр напр див ред т.зв",
    "uz": "prof akad dots gen",
    "vi": "tp gs ts ths pgs bs ks ls",
    "bn": "মো ডা অধ্যা",
    "hi mr ne": "प्रो प्रा डॉ",
}
# Before a number, in figures.
_BEFORE_NUMBERS = {
    "az": "md səh şək cəd nr tel",
    "be": "арт гл стар мал табл тэл",
    "bg": "чл ал стр рис табл гл ст тел",
    "ca": "núm núms pàg cap vol",
    "cs": "č čl odst písm str obr tab sv roč kap tel",
    "da no sv is": "kl nr nrs s st stk pkt kap tab bd sid gr bls",
    "de": "nrn abs abb kap ziff rn rz anm anl str tel sp zl vers hs bl ausg",
    "el": "αρ αριθ άρθρ άρ παρ σελ εδ κεφ τόμ εικ πίν σχ τηλ φύλλ",
    "en": "apt bldg rm ext ch chs eq eqs sec secs no nos figs chap chaps app para paras cl reg sched ver col arts",
    "es gl": "arts núm núms no nos pág págs caps vols inc apdo apto dpto párr tel ed",
    "et": "lk lg par",
    "fi": "klo nro",
    "fr": "appt apt al no nos fasc chap sect éd",
    "hr bs sr sl": "čl st br str toč št odst",
    "hu": "tel fsz",
    "id ms": "no hlm hal telp bab",
    "it": "artt num pagg tom lett sez all",
    "lt": "str lent pav tel",
    "lv": "lpp att",
    "mk": "чл ст бр стр сл таб",
    "nl": "nrs blz hfst bd afb",
    "pl": "ust pkt lit str rys t rozdz poz zał dz tel",
    "pt": "arts no nos núm pág págs fl fls caps inc vols al tel ap apto",
    "ro": "alin lit pct ap bl sc et",
    "ru": "ст пп чч гл рис табл стр тт вып разд прил абз тел кв корп стр каб ауд оф эт",
    "sk": "č čl ods písm str obr tab roč",
    "sr": "чл ст бр стр сл таб",
    "sw": "uk",
    "tl": "blg",
    "tr": "md sf syf no şek çiz böl fık bent mad tel",
    "uk": "ст пп гл рис табл стор розд абз тел",
    "vi": "tr",
}
_EVERYWHERE = "art fig vol pp p tab nr cap pag par".split()  # before a number, in all of these languages

_OUTSIDE = r"\s()\[\]\"'’‘“”„«»/"  # "l'art.", "(ст."
_WORD = re.compile(rf"(?<![^{_OUTSIDE}])[^{_OUTSIDE}\d]+(?=\.$)")
_TWO = re.compile(rf"(?<![^{_OUTSIDE}])[^\W\d]{{1,3}}\.\s[^\W\d]{{1,3}}(?=\.$)")  # "т. е.", "z. B."


def _by_language(table: Mapping[str, str], every: list[str]) -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for languages, abbreviations in table.items():
        for language in languages.split():
            words.setdefault(language, set(every)).update(abbreviations.split())
    return {language: frozenset(those) for language, those in words.items()}


ANYWHERE = _by_language(_ANYWHERE, [])
BEFORE_NUMBERS = _by_language(_BEFORE_NUMBERS, _EVERYWHERE)


def ends_in_abbreviation(text: str, language: str, *, number_follows: bool) -> bool:
    """Whether the full stop at the end of `text` belongs to an abbreviation that something is to follow."""
    tables = (ANYWHERE, BEFORE_NUMBERS) if number_follows else (ANYWHERE,)
    known = [table[language] for table in tables if language in table]
    words = [_plain(found.group()) for pattern in (_WORD, _TWO) if known and (found := pattern.search(text))]
    return any(word in those for those in known for word in words)


def _plain(word: str) -> str:
    return "".join(word.split()).lower()

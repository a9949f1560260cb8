"""Words and their opposites, and how languages deny: what turns a question round.

Only words that are common in questions, in the languages of the training sets, each form by itself. Written for this
project.
"""

import re
from collections import defaultdict
from functools import cache

from rag.phrases import is_unspaced

_PAIRS = {
    "en": """
        first/last first/second first/final before/after earlier/later early/late most/least more/less more/fewer
        many/few largest/smallest biggest/smallest bigger/smaller larger/smaller large/small big/small highest/lowest
        higher/lower high/low longest/shortest longer/shorter long/short oldest/newest oldest/youngest older/younger
        old/new best/worst better/worse good/bad strongest/weakest stronger/weaker strong/weak fastest/slowest
        fast/slow richest/poorest rich/poor wealthy/poor main/minor major/minor primary/secondary maximum/minimum
        majority/minority top/bottom upper/lower inside/outside above/below over/under north/south east/west
        northern/southern eastern/western northernmost/southernmost left/right front/back near/far closest/farthest
        began/ended begin/end begins/ends beginning/end started/stopped start/stop start/finish opened/closed
        open/close opening/closing won/lost win/lose winner/loser winning/losing victory/defeat defeated/helped
        success/failure successful/unsuccessful successfully/unsuccessfully increased/decreased increase/decrease
        increases/decreases increasing/decreasing rose/fell rise/fall rising/falling grew/shrank grow/shrink
        growth/decline gained/lost gain/lose built/demolished build/demolish constructed/demolished created/destroyed
        create/destroy founded/dissolved founded/abolished established/abolished established/dissolved
        introduced/abolished adopted/rejected approved/rejected accepted/refused accept/refuse agreed/refused
        agree/disagree allowed/forbidden allow/forbid allows/forbids permitted/prohibited supported/opposed
        support/oppose supports/opposes joined/left join/leave joining/leaving arrived/departed arrive/depart
        entered/left enter/leave married/divorced born/buried birth/death died/survived die/survive killed/saved
        kill/save alive/dead appointed/dismissed hired/fired hire/fire elected/defeated bought/sold buy/sell
        purchased/sold sent/received send/receive gave/took give/take attacked/defended attack/defend captured/freed
        arrested/released guilty/innocent convicted/acquitted invaded/liberated enemy/ally enemies/allies
        friend/enemy war/peace father/mother son/daughter brother/sister husband/wife king/queen men/women man/woman
        male/female boys/girls parents/children uncle/aunt teacher/student employer/employee public/private
        national/international domestic/foreign internal/external urban/rural legal/illegal positive/negative
        same/different similar/different similarity/difference included/excluded include/exclude includes/excludes
        with/without import/export imports/exports imported/exported advantage/disadvantage advantages/disadvantages
        benefit/harm strength/weakness cause/prevent causes/prevents caused/prevented encouraged/discouraged
        improved/worsened helped/hindered liked/disliked like/dislike loved/hated love/hate praised/criticized
        famous/unknown known/unknown popular/unpopular common/rare usually/rarely often/rarely always/never
        possible/impossible necessary/unnecessary important/unimportant ancient/modern traditional/modern
        original/current current/former former/current present/past summer/winter spring/autumn day/night
        morning/evening hot/cold warm/cold hottest/coldest wet/dry deep/shallow wide/narrow heavy/light hard/soft
        easy/difficult safe/dangerous full/empty all/none remained/disappeared appeared/disappeared
        connected/separated united/divided combined/separated expanded/reduced raised/lowered promoted/demoted
        protected/endangered remembered/forgotten published/withdrawn released/withdrawn completed/abandoned
        completed/started signed/cancelled lead/follow led/followed succeeded/preceded successor/predecessor
        replaced/kept moved/stayed kept/removed added/removed add/remove found/lost discovered/hidden revealed/hidden
        believed/doubted believe/doubt trust/distrust professional/amateur hero/villain attackers/defenders
        heads/tails""",
    "id": """
        pertama/terakhir sebelum/sesudah setelah/sebelum terbesar/terkecil terbanyak/tersedikit tertinggi/terendah
        terpanjang/terpendek tertua/termuda terbaik/terburuk besar/kecil tinggi/rendah panjang/pendek tua/muda
        lama/baru utara/selatan timur/barat mulai/berakhir dimulai/berakhir dibuka/ditutup menang/kalah
        memenangkan/kehilangan naik/turun meningkat/menurun dibangun/dihancurkan didirikan/dibubarkan
        diangkat/diberhentikan lahir/meninggal dilahirkan/meninggal kelahiran/kematian ayah/ibu suami/istri
        putra/putri laki-laki/perempuan pria/wanita raja/ratu membeli/menjual masuk/keluar menerima/menolak
        mendukung/menentang sama/berbeda lebih/kurang banyak/sedikit atas/bawah luar/dalam terluas/tersempit
        mendirikan/membubarkan membangun/menghancurkan ditangkap/dibebaskan kemenangan/kekalahan
        keberhasilan/kegagalan kuat/lemah kaya/miskin siang/malam""",
    "tr": """
        ilk/son önce/sonra büyük/küçük fazla/az çok/az yüksek/alçak uzun/kısa eski/yeni yaşlı/genç iyi/kötü
        kuzey/güney doğu/batı kuzeyinde/güneyinde doğusunda/batısında başladı/bitti açıldı/kapandı kazandı/kaybetti
        arttı/azaldı kuruldu/yıkıldı kuruldu/kapatıldı doğdu/öldü doğum/ölüm babası/annesi oğlu/kızı kardeşi/annesi
        eşi/kızı kral/kraliçe erkek/kadın zafer/yenilgi yukarı/aşağı iç/dış kabul/ret girdi/çıktı geldi/gitti
        aldı/verdi atandı/azledildi yaptırdı/yıktırdı güçlü/zayıf zengin/fakir""",
    "zh": """
        最早/最晚 最大/最小 最高/最低 最多/最少 最长/最短 最好/最差 第一/最后 首次/最后一次 之前/之后 以前/以后
        开始/结束 成立/解散 建立/废除 出生/去世 父亲/母亲 儿子/女儿 丈夫/妻子 哥哥/弟弟 国王/王后 男性/女性 胜利/失败
        增加/减少 上升/下降 东部/西部 北部/南部 东/西 南/北 开放/关闭 支持/反对 同意/拒绝 加入/退出 进入/离开
        购买/出售 进口/出口 优点/缺点 国内/国外 相同/不同 建造/拆除 发行/停售 任命/免职 上游/下游 夏季/冬季""",
    "ja": """
        最初/最後 最大/最小 最高/最低 最多/最少 最長/最短 最古/最新 以前/以降 前/後 開始/終了 始まった/終わった
        設立/解散 創立/廃止 生まれ/亡くなっ 父/母 息子/娘 夫/妻 兄/弟 姉/妹 男性/女性 勝利/敗北 勝った/負けた
        増加/減少 上昇/下降 東/西 北/南 開業/廃業 開館/閉館 賛成/反対 加入/脱退 入学/卒業 就任/退任 購入/売却
        輸入/輸出 長所/短所 国内/国外 多い/少ない 大きい/小さい 高い/低い 長い/短い 古い/新しい 強い/弱い
        建設/撤去""",
    "fa": """
        اولین/آخرین نخستین/آخرین قبل/بعد پیش/پس بزرگترین/کوچکترین بزرگ/کوچک بیشترین/کمترین بیشتر/کمتر
        بالاترین/پایین‌ترین بلندترین/کوتاه‌ترین قدیمی‌ترین/جدیدترین بهترین/بدترین شمال/جنوب شرق/غرب آغاز/پایان
        شروع/پایان افزایش/کاهش پدر/مادر پسر/دختر همسر/خواهر مرد/زن مردان/زنان پادشاه/ملکه تولد/مرگ پیروزی/شکست
        موافق/مخالف داخلی/خارجی تأسیس/انحلال واردات/صادرات مزایا/معایب ورود/خروج شباهت/تفاوت""",
    "no": """
        første/siste før/etter største/minste flest/færrest høyeste/laveste lengste/korteste eldste/yngste
        beste/verste stor/liten høy/lav gammel/ny nord/sør øst/vest begynte/sluttet startet/sluttet åpnet/stengte
        vant/tapte økte/sank bygget/revet født/gravlagt faren/moren sønn/datter bror/søster mann/kone menn/kvinner
        kongen/dronningen seier/tap flere/færre mer/mindre mest/minst kjøpte/solgte tidligere/senere åpnet/lukket
        støttet/motarbeidet""",
    "ko": """
        처음/마지막 최초/최후 첫/마지막 큰/작은 높은/낮은 많은/적은 긴/짧은 전/후 이전/이후 시작/종료 설립/해체
        태어난/사망한 아버지/어머니 아들/딸 남편/아내 남성/여성 승리/패배 증가/감소 동쪽/서쪽 북쪽/남쪽 찬성/반대
        수입/수출""",
    "pt": """
        primeiro/último primeira/última antes/depois maior/menor mais/menos melhor/pior norte/sul leste/oeste
        início/fim começou/terminou aberto/fechado ganhou/perdeu aumentou/diminuiu construído/demolido fundada/extinta
        nasceu/morreu pai/mãe filho/filha marido/esposa rei/rainha homens/mulheres vantagens/desvantagens
        importação/exportação aumento/redução""",
    "th": """
        คนแรก/คนสุดท้าย ครั้งแรก/ครั้งสุดท้าย แรก/สุดท้าย ก่อน/หลัง ใหญ่ที่สุด/เล็กที่สุด มากที่สุด/น้อยที่สุด
        สูงที่สุด/ต่ำที่สุด เหนือ/ใต้ ตะวันออก/ตะวันตก เริ่ม/สิ้นสุด เปิด/ปิด ชนะ/แพ้ เพิ่ม/ลด ก่อตั้ง/ยุบ
        เกิด/เสียชีวิต บิดา/มารดา พ่อ/แม่ สามี/ภรรยา ชาย/หญิง""",
    "ar": """
        أول/آخر قبل/بعد أكبر/أصغر أكثر/أقل أعلى/أدنى أطول/أقصر أقدم/أحدث أفضل/أسوأ شمال/جنوب شرق/غرب بداية/نهاية
        بدأ/انتهى ولد/توفي والد/والدة ابن/ابنة زوج/زوجة ملك/ملكة""",
    "sw": "kwanza/mwisho kabla/baada kubwa/ndogo kaskazini/kusini mashariki/magharibi baba/mama alizaliwa/alifariki",
}

# What denies: a pattern, and what is put in its place. Of those whose pattern is found one is drawn.
_DENIALS = {
    "en": (
        (r"\b(did|does|do)\b", r"\1 not"),
        (r"\b(did|does|do|is|was|were|are|has|had|could|would|should)\b", r"\1n't"),
        (r"\b(is|are|was|were|has|have|had|can|could|will|would|should|must|may)\b", r"\1 not"),
        (r"(?<=\w )(\w{3,}(?:ed|ght|own|wn|ng))\b", r"not \1"),
        (r"^(who|what|which \w+)\b(?= \w+(?:ed|es|s|d|t)\b)", r"\1 never"),
    ),
    "id": (
        (r"(?<=\w )((?:di|me|ber|ter)\w{3,})\b", r"tidak \1"),
        (r"\b(yang)\b(?! tidak| bukan)", r"\1 tidak"),
        (r"\b(yang)\b(?! tidak| bukan)", r"\1 bukan"),
        (r"\b(adalah|merupakan)\b", "bukanlah"),
    ),
    "no": ((r"^(\w+ \w+)\b", r"\1 ikke"), (r"\b(er|var|ble|har|hadde|kan|vil)\b", r"\1 ikke")),
    "pt": ((r"\b(é|foi|são|eram|está|tem|teve|pode|deve|foram)\b", r"não \1"), (r"^(quem|quando|onde)\b", r"\1 não")),
    "zh": (
        (r"(?<!不)(是)", r"不\1"),
        (r"(?<![没沒])(有|被)", r"没\1"),
        (r"(?<!不)(在|能|会|可以|属于)", r"不\1"),
    ),
    "ja": (
        (r"された(?=[のか])", "されなかった"),
        (r"した(?=[のか])", "しなかった"),
        (r"(っ)た(?=[のか])", r"\1ていない"),
        (r"されて(い)(る|た)", r"されて\1な\2"),
        (r"して(い)る", r"して\1ない"),
        (r"ました", "ませんでした"),
        (r"(い|え|け|せ|て|べ|め|れ|げ)る(?=[のかも])", r"\1ない"),
    ),
    "fa": (
        (r"\b(شد|کرد|بود|داشت|رفت|گرفت|یافت|داد|شده|کرده|دارد|دارند|کردند|شدند|بودند)\b", r"ن\1"),
        (r"\bاست\b", "نیست"),
        (r"\b(می)(?=[\u200c ])", r"ن\1"),
    ),
    "tr": (
        (r"\bolan\b", "olmayan"),
        (r"\b(\w+)edil(di|miştir|en)\b", r"\1edilme\2"),
        (r"\boldu\b", "olmadı"),
        (r"\b(yap|al|yaz|kur|kazan|bul|kal)(ıl)?(dı|du)\b", r"\1\2madı"),
        (r"\b(et|ver|gel|git|geç|öl|seç|göster)(il)?(ti|di)\b", r"\1\2medi"),
        (r"\bvardır\b", "yoktur"),
        (r"\b(\w+[aı])n(mış|mıştır|dı)\b", r"\1nma\2"),
        (r"\b(\w+[ei])n(miş|miştir|di)\b", r"\1nme\2"),
        (r"\b(\w+[aı])l(mış|mıştır|dı)\b", r"\1lma\2"),
        (r"\b(\w+[ei])l(miş|miştir|di)\b", r"\1lme\2"),
    ),
    "ko": (
        (r"(?<=\w)된(?= )", "되지 않은"),
        (r"(?<=\w)한(?= )", "하지 않은"),
        (r"(?<=\w)하는(?= )", "하지 않는"),
        (r"있는", "없는"),
        (r"이다|인가", "이 아닌가"),
    ),
    "th": ((r"(ถูก|เป็น|มี|ได้|เกิด|อยู่|ใช้|เริ่ม|ชนะ|สร้าง)", r"ไม่\1"),),
    "ar": (
        (r"\bكان\b", "لم يكن"),
        (r"\bكانت\b", "لم تكن"),
        (r"\bتم\b", "لم يتم"),
        (r"\b(هو|هي)\b", "ليس"),
        (r"\bهي\b", "ليست"),
    ),
    "sw": ((r"\b(a)li(?=\w{3})", r"haku"), (r"\bili(?=\w{3})", "haiku"), (r"\bwali(?=\w{3})", "hawaku")),
}
DENYING = re.compile(
    r"\b(?:not|never|no|none|without|tidak|bukan|belum|tanpa|ikke|ingen|não|sem|değil|yok\w*|لم|ليس|لا|نیست|بدون)\b"
    r"|n't\b|\b(?:un|in|im|dis)\w{5,}|不|没|沒|无|未|ない|なかっ|ません|ไม่|않|없|아닌|\bن(?:شد|کرد|بود|می)",
    re.IGNORECASE,
)


@cache
def opposites(language: str) -> dict[str, list[str]]:
    """Each word's opposites; none where no words of a language are listed."""
    found: dict[str, list[str]] = defaultdict(list)
    for pair in _PAIRS.get(language, "").split():
        one, _, other = pair.partition("/")
        found[one].append(other)
        found[other].append(one)
    return dict(found)


@cache
def opposed_words(language: str) -> re.Pattern[str] | None:
    """What finds a word that has an opposite, the longest first."""
    words = sorted(opposites(language), key=len, reverse=True)
    if not words:
        return None
    told = "|".join(re.escape(each) for each in words)
    return re.compile(told if is_unspaced(words[0]) or language == "ko" else rf"\b(?:{told})\b", re.IGNORECASE)


@cache
def denials(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), told) for pattern, told in _DENIALS.get(language, ()))

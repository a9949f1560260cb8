"""Questions and passages in many languages, written for this: to calibrate a compiled model and to check it."""

PAIRS = (
    (
        "Who opened the bridge over the river?",
        "The old bridge was closed in 1998 after a flood. Mayor Helen Brandt opened the new one on 3 May "
        "2004, and the first tram crossed it a week later. It is 412 metres long and carries about 20,000 "
        "people a day.",
    ),
    (
        "Wie lange dauert die Fahrt auf die Insel?",
        "Die Fähre verlässt den Hafen jeden Morgen um sieben Uhr. Die Überfahrt dauert 45 Minuten; im "
        "Winter, wenn Eis auf dem Fluss treibt, kann es länger sein. Hunde fahren kostenlos mit, Fahrräder "
        "kosten zwei Euro.",
    ),
    (
        "Qui a écrit la première pièce du festival ?",
        "Le festival s'ouvre vendredi soir sur la grande place. La première pièce, écrite par Claire "
        "Vasseur, raconte la vie d'un horloger qui perd la mémoire. Les billets sont vendus à la mairie, 12 "
        "euros l'un.",
    ),
    (
        "¿Cuántos árboles plantaron los vecinos?",
        "El domingo pasado los vecinos del barrio plantaron 350 árboles junto a la carretera. El "
        "ayuntamiento regaló las plantas y prometió regarlas durante tres años. «Es para nuestros nietos», "
        "dijo una de ellas.",
    ),
    (
        "Где хранится рукопись?",
        "Рукопись нашли в 1931 году на чердаке деревянного дома. Сейчас она хранится в городской библиотеке "
        "Вологды и показывается только по предварительной записи. Переплёт её сделан из телячьей кожи.",
    ),
    (
        "Köprü kaç yılında yapıldı?",
        "Taş köprü 1578 yılında yapıldı ve bugün hâlâ kullanılıyor. Üç kez onarım gördü; son onarım iki yıl "
        "sürdü ve belediyeye dört milyon liraya mal oldu. Köprünün altında yazın balık tutulur.",
    ),
    (
        "这座塔有多高？",
        "这座灯塔建于1902年，高三十六米，站在塔顶可以看到对面的海岛。二战期间它被炸毁，"
        "1951年按照原来的样子重新建成。现在每逢周末向游客开放，门票二十元。",
    ),
    (
        "誰がこの庭園を設計しましたか。",
        "この庭園は1926年に造園家の村上静子が設計しました。池の周りには楓が植えられ、秋になると多くの人が訪れます。"
        "入園料は大人500円、子どもは無料です。月曜日は休園です。",
    ),
    (
        "متى افتتح المتحف؟",
        "افتتح المتحف البحري عام 1987 في مبنى كان مخزنا للقمح. يضم أكثر من ستة آلاف قطعة، أقدمها مرساة سفينة "
        "من القرن الثالث عشر. يزوره كل عام نحو مئة ألف شخص، معظمهم من طلاب المدارس.",
    ),
    (
        "गाँव में बिजली कब आई?",
        "पहाड़ के इस गाँव में बिजली 1994 में आई। उससे पहले लोग मिट्टी के तेल के दीये जलाते थे। अब यहाँ एक "
        "छोटा पनबिजली घर है, जिसे गाँव के लोग ख़ुद चलाते हैं, और बची हुई बिजली बेच दी जाती है।",
    ),
    (
        "Görüş harada keçirildi?",
        "Nazirlər Şəkidə, köhnə karvansarada görüşdülər. Görüşdə dəmir yolunun tikintisi və sərhəd "
        "məntəqələrinin iş saatları müzakirə olundu. Növbəti görüş payızda keçiriləcək.",
    ),
    (
        "이 다리는 누가 지었습니까?",
        "이 돌다리는 1763년에 석공 김도현이 지었다. 길이는 스물네 미터이고 못을 하나도 "
        "쓰지 않았다. 큰물이 난 뒤에도 무너지지 않아 마을 사람들이 해마다 잔치를 연다.",
    ),
    (
        "Quanto custa o bilhete?",
        "O elétrico sobe a colina desde 1914. Um bilhete custa 3,80 euros e vale para o dia inteiro. Na "
        "última sexta-feira de cada mês, os moradores viajam de graça e tocam-se fados na carruagem da "
        "frente.",
    ),
    (
        "Chi ha vinto la gara?",
        "La gara è partita sotto la pioggia alle nove in punto. Ha vinto Marta Colonnelli in due ore e "
        "undici minuti, davanti a due atlete del Kenya. Il premio è una forma di formaggio di quaranta chili.",
    ),
    (
        "Ile osób pracuje w hucie?",
        "Huta szkła działa nad rzeką od 1840 roku. Pracuje w niej 260 osób, a co trzecia szyba jedzie za "
        "granicę. W zeszłym roku wymieniono piec, dzięki czemu zużycie gazu spadło o jedną piątą.",
    ),
    (
        "Скільки років мосту?",
        "Дерев'яному мосту через струмок уже сто двадцять років. Його щовесни лагодять мешканці двох сіл, "
        "які сперечаються, кому він належить. Важкі машини ним не їздять.",
    ),
    (
        "کتابخانه چند کتاب دارد؟",
        "کتابخانهٔ شهر در سال ۱۳۴۵ ساخته شد و اکنون ۸۲ هزار کتاب دارد. بیشتر آن‌ها را مردم هدیه کرده‌اند. "
        "بخش کودکان هر روز تا ساعت هشت شب باز است.",
    ),
    (
        "ตลาดเปิดวันไหน",
        "ตลาดน้ำแห่งนี้เปิดเฉพาะวันเสาร์และวันอาทิตย์ ตั้งแต่หกโมงเช้าถึงบ่ายสามโมง "
        "แม่ค้าพายเรือขายขนมและผลไม้ที่ปลูกเอง นักท่องเที่ยวควรมาก่อนแปดโมงเช้าเพราะที่จอดรถมีน้อย",
    ),
    (
        "Ai là người dạy nghề gốm?",
        "Làng gốm nằm bên sông, cách thành phố mười hai cây số. Bà Nguyễn Thị Lụa dạy nghề cho trẻ em trong "
        "làng từ năm 2009. Mỗi mẻ nung kéo dài ba ngày ba đêm và phải có người canh lửa.",
    ),
    (
        "Wavuvi walipata nini baharini?",
        "Wavuvi watatu walirudi asubuhi na mapema. Walipata jahazi la zamani lililozama, na ndani yake "
        "mlikuwa na vyombo vya udongo. Serikali imeomba wataalamu kutoka chuo kikuu wachunguze.",
    ),
    (
        "Berapa luas danau itu?",
        "Danau itu terbentuk dari letusan gunung api. Luasnya 42 kilometer persegi dan dalamnya sampai 160 "
        "meter. Penduduk memelihara ikan di tepinya, tetapi sejak 2016 jumlah keramba dibatasi.",
    ),
    (
        "Πότε χτίστηκε ο φάρος;",
        "Ο φάρος χτίστηκε το 1887 από Γάλλους μηχανικούς. Το φως του φαίνεται από είκοσι μίλια. Ο τελευταίος "
        "φαροφύλακας έφυγε το 1990, όταν ο μηχανισμός έγινε αυτόματος.",
    ),
    (
        "מי תרם את הפעמון?",
        "הפעמון הגדול נתרם לעיר על ידי הסוחר יעקב אלמוזנינו בשנת 1923. הוא שוקל שני טונות וחצי ומצלצל פעמיים "
        "ביום. לפני עשר שנים נסדק, ותיקונו נמשך חורף שלם.",
    ),
    (
        "নৌকাটি কত বছরের পুরোনো?",
        "নদীর চরে পাওয়া নৌকাটি প্রায় চারশো বছরের পুরোনো। কাঠ এত শক্ত যে পেরেক ঢোকানো যায় না। জাদুঘরে "
        "রাখার আগে সেটি দুই বছর ধরে শুকানো হয়েছে।",
    ),
)
CALIBRATION = [text for pair in PAIRS[::2] for text in pair]
CHECK = [text for pair in PAIRS[1::2] for text in pair] + ["", "x", "ﬁn ＡＢＣ e\u0301 ①", "</s> 😀 \u200b\ttab"]

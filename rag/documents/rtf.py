"""Rich Text (rtf): paragraphs with their numbers, headings, tables as tab-separated rows, as Word files are read.

A footnote or a text box comes after the paragraph or row that it belongs to. Headers, comments, pictures, hidden,
deleted and struck text are not in it. Where the specification (RTF 1.9.1) leaves a choice, it is made as Word makes it.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from rag.documents import signatures
from rag.documents.code_pages import WESTERN, codec_of_page
from rag.documents.content import Content
from rag.documents.flow import Flow, laid_out
from rag.documents.heights import at_height
from rag.documents.properties import about
from rag.documents.rtf_characters import CHARACTER_SETS, SPECIAL, SYMBOLS, code_point, decoded, symbol
from rag.documents.rtf_header import fonts_in, levels_in, moment_in, symbol_in
from rag.documents.rtf_state import CHANGES, Label, State
from rag.documents.rtf_tokens import OPEN, Tokens, Word
from rag.documents.struck import struck
from rag.documents.styles import level_of
from rag.errors import DocumentTooLarge, UnreadableDocument

MEDIA_TYPE = "application/rtf"
_DEEPEST = 1_000_000  # groups inside each other; writers that forget to close them come to thousands
_WITHIN = 5  # notes and text boxes inside each other
_MOST_ENDS = 3_000_000  # of paragraphs, cells and rows, each of which takes some 300 bytes
_ENDS = ("par", "sect", "cell", "nestcell", "row")
_FLOWS = ("footnote", "shptxt", "dptxbxtext")
_NUMBERS = ("listtext", "pntext")
# Groups that \* tells older readers to pass over, and that are text.
_READ = frozenset((*_FLOWS, *_NUMBERS, "shpinst", "do", "ud"))
_LEFT_OUT = frozenset(
    """
    header headerl headerr headerf footer footerl footerr footerf ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn
    annotation atnid atnauthor atndate atntime atnicn atnref atnparent atrfstart atrfend
    pict objdata objclass objname objalias objsect objtime nonshppict sp shprslt mmath background
    datafield bkmkstart bkmkend xe rxe txe tc tcn pn pntxta pntxtb pnseclvl
    colortbl listtable listoverridetable filetbl revtbl rsidtbl pgdsctbl xmlnstbl userprops docvar private template
    generator themedata colorschememapping datastore latentstyles wgrffmtfilter nonesttables nesttableprops
    """.split()
)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "rtf", name)
    reader = _Reader(data[data.index(b"{") :], name)
    try:
        reader.read()
    except ValueError as error:
        raise UnreadableDocument(
            f"{name}: expected a rich text (RTF) file, found a damaged one ({error}); copy it again, or open it in a "
            "word processor and save it as RTF"
        ) from error
    blocks = laid_out(reader.body, name)
    return Content(blocks.text, MEDIA_TYPE, headings=tuple(blocks.headings), **reader.about)


class _Reader:
    """One pass over a file's tokens. `body` and `about` are what it found."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self.body = Flow()
        self._tokens = Tokens(data)
        self._state = State(self.body)
        self._around: list[State] = []  # of the groups that are open
        self._codec = WESTERN
        self._codecs: dict[int, str] = {}
        self._default_font = 0
        self._levels: dict[int | None, int | None] = {}
        self._said: dict[str, str] = {}
        self._created: datetime | None = None
        self._ends = 0  # of paragraphs, cells and rows
        self._to_pass = 0  # characters of a fallback
        self._is_optional = False  # \\* was the word before
        self._skips_next = False  # group

    @property
    def about(self) -> dict[str, Any]:
        return about(self._said.get("title"), self._said.get("author"), self._created)

    def read(self) -> None:
        """Raises ValueError where the file is damaged, DocumentTooLarge."""
        for token in self._tokens:
            if isinstance(token, bytes):
                self._read_bytes(token)
            elif isinstance(token, Word):
                self._obey(token)
            elif token == OPEN:
                self._open()
            else:
                self._close()
                if not self._around:
                    self._end_file()
                    return
        raise ValueError("its end is missing")

    def _end_file(self) -> None:
        """What comes after the outermost group is no part of the file, unless one brace too many has closed it."""
        if any(isinstance(token, Word) for token in self._tokens):
            raise ValueError("it goes on after its last brace")
        self.body.end()

    def _open(self) -> None:
        if len(self._around) == _DEEPEST:
            raise ValueError(f"more than {_DEEPEST:,} groups inside each other")
        self._around.append(self._state)
        self._to_pass, self._is_optional = 0, False
        if self._skips_next:
            self._skips_next = False
            self._tokens.skip_group()

    def _close(self) -> None:
        ended, self._state = self._state.into, self._around.pop()
        self._to_pass, self._is_optional = 0, False
        into = self._state.into
        if ended is into:
            return
        if isinstance(ended, Label):
            self._take(ended)
        else:
            ended.end()
            if isinstance(into, Flow):
                into.add_note(ended)

    def _take(self, label: Label) -> None:
        into = self._state.into
        if label.kind == "number" and isinstance(into, Flow):
            into.number = _number(label.text)
        elif label.text:
            self._said.setdefault(label.kind, label.text)  # LibreOffice tells as a second author who saved it last

    def _read_bytes(self, data: bytes) -> None:
        kept = data[self._to_pass :]
        self._to_pass -= min(self._to_pass, len(data))
        self._say(decoded(kept, self._codec_of_font))

    @property
    def _codec_of_font(self) -> str:
        font = self._default_font if self._state.font is None else self._state.font
        return self._codecs.get(font, self._codec)

    def _shown(self, character: str) -> str:
        """What a font of pictures shows stands in the private use area of Unicode."""
        codec = self._codec_of_font
        is_picture = codec.startswith(SYMBOLS) and "\uf020" <= character <= "\uf0ff"
        return symbol(codec, ord(character)) if is_picture else character

    def _say(self, text: str) -> None:
        if text and not (self._state.is_hidden or self._state.is_deleted):
            told = at_height(text, self._state.script or self._state.shift)
            self._state.into.add(struck(told) if self._state.is_struck else told)

    def _obey(self, word: Word) -> None:
        is_optional, self._is_optional = self._is_optional, word.name == "*"
        if word.name in SPECIAL:
            self._read_special(SPECIAL[word.name])
            return
        self._to_pass = 0
        if word.name == "fldinst":
            self._say(symbol_in(self._tokens.rest_of_group()))
        elif word.name in _LEFT_OUT or (is_optional and word.name not in _READ):
            self._tokens.skip_group()
        elif word.name == "u":
            self._say(self._shown(code_point(word.number or 0)))
            self._to_pass = self._state.fallback
        elif word.name in CHANGES:
            self._state = CHANGES[word.name](self._state, word.number)
        elif isinstance(self._state.into, Flow):
            self._obey_in_text(word, self._state.into)
        else:
            self._obey_in_label(word, self._state.into)

    def _read_special(self, text: str) -> None:
        """Such a word can be the fallback of another character."""
        if self._to_pass:
            self._to_pass -= 1
        else:
            self._say(text)

    def _obey_in_text(self, word: Word, flow: Flow) -> None:
        if word.name in _ENDS:
            self._count_end()
            self._end(word, flow)
        elif word.name == "trowd":
            flow.begin_row()
        elif word.name == "cellx":
            flow.add_end(word.number or 0)
        else:
            self._begin(word)

    def _end(self, word: Word, flow: Flow) -> None:
        if word.name == "cell":
            flow.end_cell()
        elif word.name == "row":
            flow.end_row()
        elif word.name == "nestcell":  # a table within a cell is part of the cell
            flow.end_paragraph(None, is_in_table=True)
        else:
            level = level_of(self._state.outline) or self._levels.get(self._state.style)
            flow.end_paragraph(level, is_in_table=self._state.is_in_table)

    def _count_end(self) -> None:
        self._ends += 1
        if self._ends > _MOST_ENDS:
            raise DocumentTooLarge(
                f"{self._name}: more than {_MOST_ENDS:,} paragraphs and cells, which is the limit; "
                "split it into smaller files"
            )

    def _begin(self, word: Word) -> None:
        """What a group holds by its first word."""
        if word.name in _FLOWS:
            self._begin_flow(word.name)
        elif word.name in _NUMBERS:
            self._state = replace(self._state, into=Label("number"))
        elif word.name == "info":
            self._state = replace(self._state, into=Label("info"))
        elif word.name == "upr":  # the same twice: in a code page, and then in Unicode
            self._skips_next = True
        else:
            self._read_header(word)

    def _begin_flow(self, kind: str) -> None:
        is_struck = self._state.is_struck and kind == "footnote"  # what a box holds is not
        if self._state.is_hidden or self._state.is_deleted or is_struck or self._state.within == _WITHIN:
            self._tokens.skip_group()
        else:
            outside = CHANGES["pard"](self._state, None)
            self._state = replace(
                outside, into=Flow(), within=self._state.within + 1, script=0, shift=0, is_struck=False
            )

    def _read_header(self, word: Word) -> None:
        if word.name in CHARACTER_SETS:
            self._codec = CHARACTER_SETS[word.name]
        elif word.name == "ansicpg":
            self._codec = codec_of_page(word.number or 0) or WESTERN
        elif word.name == "deff":
            self._default_font = word.number or 0
        elif word.name == "fonttbl":
            self._codecs |= fonts_in(self._tokens.rest_of_group())
        elif word.name == "stylesheet":
            self._levels |= levels_in(self._tokens.rest_of_group())

    def _obey_in_label(self, word: Word, label: Label) -> None:
        if word.name == "upr":
            self._skips_next = True
        elif label.kind == "info" and word.name == "creatim":
            self._created = moment_in(self._tokens.rest_of_group())
        elif label.kind == "info" and word.name in ("title", "author"):
            self._state = replace(self._state, into=Label(word.name))


def _number(label: str) -> str:
    """As it stands before its paragraph; "" of a bullet, which "o" is in a font of typewriters."""
    text = label.strip()
    if text == "o" or not any(character.isalnum() for character in text):
        return ""
    return text + " " * (label != label.rstrip())

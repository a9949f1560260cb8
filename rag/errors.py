"""One tree of errors: what was found, what was expected, what to do.

QuothError
├── SettingsError            a QUOTH_* variable is unknown or has a bad value
├── QuestionError            a question, history, filter or k that cannot be asked
├── DocumentError            a file that cannot become a document
│   ├── UnsupportedFormat    no loader reads this kind of file
│   ├── UnreadableDocument   damaged, encrypted, or without any text
│   ├── DocumentTooLarge     over the limit of bytes or characters
│   └── PageMissing          a page that cannot be shown as it was printed
├── DocumentNotFound         no document has this id
├── SplitError               passages that do not join back to the text (a bug, never silent)
├── EncoderError             a model that cannot be built, loaded or trusted
├── StoreError               the index folder cannot be used as it is
│   ├── StoreMissing         there is no index in this folder
│   ├── StoreLocked          another process is writing to it
│   ├── StoreDamaged         its files do not hold what they should
│   ├── StoreTooNew          written by a newer Quoth
│   └── ModelMismatch        built with another model or splitter
└── DataSetError             an evaluation file that cannot be read
"""


class QuothError(Exception):
    """Anything Quoth refuses to do; its message is one line fit for the person who asked."""


class SettingsError(QuothError):
    pass


class QuestionError(QuothError):
    pass


class DocumentError(QuothError):
    pass


class UnsupportedFormat(DocumentError):
    pass


class UnreadableDocument(DocumentError):
    pass


class DocumentTooLarge(DocumentError):
    pass


class PageMissing(DocumentError):
    pass


class DocumentNotFound(QuothError):
    pass


class SplitError(QuothError):
    pass


class EncoderError(QuothError):
    pass


class NotCompiled(EncoderError):
    """The model has no compiled form: why, for whoever falls back to torch."""


class StoreError(QuothError):
    pass


class StoreMissing(StoreError):
    pass


class StoreLocked(StoreError):
    pass


class StoreDamaged(StoreError):
    pass


class StoreTooNew(StoreError):
    pass


class ModelMismatch(StoreError):
    pass


class DataSetError(QuothError):
    pass

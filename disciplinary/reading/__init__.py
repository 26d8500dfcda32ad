"""Reading the words of files that go out with a text, in a process that cannot do harm."""

from disciplinary.reading.sandbox import words_of

__all__ = ["words_of"]

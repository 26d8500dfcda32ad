"""An @ in a text that is not ours must not call anybody."""

import re

from bot.platforms.characters import well_formed

WORD_JOINER = "\u2060"
MENTION = re.compile(r"(?<![A-Za-z0-9_])@(?=[A-Za-z0-9_]{4,32}(?![A-Za-z0-9_]))")


def inert(text: str) -> str:
    """The text as it looks, but an ``@name`` in it does not call anybody: clients would link it by themselves."""
    return MENTION.sub("@" + WORD_JOINER, well_formed(text))

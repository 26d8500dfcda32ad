"""Makes ``data/readings.yaml``: which characters sound like the key words of ``sounds.yaml``.

Run ``python -m disciplinary.rules.screening.readings`` after a change of the key words. The file is shipped so that
nothing has to load a whole pronouncing dictionary in order to screen a line; a test compares it with a fresh one.
"""

from disciplinary.rules.screening.files import DATA, data_text, read_yaml

_HEAD = "# Version 2, 2026-11. Made by disciplinary/rules/screening/readings.py from sounds.yaml; not edited by hand.\n"


def made() -> str:
    """The whole file."""
    terms = read_yaml(data_text("sounds.yaml"))["terms"].split()
    spelt = {term: _sounds(term) for term in terms}
    needed = sorted({syllable for sounds in spelt.values() for syllable in sounds})
    heard = _heard(set(needed))
    lines = [_HEAD, "syllables: >-", _folded(sorted(_syllables())), "spelt:"]
    lines += [f"  {term}: {' '.join(sounds)}" for term, sounds in spelt.items()]
    lines += ["heard:", *(f"  {syllable!r}: {heard[syllable]}" for syllable in needed)]
    return "\n".join(lines) + "\n"


def _sounds(term: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    return lazy_pinyin(term, style=Style.NORMAL)


def _syllables() -> set[str]:
    from pypinyin.contrib.tone_convert import to_normal
    from pypinyin.pinyin_dict import pinyin_dict

    return {to_normal(reading) for readings in pinyin_dict.values() for reading in readings.split(",")}


def _heard(needed: set[str]) -> dict[str, str]:
    """Syllable → the common characters that are read so first."""
    from pypinyin.pinyin_dict import pinyin_dict

    heard: dict[str, str] = dict.fromkeys(needed, "")
    for code in sorted(pinyin_dict):
        character = chr(code)
        sound = _sounds(character)[0]
        if sound in heard and _common(character):
            heard[sound] += character
    return heard


def _common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _folded(words: list[str]) -> str:
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 110:
            lines.append(line)
            line = ""
        line += f" {word}" if line else f"  {word}"
    return "\n".join([*lines, line])


def main() -> None:
    """Write the file."""
    (DATA / "readings.yaml").write_text(made(), encoding="utf-8")


if __name__ == "__main__":
    main()

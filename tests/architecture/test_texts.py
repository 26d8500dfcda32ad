"""What people read: complete in Chinese, used, alike in its placeholders, and true about the commands it names."""

import ast
import re
from collections import defaultdict
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bot import app
from bot.language import words
from bot.registry import COMMANDS, find
from tests.architecture.source import ROOT, modules

CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
LATIN = re.compile(r"[A-Za-z][A-Za-z_]+")
QUOTED = re.compile(r"`([^`]+)`")
PO = sorted((ROOT / "locale" / "zh_CN").glob("*.po"))
SAMPLE = re.compile(r"for example|such as|like|Example|\([\u3400-\u9fff]+\)|=[\u3400-\u9fff]")
ANGLED = re.compile("‹[^›]*›|…")
AT_THE_DOOR = {"join", "start", "加入", "绑定", "exit", "退出"}
# Placeholders, settings, the command line, options, references, errors of a spreadsheet.
MACHINE = re.compile(
    r"\{[^}]*\}|GUILDHALL_[A-Z_]+|guildhall [a-z]+|--[a-z-]+|\b[A-Z]-[0-9…]+|#[A-Z/!]+|\b[A-Z]{4}(-[A-Z]{4})+"
)
# What stays in Latin letters in Chinese text: products, units, file formats, machine names of settings and fields.
LATIN_WORDS = {
    *("Guildhall", "Telegram", "Slack", "PostgreSQL", "SQLite", "SHA", "UTC", "MB", "KB", "ID", "JSON", "CSV", "TXT"),
    *(
        "xlsx",
        "xls",
        "csv",
        "xlsm",
        "xlsb",
        "ods",
        "txt",
        "docx",
        "pdf",
        "JPG",
        "PNG",
        "zip",
        "HTML",
        "Excel",
        "WPS",
        "OK",
    ),
    *(
        "zh_CN",
        "en",
        "pg_dump",
        "all",
        "yes",
        "no",
        "AAA",
        "AA",
        "Word",
        "PDF",
        "DOCX",
        "XML",
        "URL",
        "QR",
        "English",
        "UTF",
        "TOML",
        "OAuth",
        "Permissions",
        "Socket",
        "Mode",
    ),
    *("connections", "write", "true", "false", "id", "text", "item", "member", "months"),
}


@pytest.fixture(scope="module", autouse=True)
def registered():
    app.register()


def messages():
    """Every msgid of the source with the places where it stands."""
    found = defaultdict(list)
    for module in modules().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "N_", "ngettext"):
                count = 2 if node.func.id == "ngettext" else 1
                for argument in node.args[:count]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        found[argument.value].append(f"{module.name}:{node.lineno}")
    return found


def translations():
    """Every translated message: (file, msgid, msgstr, fuzzy)."""
    for path in PO:
        with path.open("rb") as file:
            catalogue = read_po(file, locale="zh_CN")
        for message in catalogue:
            if message.id:
                yield path.name, message.id, message.string, message.fuzzy


def none(found):
    """Fails with everything that was found, one a line."""
    assert not found, "\n" + "\n".join(map(str, found))


def test_every_text_is_translated():
    known = {msgid for _file, msgid, msgstr, _fuzzy in translations() if msgstr}
    none([f"{places[0]}: {msgid!r}" for msgid, places in messages().items() if msgid not in known])


def test_every_translation_is_used():
    used = messages()
    none([f"{file}: {msgid!r}" for file, msgid, _s, _f in translations() if msgid not in used])


def test_no_translation_is_a_guess():
    none([msgid for _file, msgid, _msgstr, fuzzy in translations() if fuzzy])


def test_one_text_has_one_translation():
    found = defaultdict(set)
    for _file, msgid, msgstr, _fuzzy in translations():
        found[msgid].add(msgstr)
    none([(msgid, texts) for msgid, texts in found.items() if len(texts) > 1])


def test_placeholders_are_the_same_in_both_languages():
    def names(text):
        return sorted(name for _t, name, _s, _c in Formatter().parse(text) if name is not None)

    wrong = [(file, msgid, msgstr) for file, msgid, msgstr, _f in translations() if names(msgid) != names(msgstr)]
    none(wrong)


def test_the_source_language_is_english():
    """Chinese stands in the source texts only as a sample of what is typed."""
    chinese = [(p[0], m) for m, p in messages().items() if CHINESE.search(m) and not SAMPLE.search(m)]
    none(chinese)


def command_words():
    """Words that a person types: names of commands and of their parameters."""
    for command in COMMANDS.values():
        yield from re.split(r"[ -]", command.name)
        yield from (slot.name for slot in command.slots)


def file_words():
    """Machine words of the files that people write or read: a message about such a file has to name them."""
    texts = (path.read_text(encoding="utf-8") for path in ROOT.glob("*/data/**/*.toml"))
    return {word for text in texts for word in re.findall(r"[a-z][a-z_]+", text)}


def test_chinese_texts_have_no_left_over_english():
    allowed = LATIN_WORDS | set(command_words()) | file_words()
    left = []
    for file, _msgid, msgstr, _fuzzy in translations():
        shown = MACHINE.sub(" ", QUOTED.sub(" ", msgstr))
        words_left = [word for word in LATIN.findall(shown) if word not in allowed and word.lower() not in allowed]
        left += [f"{file}: {msgstr!r}: {words_left}"] if words_left else []
    none(left)


def test_no_translation_is_the_english_text_again():
    said = re.compile(r"\{[^}]*\}|`[^`]*`")
    same = [msgid for _file, msgid, msgstr, _f in translations() if msgid == msgstr]
    none([msgid for msgid in same if LATIN.search(said.sub("", msgid))])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_that_a_text_names_exists(language):
    """`announce list` in a message has to be something that a person can type."""
    wrong = []
    texts = messages() if language == "en" else {msgstr: [file] for file, _id, msgstr, _f in translations()}
    for text, places in texts.items():
        for quoted in QUOTED.findall(text):
            named = ANGLED.sub("", quoted).strip()
            if named and not named.startswith(("guildhall ", "pip ", "make ", "/guild", "bot/")) and not exists(named):
                wrong.append((places[0], quoted))
    none(wrong)


def exists(line):
    """Whether a line begins with a command, or is understood before there is one."""
    return find(words(line.removeprefix("/"))) is not None or line.split()[0] in AT_THE_DOOR

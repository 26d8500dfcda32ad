"""Bad input: a named, friendly answer in both languages, nothing changed, and the office goes on."""

import re
import threading

import pytest

from bot.language import clean, words
from bot.messages import FileIn, Incoming
from bot.registry import find
from tests import databases
from tests.faults.bad_lines import CASES
from tests.faults.lines import prepare
from tests.faults.pictures import differing, picture
from tests.houses import Voice, open_for_test
from tests.membership.bombs import BOMBS, patched

SPEAKERS = ("秦书", "卢副")
NOTED = {"audit_entry", "audit_head"}
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def office(tmp_path_factory, shared_folder):
    """One prepared office for all cases: none of them may change it. The deputy speaks English."""
    folder = tmp_path_factory.mktemp("bad")
    with open_for_test(databases.sqlite(folder, shared_folder), folder) as house:
        prepare(house)
        Voice(house, "卢副").do("language en")
        yield house


def noted(line):
    """A refused sensitive command leaves an audit row; nothing else does."""
    command = find(words(clean(line).removeprefix("/").removeprefix("／")))
    return NOTED if command is not None and command[0].sensitive else set()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bad_lines_get_a_named_answer_in_both_languages_and_change_nothing(office, case):
    texts = []
    for speaker in SPEAKERS:
        before = picture(office)
        reply = Voice(office, speaker).do(case.line)
        assert reply.error == case.error, reply.text
        assert reply.text
        assert "Traceback" not in reply.text
        assert differing(before, picture(office)) <= noted(case.line)
        texts.append(reply.text)
    zh, en = texts
    assert HAN.search(zh)
    assert zh != en
    assert re.search("[A-Za-z]{2}", en), en


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_files_are_refused_by_the_command_and_change_nothing(office, name):
    make, code = BOMBS[name]
    content = make()
    before = picture(office)
    reply = Voice(office, "秦书").do("member import", files=(FileIn("名册.xlsx", content),))
    assert reply.error == code
    assert differing(before, picture(office)) == set()


NAMES = [
    "annexe\u202excod.xlsx",
    "../x.xlsx",
    "CON.xlsx",
    "长" * 300 + ".xlsx",
    '"\n.xlsx',
    "%00.xlsx",
    "a\x00b.xlsx",
    "",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_odd_file_names_are_shown_without_their_tricks(office, name):
    head = patched()
    reply = Voice(office, "秦书").do("member import --dry-run", files=(FileIn(name, head),))
    shown = reply.text.splitlines()[0]
    assert reply.error is None
    assert not re.search("[\u202e\x00/]", shown)
    assert len(shown) < 160


def test_rare_characters_come_back_as_they_were_given(sqlite_house):
    office = prepare(sqlite_house)
    name = "𠮷祥㐂䶮（集团）有限公司"
    made = office.clerk.do(f"member add {name} 91330100MB2X4K7Q3P 检测检验机构 会员单位 杭州市")
    assert office.clerk.do(f"member show {made.data['number']}").data["name"] == name
    assert office.clerk.do("member find 𠮷祥㐂").data[0]["name"] == name


def test_a_name_in_two_spellings_finds_the_same_member(sqlite_house):
    office = prepare(sqlite_house)
    office.clerk.do("member add Café检测 91330100MB2X4K7Q3P 检测检验机构 会员单位 杭州市")
    assert office.clerk.do("member show Cafe\u0301检测").data["code"] == "91330100MB2X4K7Q3P"
    assert office.clerk.do("member show ＣＡＦÉ检测").data["code"] == "91330100MB2X4K7Q3P"


def buttons(reply):
    return [button for row in reply.buttons for button in row]


def test_a_button_of_another_person_of_another_day_or_of_nobody_does_nothing(sqlite_house):
    office = prepare(sqlite_house)
    token = buttons(office.clerk.say("member show M-1"))[0].token
    before = picture(sqlite_house)
    strangers = [
        ("秦书", token),
        ("钱办", token[:-1] + ("0" if token[-1] != "0" else "1")),
        ("钱办", ""),
        ("钱办", "." * 60),
    ]
    strangers += [("钱办", "x" * 5000), ("钱办", "'; DROP TABLE shown_button--"), ("钱办", f"{token}.0")]
    for person, pressed in strangers:
        reply = Voice(sqlite_house, person).say(button=pressed or "0")
        assert reply.error == "button_expired", pressed[:40]
    sqlite_house.clock.forward(days=8)
    assert office.clerk.say(button=token).error == "button_expired"
    assert differing(before, picture(sqlite_house)) == set()


def test_two_taps_at_once_do_it_once(house):
    office = prepare(house)
    token = next(b.token for b in buttons(office.clerk.say("contact add M-2 双击人")))
    answers = []

    def tap(number):
        answers.append(house.handle(Incoming("console", f"tap{number}", "钱办", "钱办", button=token)))

    taps = [threading.Thread(target=tap, args=(number,)) for number in range(4)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    assert sorted(answer.error or "" for answer in answers) == ["", *["button_expired"] * 3]

"""A council of nine from the call to the minutes, in chat and in Chinese."""

from io import BytesIO

from docx import Document

from tests.houses import deliver
from tests.meetings.boards import board


def texts(arrived, name):
    return [out.text for chat, out in arrived if chat == name]


def press(house, arrived, voice, label):
    """Press a button under a letter that somebody got."""
    for chat, out in reversed(arrived):
        for row in out.buttons if chat == voice.name else ():
            for text, token in row:
                if text == label:
                    return voice.say(button=token)
    raise AssertionError(f"{voice.name} has no button {label}")


def test_a_council_of_nine_from_the_call_to_the_minutes(house):
    hall = board(house)
    the_call(house, hall)
    the_session(house, hall)
    the_secret_vote(house, hall)
    the_minutes(hall)


def the_call(house, hall):
    reply = hall.clerk.do(
        "会议 召集 理事会 2026-10-20 下午2点 “江南厅” “三届五次理事会” 一、审议章程修改\n二、审议除名事项"
    )
    assert reply.data["invited"] == 9, reply.text
    arrived = deliver(house)
    assert "三届五次理事会" in texts(arrived, "理1")[0]
    assert "2026-10-20 14:00" in texts(arrived, "理1")[0]
    assert press(house, arrived, hall[1], "参加").error is None
    hall[8].say(button=next(t for c, o in arrived if c == "理8" for r in o.buttons for n, t in r if n == "请假"))
    hall[8].say("出差")
    assert hall[9].do("会议 委托 K-1 理1").error is None
    assert "理9 委托您" in texts(deliver(house), "理1")[0]
    assert hall.clerk.do("会议 查看 K-1").data["answers"] == {"none": 7, "attending": 1, "excused": 1}


def the_session(house, hall):
    house.clock.forward(days=12, hours=3, minutes=50)
    for number in range(1, 8):
        assert hall[number].do("会议 参加 K-1").data["present"]
    quorum = hall.clerk.do("会议 人数 K-1")
    assert (quorum.data["seats"], quorum.data["present"], quorum.data["quorum"]) == (9, 8, True)
    assert "应到 9，实到 8，须到 6：达到法定人数" in quorum.text
    house.clock.forward(minutes=10)
    assert "应到 9，实到 8" in hall.clerk.do("会议 开始 K-1 理1").text


def the_secret_vote(house, hall):
    put = hall.clerk.do("议案 提出 K-1 关于除名单位7的议案 建议除名。 事项=除名 关于=case:3 涉及=M-7")
    assert put.data["secret"] is True, put.text
    assert hall[7].do("议案 投票 V-1 同意").error == "vote_early"
    opened = hall.clerk.do("议案 表决 V-1 分钟=10")
    assert (opened.data["seats"], opened.data["barred"], opened.data["present"]) == (9, 1, 7)
    arrived = deliver(house)
    assert texts(arrived, "理7") == []
    assert press(house, arrived, hall[1], "领取选票").error is None
    assert "投出后任何人都查不到您投了什么" in hall[1].last.text
    assert hall[1].press("同意").text.startswith("V-0001 的选票已投入票箱")
    proxy = hall[1].press("领取选票")
    assert "代：单位9" in proxy.text
    hall[1].press("同意")
    for number, vote in ((2, "同意"), (3, "同意"), (4, "同意"), (5, "反对")):
        hall[number].do("议案 领票 V-1")
        hall[number].press(vote)
    assert hall.clerk.do("议案 计票 V-1", fields={"_confirm": "yes"}).error == "vote_running"
    assert hall[7].do("议案 领票 V-1").error == "barred"
    hall[6].do("议案 领票 V-1")
    hall[6].press("弃权")
    the_count(house, hall)


def the_count(house, hall):
    result = hall.clerk.do("议案 计票 V-1", fields={"_confirm": "yes"})
    assert "应到 9，实到 7，回避 1，计票基数 7" in result.text
    assert "同意 5，反对 1，弃权 1，未投 0" in result.text
    assert "基数 7，不少于 2/3，须 5 票" in result.text
    assert "理事会决议〔2026〕1号" in result.text
    assert hall.clerk.do("议案 结果 V-1").data["recounted"] is True
    assert any("【表决结果】V-0001" in text for text in texts(deliver(house), "理9"))


def the_minutes(hall):
    assert hall.clerk.do("会议 结束 K-1").error is None
    minutes = hall.clerk.do("会议 纪要 K-1 会议由理1主持，单位7到会申辩后回避。")
    document = Document(BytesIO(minutes.files[0].content))
    words = "\n".join(p.text for p in document.paragraphs)
    for said in (
        "三届五次理事会会议纪要",
        "主持人：理1",
        "同意 5，反对 1，弃权 1",
        "理事会决议〔2026〕1号",
        "到会申辩",
    ):
        assert said in words
        assert said in minutes.text
    assert "出差" not in minutes.text
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert ["单位9", "委托出席", "理1"] in rows
    assert ["单位8", "请假", ""] in rows
    assert ["单位7", "到会", "理7"] in rows
    assert hall[1].do("会议 查纪要 K-1").error == "minutes_unknown"
    assert hall.clerk.do(f"审批 同意 P-{minutes.data['approval']}").error == "not_allowed"
    assert hall.deputy.do(f"审批 同意 P-{minutes.data['approval']}").error is None
    assert hall[1].do("会议 查纪要 K-1").files[0].name.endswith(".docx")

    draft = hall.clerk.do("议案 发文 V-1")
    assert "决议：关于除名单位7的议案" in draft.text
    assert "理事会决议〔2026〕1号" in draft.text
    assert "同意 5" not in draft.text

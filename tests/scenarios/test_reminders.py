"""A secretary lets the office remind by itself: preview, second person, snooze, why, digest, calendar. In Chinese throughout."""

from tests.houses import Voice, deliver, furnish
from tests.reminders.offices import at, office_with, run, switch_on, tick


def letters(house):
    """Half an hour later: (chat, letter) of every reminder that has arrived."""
    house.clock.forward(minutes=30)
    return [(chat, out) for chat, out in deliver(house) if "资质到期提醒" in out.text]


def test_from_a_rule_that_is_off_to_the_agreement_of_a_second_person(house):
    office = furnish(house)
    clerk, deputy = office.clerk, office.deputy
    clerk.do("资质 登记 M-1 甲级资质 2026-11-20")
    deliver(house)
    assert "已启用 0 条" in clerk.say("提醒 列表").text
    assert "前 60 天、前 30 天、前 7 天（自然日）" in clerk.say("提醒 查看 R1").text
    assert "今后 30 天内将发出 1 条提醒，涉及 1 人" in clerk.press("预览").text
    assert "等待" in clerk.press("申请启用").text
    told = dict(deliver(house))
    assert "钱办申请启用提醒规则 R1" in told["卢副"].text
    deputy.say(button=told["卢副"].buttons[0][0][1])
    deputy.press("同意")
    assert clerk.do("提醒 查看 R1").data["on"] is True


def test_from_the_letter_to_a_renewed_qualification(house):
    office = office_with(house, "2026-11-20")
    clerk, contact = office.clerk, office.contacts[0]
    switch_on(office, "R1")
    at(house, "2026-10-21")
    run(house)
    [(chat, letter)] = letters(house)
    assert chat == "联络1"
    assert letter.text == (
        "【资质到期提醒】青禾检测有限公司 · 资质1 有效期至 2026-11-20，还有 30 天。"
        "请尽早办理延续，并把新的有效期告知试验省安全生产协会。"
    )
    buttons = dict(button for row in letter.buttons for button in row)
    assert list(buttons) == ["1 个工作日后再提醒", "3 个工作日后再提醒", "7 个工作日后再提醒"]
    said = contact.say(button=buttons["1 个工作日后再提醒"]).text
    assert said.startswith("已推迟：到 2026-10-22 如仍未办结，会再次提醒。")
    at(house, "2026-10-22")
    run(house)
    assert len(letters(house)) == 1
    why = clerk.do("提醒 原因 M-0001").text
    assert "2026-10-22 10:37 已发送（console，消息 " in why
    assert "下次提醒 2026-11-13" in why
    clerk.do("资质 登记 M-1 资质1 2029-11-20")
    at(house, "2026-11-13")
    run(house)
    assert letters(house) == []


def test_monday_morning_in_the_office(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("资质 登记 M-1 甲级资质 2026-10-14")
    office.clerk.do("提醒 启用 R1")
    at(sqlite_house, "2026-10-12", 8, 55)
    deliver(sqlite_house)
    tick(sqlite_house)
    at(sqlite_house, "2026-10-12", 9, 10)
    told = {chat: out.text for chat, out in deliver(sqlite_house) if "每日简报" in out.text}
    assert set(told) == {"秦书", "卢副", "钱办"}
    assert told["卢副"].splitlines()[:3] == [
        "【试验省安全生产协会】每日简报 2026-10-12",
        "【待您审批】",
        "· P-0002 启用 R1“资质有效期届满”：今后 30 天向 0 人发出 0 条提醒",
    ]
    assert "资质到期：7 天内 1 项，已逾期 0 项（M-0001）" in told["钱办"]
    Voice(sqlite_house, "钱办").do("简报 关闭")
    at(sqlite_house, "2026-10-13", 8, 55)
    tick(sqlite_house)
    at(sqlite_house, "2026-10-13", 9, 10)
    assert "钱办" not in {chat for chat, out in deliver(sqlite_house) if "每日简报" in out.text}

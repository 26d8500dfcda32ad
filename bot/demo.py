"""``guildhall demo``: October 2026 of a made-up association, played through the same doors that everybody uses."""

import asyncio
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import founding
from bot.app import open_house
from bot.delivery import Delivery
from bot.dispatch import House
from bot.messages import FileIn, Reply
from bot.platforms.base import Outgoing
from bot.platforms.console import ConsolePlatform
from bot.terminal import ConsoleChat, talk
from core.config import Settings
from core.i18n import _, language
from examples.roster import write_roster

ASSOCIATION, CODE, CODE_WORD = "江南省安全生产技术服务行业协会", "51360000500012341U", "江南安协"
SECRETARY, DEPUTY = "顾静远", "陶若水"
START = datetime(2026, 10, 9, 1, 5, tzinfo=UTC)
TITLE = "“关于举办冬季安全风险分级管控交流会的通知”"
HASTY = (
    "协会定于11月12日举办安全风险分级管控交流会，各会员单位必须派员参加，会务费600元。未参加的单位，年检材料不予受理。"
)
LAWFUL = "协会定于11月12日举办安全风险分级管控交流会。会员自愿参加，不收取任何费用，是否参加不影响任何评价和服务。报名请于11月5日前回复秘书处。"
COLOURS = {"staff": "\x1b[36m", "member": "\x1b[32m", "system": "\x1b[33m"}


FACTS = (
    ("M-0001", "commendation", "province", "江省发〔2026〕8号"),
    ("M-0002", "fire_warning", "", "江消决〔2026〕21号"),
    ("M-0004", "b_abnormal_list", "", "江市监异〔2026〕3号"),
)
"""(member, rule of the scheme, level, document): made up."""


@dataclass
class Stage:
    """The house with its clock, and who speaks on it."""

    house: House
    folder: Path
    clock: "StageClock"
    voices: dict[str, ConsoleChat] = field(default_factory=dict)
    workbook: Path | None = None

    def voice(self, name: str) -> ConsoleChat:
        """Somebody's chat."""
        if name not in self.voices:
            self.voices[name] = ConsoleChat(self.house, name, files=self.folder / "files")
        return self.voices[name]

    def staff(self, name: str, zh: str, en: str, attached: tuple[FileIn, ...] = ()) -> Reply:
        """A member of staff types a line."""
        return self._say("staff", name, zh if language() == "zh_CN" else en, attached)

    def member(self, name: str, zh: str, en: str) -> Reply:
        """A member's contact types a line."""
        return self._say("member", name, zh if language() == "zh_CN" else en, ())

    def press(self, kind: str, name: str, label: str) -> Reply:
        """Somebody presses the first button of what they saw last."""
        self.clock.now += timedelta(minutes=3)
        self.show(kind, name, f"[{label}]")
        chat = self.voice(name)
        return self._shown(chat, chat.say("1"))

    def _say(self, kind: str, name: str, line: str, attached: tuple[FileIn, ...]) -> Reply:
        self.clock.now += timedelta(minutes=4)
        self.show(kind, name, line + "".join(f"  📎 {file.name}" for file in attached))
        chat = self.voice(name)
        chat.buttons = []
        incoming = chat.incoming(line, attached)
        reply = self.house.handle(incoming) or Reply("")
        self.house.replied("console", incoming.update_id)
        chat.buttons = [(button.label, button.token) for row in reply.buttons for button in row]
        return self._shown(chat, reply)

    def _shown(self, chat: ConsoleChat, reply: Reply) -> Reply:
        self.show("system", "Guildhall", chat.shown(reply))
        return reply

    def show(self, kind: str, name: str, words: str) -> None:
        """Print what somebody said, with time and voice."""
        colour, plain = (COLOURS[kind], "\x1b[0m") if sys.stdout.isatty() else ("", "")
        labels = {"staff": _("staff"), "member": _("member"), "system": _("system")}
        when = self.clock.now.astimezone(self.clock.zone).strftime("%m-%d %H:%M")
        print(f"{colour}{when} {labels[kind]} {name}:{plain} " + words.replace("\n", "\n    "))

    def deliver(self) -> None:
        """Everything goes out that is due after the time in which a sending can still be stopped."""
        self.clock.now += timedelta(minutes=2)

        def arrive(chat: str, outgoing: Outgoing) -> None:
            shown = self.voice(chat)
            shown.buttons = [button for row in outgoing.buttons for button in row]
            labels = [label for label, _token in shown.buttons]
            self.show("system", f"→ {chat}", "✉ " + outgoing.text + "".join(f"\n[{label}]" for label in labels))

        asyncio.run(Delivery(self.house, {"console": ConsolePlatform(arrive)}).drain())
        print()


@dataclass
class StageClock:
    """The demo's time: it moves with the play, and runs on once the stage is open."""

    zone: ZoneInfo
    now: datetime = START
    open_since: datetime | None = None

    def __call__(self) -> datetime:
        """The moment on stage."""
        if self.open_since is None:
            return self.now
        return self.now + (datetime.now(UTC) - self.open_since)


def play() -> int:
    """Play the month, print where the workbook is, and stay open at a terminal."""
    folder = Settings().data_dir / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    clock = StageClock(ZoneInfo("Asia/Shanghai"))
    stage = Stage(open_house(Settings(data_dir=folder, database_url=""), clock=clock), folder, clock)
    for act in ACTS:
        act(stage)
    print(f"workbook: {stage.workbook}")
    if sys.stdin.isatty() and sys.stdout.isatty():
        _stay_open(stage)
    return 0


def _stay_open(stage: Stage) -> None:
    stage.clock.open_since = datetime.now(UTC)
    print(
        "\n"
        + _("Now you are {name}, the secretary-general. `help` shows what you can do; `exit` leaves.").format(
            name=SECRETARY
        )
    )
    talk(stage.voice(SECRETARY), stage.folder / "history")


def _found(stage: Stage) -> None:
    founding.found(stage.house, name=ASSOCIATION, code=CODE, code_word=CODE_WORD, admin=SECRETARY, language=language())
    stage.staff(SECRETARY, "我是谁", "whoami")
    stage.staff(SECRETARY, f"人员 添加 {DEPUTY}", f"person add {DEPUTY}")
    stage.staff(SECRETARY, f"角色 授予 {DEPUTY} 副秘书长", f"role grant {DEPUTY} deputy")
    _join(stage, DEPUTY)


def _join(stage: Stage, name: str) -> None:
    """Invite somebody and let them join from a chat of their own."""
    reply = stage.staff(SECRETARY, f"人员 邀请 {name}", f"person invite {name}")
    words = "加入" if language() == "zh_CN" else "join"
    joined = stage.voice(name).join(f"{words} {reply.data['code']}")
    stage.show("system", f"→ {name}", joined.text)


def _import(stage: Stage) -> None:
    path = stage.folder / "会员名册.xlsx"
    write_roster(path)
    sent = (FileIn(path.name, path.read_bytes()),)
    stage.staff(SECRETARY, "会员 导入", "member import", sent)
    stage.press("staff", SECRETARY, _("Bring in the good rows"))
    stage.staff(SECRETARY, "会员 列表 类别=检测检验机构", "member list category=检测检验机构")


def _contacts(stage: Stage) -> list[str]:
    """The contacts of two members join with the codes that the secretariat hands them."""
    names = []
    for number in ("M-0001", "M-0002"):
        shown = stage.staff(SECRETARY, f"会员 查看 {number}", f"member show {number}")
        names.append(shown.data["contacts"][0]["name"])
        _join(stage, names[-1])
    return names


def _announce(stage: Stage) -> None:
    names = _contacts(stage)
    stage.staff(SECRETARY, f"公告 起草 通知 {TITLE} 全体 {HASTY}", f"announce draft notice {TITLE} all {HASTY}")
    stage.press("staff", SECRETARY, _("Submit for approval"))
    stage.staff(SECRETARY, f"公告 修改 A-0001 {LAWFUL}", f"announce edit A-0001 {LAWFUL}")
    stage.press("staff", SECRETARY, _("Submit for approval"))
    stage.deliver()
    stage.staff(DEPUTY, "审批 列表", "approval list")
    stage.staff(DEPUTY, "审批 同意 P-0001", "approval approve P-0001")
    stage.deliver()
    stage.press("member", names[0], _("Confirm receipt"))
    stage.staff(SECRETARY, "公告 送达 A-0001", "announce status A-0001")
    stage.clock.now += timedelta(days=3)
    stage.staff(SECRETARY, "公告 催阅 A-0001", "announce chase A-0001")
    stage.deliver()
    stage.press("member", names[1], _("Confirm receipt"))


def _grade(stage: Stage) -> None:
    """A scheme is checked, published by another officer and tried on everybody, before anybody is graded."""
    stage.clock.now += timedelta(days=2)
    stage.staff(SECRETARY, "方案 添加 g1_wendeng", "scheme add g1_wendeng")
    asked = stage.staff(SECRETARY, "方案 发布 g1-wendeng", "scheme publish g1-wendeng").data["approval"]
    stage.staff(DEPUTY, f"审批 同意 P-{asked}", f"approval approve P-{asked}")
    for unit, fact, level, document in FACTS:
        rest = f"{unit} {fact} 2026-07-06 {document}"
        more = (f" 级别={level}", f" level={level}") if level else ("", "")
        stage.staff(SECRETARY, f"事实 登记 {rest}{more[0]}", f"fact add {rest}{more[1]}")
    stage.staff(SECRETARY, "等级 试算 g1-wendeng", "grade simulate g1-wendeng")


def _leave(stage: Stage) -> None:
    stage.clock.now = datetime(2026, 10, 28, 2, 0, tzinfo=UTC)
    stage.staff(
        SECRETARY,
        "会员 状态 M-0003 退会 该单位来函申请退会",
        "member status M-0003 withdrawn The unit asked in writing to leave",
    )


def _report(stage: Stage) -> None:
    stage.clock.now = datetime(2026, 11, 2, 1, 10, tzinfo=UTC)
    reply = stage.staff(SECRETARY, "导出 月报 2026-10", "export month 2026-10")
    stage.workbook = (stage.folder / "files" / reply.files[0].name).resolve()
    stage.staff(SECRETARY, "审计 校验", "audit verify")


ACTS: tuple[Callable[[Stage], object], ...] = (_found, _import, _announce, _grade, _leave, _report)

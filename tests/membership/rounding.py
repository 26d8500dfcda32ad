"""A round to play with: an office, two evaluators, a published scheme, and the steps that every story takes."""

from bot.messages import FileIn
from tests.houses import Voice, deliver, furnish, link
from tests.membership.schemes import PLAIN

EVALUATORS = ("初一", "复二")
DOCUMENT = PLAIN.replace('rounding = "half_up"', 'rounding = "half_up"\n[counting]\ndeciding_stage = "review"', 1)


class Round:
    """The people of a round, and what they do as a rule."""

    def __init__(self, house, document=DOCUMENT):
        self.house, self.office = house, furnish(house)
        self.clerk, self.deputy, self.secretary = self.office.clerk, self.office.deputy, self.office.secretary
        self.first, self.review = (Voice(house, name) for name in EVALUATORS)
        for name in EVALUATORS:
            self.clerk.do(f"person add {name}")
            self.granted(name)
            link(house, name)
        self.members = self.office.contacts
        self.publish_scheme(document)

    def granted(self, name):
        """Somebody becomes an evaluator."""
        self.secretary.do(f"role grant {name} evaluator")
        for waiting in self.deputy.do("approval list").data:
            self.deputy.do(f"approval approve {waiting[0]}")

    def publish_scheme(self, document):
        """A scheme that may be used."""
        made = self.clerk.do("方案 添加", files=(FileIn("办法.toml", document.encode()),))
        assert made.error is None, made.text
        asked = self.clerk.do(f"方案 发布 {made.data['scheme']}")
        assert asked.error is None, asked.text
        assert self.deputy.do(f"审批 同意 P-{asked.data['approval']}").error is None

    def open(self, more=""):
        """A round of both members."""
        made = self.clerk.do(f"评定 开启 plain 2026年度评定 全体 {more}".strip())
        assert made.error is None, made.text
        return made

    def assess(self, scores=("60", "40")):
        """Both members assess themselves, with evidence for the second indicator, and hand in."""
        for voice in self.members:
            for place, score in enumerate(scores, 1):
                assert voice.do(f"自评 填写 G-1 {place} {score}").error is None
            file = FileIn(f"台账-{voice.name}.pdf", b"%PDF-1.7 " + voice.name.encode())
            assert voice.do("自评 材料 G-1 2", files=(file,)).error is None
            assert voice.do("自评 提交 G-1").error is None

    def assign(self):
        """One evaluator for each stage."""
        for stage, name in (("初评", "初一"), ("复核", "复二")):
            assert self.clerk.do(f"评定 分配 G-1 {stage} {name}").data["left"] == 0

    def reviewed(self, voice, scores):
        """Score every item of a queue: member number → scores."""
        for member, given in scores.items():
            for place, score in enumerate(given, 1):
                said = voice.do(f"评定 打分 G-1 M-{member} {place} {score} 按核查记录扣分")
                assert said.error is None, said.text

    def to_lock(self, first=None, review=None):
        """From the opening to locked scores."""
        self.open()
        self.assess()
        self.assign()
        assert self.clerk.do("评定 推进 G-1").error is None
        self.reviewed(self.first, first or {1: ("58", "36"), 2: ("50", "30")})
        assert self.clerk.do("评定 推进 G-1").error is None
        self.reviewed(self.review, review or {1: ("57", "35.5"), 2: ("45", "29.5")})
        return self.confirmed(self.clerk, "评定 锁定 G-1")

    def confirmed(self, voice, line):
        """A command that asks back."""
        return voice.do(line, fields={"_confirm": "yes"})

    def to_notice(self):
        """From the lock to a public notice that runs."""
        asked = self.clerk.do("评定 公示 G-1 0571-88880000 杭州市文一路1号")
        assert asked.error is None, asked.text
        assert self.deputy.do(f"审批 同意 P-{asked.data['approval']}").error is None
        return asked

    def today(self):
        """The day of the association."""
        return self.house.clock().date()

    def letters(self, name):
        """What somebody got since the last time."""
        return [out.text for chat, out in deliver(self.house) if chat == name]

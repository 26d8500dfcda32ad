"""Whose voice a sentence is in, and what a prohibition, a denial or a quotation takes away."""

import pytest

from core.i18n import speaking
from core.screening import Verdict, verdict_of
from disciplinary.rules.screening import screen
from disciplinary.rules.screening.engine import standard
from disciplinary.rules.screening.reading import read
from disciplinary.rules.screening.scope import Stance


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("各单位务必参加培训，培训费每人800元。", Stance.OWN),
        ("某协会强制企业入会，被民政部门警告。", Stance.REPORTED),
        ("过去企业办证须经协会盖章，该做法已于2018年取消。", Stance.REPORTED),
        ("有理事提议对缺席单位扣分，未获通过。", Stance.REPORTED),
        ("有人冒充协会工作人员收取年检费，请勿上当。", Stance.WARNING),
        ("第六十条 县级以上人民政府应当责令改正，并处罚款。", Stance.LAW),
        ("问卷第6题：您是否遇到过协会强制要求参加收费培训的情况？", Stance.ASKED),
        ("现转发市应急管理局通知，节前将开展安全检查。", Stance.FORWARDED),
    ],
)
def test_the_voice_of_a_sentence(text, stance):
    assert read(text).said[0].stance is stance


def stances(text):
    return [voice.stance for voice in read(text).said]


def test_in_a_conversation_only_the_association_s_turns_are_its_own():
    said = stances("会员老郑：他们说不入会就不给办证。\n厂长：真的假的\n秘书处：没入会也能办。")
    assert said == [Stance.OTHER, Stance.OTHER, Stance.OWN]
    assert stances("问：不入会能办吗？\n答：不入会一律不给办。")[-1] is Stance.OWN


@pytest.mark.parametrize(
    "text",
    [
        "各会员单位：\n不入会的一律不给办证。\n秘书处：请照办。",
        "会员甲：收到\n会员乙：收到\n各企业：不入会的一律不给办证。",
        "会员甲：收到\n会员乙：收到\n本会决定，不入会的一律不给办证。",
        "会员：能办吗\n秘书处：不入会的一律不给办证。",
        "要求如下\n——不入会的一律不给办证。\n——未参训的取消评优资格。",
    ],
)
def test_those_who_are_written_to_do_not_hide_a_demand(text):
    assert verdict_of(screen(text)) is Verdict.BLOCK


def test_labels_of_a_form_are_no_speakers():
    assert Stance.OTHER not in stances("单位名称：\n联系人：\n各会员企业必须参加培训，每人收费800元。")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("会员部提出对缺席单位扣分。财务认为不妥。会议否决。", False),
        ("会员部提出对缺席单位扣分。会议否决。会议同意改为缺席单位年底不予推荐。", True),
        ("会员部提出对缺席单位扣分。改为缺席单位通报，原提议不予采纳。", True),
    ],
)
def test_what_is_decided_instead_of_a_proposal_is_the_association_s_own(text, own):
    assert stances(text)[0] is Stance.REPORTED or own
    assert (stances(text)[-1] is Stance.OWN) == own


def test_a_quiz_speaks_of_what_it_asks():
    assert set(stances("单选题：某会称不入会就不办证，属于：A.热心 B.变相许可。参考答案：B")) == {Stance.ASKED}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("对方通知写着“不参加培训的单位取消评优资格，每人收费800元”，大家评评理。", False),
        ("局领导放话“不参加培训的单位取消评优资格”，每人收费800元。", True),
    ],
)
def test_a_quoted_clause_is_somebody_s_words_unless_a_superior_s_are_passed_on(text, held):
    assert bool(standard().matches(read(text))) == held


def test_items_under_a_heading_that_condemns_are_no_demands():
    said = read("以下行为均属违规：\n1.不入会不办证；\n2.不参训就扣分。").said
    assert all(voice.stance is not Stance.OWN for voice in said[1:])
    said = read("本会郑重承诺，不做下列事情：\n1.指定产品；\n2.摊派赞助。").said
    assert [voice.stance for voice in said[1:]] == [Stance.LISTED, Stance.LISTED]


@pytest.mark.parametrize(
    "text",
    [
        "协会不得强制企业加入协会。",
        "严禁以任何名义要求企业必须购买指定产品。",
        "本会不对会员处以罚款，不实施查封。",
        "参加情况不作为评优依据，不与任何事项挂钩。",
        "您没入会也能来办，不入会不影响任何审批。",
        "如有人以“不入会就不给办证”相威胁，请向我会举报。",
        "协会不具有行政执法权，检查组仅提供技术咨询意见，不作为行政处罚依据。",
        "省应急管理厅公告：对下列评价机构依法暂停资质，协会转载供会员知悉。",
        "依据《行业自律公约》第十二条，经理事会表决，对某会员予以行业内通报批评，该会员可在15日内提出申诉。",
        "连续两年不缴纳会费的，按章程视为自动退会。",
        "请各理事务必准时出席理事会。",
        "自愿报名，费用1200元/人，含资料费，不参加不影响任何评价。",
        "高危企业应当投保安全生产责任保险（《安全生产法》第五十一条），保险机构由企业自主选择。",
    ],
)
def test_lawful_texts_pass(text):
    assert verdict_of(screen(text)) in {Verdict.OK, Verdict.HINT}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("本次培训自愿参加。未参加的单位不得进入下一年度推荐名单，培训费1200元。", "M05"),
        ("自愿参加，但未参加单位取消年度评优资格。", "M05"),
        ("不入会不办证，大家自己掂量。", "M02"),
        ("未加入本协会的企业，不予办理安全生产许可证延期初审。", "M02"),
        ("受检企业须使用协会指定的检测机构，否则不予验收。", "M08"),
        ("缴纳赞助情况与信用等级挂钩。", "M09"),
        ("财政经费不足部分，由各受检企业分摊。", "M06"),
        ("培训免费，仅收取资料费、场地费共计1500元，全员须到。", "M05"),
    ],
)
def test_compulsion_in_disguise_does_not(text, category):
    findings = screen(text)
    assert verdict_of(findings) in {Verdict.BLOCK, Verdict.REVIEW}
    assert category in {finding.category for finding in findings}


def test_why_and_rewording_are_in_the_reader_s_language():
    text = "凡在本市经营的企业必须加入本协会并缴纳会费。"
    with speaking("en"):
        english = screen(text)[0]
    with speaking("zh_CN"):
        chinese = screen(text)[0]
    assert "free choice" in english.why
    assert "入会" in chinese.why
    assert english.suggestion != chinese.suggestion
    assert "国办发〔2020〕21号" in chinese.basis

"""The survey form on the web: looking spends nothing, handing in does; no cookies, no scripts, nothing kept of the visitor."""

import re
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import func, select

from core.db import open_session
from portal.server import build
from surveys.models import SurveySheet
from surveys.rules.tokens import readable
from tests.houses import furnish
from tests.surveys.town import SHEET, answered, members, opened, token_of

FIELDS = {code: str(value) for code, value in SHEET.items()}
PREVIEWS = (
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1",
)


def browser(house, **headers):
    """A client of the application, without a network."""
    transport = httpx.ASGITransport(app=build(house, []))
    return httpx.AsyncClient(transport=transport, base_url="https://guild.example", headers=headers)


def filled(house):
    with open_session(house.engine, 1) as session:
        return session.scalar(select(func.count()).select_from(SurveySheet).where(SurveySheet.sealed.is_not(None)))


def picture(house):
    with open_session(house.engine, 1) as session:
        return [tuple(row) for row in session.execute(select(SurveySheet.token_hash, SurveySheet.sealed))]


async def test_the_page_asks_every_question_and_promises_what_is_kept(sqlite_house):
    opened(sqlite_house)
    async with browser(sqlite_house) as client:
        page = await client.get(f"/s/{token_of(sqlite_house, '会员1')}")
    assert page.status_code == 200
    assert page.text.count("<fieldset") == 16
    assert "不足五份不出结果" in page.text
    assert '<html lang="zh-CN">' in page.text


async def test_looking_spends_nothing_whoever_looks(sqlite_house):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    before = picture(sqlite_house)
    for agent in PREVIEWS:
        async with browser(sqlite_house, **{"user-agent": agent}) as client:
            for method in ("GET", "HEAD"):
                assert (await client.request(method, f"/s/{token}")).status_code == 200
    assert picture(sqlite_house) == before
    async with browser(sqlite_house) as client:
        assert (await client.post(f"/s/{token}", data=FIELDS)).status_code == 303


async def test_handing_in_once_twice_and_otherwise(house):
    opened(house)
    token = token_of(house, "会员1")
    async with browser(house) as client:
        answers = [FIELDS, FIELDS, FIELDS | {"overall": "1", "words": "意见"}]
        places = [(await client.post(f"/s/{token}", data=one)).headers["location"] for one in answers]
        assert [re.search("outcome=([a-z]+)", place)[1] for place in places] == ["received", "same", "changed"]
        done = await client.get(places[0])
        again = await client.get(f"/s/{token}")
    assert "答卷已收到" in done.text
    assert filled(house) == 1
    assert "已经交过答卷" in again.text
    assert "意见</textarea>" not in again.text
    assert "checked" not in again.text


async def test_two_devices_at_once_make_one_answer(house):
    import asyncio

    opened(house)
    token = token_of(house, "会员1")
    async with browser(house) as one, browser(house) as other:
        replies = await asyncio.gather(*(c.post(f"/s/{token}", data=FIELDS) for c in (one, other) for _i in range(4)))
    assert [reply.status_code for reply in replies] == [303] * 8
    outcomes = sorted(re.search("outcome=([a-z]+)", reply.headers["location"])[1] for reply in replies)
    assert outcomes == ["received", *["same"] * 7]
    assert filled(house) == 1


async def test_nothing_is_set_loaded_or_remembered(sqlite_house):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    async with browser(sqlite_house) as client:
        replies = [
            await client.get(f"/s/{token}"),
            await client.get("/s"),
            await client.get("/s/done?outcome=received"),
            await client.post(f"/s/{token}", data=FIELDS),
            await client.get("/s/AAAA"),
        ]
        style = await client.get("/s/style.css")
    for reply in replies:
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "noindex" in reply.headers["x-robots-tag"]
        assert "set-cookie" not in reply.headers
        assert "<script" not in reply.text
        assert not re.search(r'(src|href|action)="(https?:)?//', reply.text)
        assert not re.search(r'\sstyle="|\son[a-z]+="', reply.text)
    assert "url(" not in style.text
    assert "@import" not in style.text


@pytest.mark.parametrize("token", ["A" * 28, "x", "..etc", "%00", "＜script＞", "a" * 4000])
async def test_a_foreign_code_says_the_same_as_any_other(sqlite_house, token):
    opened(sqlite_house)
    async with browser(sqlite_house) as client:
        looked, sent = await client.get(f"/s/{token}"), await client.post(f"/s/{token}", data=FIELDS)
    assert (looked.status_code, sent.status_code) == (404, 404)
    assert "答卷码无效" in looked.text
    assert looked.text == sent.text
    assert filled(sqlite_house) == 0


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (datetime(2026, 10, 20, 15, 59, 59, tzinfo=UTC), 303),
        (datetime(2026, 10, 20, 16, 0, 0, tzinfo=UTC), 410),
    ],
)
async def test_one_second_decides(sqlite_house, moment, status):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    sqlite_house.clock.now = moment
    async with browser(sqlite_house) as client:
        reply = await client.post(f"/s/{token}", data=FIELDS)
        looked = await client.get(f"/s/{token}")
    assert reply.status_code == status
    assert looked.status_code == (200 if status == 303 else 410)
    assert filled(sqlite_house) == (1 if status == 303 else 0)


async def test_after_the_close_every_code_of_the_survey_hears_that_it_is_closed(sqlite_house):
    office, _voices = opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    answered(sqlite_house, members(1, 6))
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    async with browser(sqlite_house) as client:
        assert (await client.get(f"/s/{token}")).status_code == 410
        assert "问卷已截止" in (await client.post(f"/s/{token}", data=FIELDS)).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"overall": "6"}, "请填 1 到 5 的整数"),
        ({"overall": "NaN"}, "请填 1 到 5 的整数"),
        ({"recommend": "11"}, "请填 0 到 10 的整数"),
        ({"first": "o99"}, "不是“最希望协会先改进哪一方面？”的选项"),
        ({"used": ["advice", "forged"]}, "不是“过去一年贵单位用过协会的哪些服务？”的选项"),
        ({"contacts": "-1"}, "应在 0 与 1000 之间"),
        ({"contacts": "三次"}, "请填数字"),
        ({"words": "长" * 100_000}, "最多 1000 字"),
        ({"overall": ""}, "这道题必须填写"),
        ({"overall": ["1", "5"]}, "只能选一项"),
    ],
)
async def test_what_will_not_do_is_said_beside_the_question_and_nothing_typed_is_lost(sqlite_house, changed, words):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    async with browser(sqlite_house) as client:
        reply = await client.post(f"/s/{token}", data=FIELDS | {"first": "fees"} | changed)
    assert reply.status_code == 422
    assert words in reply.text
    assert 'role="alert"' in reply.text
    assert 'name="recommend" value="9" checked' in reply.text or "recommend" in changed
    assert filled(sqlite_house) == 0


async def test_markup_in_an_answer_stays_text(sqlite_house):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    hostile = '</textarea><script>alert(1)</script>"><img src=x onerror=alert(1)>{0.__class__}%s'
    async with browser(sqlite_house) as client:
        reply = await client.post(f"/s/{token}", data=FIELDS | {"overall": "", "words": hostile, "contacts": hostile})
    assert "<script" not in reply.text
    assert "<img" not in reply.text
    assert "&lt;script&gt;" in reply.text


async def test_bodies_beyond_every_measure_are_refused(sqlite_house):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    many = urlencode([(f"f{number}", "1") for number in range(600)])
    async with browser(sqlite_house) as client:
        for content in (b"a" * 1_000_001, many.encode()):
            headers = {"content-type": "application/x-www-form-urlencoded"}
            reply = await client.post(f"/s/{token}", content=content, headers=headers)
            assert reply.status_code == 413
        assert (await client.post(f"/s/{token}", content=b"\xff\xfe\x00")).status_code == 422
    assert filled(sqlite_house) == 0


async def test_a_code_on_a_slip_can_be_typed(sqlite_house):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    async with browser(sqlite_house) as client:
        assert "纸条上的答卷码" in (await client.get("/s")).text
        typed = await client.post("/s", data={"_code": f" {readable(token).lower()} "})
        assert (typed.status_code, typed.headers["location"]) == (303, f"/s/{token}")
        wrong = await client.post("/s", data={"_code": "<b>OOPS</b>"})
    assert wrong.status_code == 404
    assert "<b>" not in wrong.text


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ("", "", "zh-CN"),
        ("", "en-GB,en;q=0.9", "en"),
        ("?lang=zh", "en", "zh-CN"),
        ("?lang=en", "zh-CN", "en"),
        ("?lang=xx", "", "zh-CN"),
    ],
)
async def test_the_page_speaks_the_language_of_its_reader(sqlite_house, query, header, language):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    async with browser(sqlite_house, **{"accept-language": header}) as client:
        page = await client.get(f"/s/{token}{query}")
    assert f'<html lang="{language}">' in page.text
    assert ("Overall satisfaction" in page.text or "All in all" in page.text) == (language == "en")


async def test_a_survey_that_is_not_open_yet_has_no_page(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("问卷 新建 测评 全体 2026-10-20 service_quality")
    from surveys.queries import survey_by_number

    with open_session(sqlite_house.engine, 1) as session:
        code = survey_by_number(session, 1).code
    async with browser(sqlite_house) as client:
        assert (await client.get(f"/s/{code}{'A' * 20}")).status_code == 409

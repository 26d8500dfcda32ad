"""Applying on the web: by the public form or a link for one application, as carefully as in chat, and all of it or nothing."""

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import func, select

from bot.messages import FileIn
from core.attachments import Attachment
from core.db import open_session
from membership.models import Application
from membership.rules.admission import web
from membership.usecases.admission import web as usecases
from people.models import Invitation, Person, RoleGrant
from portal.server import build
from tests.houses import CODES, Voice, deliver, found, furnish

PUBLIC = "https://guild.example"
FIELDS = {
    "person": "王小明",
    "phone": "139 0000 0009",
    "name": "晨星检测有限公司",
    "code": CODES[2],
    "category": "testing_inspection",
    "rank": "member",
    "region": "杭州市",
    "engineers": "",
    "agree": "yes",
}
PDF = b"%PDF-1.4 made up"
FILES = {
    "paper-licence": ("执照.pdf", PDF, "application/pdf"),
    "paper-form": ("申请书.jpg", b"\xff\xd8\xff\xe0 made up", "image/jpeg"),
}
TABLES = (Application, Person, RoleGrant, Invitation, Attachment)


def public(house):
    """The office with a public address; the clerk has switched the form on. Returns (office, path of the form)."""
    office = furnish(replace(house, public_url=PUBLIC))
    return office, office.clerk.do("入会 网上申请").data["address"].removeprefix(PUBLIC)


@asynccontextmanager
async def browser(house, **headers):
    """A client of the application, without a network."""
    transport = httpx.ASGITransport(app=build(replace(house, public_url=PUBLIC), []))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers=headers) as client:
        yield client


async def sent(house, path, fields=FIELDS, files=FILES, **headers):
    async with browser(house, **headers) as client:
        return await client.post(path, data=fields, files=files)


async def seen(house, path):
    async with browser(house) as client:
        return await client.get(path)


def counts(house):
    with open_session(house.engine, 1) as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def test_a_stranger_applies_on_the_web_and_goes_on_in_chat(house):
    office, path = public(house)
    page = asyncio.run(seen(house, path))
    assert page.status_code == 200
    assert "入会申请" in page.text
    assert page.text.count('type="file"') == 3
    done = asyncio.run(sent(house, path))
    assert done.status_code == 200, done.text
    assert "J-0001" in done.text
    with open_session(house.engine, 1) as session:
        made = session.scalars(select(Application)).one()
        assert (made.state, made.step, made.name) == ("open", "first_review", "晨星检测有限公司")
        assert session.get(Person, made.person_id).phone == "13900000009"
    assert "J-0001" in [words.text for chat, words in deliver(house) if chat == "钱办"][-1]
    card = office.clerk.do("入会 查看 J-1").text
    assert "执照.pdf" in card
    code = re.search(r"加入 ([A-Z0-9-]{14})", done.text)[1]
    newcomer = Voice(house, "4711")
    assert "王小明" in newcomer.do(f"加入 {code}", platform="telegram").text
    assert "J-0001" in newcomer.do("入会 列表", platform="telegram").data[0][0]
    assert newcomer.do("会员 列表", platform="telegram").error == "not_allowed"


async def test_a_link_is_for_one_application_and_is_spent_only_by_one(house):
    office = furnish(replace(house, public_url=PUBLIC))
    path = re.search(rf"{PUBLIC}(/a/[A-Z0-9]+)", office.clerk.do("入会 链接").text)[1]
    assert (await sent(house, path, FIELDS | {"code": "1"})).status_code == 422
    assert (await sent(house, path)).status_code == 200
    again = await sent(house, path, FIELDS | {"code": CODES[3]})
    assert again.status_code == 404
    assert "链接无效" in again.text
    assert counts(house)[0] == 1


async def test_a_link_ends_after_fourteen_days(sqlite_house):
    office = furnish(replace(sqlite_house, public_url=PUBLIC))
    path = re.search(rf"{PUBLIC}(/a/[A-Z0-9]+)", office.clerk.do("application link").text)[1]
    sqlite_house.clock.forward(days=14)
    assert (await sent(sqlite_house, path)).status_code == 404


@pytest.mark.parametrize(
    ("changed", "files", "words"),
    [
        ({"code": "91330100MB2X4K7Q3Q"}, {}, "统一社会信用代码"),
        ({"code": CODES[0]}, {}, "已经是会员"),
        ({"phone": "请打办公室"}, {}, "电话"),
        ({"person": "  "}, {}, "请填写。"),
        ({"category": ""}, {}, "请选择一项"),
        ({"category": "forged"}, {}, "forged"),
        ({"region": "长" * 61}, {}, "杭州市"),
        ({"engineers": "-3"}, {}, "数字"),
        ({"agree": ""}, {}, "请勾选"),
        ({}, {"paper-licence": ("空.pdf", b"", "application/pdf")}, "请上传 PDF"),
        ({}, {"paper-licence": ("毒.exe", b"MZ\x90", "application/pdf")}, "请上传 PDF"),
        ({}, {"paper-form": None}, "这份材料必须提交"),
    ],
)
async def test_what_will_not_do_is_said_beside_its_field_and_nothing_is_kept(sqlite_house, changed, files, words):
    _office, path = public(sqlite_house)
    before = counts(sqlite_house)
    kept = {name: file for name, file in (FILES | files).items() if file is not None}
    reply = await sent(sqlite_house, path, FIELDS | changed, kept)
    assert reply.status_code == 422
    assert words in reply.text
    assert 'class="wrong"' in reply.text
    assert 'role="alert"' in reply.text
    assert 'value="王小明"' in reply.text or "person" in changed
    assert counts(sqlite_house) == before


async def test_the_same_unit_twice_is_refused_beside_its_code(sqlite_house):
    _office, path = public(sqlite_house)
    assert (await sent(sqlite_house, path)).status_code == 200
    before = counts(sqlite_house)
    again = await sent(sqlite_house, path)
    assert again.status_code == 422
    assert "申请" in again.text
    assert counts(sqlite_house) == before


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": PUBLIC}, 200),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
    ],
)
async def test_a_form_on_another_site_cannot_send_here(sqlite_house, headers, status):
    _office, path = public(sqlite_house)
    assert (await sent(sqlite_house, path, **headers)).status_code == status
    assert counts(sqlite_house)[0] == (1 if status == 200 else 0)


async def test_bodies_beyond_every_measure_are_refused(sqlite_house):
    _office, path = public(sqlite_house)
    before = counts(sqlite_house)
    large = FILES | {"paper-licence": ("大.pdf", PDF + b"0" * 25_000_001, "application/pdf")}
    many = {f"paper-{number}": ("一.pdf", PDF, "application/pdf") for number in range(11)}
    for files in (large, many):
        assert (await sent(sqlite_house, path, files=files)).status_code == 413
    async with browser(sqlite_house) as client:
        for kind in (
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "text/plain",
        ):
            reply = await client.post(path, content=b"\xff\xfe--x=" * 9, headers={"content-type": kind})
            assert reply.status_code in (413, 422), kind
    assert counts(sqlite_house) == before


async def test_a_file_over_twenty_million_bytes_is_refused_like_in_chat(sqlite_house):
    _office, path = public(sqlite_house)
    before = counts(sqlite_house)
    large = FILES | {"paper-licence": ("大.pdf", PDF + b"0" * (20 * 1024 * 1024), "application/pdf")}
    reply = await sent(sqlite_house, path, files=large)
    assert reply.status_code == 422
    assert "20 MB" in reply.text
    assert counts(sqlite_house) == before


@pytest.mark.parametrize("code", ["A" * 20, "x", "%00", "＜script＞", "a" * 4000])
async def test_an_address_that_opens_nothing_says_one_thing(sqlite_house, code):
    public(sqlite_house)
    async with browser(sqlite_house) as client:
        looked = await client.get(f"/a/{code}")
    assert looked.status_code == 404
    assert (await sent(sqlite_house, f"/a/{code}")).status_code == 404
    assert counts(sqlite_house)[0] == 0


async def test_switched_off_the_address_is_dead_for_good(sqlite_house):
    office, path = public(sqlite_house)
    assert office.clerk.do("入会 网上申请").data["address"] == PUBLIC + path
    office.clerk.do("application form-off", fields={"_confirm": "yes"})
    assert (await sent(sqlite_house, path)).status_code == 404
    assert office.clerk.do("application form-off", fields={"_confirm": "yes"}).error == "form_closed"
    assert office.clerk.do("application form").data["address"] != PUBLIC + path


async def test_a_flood_stops_before_anything_is_kept_and_links_still_work(sqlite_house, monkeypatch):
    office, path = public(sqlite_house)
    link = re.search(r"(/a/[A-Z0-9]+)", office.clerk.do("application link").text)[1]
    monkeypatch.setattr(web, "MOST_A_DAY", 1)
    assert (await sent(sqlite_house, path)).status_code == 200
    flooded = await sent(sqlite_house, path, FIELDS | {"code": CODES[3]})
    assert flooded.status_code == 409
    assert "明天再试" in flooded.text
    assert (await sent(sqlite_house, link, FIELDS | {"code": CODES[3]})).status_code == 200


async def test_an_association_that_takes_no_strangers_has_no_public_form(sqlite_house):
    office, path = public(sqlite_house)
    from membership.rules.admission import plan

    way = plan.shipped().replace("open = true", "open = false").replace("2026-01-01", "2026-10-08")
    office.secretary.do("admission set", files=(FileIn("入会.toml", way.encode()),))
    number = office.deputy.do("approval list").data[0][0]
    assert office.deputy.do(f"approval approve {number}").error is None
    assert (await sent(sqlite_house, path)).status_code == 404
    assert office.clerk.do("application form").error == "admission_closed"


def test_without_a_public_address_there_is_no_form(sqlite_house):
    office = furnish(sqlite_house)
    assert office.clerk.do("application form").error == "no_public_address"
    assert office.clerk.do("application link").error == "no_public_address"


def test_members_cannot_open_the_form(sqlite_house):
    office = furnish(replace(sqlite_house, public_url=PUBLIC))
    for line in ("application form", "application link", "application form-off"):
        assert office.contacts[0].do(line, fields={"_confirm": "yes"}).error == "not_allowed"


async def test_markup_stays_text_and_nothing_is_remembered_or_loaded(sqlite_house):
    _office, path = public(sqlite_house)
    hostile = '"><script>alert(1)</script>{0.__class__}%s'
    async with browser(sqlite_house) as client:
        replies = [
            await client.get(path),
            await client.get("/"),
            await client.get("/nowhere"),
            await client.post(
                path, data=FIELDS | {"region": "长" * 61, "name": hostile, "person": hostile}, files=FILES
            ),
        ]
    assert [reply.status_code for reply in replies] == [200, 200, 404, 422]
    for reply in replies:
        assert reply.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "set-cookie" not in reply.headers
        assert "<script" not in reply.text
        assert not re.search(r'(src|href|action)="(https?:)?//', reply.text)
    assert "&lt;script&gt;" in replies[-1].text


async def test_the_first_page_names_the_office_and_where_to_go(sqlite_house):
    office, path = public(sqlite_house)
    async with browser(sqlite_house) as client:
        first = await client.get("/")
        assert "试验省安全生产协会秘书处" in first.text
        assert f'href="{path}"' in first.text
        office.clerk.do("application form-off", fields={"_confirm": "yes"})
        second = await client.get("/")
        assert path not in second.text
        assert "申请入会" in second.text
        nowhere = await client.get("/nowhere")
    assert "这个地址没有内容" in nowhere.text


async def test_each_association_has_its_own_form(sqlite_house):
    _office, path = public(sqlite_house)
    found(sqlite_house, name="外省协会", code="91330100MB2X4K7Q5X", admin="外书")
    assert "J-0001" in (await sent(sqlite_house, path)).text
    with open_session(sqlite_house.engine, 2) as session:
        assert session.scalar(select(func.count()).select_from(Application)) == 0


def test_a_code_of_the_form_is_long_and_only_its_hash_is_kept_of_a_link(sqlite_house):
    office = furnish(replace(sqlite_house, public_url=PUBLIC))
    code = re.search(r"/a/([A-Z0-9]+)", office.clerk.do("application link").text)[1]
    assert len(code) == web.LETTERS
    with open_session(sqlite_house.engine, 1) as session:
        from core.associations import association_by_id

        assert code not in str(association_by_id(session, 1).settings)
    assert usecases.PATH == "/a/"

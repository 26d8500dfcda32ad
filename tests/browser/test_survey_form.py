"""The survey form in a real browser: on a phone, on a desk, with the keyboard alone, in Chinese and in English."""

import os
import shutil
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn

from core.db import open_session
from portal.server import build
from surveys import queries
from tests.surveys.town import SHEET, opened, token_of

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")]


@contextmanager
def served(house):
    """The portal on a free port of the loopback; yields its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(build(house, []), log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@contextmanager
def page_of(size, language="zh-CN", **options):
    """A page that may load nothing but from the loopback, and that tells of every error and request."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport=size, locale=language, **options)
        page = context.new_page()
        page.asked, page.troubles = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.troubles.append(message.text))
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        yield page
        assert context.cookies() == []
        browser.close()


def stored(house):
    """The one sheet that was handed in."""
    with open_session(house.engine, 1) as session:
        survey = queries.survey_by_number(session, 1)
        box = queries.box_of(session, house.keys, survey)
        return next(sheet for sheet, _group, _person in queries.sheets_of(session, box, survey))


def wide(page):
    """How many pixels the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def fill(page):
    """Press an answer to every required question."""
    for code, value in SHEET.items():
        page.locator(f'label:has(input[name="{code}"][value="{value}"])').click()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_member_without_chat_answers_on_the_web(sqlite_house, size, tmp_path):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    pictures = Path(os.environ.get("GUILDHALL_PICTURES") or tmp_path)
    with served(sqlite_house) as address, page_of(size, has_touch=size is PHONE) as page:
        page.goto(f"{address}/s/{token}")
        page.screenshot(path=pictures / f"form-{size['width']}.png", full_page=True)
        assert wide(page) == 0
        smallest = page.locator("label").evaluate_all(
            "all => Math.min(...all.map(e => e.getBoundingClientRect().height))"
        )
        assert smallest >= 44
        page.get_by_role("button", name="提交").click()
        assert page.get_by_role("alert").is_visible()
        assert "这道题必须填写" in page.content()
        page.screenshot(path=pictures / f"trouble-{size['width']}.png")
        fill(page)
        page.get_by_label("您的意见和建议（请不要写姓名、单位等能认出您的内容）").fill("会费请公开")
        page.get_by_role("button", name="提交").click()
        page.wait_for_url("**/s/done**")
        assert "答卷已收到" in page.content()
        page.screenshot(path=pictures / f"done-{size['width']}.png")
        assert {url.split("/s")[0] for url in page.asked} == {address}
        assert not [words for words in page.troubles if "422" not in words]
    assert stored(sqlite_house) == SHEET | {"words": "会费请公开"}


def test_the_keyboard_alone_is_enough(sqlite_house, tmp_path):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    with served(sqlite_house) as address, page_of(DESK) as page:
        page.goto(f"{address}/s/{token}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        seen = []
        for _step in range(40):
            page.keyboard.press("Tab")
            name, kind = page.evaluate("[document.activeElement.name || '', document.activeElement.type || '']")
            seen.append(name)
            if kind == "radio":
                for _right in range((SHEET.get(name) or 1) - (1 if name in SHEET and name != "recommend" else 0)):
                    page.keyboard.press("ArrowRight")
                if name in SHEET and SHEET[name] == 1:
                    page.keyboard.press("Space")
            if kind == "textarea":
                page.keyboard.type("键盘")
            if kind == "submit":
                break
        assert seen.count("response_time") == 1
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Enter")
        page.wait_for_url("**/s/done**")
    answers = stored(sqlite_house)
    assert answers["overall"] == 4
    assert answers["recommend"] == 9
    assert answers["words"] == "键盘"


def test_it_works_with_scripts_switched_off_and_in_english(sqlite_house):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    with served(sqlite_house) as address, page_of(PHONE, "en-GB", java_script_enabled=False) as page:
        page.goto(f"{address}/s/{token}")
        assert page.locator("legend").first.inner_text().startswith("1. How quickly")
        fill(page)
        page.get_by_role("button", name="Hand in").click()
        page.wait_for_url("**/s/done**")
        assert "Your answers are in" in page.content()
    assert stored(sqlite_house) == SHEET


def test_a_slip_is_typed_and_its_survey_opens(sqlite_house):
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    with served(sqlite_house) as address, page_of(PHONE) as page:
        page.goto(f"{address}/s")
        page.keyboard.type(token.lower())
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/s/{token}")
        assert page.locator("fieldset").count() == 16


def test_the_colours_can_be_read_by_day_and_by_night(sqlite_house):
    """The contrast of every text with its ground is at least 4.5 to 1 (WCAG 2.1, 1.4.3)."""
    opened(sqlite_house)
    token = token_of(sqlite_house, "会员1")
    with served(sqlite_house) as address:
        for scheme in ("light", "dark"):
            with page_of(PHONE, color_scheme=scheme) as page:
                page.goto(f"{address}/s/{token}")
                page.get_by_role("button", name="提交").click()
                assert page.evaluate(CONTRAST) >= 4.5, scheme


CONTRAST = """
() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const ratios = [...document.querySelectorAll("h1, p, legend, span, li, a, button, strong")]
    .filter(e => e.textContent.trim() && e.getClientRects().length && !e.classList.contains("skip"))
    .map(e => {
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    });
  return Math.min(...ratios);
}
"""

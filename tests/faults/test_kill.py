"""SIGKILL at every statement and commit of commands: all of it or nothing, one effect after redelivery, audit intact."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from bot.messages import FileIn, Incoming
from core import audit
from core.associations import Association
from core.db import enter, make_engine, open_session
from core.outbox import OutboxMessage
from people.models import Person
from tests import databases
from tests.houses import furnish, open_for_test

CSV = (
    "单位名称,统一社会信用代码,单位类别,会籍,入会日期,联系人,手机\n"
    "新月检测有限公司,91330100MB2X4K7Q3P,检测检验机构,会员单位,2020-01-01,季新,13900000000\n"
).encode()
LINES = {
    "person add": ("秦书", "person add 季新", ()),
    "role grant": ("秦书", "role grant 钱办 evaluator", ()),
    "member add": ("钱办", "member add 新月 91330100MB2X4K7Q3P 检测检验机构 会员单位 杭州市", ()),
    "member status": ("钱办", "member status M-1 suspended 理由", ()),
    "announce draft": ("钱办", "announce draft 通知 标题 全体 正文", ()),
    "announce submit": ("钱办", "announce submit A-1", ()),
    "approval approve": ("卢副", "approval approve P-2", ()),
    "announce ack": ("联络1", "announce ack A-2", ()),
    "member import": ("钱办", "member import", (FileIn("名册.csv", CSV),)),
    "import confirm": ("钱办", "import confirm I-1", ()),
    "export month": ("秦书", "export month 2026-10", ()),
}


def prepare(house):
    """A state in which each of the lines above makes sense."""
    office = furnish(house)
    office.clerk.do("announce draft 通知 第一件 全体 正文一")
    office.clerk.do("announce draft 通知 第二件 全体 正文二")
    office.clerk.do("announce draft 通知 第三件 全体 正文三")
    office.clerk.do("announce submit A-3")
    office.clerk.do("announce submit A-2")
    office.deputy.do("approval approve P-3")
    office.clerk.do("member import", files=(FileIn("名册.csv", CSV),))


def picture(house):
    """Everything that could differ: audit rows, messages, people, changes."""
    with open_session(house.engine) as session:
        unscoped = {"execution_options": {"unscoped": True}}
        counts = [
            session.scalar(select(func.count()).select_from(t), **unscoped)
            for t in (Person, OutboxMessage, audit.AuditEntry)
        ]
        association = session.scalars(select(Association)).one()
        enter(session, association.id)
        checked = audit.verify(session, association.id)
    assert checked.intact, checked.reason
    return counts


def killed_at(url, folder, point, incoming):
    """Run one update in a child that dies at its n-th statement or commit; True when it got to the end."""
    child = os.fork()
    if child == 0:
        try:
            with open_for_test(url, folder) as house:
                seen = 0

                def step(*_args, **_kw):
                    nonlocal seen
                    seen += 1
                    if seen == point:
                        os.kill(os.getpid(), signal.SIGKILL)

                event.listen(house.engine, "before_cursor_execute", step)
                event.listen(house.engine, "commit", step)
                house.handle(incoming)
            os._exit(0)
        except BaseException:
            os._exit(3)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)


def incoming_for(name, update):
    person, line, files = LINES[name]
    return Incoming("console", update, person, person, text=line, files=files, interactive=False, display_name="t")


def check_every_point(fresh, folder, name, points):
    with open_for_test(fresh(), folder) as house:
        before = picture(house)
        assert house.handle(incoming_for(name, "u")).error is None
        after = picture(house)
    assert before != after
    survived, point = False, 0
    while not survived and point < points:
        point += 1
        url = fresh()
        survived = killed_at(url, folder, point, incoming_for(name, "u"))
        with open_for_test(url, folder) as house:
            assert picture(house) == (after if survived else before), (name, point)
            house.handle(incoming_for(name, "u"))
            assert picture(house) == after, (name, point)
    return point


@pytest.fixture(scope="module")
def prepared(shared_folder):
    folder = shared_folder / "faults"
    folder.mkdir(exist_ok=True)
    path = Path(databases.sqlite(folder, shared_folder).removeprefix("sqlite:///"))
    with open_for_test(f"sqlite:///{path}", folder) as house:
        prepare(house)
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path, folder


@pytest.mark.parametrize("name", LINES)
def test_killed_at_every_point_on_sqlite(prepared, tmp_path, name):
    path, folder = prepared

    def fresh():
        target = tmp_path / f"{os.urandom(4).hex()}.db"
        shutil.copy(path, target)
        return f"sqlite:///{target}"

    assert check_every_point(fresh, folder, name, points=80) > 8


@pytest.mark.parametrize("name", ["member add", "approval approve", "announce ack"])
def test_killed_at_every_point_on_postgresql(postgres_admin, tmp_path, name):
    names = []
    with databases.postgres(postgres_admin) as url:
        with open_for_test(url, tmp_path) as house:
            prepare(house)
        template = url.split("?")[0].rsplit("/", 1)[1]

        def fresh():
            made = f"k{os.urandom(6).hex()}"
            names.append(made)
            databases.create(postgres_admin, made, template)
            return databases.url_of(postgres_admin, made)

        try:
            assert check_every_point(fresh, tmp_path, name, points=60) > 8
        finally:
            for made in names:
                databases.drop(postgres_admin, made)

"""Grades and published schemes are kept as they were: the database itself refuses to change them."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from core.db import open_session
from membership.models import GradingScheme, UnitGrade
from membership.queries import grading as queries
from membership.rules.grading import stored
from membership.rules.grading.facts import Fact
from membership.rules.grading.score import grade
from tests.houses import furnish
from tests.membership.schemes import DAY, PLAIN, facts, scheme_row


def filled(house):
    furnish(house)
    with open_session(house.engine, 1) as session:
        row = scheme_row(PLAIN)
        session.add(row)
        session.flush()
        given = facts(site="55", papers="31.5")
        inputs = stored.listed(given)
        kept = stored.Kept.of(grade(queries.loaded(PLAIN), given, DAY))
        session.add(
            UnitGrade(
                unit_id=1,
                scheme_id=row.id,
                day=DAY,
                grade=kept.grade,
                shown=kept.shown,
                score=kept.score,
                status=kept.status,
                valid_from=DAY,
                inputs=inputs,
                digest=stored.digest(row.sha256, DAY, inputs, kept),
                made_at=house.clock(),
            )
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE unit_grade SET grade = 'A'",
        "UPDATE unit_grade SET valid_until = '2030-01-01'",
        "DELETE FROM unit_grade",
        "UPDATE grading_scheme SET document = ''",
        "UPDATE grading_scheme SET version = '9'",
        "DELETE FROM grading_scheme",
    ],
)
def test_the_database_refuses_to_change_what_was_published(house, statement):
    filled(house)
    with pytest.raises(DatabaseError, match="never changed"), open_session(house.engine, 1) as session:
        session.execute(text(statement))
    with open_session(house.engine, 1) as session:
        assert session.scalars(text("SELECT grade FROM unit_grade")).all() == ["B"]
        assert session.get(GradingScheme, 1).document == PLAIN


def test_a_stored_grade_is_recomputed_to_the_same_hash_and_a_changed_input_is_noticed(sqlite_house):
    filled(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        found = session.get(UnitGrade, 1)
        assert queries.recompute(session, found).same
        assert (found.score, found.grade) == ("86.5", "B")
        session.expunge(found)
        found.inputs = found.inputs.replace("31.5", "31.6")
        again = queries.recompute(session, found)
        assert (again.same, again.kept.score) == (False, "86.6")
        found.inputs = found.inputs.replace("31.6", "31.50")
        assert not queries.recompute(session, found).same


def test_a_draft_scheme_can_still_be_changed(house):
    furnish(house)
    with open_session(house.engine, 1) as session:
        row = scheme_row(PLAIN)
        row.state = "draft"
        session.add(row)
        session.flush()
        row.document = PLAIN + "\n"
    with open_session(house.engine, 1) as session:
        assert session.get(GradingScheme, 1).document.endswith("\n\n")


def test_facts_come_back_exactly_as_they_were_written():
    given = [
        *facts(site="55.10", papers="0"),
        Fact(
            "fine", value=facts(site="1e3")[0].score, times=2, day=DAY, continuing=True, same_fact="甲", by="person:3"
        ),
    ]
    assert stored.read(stored.listed(given)) == given
    assert stored.listed(stored.read(stored.listed(given))) == stored.listed(given)
    assert stored.read("") == []

"""Opening a survey: screened, confirmed by a second person, then sent to everybody in a bounded number of statements."""

from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Table, false, func, insert, literal, select, update

from core import approvals, holds
from core.access import Permission, usecase
from core.calendar import end_of_day
from core.errors import RuleViolated
from core.i18n import _, in_every_language
from core.outbox import Message, Priority
from core.outbox.personal import MARK
from core.transaction import Tx
from people import audiences
from people.audiences import members_of, recipients
from people.models import Person
from people.usecases.asking import tell_officers
from surveys import notices, queries
from surveys.groupings import GROUPINGS
from surveys.models import Survey, SurveyInvitee, SurveySecret
from surveys.rules import form as forms
from surveys.rules import lifecycle, privacy
from surveys.rules.lifecycle import State
from surveys.rules.tokens import token_hash
from surveys.sealing import Box, new_key
from surveys.sheets import write_sheets

OPEN = "surveys.open"
_INVITEES: Table = SurveyInvitee.__table__  # type: ignore[assignment]


@usecase(Permission.MANAGE_SURVEYS)
def ask_opening(tx: Tx, *, survey: Survey) -> approvals.Approval | None:
    """Screen everything that people would read and ask another officer to approve. None when screening holds it."""
    lifecycle.check_openable(State(survey.state), len(queries.form_of(survey).questions))
    lifecycle.check_last_day(survey.last_day, tx.today)
    checked = holds.check(tx, survey.subject, everything_said(survey), again=f"survey open {survey.reference}")
    survey.findings = checked.stored()
    if not checked.may_go:
        survey.state = State.HELD.value
        tx.record("survey:text:hold", survey.subject, {"screened": checked.entry.reference})
        return None
    if audiences.preview(tx.session, survey.audience, tx.today).people == 0:
        raise RuleViolated("audience_empty", _("This audience has nobody in it. Choose another one."))
    survey.state = State.SUBMITTED.value
    arguments = {"number": survey.number}
    approval = approvals.request(tx, OPEN, subject=survey.subject, arguments=arguments, summary=_summary(tx, survey))
    tell_officers(tx, approval)
    return approval


def everything_said(survey: Survey) -> str:
    """Title, opening words, questions and answers in Chinese, one a line."""
    form = queries.form_of(survey)
    asked = [word for one in form.questions for word in (one.words, *(option.words for option in one.options))]
    return "\n".join([survey.title, survey.intro, *(forms.said(words) for words in asked)])


def _summary(tx: Tx, survey: Survey) -> str:
    seen = audiences.preview(tx.session, survey.audience, tx.today)
    text = _(
        "Open {reference} “{title}” ({kind}, {questions} questions) to {count} people until {day} "
        "({unreachable} not reachable in chat): {audience}"
    )
    return text.format(
        reference=survey.reference,
        title=survey.title,
        kind=_("not anonymous") if survey.identified else _("anonymous"),
        questions=len(survey.form["questions"]),
        count=seen.people,
        unreachable=seen.unreachable,
        day=survey.last_day.isoformat(),
        audience=audiences.describe(survey.audience),
    )


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    survey = queries.survey_by_number(tx.session, arguments["number"])
    return f"{survey.revision}:{survey.state == State.OPEN}"


def _open(tx: Tx, arguments: dict[str, Any]) -> Survey:
    """Invite the audience, lay out an empty sheet for each of them, and queue one invitation each."""
    survey = queries.locked(tx.session, queries.survey_by_number(tx.session, arguments["number"]))
    lifecycle.check_last_day(survey.last_day, tx.today)
    survey.state, survey.opened_at = State.OPEN.value, tx.now
    survey.closes_at = end_of_day(survey.last_day, tx.association.timezone)
    box = _new_box(tx, survey)
    survey.invited = _invite(tx, survey)
    _lay_out_sheets(tx, survey, box)
    tx.notify(_invitation(tx, survey), recipients(Person.id.in_(invited_people(survey))))
    data = {"invited": survey.invited, "last_day": survey.last_day.isoformat(), "identified": survey.identified}
    tx.record("survey:run:open", survey.subject, data)
    return survey


def _new_box(tx: Tx, survey: Survey) -> Box:
    box = Box(survey.code, new_key(), link := new_key())
    tx.session.add(SurveySecret(survey_id=survey.id, seal=tx.keys.wrap(box.seal_key), link=tx.keys.wrap(link)))
    tx.session.flush()
    return box


def invited_people(survey: Survey) -> Any:
    """The ids of everybody who was invited."""
    return select(SurveyInvitee.person_id).where(SurveyInvitee.survey_id == survey.id)


def _invite(tx: Tx, survey: Survey) -> int:
    """One row for each person of the audience, in one statement; then groups of fewer than five are put together."""
    who = recipients(members_of(survey.audience, tx.today)).subquery("who")
    asked = select(who).where(who.c.association_id == tx.association.id)
    group: ColumnElement[str] = literal(privacy.OTHERS)
    if survey.grouping in GROUPINGS:
        labels = GROUPINGS[survey.grouping].labels().subquery("labels")
        asked = asked.outerjoin(labels, labels.c[0] == who.c.person_id)
        group = func.coalesce(labels.c[1], privacy.OTHERS)
    values = (who.c.association_id, literal(survey.id), who.c.person_id, group, false(), who.c.chat.is_(None))
    names = ["association_id", "survey_id", "person_id", "group_name", "answered", "by_slip"]
    statement = insert(_INVITEES).from_select(names, asked.with_only_columns(*values))
    count = tx.session.connection().execute(statement.execution_options(preserve_rowcount=True)).rowcount
    _merge_groups(tx, survey)
    return count


def _merge_groups(tx: Tx, survey: Survey) -> None:
    counted = select(SurveyInvitee.group, func.count()).where(SurveyInvitee.survey_id == survey.id)
    counts = {name: count for name, count in tx.session.execute(counted.group_by(SurveyInvitee.group))}  # noqa: C416
    small = [name for name, kept in privacy.merged(counts).items() if kept != name]
    mine = update(SurveyInvitee).where(SurveyInvitee.survey_id == survey.id, SurveyInvitee.group.in_(small))
    tx.session.execute(mine.values(group=privacy.OTHERS).execution_options(synchronize_session=False))


def _lay_out_sheets(tx: Tx, survey: Survey, box: Box) -> None:
    """In random order, so that no number tells whose it is; one more for each slip that may be printed."""
    columns = (SurveyInvitee.person_id, SurveyInvitee.group, SurveyInvitee.by_slip)
    people = tx.session.execute(select(*columns).where(SurveyInvitee.survey_id == survey.id)).all()
    rows = [(box.hash_of(person), group, person if survey.identified else None) for person, group, _slip in people]
    if not survey.identified:
        count = sum(by_slip for _person, _group, by_slip in people)
        rows += [(token_hash(box.slip(number)), privacy.OTHERS, None) for number in range(count)]
    write_sheets(tx.session, survey, [(*row, None) for row in rows])


def _invitation(tx: Tx, survey: Survey) -> Message:
    def write() -> str:
        return notices.invited(
            association=tx.association.name,
            title=survey.title,
            intro=survey.intro,
            questions=len(survey.form["questions"]),
            last_day=survey.last_day.isoformat(),
            identified=survey.identified,
            link=MARK,
        )

    return Message(
        key=f"{survey.subject}:invitation",
        subject=survey.subject,
        texts=in_every_language(write),
        buttons=answer_button(survey),
        priority=Priority.BULK,
        expires_at=survey.closes_at,
    )


def answer_button(survey: Survey) -> list[list[dict[str, Any]]]:
    """The button that begins or goes on with the answers."""
    return [[{"labels": in_every_language(notices.begin), "command": f"survey answer {survey.reference}"}]]


def _declined(tx: Tx, arguments: dict[str, Any], reason: str) -> None:
    survey = queries.survey_by_number(tx.session, arguments["number"])
    if survey.state == State.SUBMITTED:
        survey.state = State.DRAFT.value
    survey.revision += 1  # what is asked again after this is another request, with notices of its own
    write = partial(notices.declined, reference=survey.reference, title=survey.title, reason=reason)
    key = f"{survey.subject}:r{survey.revision}:declined"
    tx.notify(
        Message(key, survey.subject + ":declined", in_every_language(write)), recipients(Person.id == survey.author_id)
    )
    tx.record("survey:text:decline", survey.subject, {"reason": reason})


approvals.APPROVABLE[OPEN] = approvals.Approvable(
    version=_version, execute=_open, declined=_declined, permission=Permission.MANAGE_SURVEYS, tells=True
)

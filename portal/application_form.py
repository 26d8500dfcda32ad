"""An application for membership as one web page: a field set for each question, all of it usable with the keyboard alone."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from starlette.responses import Response

from core.associations import Association
from core.i18n import _, language
from membership.rules import categories, classes
from membership.rules.admission.plan import Paper, Plan
from membership.rules.classes import MemberClass
from membership.usecases.admission.web import Received
from portal.forms import field_set, troubles_above
from portal.languages import NAMES, languages
from portal.pages import joined, page, part

Given = Mapping[str, str]
Troubles = Mapping[str, str]
"""Field → why it will not do. The empty name is the application as a whole."""
PAPER = "paper-"
AGREE = "agree"
TYPED = ("person", "phone", "name", "code", "region", "engineers")
AUTOFILL = {"person": "name", "phone": "tel", "name": "organization"}


def form_page(
    association: Association, way: Plan, given: Given | None = None, troubles: Troubles | None = None
) -> Response:
    """The page. What was typed is in it again; files have to be chosen again, browsers do not give them back."""
    typed, wrong = given or {}, troubles or {}
    fields = [*_fields(typed, wrong), *(_paper(one, wrong) for one in way.papers), _agree(typed, wrong)]
    body = part(
        '{head}\n{summary}\n<form method="post" enctype="multipart/form-data" accept-charset="utf-8" novalidate>\n'
        '<input type="hidden" name="_language" value="{language}">\n{fields}\n'
        '<p><button type="submit">{hand_in}</button></p>\n</form>',
        head=_head(association),
        summary=_summary(way, wrong),
        language=NAMES[language()][0],
        fields=joined(fields),
        hand_in=_("Hand in the application"),
    )
    return page(_("Application for membership"), body, status=422 if wrong else 200)


def received_page(association: Association, received: Received) -> Response:
    """That it is in, under which number, and how to go on in chat. Shown once: the code stands nowhere else."""
    reference = received.application.reference
    done = _("Application {reference} of {unit} is handed in to {association}. Please note the number.")
    parts = [
        part("<h1>{title}</h1>", title=_("Your application is in")),
        part(
            '<p class="privacy"><strong>{reference}</strong></p>\n<p>{done}</p>',
            reference=reference,
            done=done.format(reference=reference, unit=received.application.name, association=association.name),
        ),
        part("<p>{words}</p>", words=_("The secretariat looks at it first. There is nothing to pay at any step.")),
        part("<h2>{title}</h2>", title=_("Follow it in chat")),
        part(
            "<p>{words}</p>", words=_("To be told of every step, to send documents anew or to withdraw, send the bot:")
        ),
        part('<p class="privacy"><strong>{line}</strong></p>', line=_("join {code}").format(code=received.code)),
        part("<p>{words}</p>", words=_("The code works once, for 14 days, and is not shown again; note it now.")),
    ]
    return page(_("Your application is in"), joined(parts))


def labels() -> dict[str, str]:
    """What is asked in each field."""
    return {
        "person": _("Your name"),
        "phone": _("Your telephone number"),
        "name": _("Name of the unit, as registered"),
        "code": _("Unified social credit code (18 characters, on the licence)"),
        "category": _("Category of the unit"),
        "rank": _("Class of membership"),
        "region": _("Region, for example 杭州市"),
        "engineers": _("Number of certified safety engineers"),
    }


def _head(association: Association) -> Markup:
    what = _("{association} takes applications here. It takes about five minutes and costs nothing.")
    privacy = _(
        "Your name and telephone number are kept for this application and for nothing else. You can see them, have them "
        "corrected or erased, and withdraw at any time: ask the secretariat, or do it in chat."
    )
    return joined(
        [
            languages(),
            part("<h1>{title}</h1>", title=_("Application for membership")),
            part("<p>{what}</p>", what=what.format(association=association.name)),
            part('<p class="privacy">{privacy}</p>', privacy=privacy),
        ]
    )


def _summary(way: Plan, wrong: Troubles) -> Markup:
    if not wrong:
        return Markup("")
    known = labels() | {PAPER + one.name: one.label for one in way.papers} | {AGREE: _("Consent")}
    lines = [
        part(
            '<li><a href="#q-{name}">{label}</a>{colon}{why}</li>',
            name=name,
            label=label,
            colon=_(": "),
            why=wrong[name],
        )
        for name, label in known.items()
        if name in wrong
    ]
    head = _("Not handed in yet, and nothing was kept. Please look at this again, and choose the files again:")
    return troubles_above(head, wrong.get(""), lines)


def _fields(typed: Given, wrong: Troubles) -> list[Markup]:
    order = ("person", "phone", "name", "code", "category", "rank", "region", "engineers")
    return [_typed(name, typed, wrong) if name in TYPED else _chosen(name, typed, wrong) for name in order]


def _typed(name: str, typed: Given, wrong: Troubles) -> Markup:
    field = part(
        '<input type="text" name="{name}" aria-label="{label}" autocomplete="{fill}" maxlength="200" value="{value}">',
        name=name,
        label=labels()[name],
        fill=AUTOFILL.get(name, "off"),
        value=typed.get(name, "")[:200],
    )
    return field_set(name, labels()[name], _("(optional)") if name == "engineers" else "", wrong.get(name), field)


def _chosen(name: str, typed: Given, wrong: Troubles) -> Markup:
    options = _options(name)
    chosen = typed.get(name) or (MemberClass.MEMBER.value if name == "rank" else "")
    shown = [
        part(
            '<option value="{value}"{selected}>{label}</option>',
            value=value,
            label=label,
            selected=Markup(" selected") if value == chosen else "",
        )
        for value, label in options
    ]
    field = part(
        '<select name="{name}" aria-label="{label}">\n{shown}\n</select>',
        name=name,
        label=labels()[name],
        shown=joined(shown),
    )
    return field_set(name, labels()[name], "", wrong.get(name), field)


def _options(name: str) -> Sequence[tuple[str, str]]:
    if name == "rank":
        return [(one.value, classes.label(one.value)) for one in reversed(MemberClass)]
    return [("", _("Please choose")), *((str(one), categories.label(one)) for one in categories.CATEGORIES)]


def _paper(paper: Paper, wrong: Troubles) -> Markup:
    note = "" if paper.required else _("(optional)")
    if paper.categories:
        names = _(", ").join(categories.label(one) for one in paper.categories)
        note = " ".join([note, _("for: {names}").format(names=names)]).strip()
    field = part(
        '<p class="soft">{hint}</p>\n<input type="file" name="{name}" aria-label="{label}" '
        'accept="application/pdf,image/jpeg,image/png">',
        hint=_("PDF or picture (JPG, PNG), at most 20 MB"),
        name=PAPER + paper.name,
        label=paper.label,
    )
    return field_set(PAPER + paper.name, paper.label, note, wrong.get(PAPER + paper.name), field)


def _agree(typed: Given, wrong: Troubles) -> Markup:
    field = part(
        '<div class="options"><label><input type="checkbox" name="{name}" value="yes"{checked}> <span>{words}</span></label></div>',
        name=AGREE,
        checked=Markup(" checked") if typed.get(AGREE) else "",
        words=_("I apply on behalf of the unit, what I stated is true, and my name and number may be kept for it."),
    )
    return field_set(AGREE, _("Consent"), "", wrong.get(AGREE), field)

"""Applications for membership: handed in, decided step by step, given a public notice and a vote, entered or left."""

from membership.usecases.admission.applying import amend, attach, begin, submit, withdraw
from membership.usecases.admission.deciding import Outcome, approve, decline, each, send_back
from membership.usecases.admission.lapsing import tend
from membership.usecases.admission.noticing import Noticed, Put, open_notice, put_to_vote
from membership.usecases.admission.web import close_form, make_link, open_form

__all__ = [
    "Noticed",
    "Outcome",
    "Put",
    "amend",
    "approve",
    "attach",
    "begin",
    "close_form",
    "decline",
    "each",
    "make_link",
    "open_form",
    "open_notice",
    "put_to_vote",
    "send_back",
    "submit",
    "tend",
    "withdraw",
]

"""Writes about meetings and votes, split by subject.

Every vote of the office goes through here. Another package puts a motion with ``about="case:3"``, opens it, and finds
the decision with ``queries.decision_on(session, "case:3")``, or is told of it through ``LISTENERS``.
"""

from meetings.usecases.attending import attend, check_in, excuse, note_left
from meetings.usecases.calling import add_document, ask, call, cancel, change
from meetings.usecases.chartering import ask_rule, seat, unseat
from meetings.usecases.closing import LISTENERS, check_close, close_motion
from meetings.usecases.opening import open_motion
from meetings.usecases.proxying import give_proxy, revoke_proxy
from meetings.usecases.putting import put, reword, withdraw
from meetings.usecases.recording import draft_minutes
from meetings.usecases.recusing import recuse
from meetings.usecases.reminding import remind, tend
from meetings.usecases.secrecy import Paper, drop_ballot, take_papers
from meetings.usecases.sitting import adjourn, close_meeting, open_meeting
from meetings.usecases.voting import cast

__all__ = [
    "LISTENERS",
    "Paper",
    "add_document",
    "adjourn",
    "ask",
    "ask_rule",
    "attend",
    "call",
    "cancel",
    "cast",
    "change",
    "check_close",
    "check_in",
    "close_meeting",
    "close_motion",
    "draft_minutes",
    "drop_ballot",
    "excuse",
    "give_proxy",
    "note_left",
    "open_meeting",
    "open_motion",
    "put",
    "recuse",
    "remind",
    "revoke_proxy",
    "reword",
    "seat",
    "take_papers",
    "tend",
    "unseat",
    "withdraw",
]

"""Expected refusals. Each carries a stable code for machines and a text for the person who typed."""


class AppError(Exception):
    """A refusal that is part of normal work: rolled back, and its text is the reply.

    ``code`` is a stable snake_case name, ``text`` is already translated and says what to do.
    """

    kind = "refused"
    asks = ""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    def about(self, parameter: str) -> None:
        """Another value of this parameter cures it: in a conversation only that is asked again."""
        self.asks = parameter


class BadInput(AppError):
    """What was typed or uploaded cannot be understood."""

    kind = "bad_input"


class NotFound(AppError):
    """The thing named does not exist, or not for this person: the same text either way."""

    kind = "not_found"


class NotAllowed(AppError):
    """This person may not do this."""

    kind = "not_allowed"


class RuleViolated(AppError):
    """The rules of the association or the law forbid it now."""

    kind = "rule_violated"


class Conflict(AppError):
    """Somebody else changed it meanwhile, or it was done already."""

    kind = "conflict"

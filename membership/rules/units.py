"""What a unit's name may look like and how names are compared. Pure."""

import unicodedata
from datetime import date

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from core.errors import BadInput
from core.i18n import _

LONGEST_NAME = 200
LONGEST_QUALIFICATION = 100
LONGEST_REGION = 60
ROSTER_QUALIFICATION = "资质"
"""The name under which the validity in a roster is kept."""


def _one_line(raw: str) -> str:
    """Without invisible marks, on one line, single spaces."""
    if raw.isprintable():
        return " ".join(raw.split())
    return " ".join("".join(c for c in raw if unicodedata.category(c) not in ("Cf", "Cc") or c in "\n\t").split())


def check_name(raw: str) -> str:
    """A name as registered: rare characters and brackets stay, invisible marks and line breaks go. Raises BadInput."""
    name = _one_line(raw)
    if not name:
        raise BadInput("name_missing", _("A name is needed."))
    if len(name) > LONGEST_NAME:
        raise BadInput("name_too_long", _("This name is longer than 200 characters."))
    return name


def check_region(raw: str) -> str:
    """A region on one line. Raises BadInput when it is empty or longer than 60 characters."""
    region = " ".join(unicodedata.normalize("NFKC", raw).split())
    if not region or len(region) > LONGEST_REGION:
        raise BadInput("region_form", _("Write a region like 杭州市."))
    return region


def check_qualification(raw: str) -> str:
    """The name of a qualification on one line. Raises BadInput when it is empty or longer than 100 characters."""
    name = _one_line(raw)
    if not name or len(name) > LONGEST_QUALIFICATION:
        raise BadInput("qualification_form", _("Name the qualification in 1 to 100 characters."))
    return name


def check_order(earlier: date, later: date) -> None:
    """A day that cannot come before another one. Raises BadInput that names it."""
    if later < earlier:
        text = _("{day} is before {other}: a membership cannot change before it began or before its last change.")
        raise BadInput("date_order", text.format(day=later.isoformat(), other=earlier.isoformat()))


def name_key(raw: str) -> str:
    """A name as it is compared: NFKC, without invisible marks and spaces."""
    folded = unicodedata.normalize("NFKC", raw)
    return "".join(c for c in folded if unicodedata.category(c) != "Cf" and not c.isspace()).casefold()


def check_code(raw: str) -> str:
    """A unified social credit code (GB 32100) in its one spelling. Raises BadInput that says what is wrong."""
    folded = unicodedata.normalize("NFKC", raw)
    code = "".join(c for c in folded if unicodedata.category(c) != "Cf" and not c.isspace()).upper()
    if len(code) != 18:
        raise BadInput(
            "code_length",
            _("A unified social credit code has 18 characters, this one {count}.").format(count=len(code)),
        )
    try:
        return str(uscc.validate(code))
    except ValidationError:
        text = _("“{code}” is no valid unified social credit code. Check it character by character (O/0, I/1).")
        raise BadInput("code_check_digit", text.format(code=code)) from None

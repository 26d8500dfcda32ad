"""Small schemes to test with, and their facts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

from membership.models import GradingScheme
from membership.rules.grading.facts import Fact
from membership.rules.grading.loading import load
from membership.rules.grading.terms import Stage

DAY = date(2026, 10, 8)
PLAIN = """format = 1
[scheme]
id = "plain"
version = "1"
title = "简明评定办法"
effective_from = 2026-01-01
source = { document = "简明评定办法" }
[score]
full = 100
digits = 2
rounding = "half_up"
[[grades]]
id = "A"
[[grades]]
id = "B"
[[grades]]
id = "C"
[[bands]]
grade = "A"
from = 90
[[bands]]
grade = "B"
from = 75
below = 90
[[bands]]
grade = "C"
below = 75
[[indicators]]
id = "site"
title = { zh = "现场管理", en = "Site" }
max = 60
digits = 1
clause = "第三条"
[[indicators]]
id = "papers"
title = { zh = "台账资料", en = "Papers" }
max = 40
digits = 1
evidence_required = true
clause = "第四条"
"""


def facts(**scores: str) -> list[Fact]:
    """Review scores with evidence."""
    return [
        Fact(item, score=Decimal(score), stage=Stage.REVIEW, evidence="核查记录", day=DAY)
        for item, score in scores.items()
    ]


def scheme_row(document: str) -> GradingScheme:
    """A published version of this document."""
    scheme = load(document)
    return GradingScheme(
        scheme=scheme.id,
        version=scheme.version,
        title=scheme.title.zh,
        document=document,
        sha256=sha256(document.encode()).hexdigest(),
        state="published",
        effective_from=scheme.effective_from,
        effective_to=scheme.effective_to,
        drafted_by=1,
        drafted_at=datetime(2026, 1, 1, tzinfo=UTC),
    )

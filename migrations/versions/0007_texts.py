"""Screening of files and linked groups."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""

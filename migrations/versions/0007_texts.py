"""Screening of files and linked groups."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.add_column("screened_text", sa.Column("files", JSON, server_default="[]", nullable=False))
    op.add_column("screened_text", sa.Column("again", sa.String(120), server_default="", nullable=False))
    op.add_column("mandate", sa.Column("fee_allowed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("linked_group", sa.Column("screening", sa.String(80), nullable=True))

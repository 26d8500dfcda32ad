"""The first schema."""

from alembic import op

from migrations.tables import METADATA

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    METADATA.create_all(op.get_bind())

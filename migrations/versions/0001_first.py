"""The first schema, kept as the statements that built it: models go on changing, this step does not."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    connection = op.get_bind()
    path = Path(__file__).with_name(f"0001_first.{connection.dialect.name}.sql")
    for statement in path.read_text(encoding="utf-8").split("\n;\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)

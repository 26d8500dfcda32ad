"""Dues and duplicates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "dues_schedule",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("prorata", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("association_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_dues_schedule_association_id_association"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dues_schedule"),
        sa.UniqueConstraint("association_id", "year", "version", name="uq_dues_schedule_association_id_year_version"),
    )
    op.create_index("ix_dues_schedule_association_id", "dues_schedule", ["association_id"], unique=False)
    op.create_table(
        "distinct_pair",
        sa.Column("low_id", BIG_ID, nullable=False),
        sa.Column("high_id", BIG_ID, nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=True),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("association_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_distinct_pair_association_id_association"
        ),
        sa.ForeignKeyConstraint(["high_id"], ["unit.id"], name="fk_distinct_pair_high_id_unit"),
        sa.ForeignKeyConstraint(["low_id"], ["unit.id"], name="fk_distinct_pair_low_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_distinct_pair"),
    )
    op.create_index("ix_distinct_pair_association_id", "distinct_pair", ["association_id"], unique=False)
    op.create_index("ix_distinct_pair_pair", "distinct_pair", ["association_id", "low_id", "high_id"], unique=False)
    op.create_table(
        "dues_batch",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("attachment_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("association_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_dues_batch_association_id_association"
        ),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachment.id"], name="fk_dues_batch_attachment_id_attachment"),
        sa.PrimaryKeyConstraint("id", name="pk_dues_batch"),
        sa.UniqueConstraint("association_id", "number", name="uq_dues_batch_association_id_number"),
    )
    op.create_index("ix_dues_batch_association_id", "dues_batch", ["association_id"], unique=False)
    op.create_table(
        "dues_charge",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", BIG_ID, nullable=False),
        sa.Column("origin_id", BIG_ID, nullable=False),
        sa.Column("schedule_id", BIG_ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("rank", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("waived", sa.BigInteger(), nullable=False),
        sa.Column("waived_on", sa.Date(), nullable=True),
        sa.Column("waived_why", sa.Text(), nullable=True),
        sa.Column("voided_on", sa.Date(), nullable=True),
        sa.Column("voided_at", MOMENT, nullable=True),
        sa.Column("voided_why", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("association_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint("amount > 0 AND waived >= 0", name="ck_dues_charge_amount"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_dues_charge_association_id_association"
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["unit.id"], name="fk_dues_charge_origin_id_unit"),
        sa.ForeignKeyConstraint(["schedule_id"], ["dues_schedule.id"], name="fk_dues_charge_schedule_id_dues_schedule"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_dues_charge_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_dues_charge"),
        sa.UniqueConstraint("association_id", "number", name="uq_dues_charge_association_id_number"),
    )
    op.create_index("ix_dues_charge_association_id", "dues_charge", ["association_id"], unique=False)
    op.create_index("ix_dues_charge_due", "dues_charge", ["association_id", "due_on"], unique=False)
    op.create_index("ix_dues_charge_origin_id", "dues_charge", ["origin_id"], unique=False)
    op.create_index("ix_dues_charge_unit_id", "dues_charge", ["unit_id"], unique=False)
    op.create_index(
        "uq_dues_charge_in_force",
        "dues_charge",
        ["association_id", "unit_id", "year"],
        unique=True,
        sqlite_where=sa.text("voided_at IS NULL"),
        postgresql_where=sa.text("voided_at IS NULL"),
    )
    op.create_table(
        "dues_rate",
        sa.Column("schedule_id", BIG_ID, nullable=False),
        sa.Column("rank", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("association_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint("amount >= 0", name="ck_dues_rate_amount"),
        sa.ForeignKeyConstraint(["association_id"], ["association.id"], name="fk_dues_rate_association_id_association"),
        sa.ForeignKeyConstraint(["schedule_id"], ["dues_schedule.id"], name="fk_dues_rate_schedule_id_dues_schedule"),
        sa.PrimaryKeyConstraint("id", name="pk_dues_rate"),
        sa.UniqueConstraint("schedule_id", "rank", name="uq_dues_rate_schedule_id_rank"),
    )
    op.create_index("ix_dues_rate_association_id", "dues_rate", ["association_id"], unique=False)
    op.create_table(
        "unit_merge",
        sa.Column("source_id", BIG_ID, nullable=False),
        sa.Column("target_id", BIG_ID, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved", JSON, nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.Column("association_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_unit_merge_association_id_association"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["unit.id"], name="fk_unit_merge_source_id_unit"),
        sa.ForeignKeyConstraint(["target_id"], ["unit.id"], name="fk_unit_merge_target_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_unit_merge"),
        sa.UniqueConstraint("source_id", name="uq_unit_merge_source_id"),
    )
    op.create_index("ix_unit_merge_association_id", "unit_merge", ["association_id"], unique=False)
    op.create_index("ix_unit_merge_target_id", "unit_merge", ["target_id"], unique=False)
    op.create_table(
        "dues_batch_row",
        sa.Column("batch_id", BIG_ID, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("charge_id", BIG_ID, nullable=True),
        sa.Column("association_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_dues_batch_row_association_id_association"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["dues_batch.id"], name="fk_dues_batch_row_batch_id_dues_batch"),
        sa.ForeignKeyConstraint(["charge_id"], ["dues_charge.id"], name="fk_dues_batch_row_charge_id_dues_charge"),
        sa.PrimaryKeyConstraint("id", name="pk_dues_batch_row"),
    )
    op.create_index("ix_dues_batch_row_association_id", "dues_batch_row", ["association_id"], unique=False)
    op.create_index("ix_dues_batch_row_batch", "dues_batch_row", ["batch_id", "row"], unique=False)
    op.create_table(
        "dues_entry",
        sa.Column("charge_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("receipt", sa.String(length=60), nullable=False),
        sa.Column("receipt_used", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reverses_id", BIG_ID, nullable=True),
        sa.Column("batch_id", BIG_ID, nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("association_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint("amount <> 0", name="ck_dues_entry_amount"),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name="fk_dues_entry_association_id_association"
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["dues_batch.id"], name="fk_dues_entry_batch_id_dues_batch"),
        sa.ForeignKeyConstraint(["charge_id"], ["dues_charge.id"], name="fk_dues_entry_charge_id_dues_charge"),
        sa.ForeignKeyConstraint(["reverses_id"], ["dues_entry.id"], name="fk_dues_entry_reverses_id_dues_entry"),
        sa.PrimaryKeyConstraint("id", name="pk_dues_entry"),
        sa.UniqueConstraint("reverses_id", name="uq_dues_entry_reverses_id"),
    )
    op.create_index("ix_dues_entry_association_id", "dues_entry", ["association_id"], unique=False)
    op.create_index("ix_dues_entry_charge_id", "dues_entry", ["charge_id"], unique=False)
    op.create_index("ix_dues_entry_on", "dues_entry", ["association_id", "on"], unique=False)
    op.create_index(
        "uq_dues_entry_receipt",
        "dues_entry",
        ["association_id", "receipt_used"],
        unique=True,
        sqlite_where=sa.text("receipt_used IS NOT NULL"),
        postgresql_where=sa.text("receipt_used IS NOT NULL"),
    )

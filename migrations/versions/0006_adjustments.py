"""Facts, adjustments and benefits."""

import sqlalchemy as sa
from alembic import op

from core.db import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
    op.create_table('grading_fact',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=12), nullable=False),
    sa.Column('unit_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('item', sa.String(length=60), nullable=False),
    sa.Column('value', sa.String(length=40), nullable=True),
    sa.Column('times', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('ended', sa.Date(), nullable=True),
    sa.Column('continuing', sa.Boolean(), nullable=False),
    sa.Column('corrected', sa.Date(), nullable=True),
    sa.Column('repaired', sa.Date(), nullable=True),
    sa.Column('level', sa.String(length=60), nullable=False),
    sa.Column('grade', sa.String(length=60), nullable=False),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.Column('document', sa.String(length=200), nullable=False),
    sa.Column('same_fact', sa.String(length=100), nullable=False),
    sa.Column('attachment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('entered_at', UtcDateTime(timezone=True), nullable=False),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('association_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_grading_fact_association_id_association')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_grading_fact_attachment_id_attachment')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_grading_fact_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grading_fact')),
    sa.UniqueConstraint('association_id', 'number', 'revision', name=op.f('uq_grading_fact_association_id_number_revision'))
    )
    op.create_index(op.f('ix_grading_fact_association_id'), 'grading_fact', ['association_id'], unique=False)
    op.create_index('ix_grading_fact_unit', 'grading_fact', ['association_id', 'unit_id', 'number'], unique=False)

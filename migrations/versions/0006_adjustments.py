"""Facts, adjustments and benefits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WORDS = "an entry of a fact is never changed"
GUARDED = (
    "number, revision, act, item, value, times, day, ended, continuing, corrected, repaired, level, grade, origin, "
    "document, same_fact, attachment_id, entered_by, entered_at, entered_on"
)
"""All but the free words, from which a person who asks for it is erased, and the unit, which may be merged with another."""


def upgrade() -> None:
    """Apply."""
    op.create_table('grade_benefit',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('scheme', sa.String(length=60), nullable=False),
    sa.Column('grade', sa.String(length=40), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('effective_to', sa.Date(), nullable=True),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('entered_at', MOMENT, nullable=False),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('ended_why', sa.Text(), nullable=False),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_grade_benefit_association_id_association')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grade_benefit'))
    )
    op.create_index(op.f('ix_grade_benefit_association_id'), 'grade_benefit', ['association_id'], unique=False)
    op.create_index('ix_grade_benefit_of', 'grade_benefit', ['association_id', 'scheme', 'grade'], unique=False)
    op.create_table('grading_fact',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('act', sa.String(length=12), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
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
    sa.Column('attachment_id', ID, nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('entered_at', MOMENT, nullable=False),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_grading_fact_association_id_association')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_grading_fact_attachment_id_attachment')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_grading_fact_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grading_fact')),
    sa.UniqueConstraint('association_id', 'number', 'revision', name=op.f('uq_grading_fact_association_id_number_revision'))
    )
    op.create_index(op.f('ix_grading_fact_association_id'), 'grading_fact', ['association_id'], unique=False)
    op.create_index('ix_grading_fact_unit', 'grading_fact', ['association_id', 'unit_id', 'number'], unique=False)
    op.create_table('grade_adjustment',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('grade_id', ID, nullable=False),
    sa.Column('scheme_id', ID, nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('direction', sa.String(length=4), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('grade', sa.String(length=40), nullable=False),
    sa.Column('shown', sa.String(length=40), nullable=False),
    sa.Column('score', sa.String(length=40), nullable=True),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('inputs', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('causes', JSON, nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=True),
    sa.Column('proposed_at', MOMENT, nullable=False),
    sa.Column('told_by', sa.Integer(), nullable=True),
    sa.Column('told_at', MOMENT, nullable=True),
    sa.Column('served', sa.String(length=200), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', MOMENT, nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_grade_adjustment_association_id_association')),
    sa.ForeignKeyConstraint(['grade_id'], ['unit_grade.id'], name=op.f('fk_grade_adjustment_grade_id_unit_grade')),
    sa.ForeignKeyConstraint(['scheme_id'], ['grading_scheme.id'], name=op.f('fk_grade_adjustment_scheme_id_grading_scheme')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_grade_adjustment_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grade_adjustment')),
    sa.UniqueConstraint('association_id', 'number', name=op.f('uq_grade_adjustment_association_id_number'))
    )
    op.create_index(op.f('ix_grade_adjustment_association_id'), 'grade_adjustment', ['association_id'], unique=False)
    op.create_index('uq_grade_adjustment_open', 'grade_adjustment', ['association_id', 'unit_id'], unique=True, sqlite_where=sa.text("state IN ('proposed', 'waiting', 'told')"), postgresql_where=sa.text("state IN ('proposed', 'waiting', 'told')"))
    op.create_table('adjustment_answer',
    sa.Column('adjustment_id', ID, nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('attachment_id', ID, nullable=True),
    sa.Column('said_by', sa.Integer(), nullable=False),
    sa.Column('said_at', MOMENT, nullable=False),
    sa.Column('ruling', sa.String(length=10), nullable=True),
    sa.Column('ruled_by', sa.Integer(), nullable=True),
    sa.Column('ruled_at', MOMENT, nullable=True),
    sa.Column('ruled_why', sa.Text(), nullable=False),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['adjustment_id'], ['grade_adjustment.id'], name=op.f('fk_adjustment_answer_adjustment_id_grade_adjustment')),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_adjustment_answer_association_id_association')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_adjustment_answer_attachment_id_attachment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adjustment_answer'))
    )
    op.create_index(op.f('ix_adjustment_answer_association_id'), 'adjustment_answer', ['association_id'], unique=False)
    op.create_index('ix_adjustment_answer_of', 'adjustment_answer', ['adjustment_id'], unique=False)
    build = _guards_sqlite if op.get_bind().dialect.name == "sqlite" else _guards_postgresql
    for statement in build():
        op.execute(statement)


def _guards_sqlite() -> list[str]:
    return [
        f"CREATE TRIGGER grading_fact_no_update BEFORE UPDATE OF {GUARDED} ON grading_fact "
        f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
        f"CREATE TRIGGER grading_fact_no_delete BEFORE DELETE ON grading_fact BEGIN SELECT RAISE(ABORT, '{WORDS}'); END",
    ]


def _guards_postgresql() -> list[str]:
    return [
        f"CREATE FUNCTION grading_fact_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$",
        f"CREATE TRIGGER grading_fact_kept BEFORE UPDATE OF {GUARDED} OR DELETE ON grading_fact "
        "FOR EACH ROW EXECUTE FUNCTION grading_fact_is_kept()",
    ]

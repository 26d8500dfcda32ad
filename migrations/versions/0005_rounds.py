"""Grading schemes and rounds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KEPT = {
    "grade": ("unit_grade", "a grade that was given is never changed", ""),
    "scheme": ("grading_scheme", "a published scheme is never changed", "WHEN (OLD.state <> 'draft')"),
}
"""What triggers guard: grades altogether, of a scheme that is no draft any more its document and its name."""


def upgrade() -> None:
    """Apply."""
    op.create_table('grading_scheme',
    sa.Column('scheme', sa.String(length=60), nullable=False),
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('effective_to', sa.Date(), nullable=True),
    sa.Column('drafted_by', sa.Integer(), nullable=False),
    sa.Column('drafted_at', MOMENT, nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.Column('published_at', MOMENT, nullable=True),
    sa.Column('retired_by', sa.Integer(), nullable=True),
    sa.Column('retired_at', MOMENT, nullable=True),
    sa.Column('retired_why', sa.Text(), nullable=False),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_grading_scheme_association_id_association')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grading_scheme')),
    sa.UniqueConstraint('association_id', 'scheme', 'version', name=op.f('uq_grading_scheme_association_id_scheme_version'))
    )
    op.create_index(op.f('ix_grading_scheme_association_id'), 'grading_scheme', ['association_id'], unique=False)
    op.create_table('conflict_of_interest',
    sa.Column('person_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('declared_by', sa.Integer(), nullable=False),
    sa.Column('declared_at', MOMENT, nullable=False),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_conflict_of_interest_association_id_association')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_conflict_of_interest_person_id_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_conflict_of_interest_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conflict_of_interest')),
    sa.UniqueConstraint('person_id', 'unit_id', name=op.f('uq_conflict_of_interest_person_id_unit_id'))
    )
    op.create_index(op.f('ix_conflict_of_interest_association_id'), 'conflict_of_interest', ['association_id'], unique=False)
    op.create_table('grading_round',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('scheme_id', ID, nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('population', JSON, nullable=False),
    sa.Column('members', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('blind', sa.Boolean(), nullable=False),
    sa.Column('council', sa.Boolean(), nullable=False),
    sa.Column('notice_days', sa.Integer(), nullable=False),
    sa.Column('valid_months', sa.Integer(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('opened_at', MOMENT, nullable=False),
    sa.Column('locked_by', sa.Integer(), nullable=True),
    sa.Column('locked_at', MOMENT, nullable=True),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', MOMENT, nullable=True),
    sa.Column('decision', sa.Text(), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.Column('published_at', MOMENT, nullable=True),
    sa.Column('cancelled_why', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_grading_round_association_id_association')),
    sa.ForeignKeyConstraint(['scheme_id'], ['grading_scheme.id'], name=op.f('fk_grading_round_scheme_id_grading_scheme')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grading_round')),
    sa.UniqueConstraint('association_id', 'number', name=op.f('uq_grading_round_association_id_number'))
    )
    op.create_index(op.f('ix_grading_round_association_id'), 'grading_round', ['association_id'], unique=False)
    op.create_table('round_assignment',
    sa.Column('round_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('finished', sa.Boolean(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('turn', sa.Integer(), nullable=False),
    sa.Column('deferred', JSON, nullable=False),
    sa.Column('assigned_by', sa.Integer(), nullable=True),
    sa.Column('assigned_at', MOMENT, nullable=False),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_round_assignment_association_id_association')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_round_assignment_person_id_person')),
    sa.ForeignKeyConstraint(['round_id'], ['grading_round.id'], name=op.f('fk_round_assignment_round_id_grading_round')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_round_assignment_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_assignment')),
    sa.UniqueConstraint('round_id', 'unit_id', 'stage', name=op.f('uq_round_assignment_round_id_unit_id_stage'))
    )
    op.create_index('ix_round_assignment_queue', 'round_assignment', ['person_id', 'round_id', 'stage', 'finished', 'turn', 'unit_id'], unique=False)
    op.create_table('round_evidence',
    sa.Column('round_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('indicator', sa.String(length=60), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('attachment_id', ID, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('sent_by', sa.Integer(), nullable=False),
    sa.Column('sent_at', MOMENT, nullable=False),
    sa.Column('withdrawn_at', MOMENT, nullable=True),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_round_evidence_association_id_association')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_round_evidence_attachment_id_attachment')),
    sa.ForeignKeyConstraint(['round_id'], ['grading_round.id'], name=op.f('fk_round_evidence_round_id_grading_round')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_round_evidence_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_evidence'))
    )
    op.create_index('ix_round_evidence_of', 'round_evidence', ['round_id', 'unit_id', 'indicator'], unique=False)
    op.create_table('round_member',
    sa.Column('round_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('handed_in_at', MOMENT, nullable=True),
    sa.Column('handed_in_by', sa.Integer(), nullable=True),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('score', sa.String(length=40), nullable=True),
    sa.Column('grade', sa.String(length=40), nullable=True),
    sa.Column('shown', sa.String(length=40), nullable=True),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.String(length=12), nullable=True),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_round_member_association_id_association')),
    sa.ForeignKeyConstraint(['round_id'], ['grading_round.id'], name=op.f('fk_round_member_round_id_grading_round')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_round_member_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_member')),
    sa.UniqueConstraint('round_id', 'unit_id', name=op.f('uq_round_member_round_id_unit_id'))
    )
    op.create_index('ix_round_member_unit_id', 'round_member', ['unit_id'], unique=False)
    op.create_table('round_score',
    sa.Column('round_id', ID, nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('indicator', sa.String(length=60), nullable=False),
    sa.Column('stage', sa.String(length=10), nullable=False),
    sa.Column('score', sa.String(length=40), nullable=True),
    sa.Column('points', sa.BigInteger(), nullable=True),
    sa.Column('plain', sa.Boolean(), nullable=False),
    sa.Column('verdict', sa.String(length=16), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('evidence', JSON, nullable=False),
    sa.Column('entry', sa.Text(), nullable=False),
    sa.Column('objection', sa.Integer(), nullable=True),
    sa.Column('scored_by', sa.Integer(), nullable=False),
    sa.Column('scored_at', MOMENT, nullable=False),
    sa.Column('superseded_at', MOMENT, nullable=True),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_round_score_association_id_association')),
    sa.ForeignKeyConstraint(['round_id'], ['grading_round.id'], name=op.f('fk_round_score_round_id_grading_round')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_round_score_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_score'))
    )
    op.create_index('ix_round_score_sum', 'round_score', ['round_id', 'stage', 'unit_id', 'indicator', 'points', 'plain'], unique=False, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_index('ix_round_score_of', 'round_score', ['round_id', 'unit_id'], unique=False)
    op.create_index('uq_round_score_current', 'round_score', ["unit_id", "round_id", "stage", "indicator"], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('unit_grade',
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('scheme_id', ID, nullable=False),
    sa.Column('round_id', ID, nullable=True),
    sa.Column('adjustment_id', sa.Integer(), nullable=True),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('grade', sa.String(length=40), nullable=False),
    sa.Column('shown', sa.String(length=40), nullable=False),
    sa.Column('score', sa.String(length=40), nullable=True),
    sa.Column('status', sa.String(length=12), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=True),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('inputs', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', MOMENT, nullable=False),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_unit_grade_association_id_association')),
    sa.ForeignKeyConstraint(['round_id'], ['grading_round.id'], name=op.f('fk_unit_grade_round_id_grading_round')),
    sa.ForeignKeyConstraint(['scheme_id'], ['grading_scheme.id'], name=op.f('fk_unit_grade_scheme_id_grading_scheme')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_grade_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit_grade'))
    )
    op.create_index('ix_unit_grade_round_id', 'unit_grade', ['round_id'], unique=False)
    op.create_index('ix_unit_grade_unit_from', 'unit_grade', ['unit_id', 'valid_from', 'id'], unique=False)
    build = _guards_sqlite if op.get_bind().dialect.name == "sqlite" else _guards_postgresql
    for statement in build():
        op.execute(statement)


def _columns(name: str) -> str:
    return "" if name == "grade" else " OF document, sha256, scheme, version"


def _guards_sqlite() -> list[str]:
    made = []
    for name, (table, words, when) in KEPT.items():
        for verb in (f"UPDATE{_columns(name)}", "DELETE"):
            trigger = f"{table}_no_{verb.split()[0].lower()}"
            made.append(
                f"CREATE TRIGGER {trigger} BEFORE {verb} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
    return made


def _guards_postgresql() -> list[str]:
    made = []
    for name, (table, words, when) in KEPT.items():
        made.append(
            f"CREATE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$"
        )
        made.append(
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE{_columns(name)} OR DELETE ON {table} "
            f"FOR EACH ROW {when} EXECUTE FUNCTION {table}_is_kept()"
        )
    return made

"""Admission, standing and conduct."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.db import UtcDateTime

revision = "0002"
down_revision = "0001"
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table('conduct_text',
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('clauses', JSON, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('drafted_by', sa.Integer(), nullable=True),
    sa.Column('drafted_at', UtcDateTime(), nullable=False),
    sa.Column('published_by', sa.Integer(), nullable=True),
    sa.Column('published_on', sa.Date(), nullable=True),
    sa.Column('accept_by', sa.Date(), nullable=True),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_conduct_text_association_id_association')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conduct_text')),
    sa.UniqueConstraint('association_id', 'version', name=op.f('uq_conduct_text_association_id_version'))
    )
    op.create_index(op.f('ix_conduct_text_association_id'), 'conduct_text', ['association_id'], unique=False)
    op.create_table('rule_text',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('entered_at', UtcDateTime(), nullable=False),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_rule_text_association_id_association')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_text')),
    sa.UniqueConstraint('association_id', 'kind', 'version', name=op.f('uq_rule_text_association_id_kind_version'))
    )
    op.create_index(op.f('ix_rule_text_association_id'), 'rule_text', ['association_id'], unique=False)
    op.create_table('application',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('person_id', BIG, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('code', sa.String(length=18), nullable=False),
    sa.Column('category', sa.String(length=40), nullable=False),
    sa.Column('rank', sa.String(length=40), nullable=False),
    sa.Column('region', sa.String(length=60), nullable=False),
    sa.Column('engineers', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('steps', JSON, nullable=False),
    sa.Column('notice', sa.String(length=60), nullable=False),
    sa.Column('ballot', sa.String(length=60), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('filed_at', UtcDateTime(), nullable=True),
    sa.Column('touched_at', UtcDateTime(), nullable=False),
    sa.Column('warned_at', UtcDateTime(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=True),
    sa.Column('unit_id', BIG, nullable=True),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_application_association_id_association')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_application_person_id_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_application_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
    sa.UniqueConstraint('association_id', 'number', name=op.f('uq_application_association_id_number'))
    )
    op.create_index(op.f('ix_application_association_id'), 'application', ['association_id'], unique=False)
    op.create_index(op.f('ix_application_ballot'), 'application', ['ballot'], unique=False)
    op.create_index('ix_application_code', 'application', ['association_id', 'code'], unique=False)
    op.create_index(op.f('ix_application_notice'), 'application', ['notice'], unique=False)
    op.create_index(op.f('ix_application_person_id'), 'application', ['person_id'], unique=False)
    op.create_index('ix_application_state', 'application', ['association_id', 'state', 'step'], unique=False)
    op.create_index(op.f('ix_application_unit_id'), 'application', ['unit_id'], unique=False)
    op.create_table('change_request',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('unit_id', BIG, nullable=False),
    sa.Column('person_id', BIG, nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('settled_at', UtcDateTime(), nullable=True),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_change_request_association_id_association')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_change_request_person_id_person')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_change_request_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_change_request')),
    sa.UniqueConstraint('association_id', 'number', name=op.f('uq_change_request_association_id_number'))
    )
    op.create_index(op.f('ix_change_request_association_id'), 'change_request', ['association_id'], unique=False)
    op.create_index(op.f('ix_change_request_person_id'), 'change_request', ['person_id'], unique=False)
    op.create_index('ix_change_request_state', 'change_request', ['association_id', 'state'], unique=False)
    op.create_index(op.f('ix_change_request_unit_id'), 'change_request', ['unit_id'], unique=False)
    op.create_table('class_term',
    sa.Column('unit_id', BIG, nullable=False),
    sa.Column('rank', sa.String(length=40), nullable=False),
    sa.Column('former', sa.String(length=40), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('entered_at', UtcDateTime(), nullable=False),
    sa.Column('begun_at', UtcDateTime(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_class_term_association_id_association')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_class_term_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_class_term'))
    )
    op.create_index(op.f('ix_class_term_association_id'), 'class_term', ['association_id'], unique=False)
    op.create_index(op.f('ix_class_term_unit_id'), 'class_term', ['unit_id'], unique=False)
    op.create_index(op.f('ix_class_term_until'), 'class_term', ['until'], unique=False)
    op.create_table('conduct_acceptance',
    sa.Column('unit_id', BIG, nullable=False),
    sa.Column('text_id', BIG, nullable=False),
    sa.Column('person_id', BIG, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_conduct_acceptance_association_id_association')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_conduct_acceptance_person_id_person')),
    sa.ForeignKeyConstraint(['text_id'], ['conduct_text.id'], name=op.f('fk_conduct_acceptance_text_id_conduct_text')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_conduct_acceptance_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conduct_acceptance')),
    sa.UniqueConstraint('unit_id', 'text_id', name=op.f('uq_conduct_acceptance_unit_id_text_id'))
    )
    op.create_index(op.f('ix_conduct_acceptance_association_id'), 'conduct_acceptance', ['association_id'], unique=False)
    op.create_index('ix_conduct_acceptance_person', 'conduct_acceptance', ['person_id'], unique=False)
    op.create_index('ix_conduct_acceptance_text', 'conduct_acceptance', ['text_id'], unique=False)
    op.create_index(op.f('ix_conduct_acceptance_unit_id'), 'conduct_acceptance', ['unit_id'], unique=False)
    op.create_table('standing_fact',
    sa.Column('unit_id', BIG, nullable=False),
    sa.Column('fact', sa.String(length=20), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('entered_by', sa.Integer(), nullable=True),
    sa.Column('entered_at', UtcDateTime(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_standing_fact_association_id_association')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_standing_fact_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standing_fact'))
    )
    op.create_index(op.f('ix_standing_fact_association_id'), 'standing_fact', ['association_id'], unique=False)
    op.create_index(op.f('ix_standing_fact_ended_on'), 'standing_fact', ['ended_on'], unique=False)
    op.create_index(op.f('ix_standing_fact_unit_id'), 'standing_fact', ['unit_id'], unique=False)
    op.create_table('application_paper',
    sa.Column('application_id', BIG, nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('attachment_id', BIG, nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=False),
    sa.Column('replaced_at', UtcDateTime(), nullable=True),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_paper_application_id_application')),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_application_paper_association_id_association')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_application_paper_attachment_id_attachment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_paper'))
    )
    op.create_index(op.f('ix_application_paper_application_id'), 'application_paper', ['application_id'], unique=False)
    op.create_index(op.f('ix_application_paper_association_id'), 'application_paper', ['association_id'], unique=False)
    op.create_table('application_step',
    sa.Column('application_id', BIG, nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('act', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['application.id'], name=op.f('fk_application_step_application_id_application')),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_application_step_association_id_association')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_step'))
    )
    op.create_index(op.f('ix_application_step_application_id'), 'application_step', ['application_id'], unique=False)
    op.create_index(op.f('ix_application_step_association_id'), 'application_step', ['association_id'], unique=False)
    op.create_table('changed_fact',
    sa.Column('request_id', BIG, nullable=False),
    sa.Column('fact', sa.String(length=20), nullable=False),
    sa.Column('old', sa.Text(), nullable=False),
    sa.Column('new', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('association_id', BIG, nullable=False),
    sa.Column('id', BIG, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_changed_fact_association_id_association')),
    sa.ForeignKeyConstraint(['request_id'], ['change_request.id'], name=op.f('fk_changed_fact_request_id_change_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_changed_fact')),
    sa.UniqueConstraint('request_id', 'fact', name=op.f('uq_changed_fact_request_id_fact'))
    )
    op.create_index(op.f('ix_changed_fact_association_id'), 'changed_fact', ['association_id'], unique=False)
    op.create_index(op.f('ix_changed_fact_request_id'), 'changed_fact', ['request_id'], unique=False)

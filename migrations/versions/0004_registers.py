"""Professional registers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Apply."""
    op.create_table('register_entry',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('register', sa.String(length=30), nullable=False),
    sa.Column('declaration', sa.String(length=20), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('key', sa.String(length=300), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('data', JSON, nullable=False),
    sa.Column('sought', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_until', sa.Date(), nullable=True),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_register_entry_association_id_association')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_register_entry_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_entry')),
    sa.UniqueConstraint('association_id', 'number', name=op.f('uq_register_entry_association_id_number'))
    )
    op.create_index(op.f('ix_register_entry_association_id'), 'register_entry', ['association_id'], unique=False)
    op.create_index('ix_register_entry_listed', 'register_entry', ['association_id', 'register', 'ended_on', 'id'], unique=False)
    op.create_index('ix_register_entry_unit', 'register_entry', ['unit_id', 'register'], unique=False)
    op.create_index('ix_register_entry_validity', 'register_entry', ['association_id', 'register', 'ended_on', 'valid_until'], unique=False)
    op.create_index('uq_register_entry_live_key', 'register_entry', ['association_id', 'register', 'key'], unique=True, sqlite_where=sa.text('ended_on IS NULL'), postgresql_where=sa.text('ended_on IS NULL'))
    op.create_table('register_import',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('register', sa.String(length=30), nullable=False),
    sa.Column('attachment_id', ID, nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('counts', JSON, nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=True),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_register_import_association_id_association')),
    sa.ForeignKeyConstraint(['attachment_id'], ['attachment.id'], name=op.f('fk_register_import_attachment_id_attachment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_import')),
    sa.UniqueConstraint('association_id', 'number', name=op.f('uq_register_import_association_id_number'))
    )
    op.create_index(op.f('ix_register_import_association_id'), 'register_import', ['association_id'], unique=False)
    op.create_table('register_facet',
    sa.Column('entry_id', ID, nullable=False),
    sa.Column('register', sa.String(length=30), nullable=False),
    sa.Column('field', sa.String(length=30), nullable=False),
    sa.Column('value', sa.String(length=100), nullable=True),
    sa.Column('day', sa.Date(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=True),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_register_facet_association_id_association')),
    sa.ForeignKeyConstraint(['entry_id'], ['register_entry.id'], name=op.f('fk_register_facet_entry_id_register_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_facet'))
    )
    op.create_index(op.f('ix_register_facet_association_id'), 'register_facet', ['association_id'], unique=False)
    op.create_index('ix_register_facet_day', 'register_facet', ['association_id', 'register', 'field', 'day', 'entry_id'], unique=False)
    op.create_index(op.f('ix_register_facet_entry_id'), 'register_facet', ['entry_id'], unique=False)
    op.create_index('ix_register_facet_value', 'register_facet', ['association_id', 'register', 'field', 'value', 'entry_id'], unique=False)
    op.create_table('register_import_row',
    sa.Column('import_id', ID, nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('problems', JSON, nullable=False),
    sa.Column('data', JSON, nullable=False),
    sa.Column('former', JSON, nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_register_import_row_association_id_association')),
    sa.ForeignKeyConstraint(['import_id'], ['register_import.id'], name=op.f('fk_register_import_row_import_id_register_import')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_import_row'))
    )
    op.create_index(op.f('ix_register_import_row_association_id'), 'register_import_row', ['association_id'], unique=False)
    op.create_index('ix_register_import_row_import', 'register_import_row', ['import_id', 'row'], unique=False)
    op.create_table('register_proposal',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('register', sa.String(length=30), nullable=False),
    sa.Column('unit_id', ID, nullable=False),
    sa.Column('entry_id', ID, nullable=True),
    sa.Column('action', sa.String(length=12), nullable=False),
    sa.Column('data', JSON, nullable=False),
    sa.Column('entry_version', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_by', sa.Integer(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_register_proposal_association_id_association')),
    sa.ForeignKeyConstraint(['entry_id'], ['register_entry.id'], name=op.f('fk_register_proposal_entry_id_register_entry')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_register_proposal_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_proposal')),
    sa.UniqueConstraint('association_id', 'number', name=op.f('uq_register_proposal_association_id_number'))
    )
    op.create_index(op.f('ix_register_proposal_association_id'), 'register_proposal', ['association_id'], unique=False)
    op.create_index(op.f('ix_register_proposal_entry_id'), 'register_proposal', ['entry_id'], unique=False)
    op.create_index(op.f('ix_register_proposal_unit_id'), 'register_proposal', ['unit_id'], unique=False)
    op.create_index('ix_register_proposal_waiting', 'register_proposal', ['association_id', 'number'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.create_table('register_version',
    sa.Column('entry_id', ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('action', sa.String(length=12), nullable=False),
    sa.Column('declaration', sa.String(length=20), nullable=False),
    sa.Column('data', JSON, nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposal', sa.Integer(), nullable=True),
    sa.Column('association_id', ID, nullable=False),
    sa.Column('id', ID, nullable=False),
    sa.ForeignKeyConstraint(['association_id'], ['association.id'], name=op.f('fk_register_version_association_id_association')),
    sa.ForeignKeyConstraint(['entry_id'], ['register_entry.id'], name=op.f('fk_register_version_entry_id_register_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_version')),
    sa.UniqueConstraint('entry_id', 'version', name=op.f('uq_register_version_entry_id_version'))
    )
    op.create_index(op.f('ix_register_version_association_id'), 'register_version', ['association_id'], unique=False)
    op.create_index('ix_register_version_at', 'register_version', ['association_id', 'at'], unique=False)

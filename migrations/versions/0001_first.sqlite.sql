-- The first schema as it was built for sqlite. Statements end with a line that is only “;”. Never changed.
CREATE TABLE platform_line (
  platform VARCHAR(20) NOT NULL,
  holder VARCHAR(40) NOT NULL,
  until DATETIME NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_platform_line PRIMARY KEY (id),
  CONSTRAINT uq_platform_line_platform UNIQUE (platform)
)
;
CREATE TABLE association (
  name VARCHAR(200) NOT NULL,
  code VARCHAR(18) NOT NULL,
  code_word VARCHAR(40) NOT NULL,
  language VARCHAR(10) NOT NULL,
  zone VARCHAR(50) NOT NULL,
  settings JSON NOT NULL,
  created_at DATETIME NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_association PRIMARY KEY (id),
  CONSTRAINT uq_association_code UNIQUE (code),
  CONSTRAINT uq_association_name UNIQUE (name)
)
;
CREATE TABLE inbox_update (
  platform VARCHAR(20) NOT NULL,
  update_id VARCHAR(120) NOT NULL,
  raw TEXT NOT NULL,
  state VARCHAR(10) NOT NULL,
  received_at DATETIME NOT NULL,
  reply JSON,
  replied_at DATETIME,
  holder VARCHAR(40),
  id INTEGER NOT NULL,
  CONSTRAINT pk_inbox_update PRIMARY KEY (id),
  CONSTRAINT uq_inbox_update_platform_update_id UNIQUE (platform, update_id)
)
;
CREATE INDEX ix_inbox_update_open ON inbox_update (platform, replied_at)
;
CREATE TABLE code_trial (
  platform VARCHAR(20) NOT NULL,
  account VARCHAR(80) NOT NULL,
  since DATETIME NOT NULL,
  tries INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_code_trial PRIMARY KEY (id),
  CONSTRAINT uq_code_trial_platform_account UNIQUE (platform, account)
)
;
CREATE TABLE announcement_template (
  name VARCHAR(60) NOT NULL,
  kind VARCHAR(20) NOT NULL,
  title VARCHAR(200) NOT NULL,
  body TEXT NOT NULL,
  elements JSON NOT NULL,
  made_by INTEGER,
  made_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_announcement_template PRIMARY KEY (id),
  CONSTRAINT uq_announcement_template_association_id_name UNIQUE (association_id, name),
  CONSTRAINT fk_announcement_template_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_announcement_template_association_id ON announcement_template (association_id)
;
CREATE TABLE number_series (
  series VARCHAR(60) NOT NULL,
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_number_series PRIMARY KEY (id),
  CONSTRAINT uq_number_series_association_id_series_year UNIQUE (association_id, series, year),
  CONSTRAINT fk_number_series_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_number_series_association_id ON number_series (association_id)
;
CREATE TABLE audit_entry (
  seq INTEGER NOT NULL,
  at VARCHAR(32) NOT NULL,
  actor VARCHAR(80) NOT NULL,
  action VARCHAR(80) NOT NULL,
  object VARCHAR(120) NOT NULL,
  data TEXT NOT NULL,
  person_id INTEGER,
  sealed BLOB,
  previous BLOB NOT NULL,
  hash BLOB NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_audit_entry PRIMARY KEY (id),
  CONSTRAINT uq_audit_entry_association_id_seq UNIQUE (association_id, seq),
  CONSTRAINT uq_audit_entry_previous UNIQUE (previous),
  CONSTRAINT fk_audit_entry_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_audit_entry_object ON audit_entry (association_id, object)
;
CREATE INDEX ix_audit_entry_association_id ON audit_entry (association_id)
;
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
;
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END
;
CREATE TABLE audit_head (
  seq INTEGER NOT NULL,
  hash BLOB NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_audit_head PRIMARY KEY (id),
  CONSTRAINT uq_audit_head_association_id UNIQUE (association_id),
  CONSTRAINT fk_audit_head_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_audit_head_association_id ON audit_head (association_id)
;
CREATE TABLE outbox_content (
  "key" VARCHAR(120) NOT NULL,
  subject VARCHAR(120) NOT NULL,
  texts JSON NOT NULL,
  buttons JSON NOT NULL,
  attachments JSON NOT NULL,
  on_unknown VARCHAR(10) NOT NULL,
  created_at DATETIME NOT NULL,
  expires_at DATETIME,
  report_to INTEGER,
  reported_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_outbox_content PRIMARY KEY (id),
  CONSTRAINT uq_outbox_content_association_id_key UNIQUE (association_id, "key"),
  CONSTRAINT fk_outbox_content_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_outbox_content_subject ON outbox_content (subject)
;
CREATE INDEX ix_outbox_content_association_id ON outbox_content (association_id)
;
CREATE INDEX ix_outbox_content_unreported ON outbox_content (association_id) WHERE reported_at IS NULL
;
CREATE TABLE person_key (
  person_id INTEGER NOT NULL,
  wrapped BLOB NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_person_key PRIMARY KEY (id),
  CONSTRAINT uq_person_key_association_id_person_id UNIQUE (association_id, person_id),
  CONSTRAINT fk_person_key_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_person_key_association_id ON person_key (association_id)
;
CREATE TABLE approval (
  number INTEGER NOT NULL,
  action VARCHAR(60) NOT NULL,
  subject VARCHAR(120) NOT NULL,
  concerns INTEGER,
  arguments JSON NOT NULL,
  version VARCHAR(80) NOT NULL,
  summary TEXT NOT NULL,
  state VARCHAR(10) NOT NULL,
  requested_by INTEGER NOT NULL,
  requested_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  decided_by INTEGER,
  decided_at DATETIME,
  reason TEXT,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_approval PRIMARY KEY (id),
  CONSTRAINT uq_approval_association_id_number UNIQUE (association_id, number),
  CONSTRAINT fk_approval_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_approval_association_id ON approval (association_id)
;
CREATE INDEX ix_approval_subject ON approval (subject)
;
CREATE TABLE attachment (
  sha256 VARCHAR(64) NOT NULL,
  name VARCHAR(200) NOT NULL,
  media_type VARCHAR(120) NOT NULL,
  size INTEGER NOT NULL,
  stored_at DATETIME NOT NULL,
  content BLOB,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_attachment PRIMARY KEY (id),
  CONSTRAINT uq_attachment_association_id_sha256_name UNIQUE (association_id, sha256, name),
  CONSTRAINT fk_attachment_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_attachment_association_id ON attachment (association_id)
;
CREATE TABLE calendar_year (
  year INTEGER NOT NULL,
  holidays JSON NOT NULL,
  workdays JSON NOT NULL,
  source VARCHAR(200) NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_calendar_year PRIMARY KEY (id),
  CONSTRAINT uq_calendar_year_association_id_year UNIQUE (association_id, year),
  CONSTRAINT fk_calendar_year_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_calendar_year_association_id ON calendar_year (association_id)
;
CREATE TABLE deadline (
  subject VARCHAR(120) NOT NULL,
  rule VARCHAR(60) NOT NULL,
  starts_on DATE NOT NULL,
  period JSON NOT NULL,
  due_on DATE NOT NULL,
  provisional BOOLEAN NOT NULL,
  met_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_deadline PRIMARY KEY (id),
  CONSTRAINT uq_deadline_association_id_subject_rule UNIQUE (association_id, subject, rule),
  CONSTRAINT fk_deadline_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_deadline_due_on ON deadline (due_on)
;
CREATE INDEX ix_deadline_subject ON deadline (subject)
;
CREATE INDEX ix_deadline_association_id ON deadline (association_id)
;
CREATE TABLE screened_text (
  number INTEGER NOT NULL,
  subject VARCHAR(120) NOT NULL,
  text TEXT NOT NULL,
  digest VARCHAR(64) NOT NULL,
  verdict VARCHAR(10) NOT NULL,
  findings JSON NOT NULL,
  state VARCHAR(10) NOT NULL,
  channel VARCHAR(60) NOT NULL,
  author_id INTEGER,
  made_at DATETIME NOT NULL,
  settled_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_screened_text PRIMARY KEY (id),
  CONSTRAINT uq_screened_text_association_id_number UNIQUE (association_id, number),
  CONSTRAINT uq_screened_text_association_id_subject_digest UNIQUE (association_id, subject, digest),
  CONSTRAINT fk_screened_text_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_screened_text_author ON screened_text (association_id, author_id, made_at)
;
CREATE INDEX ix_screened_text_state ON screened_text (state)
;
CREATE INDEX ix_screened_text_association_id ON screened_text (association_id)
;
CREATE TABLE job_run (
  job VARCHAR(60) NOT NULL,
  period VARCHAR(40) NOT NULL,
  claimed_at DATETIME NOT NULL,
  finished_at DATETIME,
  outcome VARCHAR(200) NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_job_run PRIMARY KEY (id),
  CONSTRAINT uq_job_run_association_id_job_period UNIQUE (association_id, job, period),
  CONSTRAINT fk_job_run_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_job_run_association_id ON job_run (association_id)
;
CREATE TABLE body_rule (
  body VARCHAR(40) NOT NULL,
  effective_from DATE NOT NULL,
  changes JSON NOT NULL,
  clause VARCHAR(200) NOT NULL,
  made_by INTEGER,
  made_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_body_rule PRIMARY KEY (id),
  CONSTRAINT fk_body_rule_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_body_rule_association_id ON body_rule (association_id)
;
CREATE INDEX ix_body_rule_body ON body_rule (association_id, body)
;
CREATE TABLE person (
  name VARCHAR(100) NOT NULL,
  phone VARCHAR(20),
  language VARCHAR(10),
  identity_id INTEGER,
  added_at DATETIME NOT NULL,
  left_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_person PRIMARY KEY (id),
  CONSTRAINT fk_person_identity_id_chat_identity FOREIGN KEY(identity_id) REFERENCES chat_identity (id),
  CONSTRAINT fk_person_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_person_name ON person (association_id, name)
;
CREATE INDEX ix_person_association_id ON person (association_id)
;
CREATE TABLE saved_audience (
  name VARCHAR(40) NOT NULL,
  words JSON NOT NULL,
  saved_by INTEGER,
  saved_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_saved_audience PRIMARY KEY (id),
  CONSTRAINT uq_saved_audience_association_id_name UNIQUE (association_id, name),
  CONSTRAINT fk_saved_audience_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_saved_audience_association_id ON saved_audience (association_id)
;
CREATE TABLE linked_group (
  name VARCHAR(60) NOT NULL,
  platform VARCHAR(20),
  chat VARCHAR(80),
  code_hash VARCHAR(64) NOT NULL,
  expires_at DATETIME NOT NULL,
  linked_by INTEGER NOT NULL,
  linked_at DATETIME,
  ended_at DATETIME,
  trouble VARCHAR(80),
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_linked_group PRIMARY KEY (id),
  CONSTRAINT uq_linked_group_code_hash UNIQUE (code_hash),
  CONSTRAINT fk_linked_group_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_linked_group_chat ON linked_group (platform, chat)
;
CREATE INDEX ix_linked_group_association_id ON linked_group (association_id)
;
CREATE TABLE unit (
  number INTEGER NOT NULL,
  code VARCHAR(18) NOT NULL,
  name VARCHAR(200) NOT NULL,
  name_key VARCHAR(200) NOT NULL,
  category VARCHAR(40) NOT NULL,
  rank VARCHAR(40) NOT NULL,
  region VARCHAR(60) NOT NULL,
  joined_on DATE NOT NULL,
  left_on DATE,
  status VARCHAR(20) NOT NULL,
  engineers INTEGER,
  remark TEXT NOT NULL,
  changed_at DATETIME,
  version INTEGER NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_unit PRIMARY KEY (id),
  CONSTRAINT uq_unit_association_id_number UNIQUE (association_id, number),
  CONSTRAINT uq_unit_association_id_code UNIQUE (association_id, code),
  CONSTRAINT fk_unit_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_unit_association_id ON unit (association_id)
;
CREATE INDEX ix_unit_name_key ON unit (association_id, name_key)
;
CREATE INDEX ix_unit_standing ON unit (association_id, status, category)
;
CREATE TABLE reminder_rule (
  number INTEGER NOT NULL,
  kind VARCHAR(30) NOT NULL,
  names JSON NOT NULL,
  texts JSON NOT NULL,
  points JSON NOT NULL,
  unit VARCHAR(20) NOT NULL,
  every INTEGER,
  until_point INTEGER,
  keeps_day BOOLEAN NOT NULL,
  own BOOLEAN NOT NULL,
  audience JSON NOT NULL,
  filters JSON NOT NULL,
  priority INTEGER NOT NULL,
  legal BOOLEAN NOT NULL,
  since DATE,
  version INTEGER NOT NULL,
  changed_by INTEGER,
  changed_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_reminder_rule PRIMARY KEY (id),
  CONSTRAINT uq_reminder_rule_association_id_number UNIQUE (association_id, number),
  CONSTRAINT fk_reminder_rule_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_reminder_rule_association_id ON reminder_rule (association_id)
;
CREATE TABLE survey_template (
  code VARCHAR(40) NOT NULL,
  version VARCHAR(20) NOT NULL,
  title VARCHAR(300) NOT NULL,
  form JSON NOT NULL,
  made_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_survey_template PRIMARY KEY (id),
  CONSTRAINT uq_survey_template_association_id_code_version UNIQUE (association_id, code, version),
  CONSTRAINT fk_survey_template_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_survey_template_association_id ON survey_template (association_id)
;
CREATE TABLE announcement (
  number INTEGER NOT NULL,
  kind VARCHAR(20) NOT NULL,
  state VARCHAR(12) NOT NULL,
  title VARCHAR(200) NOT NULL,
  body TEXT NOT NULL,
  audience JSON NOT NULL,
  elements JSON NOT NULL,
  fields JSON NOT NULL,
  attachments JSON NOT NULL,
  groups JSON NOT NULL,
  excluded JSON NOT NULL,
  about VARCHAR(120),
  parent_id INTEGER,
  delivery VARCHAR(10) NOT NULL,
  runs_from DATE,
  runs_until DATE,
  restart_reason TEXT,
  scheduled_for DATETIME,
  approved_by INTEGER,
  next_chase_on DATE,
  escalate_on DATE,
  chased INTEGER NOT NULL,
  ended_told BOOLEAN NOT NULL,
  revision INTEGER NOT NULL,
  version INTEGER NOT NULL,
  document_number VARCHAR(80),
  author_id INTEGER NOT NULL,
  made_at DATETIME NOT NULL,
  published_at DATETIME,
  findings JSON NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_announcement PRIMARY KEY (id),
  CONSTRAINT uq_announcement_association_id_number UNIQUE (association_id, number),
  CONSTRAINT uq_announcement_association_id_document_number UNIQUE (association_id, document_number),
  CONSTRAINT fk_announcement_parent_id_announcement FOREIGN KEY(parent_id) REFERENCES announcement (id),
  CONSTRAINT fk_announcement_author_id_person FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_announcement_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_announcement_association_id ON announcement (association_id)
;
CREATE INDEX ix_announcement_about ON announcement (about)
;
CREATE INDEX ix_announcement_parent_id ON announcement (parent_id)
;
CREATE TABLE opt_out (
  person_id INTEGER NOT NULL,
  kind VARCHAR(20) NOT NULL,
  since DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_opt_out PRIMARY KEY (id),
  CONSTRAINT uq_opt_out_person_id_kind UNIQUE (person_id, kind),
  CONSTRAINT fk_opt_out_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_opt_out_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_opt_out_association_id ON opt_out (association_id)
;
CREATE TABLE shown_button (
  token VARCHAR(32) NOT NULL,
  person_id INTEGER NOT NULL,
  command TEXT NOT NULL,
  expires_at DATETIME NOT NULL,
  used_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_shown_button PRIMARY KEY (id),
  CONSTRAINT uq_shown_button_token UNIQUE (token),
  CONSTRAINT fk_shown_button_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_shown_button_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_shown_button_association_id ON shown_button (association_id)
;
CREATE INDEX ix_shown_button_expires_at ON shown_button (expires_at)
;
CREATE TABLE dialogue (
  person_id INTEGER NOT NULL,
  platform VARCHAR(20) NOT NULL,
  chat VARCHAR(80) NOT NULL,
  command VARCHAR(60) NOT NULL,
  given JSON NOT NULL,
  asking VARCHAR(40) NOT NULL,
  token VARCHAR(32) NOT NULL,
  expires_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_dialogue PRIMARY KEY (id),
  CONSTRAINT uq_dialogue_association_id_person_id_platform_chat UNIQUE (association_id, person_id, platform, chat),
  CONSTRAINT fk_dialogue_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_dialogue_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_dialogue_association_id ON dialogue (association_id)
;
CREATE TABLE outbox_message (
  content_id INTEGER NOT NULL,
  person_id INTEGER,
  platform VARCHAR(20),
  chat VARCHAR(80),
  language VARCHAR(10) NOT NULL,
  state VARCHAR(12) NOT NULL,
  priority INTEGER NOT NULL,
  token VARCHAR(32) NOT NULL,
  dedupe_key VARCHAR(200) NOT NULL,
  due_at DATETIME NOT NULL,
  attempts INTEGER NOT NULL,
  lease VARCHAR(40),
  lease_until DATETIME,
  launched_at DATETIME,
  message_id VARCHAR(80),
  error VARCHAR(120),
  sent_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_outbox_message PRIMARY KEY (id),
  CONSTRAINT uq_outbox_message_dedupe_key UNIQUE (dedupe_key),
  CONSTRAINT uq_outbox_message_token UNIQUE (token),
  CONSTRAINT fk_outbox_message_content_id_outbox_content FOREIGN KEY(content_id) REFERENCES outbox_content (id)
)
;
CREATE INDEX ix_outbox_message_due ON outbox_message (platform, priority, due_at, id) WHERE state = 'pending'
;
CREATE INDEX ix_outbox_message_lease ON outbox_message (platform, lease) WHERE state = 'sending'
;
CREATE INDEX ix_outbox_message_person_id ON outbox_message (person_id)
;
CREATE INDEX ix_outbox_message_chat ON outbox_message (chat) WHERE state IN ('pending', 'sending')
;
CREATE INDEX ix_outbox_message_content_id ON outbox_message (content_id)
;
CREATE TABLE text_release (
  screened_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  as_supervisor BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_text_release PRIMARY KEY (id),
  CONSTRAINT uq_text_release_screened_id_person_id UNIQUE (screened_id, person_id),
  CONSTRAINT fk_text_release_screened_id_screened_text FOREIGN KEY(screened_id) REFERENCES screened_text (id),
  CONSTRAINT fk_text_release_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_text_release_association_id ON text_release (association_id)
;
CREATE TABLE rule_mark (
  screened_id INTEGER NOT NULL,
  rule VARCHAR(60) NOT NULL,
  "right" BOOLEAN NOT NULL,
  person_id INTEGER,
  at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_rule_mark PRIMARY KEY (id),
  CONSTRAINT uq_rule_mark_screened_id_rule UNIQUE (screened_id, rule),
  CONSTRAINT fk_rule_mark_screened_id_screened_text FOREIGN KEY(screened_id) REFERENCES screened_text (id),
  CONSTRAINT fk_rule_mark_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_rule_mark_association_id ON rule_mark (association_id)
;
CREATE INDEX ix_rule_mark_rule ON rule_mark (rule)
;
CREATE TABLE mandate (
  number INTEGER NOT NULL,
  principal VARCHAR(100) NOT NULL,
  level VARCHAR(20) NOT NULL,
  document VARCHAR(80) NOT NULL,
  acts JSON NOT NULL,
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  ended_on DATE,
  end_reason TEXT,
  entered_by INTEGER,
  entered_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_mandate PRIMARY KEY (id),
  CONSTRAINT uq_mandate_association_id_number UNIQUE (association_id, number),
  CONSTRAINT uq_mandate_association_id_document UNIQUE (association_id, document),
  CONSTRAINT fk_mandate_entered_by_person FOREIGN KEY(entered_by) REFERENCES person (id),
  CONSTRAINT fk_mandate_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_mandate_association_id ON mandate (association_id)
;
CREATE TABLE export_file (
  kind VARCHAR(20) NOT NULL,
  period VARCHAR(20) NOT NULL,
  revision INTEGER NOT NULL,
  attachment_id INTEGER NOT NULL,
  snapshot_id INTEGER,
  sha256 VARCHAR(64) NOT NULL,
  content_hash VARCHAR(64) NOT NULL,
  figures JSON NOT NULL,
  made_by VARCHAR(80) NOT NULL,
  made_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_export_file PRIMARY KEY (id),
  CONSTRAINT uq_export_file_association_id_kind_period_revision UNIQUE (association_id, kind, period, revision),
  CONSTRAINT fk_export_file_attachment_id_attachment FOREIGN KEY(attachment_id) REFERENCES attachment (id),
  CONSTRAINT fk_export_file_snapshot_id_attachment FOREIGN KEY(snapshot_id) REFERENCES attachment (id),
  CONSTRAINT fk_export_file_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_export_file_association_id ON export_file (association_id)
;
CREATE TABLE body_seat (
  body VARCHAR(40) NOT NULL,
  person_id INTEGER NOT NULL,
  since DATE NOT NULL,
  until DATE,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_body_seat PRIMARY KEY (id),
  CONSTRAINT fk_body_seat_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_body_seat_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_body_seat_body ON body_seat (association_id, body)
;
CREATE INDEX ix_body_seat_association_id ON body_seat (association_id)
;
CREATE INDEX ix_body_seat_person_id ON body_seat (person_id)
;
CREATE TABLE meeting (
  number INTEGER NOT NULL,
  body VARCHAR(40) NOT NULL,
  state VARCHAR(12) NOT NULL,
  title VARCHAR(200) NOT NULL,
  agenda TEXT NOT NULL,
  place VARCHAR(200) NOT NULL,
  starts_at DATETIME NOT NULL,
  notice INTEGER NOT NULL,
  waiver TEXT NOT NULL,
  provisional BOOLEAN NOT NULL,
  documents JSON NOT NULL,
  findings JSON NOT NULL,
  chair_id INTEGER,
  called_by INTEGER,
  called_at DATETIME NOT NULL,
  opened_at DATETIME,
  closed_at DATETIME,
  sessions JSON NOT NULL,
  reason TEXT NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_meeting PRIMARY KEY (id),
  CONSTRAINT uq_meeting_association_id_number UNIQUE (association_id, number),
  CONSTRAINT fk_meeting_chair_id_person FOREIGN KEY(chair_id) REFERENCES person (id),
  CONSTRAINT fk_meeting_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_meeting_starts_at ON meeting (starts_at)
;
CREATE INDEX ix_meeting_association_id ON meeting (association_id)
;
CREATE TABLE role_grant (
  person_id INTEGER NOT NULL,
  role VARCHAR(30) NOT NULL,
  starts_on DATE NOT NULL,
  ends_on DATE,
  granted_by INTEGER,
  revoked_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_role_grant PRIMARY KEY (id),
  CONSTRAINT fk_role_grant_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_role_grant_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_role_grant_person ON role_grant (person_id)
;
CREATE INDEX ix_role_grant_association_id ON role_grant (association_id)
;
CREATE TABLE chat_identity (
  person_id INTEGER NOT NULL,
  platform VARCHAR(20) NOT NULL,
  account VARCHAR(80) NOT NULL,
  chat VARCHAR(80) NOT NULL,
  linked_at DATETIME NOT NULL,
  chosen_at DATETIME NOT NULL,
  ended_at DATETIME,
  failures INTEGER NOT NULL,
  unreachable_since DATETIME,
  trouble VARCHAR(80),
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_chat_identity PRIMARY KEY (id),
  CONSTRAINT fk_chat_identity_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_chat_identity_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_chat_identity_person_id ON chat_identity (person_id)
;
CREATE INDEX ix_chat_identity_lookup ON chat_identity (platform, account)
;
CREATE UNIQUE INDEX uq_chat_identity_account ON chat_identity (association_id, platform, account) WHERE ended_at IS NULL
;
CREATE INDEX ix_chat_identity_association_id ON chat_identity (association_id)
;
CREATE TABLE invitation (
  person_id INTEGER NOT NULL,
  code_hash VARCHAR(64) NOT NULL,
  made_at DATETIME NOT NULL,
  expires_at DATETIME NOT NULL,
  used_at DATETIME,
  revoked_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_invitation PRIMARY KEY (id),
  CONSTRAINT uq_invitation_code_hash UNIQUE (code_hash),
  CONSTRAINT fk_invitation_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_invitation_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_invitation_person_id ON invitation (person_id)
;
CREATE INDEX ix_invitation_association_id ON invitation (association_id)
;
CREATE TABLE legal_hold (
  person_id INTEGER NOT NULL,
  reason TEXT NOT NULL,
  placed_by INTEGER,
  placed_at DATETIME NOT NULL,
  lifted_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_legal_hold PRIMARY KEY (id),
  CONSTRAINT fk_legal_hold_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_legal_hold_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_legal_hold_person_id ON legal_hold (person_id)
;
CREATE INDEX ix_legal_hold_association_id ON legal_hold (association_id)
;
CREATE TABLE erasure (
  person_id INTEGER NOT NULL,
  erased_at DATETIME NOT NULL,
  confirmed_by INTEGER,
  noted_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_erasure PRIMARY KEY (id),
  CONSTRAINT uq_erasure_person_id UNIQUE (person_id),
  CONSTRAINT fk_erasure_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_erasure_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_erasure_association_id ON erasure (association_id)
;
CREATE TABLE group_sighting (
  group_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  last_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_group_sighting PRIMARY KEY (id),
  CONSTRAINT uq_group_sighting_group_id_person_id UNIQUE (group_id, person_id),
  CONSTRAINT fk_group_sighting_group_id_linked_group FOREIGN KEY(group_id) REFERENCES linked_group (id),
  CONSTRAINT fk_group_sighting_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_group_sighting_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_group_sighting_association_id ON group_sighting (association_id)
;
CREATE INDEX ix_group_sighting_person_id ON group_sighting (person_id)
;
CREATE TABLE status_change (
  unit_id INTEGER NOT NULL,
  former VARCHAR(20),
  status VARCHAR(20) NOT NULL,
  "on" DATE NOT NULL,
  reason TEXT NOT NULL,
  recorded_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_status_change PRIMARY KEY (id),
  CONSTRAINT fk_status_change_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id),
  CONSTRAINT fk_status_change_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_status_change_unit_id ON status_change (unit_id)
;
CREATE INDEX ix_status_change_association_id ON status_change (association_id)
;
CREATE TABLE qualification (
  unit_id INTEGER NOT NULL,
  name VARCHAR(100) NOT NULL,
  valid_until DATE,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_qualification PRIMARY KEY (id),
  CONSTRAINT uq_qualification_unit_id_name UNIQUE (unit_id, name),
  CONSTRAINT fk_qualification_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id),
  CONSTRAINT fk_qualification_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_qualification_unit_id ON qualification (unit_id)
;
CREATE INDEX ix_qualification_valid_until ON qualification (valid_until)
;
CREATE INDEX ix_qualification_association_id ON qualification (association_id)
;
CREATE TABLE unit_contact (
  unit_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  since DATE NOT NULL,
  until DATE,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_unit_contact PRIMARY KEY (id),
  CONSTRAINT fk_unit_contact_unit_id_unit FOREIGN KEY(unit_id) REFERENCES unit (id),
  CONSTRAINT fk_unit_contact_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_unit_contact_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_unit_contact_unit_id ON unit_contact (unit_id)
;
CREATE INDEX ix_unit_contact_association_id ON unit_contact (association_id)
;
CREATE INDEX ix_unit_contact_person ON unit_contact (person_id)
;
CREATE TABLE import_batch (
  number INTEGER NOT NULL,
  attachment_id INTEGER NOT NULL,
  state VARCHAR(12) NOT NULL,
  only_blank BOOLEAN NOT NULL,
  counts JSON NOT NULL,
  made_by INTEGER,
  made_at DATETIME NOT NULL,
  confirmed_at DATETIME,
  undone_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_import_batch PRIMARY KEY (id),
  CONSTRAINT uq_import_batch_association_id_number UNIQUE (association_id, number),
  CONSTRAINT fk_import_batch_attachment_id_attachment FOREIGN KEY(attachment_id) REFERENCES attachment (id),
  CONSTRAINT fk_import_batch_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_import_batch_association_id ON import_batch (association_id)
;
CREATE TABLE reminder_sent (
  rule INTEGER NOT NULL,
  subject VARCHAR(120) NOT NULL,
  owner VARCHAR(120) NOT NULL,
  occurrence VARCHAR(40) NOT NULL,
  person_id INTEGER NOT NULL,
  due_on DATE NOT NULL,
  state VARCHAR(12) NOT NULL,
  token VARCHAR(32) NOT NULL,
  "key" VARCHAR(120) NOT NULL,
  at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_reminder_sent PRIMARY KEY (id),
  CONSTRAINT uq_reminder_sent_association_id_rule_subject_occurrence_person_id UNIQUE (association_id, rule, subject, occurrence, person_id),
  CONSTRAINT fk_reminder_sent_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_reminder_sent_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_reminder_sent_owner ON reminder_sent (association_id, owner)
;
CREATE INDEX ix_reminder_sent_association_id ON reminder_sent (association_id)
;
CREATE INDEX ix_reminder_sent_person_id ON reminder_sent (person_id)
;
CREATE INDEX ix_reminder_sent_token ON reminder_sent (token)
;
CREATE TABLE reminder_snooze (
  rule INTEGER NOT NULL,
  subject VARCHAR(120) NOT NULL,
  person_id INTEGER NOT NULL,
  due_on DATE NOT NULL,
  until DATE NOT NULL,
  made_by INTEGER,
  made_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_reminder_snooze PRIMARY KEY (id),
  CONSTRAINT uq_reminder_snooze_association_id_rule_subject_person_id UNIQUE (association_id, rule, subject, person_id),
  CONSTRAINT fk_reminder_snooze_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_reminder_snooze_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_reminder_snooze_association_id ON reminder_snooze (association_id)
;
CREATE INDEX ix_reminder_snooze_person_id ON reminder_snooze (person_id)
;
CREATE TABLE digest_switch (
  person_id INTEGER NOT NULL,
  off_since DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_digest_switch PRIMARY KEY (id),
  CONSTRAINT uq_digest_switch_person_id UNIQUE (person_id),
  CONSTRAINT fk_digest_switch_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_digest_switch_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_digest_switch_association_id ON digest_switch (association_id)
;
CREATE TABLE calendar_link (
  person_id INTEGER NOT NULL,
  token_hash VARCHAR(64) NOT NULL,
  made_at DATETIME NOT NULL,
  revoked_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_calendar_link PRIMARY KEY (id),
  CONSTRAINT uq_calendar_link_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_calendar_link_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_calendar_link_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_calendar_link_person_id ON calendar_link (person_id)
;
CREATE INDEX ix_calendar_link_association_id ON calendar_link (association_id)
;
CREATE TABLE survey (
  number INTEGER NOT NULL,
  code VARCHAR(8) NOT NULL,
  state VARCHAR(12) NOT NULL,
  title VARCHAR(120) NOT NULL,
  intro TEXT NOT NULL,
  template VARCHAR(40) NOT NULL,
  form JSON NOT NULL,
  identified BOOLEAN NOT NULL,
  grouping VARCHAR(20) NOT NULL,
  audience JSON NOT NULL,
  quota INTEGER,
  revision INTEGER NOT NULL,
  last_day DATE NOT NULL,
  closes_at DATETIME,
  author_id INTEGER NOT NULL,
  made_at DATETIME NOT NULL,
  opened_at DATETIME,
  closed_at DATETIME,
  invited INTEGER NOT NULL,
  slips INTEGER NOT NULL,
  findings JSON NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_survey PRIMARY KEY (id),
  CONSTRAINT uq_survey_association_id_number UNIQUE (association_id, number),
  CONSTRAINT uq_survey_code UNIQUE (code),
  CONSTRAINT fk_survey_author_id_person FOREIGN KEY(author_id) REFERENCES person (id),
  CONSTRAINT fk_survey_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_survey_association_id ON survey (association_id)
;
CREATE TABLE announcement_version (
  announcement_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  title VARCHAR(200) NOT NULL,
  body TEXT NOT NULL,
  audience JSON NOT NULL,
  elements JSON NOT NULL,
  attachments JSON NOT NULL,
  published_at DATETIME NOT NULL,
  published_by INTEGER,
  recipients INTEGER NOT NULL,
  opted_out INTEGER NOT NULL,
  goes_at DATETIME,
  recalled_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_announcement_version PRIMARY KEY (id),
  CONSTRAINT uq_announcement_version_announcement_id_version UNIQUE (announcement_id, version),
  CONSTRAINT fk_announcement_version_announcement_id_announcement FOREIGN KEY(announcement_id) REFERENCES announcement (id),
  CONSTRAINT fk_announcement_version_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_announcement_version_association_id ON announcement_version (association_id)
;
CREATE TABLE acknowledgement (
  announcement_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  at DATETIME NOT NULL,
  channel VARCHAR(60) NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_acknowledgement PRIMARY KEY (id),
  CONSTRAINT uq_acknowledgement_announcement_id_version_person_id UNIQUE (announcement_id, version, person_id),
  CONSTRAINT fk_acknowledgement_announcement_id_announcement FOREIGN KEY(announcement_id) REFERENCES announcement (id),
  CONSTRAINT fk_acknowledgement_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_acknowledgement_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_acknowledgement_person_id ON acknowledgement (person_id)
;
CREATE INDEX ix_acknowledgement_association_id ON acknowledgement (association_id)
;
CREATE TABLE issued_number (
  code VARCHAR(20) NOT NULL,
  year INTEGER NOT NULL,
  number INTEGER NOT NULL,
  announcement_id INTEGER NOT NULL,
  issued_at DATETIME NOT NULL,
  voided_at DATETIME,
  voided_by INTEGER,
  reason TEXT,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_issued_number PRIMARY KEY (id),
  CONSTRAINT uq_issued_number_association_id_code_year_number UNIQUE (association_id, code, year, number),
  CONSTRAINT fk_issued_number_announcement_id_announcement FOREIGN KEY(announcement_id) REFERENCES announcement (id),
  CONSTRAINT fk_issued_number_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_issued_number_association_id ON issued_number (association_id)
;
CREATE TABLE objection (
  number INTEGER NOT NULL,
  announcement_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  unit VARCHAR(200) NOT NULL,
  sealed BLOB NOT NULL,
  attachment_id INTEGER,
  state VARCHAR(12) NOT NULL,
  received_at DATETIME NOT NULL,
  channel VARCHAR(60) NOT NULL,
  due_on DATE,
  ruling TEXT,
  ruled_by INTEGER,
  ruled_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_objection PRIMARY KEY (id),
  CONSTRAINT uq_objection_association_id_number UNIQUE (association_id, number),
  CONSTRAINT fk_objection_announcement_id_announcement FOREIGN KEY(announcement_id) REFERENCES announcement (id),
  CONSTRAINT fk_objection_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_objection_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_objection_announcement ON objection (announcement_id, state)
;
CREATE INDEX ix_objection_association_id ON objection (association_id)
;
CREATE INDEX ix_objection_person_id ON objection (person_id)
;
CREATE TABLE attendee (
  meeting_id INTEGER NOT NULL,
  seat VARCHAR(40) NOT NULL,
  person_id INTEGER,
  invited BOOLEAN NOT NULL,
  answer VARCHAR(12) NOT NULL,
  reason TEXT NOT NULL,
  answered_at DATETIME,
  present_at DATETIME,
  left_at DATETIME,
  noted_by INTEGER,
  struck_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_attendee PRIMARY KEY (id),
  CONSTRAINT uq_attendee_meeting_id_seat_person_id UNIQUE (meeting_id, seat, person_id),
  CONSTRAINT fk_attendee_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES meeting (id),
  CONSTRAINT fk_attendee_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_attendee_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_attendee_person_id ON attendee (person_id)
;
CREATE INDEX ix_attendee_association_id ON attendee (association_id)
;
CREATE TABLE proxy (
  meeting_id INTEGER NOT NULL,
  seat VARCHAR(40) NOT NULL,
  principal_id INTEGER NOT NULL,
  agent_id INTEGER NOT NULL,
  given_at DATETIME NOT NULL,
  revoked_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_proxy PRIMARY KEY (id),
  CONSTRAINT fk_proxy_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES meeting (id),
  CONSTRAINT fk_proxy_principal_id_person FOREIGN KEY(principal_id) REFERENCES person (id),
  CONSTRAINT fk_proxy_agent_id_person FOREIGN KEY(agent_id) REFERENCES person (id),
  CONSTRAINT fk_proxy_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_proxy_principal_id ON proxy (principal_id)
;
CREATE INDEX ix_proxy_agent_id ON proxy (agent_id)
;
CREATE INDEX ix_proxy_association_id ON proxy (association_id)
;
CREATE UNIQUE INDEX uq_proxy_seat ON proxy (meeting_id, seat) WHERE revoked_at IS NULL
;
CREATE TABLE minutes (
  meeting_id INTEGER NOT NULL,
  version INTEGER NOT NULL,
  notes TEXT NOT NULL,
  text TEXT NOT NULL,
  attachment_id INTEGER NOT NULL,
  drafted_by INTEGER,
  drafted_at DATETIME NOT NULL,
  approved_by INTEGER,
  approved_at DATETIME,
  declined TEXT NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_minutes PRIMARY KEY (id),
  CONSTRAINT uq_minutes_meeting_id_version UNIQUE (meeting_id, version),
  CONSTRAINT fk_minutes_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES meeting (id),
  CONSTRAINT fk_minutes_attachment_id_attachment FOREIGN KEY(attachment_id) REFERENCES attachment (id),
  CONSTRAINT fk_minutes_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_minutes_association_id ON minutes (association_id)
;
CREATE TABLE motion (
  number INTEGER NOT NULL,
  meeting_id INTEGER,
  body VARCHAR(40) NOT NULL,
  matter VARCHAR(20) NOT NULL,
  about VARCHAR(120) NOT NULL,
  title VARCHAR(200) NOT NULL,
  wording TEXT NOT NULL,
  candidates JSON NOT NULL,
  places INTEGER NOT NULL,
  secret BOOLEAN NOT NULL,
  concerns JSON NOT NULL,
  drafters JSON NOT NULL,
  state VARCHAR(12) NOT NULL,
  rule JSON NOT NULL,
  findings JSON NOT NULL,
  put_by INTEGER,
  put_at DATETIME NOT NULL,
  opened_at DATETIME,
  closes_at DATETIME,
  closed_at DATETIME,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_motion PRIMARY KEY (id),
  CONSTRAINT uq_motion_association_id_number UNIQUE (association_id, number),
  CONSTRAINT fk_motion_meeting_id_meeting FOREIGN KEY(meeting_id) REFERENCES meeting (id),
  CONSTRAINT fk_motion_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_motion_meeting_id ON motion (meeting_id)
;
CREATE INDEX ix_motion_about ON motion (association_id, about)
;
CREATE INDEX ix_motion_closes_at ON motion (closes_at)
;
CREATE INDEX ix_motion_association_id ON motion (association_id)
;
CREATE TABLE import_row (
  batch_id INTEGER NOT NULL,
  "row" INTEGER NOT NULL,
  sheet VARCHAR(60) NOT NULL,
  outcome VARCHAR(12) NOT NULL,
  problems JSON NOT NULL,
  data JSON NOT NULL,
  version INTEGER,
  unit_id INTEGER,
  person_id INTEGER,
  former JSON,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_import_row PRIMARY KEY (id),
  CONSTRAINT fk_import_row_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (id),
  CONSTRAINT fk_import_row_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_import_row_batch ON import_row (batch_id, "row")
;
CREATE INDEX ix_import_row_association_id ON import_row (association_id)
;
CREATE TABLE survey_secret (
  survey_id INTEGER NOT NULL,
  seal BLOB NOT NULL,
  link BLOB,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_survey_secret PRIMARY KEY (id),
  CONSTRAINT uq_survey_secret_survey_id UNIQUE (survey_id),
  CONSTRAINT fk_survey_secret_survey_id_survey FOREIGN KEY(survey_id) REFERENCES survey (id),
  CONSTRAINT fk_survey_secret_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_survey_secret_association_id ON survey_secret (association_id)
;
CREATE TABLE survey_invitee (
  survey_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  group_name VARCHAR(60) NOT NULL,
  answered BOOLEAN NOT NULL,
  by_slip BOOLEAN NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_survey_invitee PRIMARY KEY (id),
  CONSTRAINT uq_survey_invitee_survey_id_person_id UNIQUE (survey_id, person_id),
  CONSTRAINT fk_survey_invitee_survey_id_survey FOREIGN KEY(survey_id) REFERENCES survey (id),
  CONSTRAINT fk_survey_invitee_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_survey_invitee_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_survey_invitee_person_id ON survey_invitee (person_id)
;
CREATE INDEX ix_survey_invitee_association_id ON survey_invitee (association_id)
;
CREATE TABLE survey_sheet (
  survey_id INTEGER NOT NULL,
  token_hash VARCHAR(64),
  group_name VARCHAR(60) NOT NULL,
  person_id INTEGER,
  sealed BLOB,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_survey_sheet PRIMARY KEY (id),
  CONSTRAINT uq_survey_sheet_token_hash UNIQUE (token_hash),
  CONSTRAINT fk_survey_sheet_survey_id_survey FOREIGN KEY(survey_id) REFERENCES survey (id),
  CONSTRAINT fk_survey_sheet_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_survey_sheet_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_survey_sheet_survey ON survey_sheet (survey_id)
;
CREATE INDEX ix_survey_sheet_association_id ON survey_sheet (association_id)
;
CREATE TABLE survey_draft (
  survey_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_survey_draft PRIMARY KEY (id),
  CONSTRAINT uq_survey_draft_survey_id_person_id UNIQUE (survey_id, person_id),
  CONSTRAINT fk_survey_draft_survey_id_survey FOREIGN KEY(survey_id) REFERENCES survey (id),
  CONSTRAINT fk_survey_draft_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_survey_draft_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_survey_draft_person_id ON survey_draft (person_id)
;
CREATE INDEX ix_survey_draft_association_id ON survey_draft (association_id)
;
CREATE TABLE survey_result (
  survey_id INTEGER NOT NULL,
  figures JSON NOT NULL,
  texts BLOB,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_survey_result PRIMARY KEY (id),
  CONSTRAINT uq_survey_result_survey_id UNIQUE (survey_id),
  CONSTRAINT fk_survey_result_survey_id_survey FOREIGN KEY(survey_id) REFERENCES survey (id),
  CONSTRAINT fk_survey_result_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_survey_result_association_id ON survey_result (association_id)
;
CREATE TABLE survey_action (
  number INTEGER NOT NULL,
  survey_id INTEGER NOT NULL,
  text VARCHAR(500) NOT NULL,
  owner_id INTEGER NOT NULL,
  due_on DATE NOT NULL,
  made_at DATETIME NOT NULL,
  done_at DATETIME,
  outcome VARCHAR(500) NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_survey_action PRIMARY KEY (id),
  CONSTRAINT uq_survey_action_association_id_number UNIQUE (association_id, number),
  CONSTRAINT fk_survey_action_survey_id_survey FOREIGN KEY(survey_id) REFERENCES survey (id),
  CONSTRAINT fk_survey_action_owner_id_person FOREIGN KEY(owner_id) REFERENCES person (id),
  CONSTRAINT fk_survey_action_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_survey_action_association_id ON survey_action (association_id)
;
CREATE INDEX ix_survey_action_survey_id ON survey_action (survey_id)
;
CREATE TABLE voter (
  motion_id INTEGER NOT NULL,
  seat VARCHAR(40) NOT NULL,
  present BOOLEAN NOT NULL,
  bar VARCHAR(20) NOT NULL,
  voted BOOLEAN NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_voter PRIMARY KEY (id),
  CONSTRAINT uq_voter_motion_id_seat UNIQUE (motion_id, seat),
  CONSTRAINT fk_voter_motion_id_motion FOREIGN KEY(motion_id) REFERENCES motion (id),
  CONSTRAINT fk_voter_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_voter_association_id ON voter (association_id)
;
CREATE TABLE recusal (
  motion_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  bar VARCHAR(20) NOT NULL,
  reason TEXT NOT NULL,
  noted_by INTEGER,
  noted_at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_recusal PRIMARY KEY (id),
  CONSTRAINT uq_recusal_motion_id_person_id UNIQUE (motion_id, person_id),
  CONSTRAINT fk_recusal_motion_id_motion FOREIGN KEY(motion_id) REFERENCES motion (id),
  CONSTRAINT fk_recusal_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_recusal_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_recusal_association_id ON recusal (association_id)
;
CREATE INDEX ix_recusal_person_id ON recusal (person_id)
;
CREATE TABLE sealed_ballot (
  motion_id INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_sealed_ballot PRIMARY KEY (id),
  CONSTRAINT fk_sealed_ballot_motion_id_motion FOREIGN KEY(motion_id) REFERENCES motion (id),
  CONSTRAINT fk_sealed_ballot_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_sealed_ballot_association_id ON sealed_ballot (association_id)
;
CREATE INDEX ix_sealed_ballot_motion_id ON sealed_ballot (motion_id)
;
CREATE TABLE counted_ballot (
  motion_id INTEGER NOT NULL,
  choice JSON NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_counted_ballot PRIMARY KEY (id),
  CONSTRAINT fk_counted_ballot_motion_id_motion FOREIGN KEY(motion_id) REFERENCES motion (id),
  CONSTRAINT fk_counted_ballot_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_counted_ballot_association_id ON counted_ballot (association_id)
;
CREATE INDEX ix_counted_ballot_motion_id ON counted_ballot (motion_id)
;
CREATE TABLE motion_result (
  motion_id INTEGER NOT NULL,
  outcome VARCHAR(12) NOT NULL,
  seats INTEGER NOT NULL,
  barred INTEGER NOT NULL,
  present INTEGER NOT NULL,
  yes INTEGER NOT NULL,
  no INTEGER NOT NULL,
  abstain INTEGER NOT NULL,
  silent INTEGER NOT NULL,
  base INTEGER NOT NULL,
  needed INTEGER NOT NULL,
  by_chair BOOLEAN NOT NULL,
  chair_seat VARCHAR(40) NOT NULL,
  votes JSON NOT NULL,
  elected JSON NOT NULL,
  resolution VARCHAR(80),
  decided_on DATE NOT NULL,
  digest VARCHAR(64) NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_motion_result PRIMARY KEY (id),
  CONSTRAINT uq_motion_result_motion_id UNIQUE (motion_id),
  CONSTRAINT uq_motion_result_association_id_resolution UNIQUE (association_id, resolution),
  CONSTRAINT fk_motion_result_motion_id_motion FOREIGN KEY(motion_id) REFERENCES motion (id),
  CONSTRAINT fk_motion_result_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_motion_result_association_id ON motion_result (association_id)
;
CREATE INDEX ix_motion_result_decided_on ON motion_result (decided_on)
;
CREATE TRIGGER motion_result_no_update BEFORE UPDATE ON motion_result BEGIN SELECT RAISE(ABORT, 'a result is final'); END
;
CREATE TRIGGER motion_result_no_delete BEFORE DELETE ON motion_result BEGIN SELECT RAISE(ABORT, 'a result is final'); END
;
CREATE TABLE voting_right (
  motion_id INTEGER NOT NULL,
  voter_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  as_agent BOOLEAN NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_voting_right PRIMARY KEY (id),
  CONSTRAINT uq_voting_right_voter_id_person_id UNIQUE (voter_id, person_id),
  CONSTRAINT fk_voting_right_motion_id_motion FOREIGN KEY(motion_id) REFERENCES motion (id),
  CONSTRAINT fk_voting_right_voter_id_voter FOREIGN KEY(voter_id) REFERENCES voter (id),
  CONSTRAINT fk_voting_right_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_voting_right_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_voting_right_person_id ON voting_right (person_id)
;
CREATE INDEX ix_voting_right_association_id ON voting_right (association_id)
;
CREATE INDEX ix_voting_right_motion_id ON voting_right (motion_id)
;
CREATE TABLE open_vote (
  motion_id INTEGER NOT NULL,
  voter_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  choice JSON NOT NULL,
  at DATETIME NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_open_vote PRIMARY KEY (id),
  CONSTRAINT uq_open_vote_voter_id UNIQUE (voter_id),
  CONSTRAINT fk_open_vote_motion_id_motion FOREIGN KEY(motion_id) REFERENCES motion (id),
  CONSTRAINT fk_open_vote_voter_id_voter FOREIGN KEY(voter_id) REFERENCES voter (id),
  CONSTRAINT fk_open_vote_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_open_vote_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_open_vote_association_id ON open_vote (association_id)
;
CREATE INDEX ix_open_vote_person_id ON open_vote (person_id)
;
CREATE INDEX ix_open_vote_motion_id ON open_vote (motion_id)
;
CREATE TABLE ballot_paper (
  motion_id INTEGER NOT NULL,
  voter_id INTEGER NOT NULL,
  person_id INTEGER NOT NULL,
  token_hash VARCHAR(64) NOT NULL,
  spent BOOLEAN NOT NULL,
  association_id INTEGER NOT NULL,
  id INTEGER NOT NULL,
  CONSTRAINT pk_ballot_paper PRIMARY KEY (id),
  CONSTRAINT uq_ballot_paper_voter_id UNIQUE (voter_id),
  CONSTRAINT fk_ballot_paper_motion_id_motion FOREIGN KEY(motion_id) REFERENCES motion (id),
  CONSTRAINT fk_ballot_paper_voter_id_voter FOREIGN KEY(voter_id) REFERENCES voter (id),
  CONSTRAINT fk_ballot_paper_person_id_person FOREIGN KEY(person_id) REFERENCES person (id),
  CONSTRAINT fk_ballot_paper_association_id_association FOREIGN KEY(association_id) REFERENCES association (id)
)
;
CREATE INDEX ix_ballot_paper_person_id ON ballot_paper (person_id)
;
CREATE INDEX ix_ballot_paper_motion_id ON ballot_paper (motion_id)
;
CREATE INDEX ix_ballot_paper_association_id ON ballot_paper (association_id)
;

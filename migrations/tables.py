"""Every mapped table, so that the migrations and their tests know the whole schema."""

import announcements.models
import bot.models
import core.approvals
import core.associations
import core.attachments
import core.audit
import core.deadlines
import core.holds
import core.inbox
import core.jobs
import core.keys
import core.numbering
import core.outbox
import delegated_tasks.models
import exports.models
import meetings.models
import membership.models
import people.models
import reminders.models
import surveys.models
from core.db import Base

METADATA = Base.metadata

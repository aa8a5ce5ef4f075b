"""the engine of a rule version"""

import sqlalchemy as sa
from alembic import op

revision = "6717be92cb49"
down_revision = "5b024b95cb43"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every version so far was published by the first engine."""
    op.add_column("rule_version", sa.Column("engine", sa.String(length=80), nullable=False, server_default="1"))

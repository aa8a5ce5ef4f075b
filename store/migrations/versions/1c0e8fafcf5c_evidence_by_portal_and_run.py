"""evidence by portal and run"""

from alembic import op

revision = "1c0e8fafcf5c"
down_revision = "e4b17c9a2f60"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("evidence_of_a_portal", "evidence", ["tenant", "portal", "recorded_at"], unique=False)
    op.create_index("evidence_of_a_run", "evidence", ["tenant", "run"], unique=False)

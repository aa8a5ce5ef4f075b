"""expiry and use of credentials"""

import sqlalchemy as sa
from alembic import op

revision = "90bc4a7e61e1"
down_revision = "73da4f450c5c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("credential", sa.Column("park_reason", sa.Text(), nullable=True))
    op.add_column("credential", sa.Column("expires_on", sa.Date(), nullable=True))
    op.add_column("credential", sa.Column("stored_at", sa.String(length=27), nullable=True))
    op.add_column("credential", sa.Column("totp_window", sa.Integer(), nullable=True))

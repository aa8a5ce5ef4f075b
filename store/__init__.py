"""The database: tables, the unit of work that writes state and audit entry together, the file store, the vault."""

"""What the pages and the API show, read from the store with names in place of ids."""

"""A sample company and the old systems around it: bank, bookkeeping and mail, for the demo and the tests."""

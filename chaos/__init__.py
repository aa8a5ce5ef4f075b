"""Kills, faults and tampering with an oracle: `tallywright chaos`. Everything runs against the sandbox alone."""

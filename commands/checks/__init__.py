"""What `tallywright doctor` looks at, a module for each part of an installation. Looking changes nothing."""

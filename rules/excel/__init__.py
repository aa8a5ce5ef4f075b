"""Decision tables as Excel files and back."""

"""FEEL, the Friendly Enough Expression Language of DMN 1.3, compiled to Python closures."""

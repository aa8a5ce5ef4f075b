"""The stand-in bank that takes files: Ostsee Kreditbank Firmenportal. A second person signs what one has handed in."""

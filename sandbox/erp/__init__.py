"""The stand-in bookkeeping system: KONTOR/3 Finanzbuchhaltung, a server-rendered portal of frames without an API."""

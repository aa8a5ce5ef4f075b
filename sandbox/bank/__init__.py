"""The stand-in bank: Nordhafen Bank Online-Banking, a server-rendered portal of nested frames without an API."""

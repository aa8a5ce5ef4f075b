"""The stand-in tax authority: Landesfinanzkasse Online, a portal of nested frames without an API."""

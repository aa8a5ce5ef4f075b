from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Base of every noun: immutable, and a misspelt field is an error rather than silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

import pytest
from httpx import Client
from sqlalchemy import text

from tests.console.company import Company


@pytest.mark.behaviour("D4")
def test_given_a_database_of_this_version_the_console_is_alive_and_ready(client: Client) -> None:
    for path in ("/healthz", "/readyz"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"ok": True})


@pytest.mark.behaviour("D4")
def test_given_a_database_of_another_version_the_console_is_alive_and_not_ready(
    client: Client, company: Company
) -> None:
    with company.store.engines.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_tomorrow'"))
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert "tallywright migrate" in client.get("/readyz").json()["problem"]


def test_given_a_database_that_fails_the_console_is_alive_and_not_ready_and_says_nothing_of_it(
    client: Client, company: Company
) -> None:
    with company.store.engines.writer.begin() as connection:
        connection.execute(text("ALTER TABLE alembic_version RENAME COLUMN version_num TO number"))
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json()["problem"] == "The database does not answer."

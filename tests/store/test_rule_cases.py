import pytest

from models.errors import BusinessError
from store.rule_cases import past_answer, recent_answers
from store.unit_of_work import Store
from tests.console.company import TENANT, Company

pytestmark = pytest.mark.behaviour("A4")


def test_the_newest_decisions_come_first_and_are_found_again(company: Company) -> None:
    cases = [company.file() for _ in range(3)]
    store: Store = company.store
    with store.read() as connection:
        found = recent_answers(connection, TENANT, "purchase_approval", limit=2)
        assert [each.case for each in found] == [cases[2], cases[1]]
        assert recent_answers(connection, TENANT, "purchase_approval", cases[0])[0].case == cases[0]
        again = past_answer(connection, TENANT, "purchase_approval", found[0].subject_id, found[0].digest)
        assert again == found[0]
        assert recent_answers(connection, TENANT, "tax_return") == ()
        with pytest.raises(BusinessError) as refused:
            past_answer(connection, TENANT, "purchase_approval", "PR-0", found[0].digest)
    assert refused.value.code == "rule.unknown_decision"

from collections import Counter
from decimal import Decimal

from schwifty import IBAN

from models.party import Role
from sandbox.company import BUDGETS, COST_CENTRES, ENTITY, PEOPLE, VENDORS
from sandbox.house_account import HOUSE_ACCOUNT


def test_every_role_has_as_many_people_as_a_purchase_needs() -> None:
    holders = Counter(role for person in PEOPLE for role in person.roles)
    assert set(holders) == set(Role)
    assert holders[Role.REQUESTER] >= 3
    assert min(holders[role] for role in (Role.COST_CENTRE_OWNER, Role.ACCOUNTS_PAYABLE, Role.TREASURER)) >= 2


def test_people_can_be_told_apart_and_reached_nowhere_outside() -> None:
    assert len({person.id for person in PEOPLE}) == len({person.email for person in PEOPLE}) == len(PEOPLE)
    assert all(person.email.endswith(".example") for person in PEOPLE)
    assert sum(person.language == "zh" for person in PEOPLE) == 2


def test_every_cost_centre_has_an_owner_with_that_role_and_a_budget() -> None:
    owners = {person.id for person in PEOPLE if Role.COST_CENTRE_OWNER in person.roles}
    assert len(COST_CENTRES) == 5
    assert {centre.owner for centre in COST_CENTRES} <= owners
    assert set(BUDGETS) == {centre.id for centre in COST_CENTRES}
    assert all(budget > Decimal(0) for budget in BUDGETS.values())


def test_eight_vendors_are_paid_on_accounts_of_their_own_with_right_check_digits() -> None:
    ibans = {vendor.account.iban for vendor in VENDORS} | {ENTITY.iban}
    assert len(ibans) == len(VENDORS) + 1 == 9
    assert all(IBAN(iban).is_valid for iban in ibans)
    assert len({vendor.vat_id for vendor in VENDORS}) == 8


def test_the_company_pays_from_its_account_at_the_stand_in_bank() -> None:
    assert (ENTITY.name, ENTITY.iban) == (HOUSE_ACCOUNT.holder, HOUSE_ACCOUNT.iban)

from datetime import UTC, datetime
from itertools import combinations

import pytest

from finance.conformance import LoggedAct, functions_named, logged_acts, violations
from finance.segregation import (
    CONFLICTS,
    NEVER_EXCEPTED,
    REPORTED,
    Function,
    SegregationException,
    SegregationPair,
    Severity,
    conflicts,
    policy_at,
    refuse_never_excepted,
)
from models.approval import Involvement
from models.errors import BusinessError

pytestmark = pytest.mark.behaviour("A10")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LATER = datetime(2026, 12, 20, 9, tzinfo=UTC)
_EXCEPTABLE = (Function.RECEIVED_GOODS, Function.RELEASED_PAYMENT)


def act(case: str, activity: str, person: str) -> LoggedAct:
    return LoggedAct(case=case, activity=activity, person=person)


def exception(one: Function, other: Function) -> SegregationException:
    return SegregationException(person="anna", one=one, other=other, ends_at=LATER, reason="Holidays")


@pytest.mark.parametrize(("one", "other"), list(combinations(Function, 2)))
def test_every_pair_in_a_log_is_found_exactly_where_the_data_says(one: Function, other: Function) -> None:
    log = [act("C-1", one, "anna"), act("C-1", other, "anna"), act("C-2", one, "anna"), act("C-3", other, "anna")]
    found = {(each.case, each.severity) for each in violations(log, {})}
    pairs = {(one, other), (other, one)}
    wanted = Severity.FORBIDDEN if pairs & CONFLICTS else Severity.REPORTED if pairs & REPORTED else None
    assert found == ({("C-1", wanted)} if wanted else set())


def test_any_log_can_be_read_once_its_activities_are_named() -> None:
    names = {"Create PO": Function.REQUESTED_PURCHASE, "Release PO": Function.APPROVED_PURCHASE}
    log = [
        act("1", "Create PO", "u1"),
        act("1", "Release PO", "u1"),
        act("1", "Print", "u1"),
        act("1", "Release PO", ""),
    ]
    (found,) = violations(log, names)
    assert (found.person, found.one, found.other) == ("u1", Function.APPROVED_PURCHASE, Function.REQUESTED_PURCHASE)


def test_a_log_without_its_columns_is_refused_by_their_names() -> None:
    for records, missing in (([], ["case", "activity", "person"]), ([{"case": "1", "activity": "x"}], ["person"])):
        with pytest.raises(BusinessError) as refused:
            logged_acts(records)
        assert [each.field for each in refused.value.findings] == missing
    (found,) = logged_acts([{"case": "1", "activity": "x", "person": "u1", "time": "09:00"}])
    assert found == act("1", "x", "u1")


def test_an_activity_is_named_by_a_function_or_refused() -> None:
    assert functions_named(["Post=late = released_payment"]) == {"Post=late": Function.RELEASED_PAYMENT}
    with pytest.raises(BusinessError) as refused:
        functions_named(["Create PO=buy", "released_payment", "Pay=released_payment"])
    assert [each.field for each in refused.value.findings] == ["Create PO=buy", "released_payment"]


def test_an_exception_lifts_the_pair_for_its_person_until_its_end() -> None:
    history = [Involvement(person=who, function=_EXCEPTABLE[0]) for who in ("anna", "ben")]
    before, after = (policy_at(at, (), (exception(*_EXCEPTABLE),)) for at in (NOW, LATER))
    assert conflicts("anna", _EXCEPTABLE[1], history, before) == ()
    assert conflicts("ben", _EXCEPTABLE[1], history, before)
    assert conflicts("anna", _EXCEPTABLE[1], history, after)
    log = [act("C", each, "anna") for each in _EXCEPTABLE]
    assert [each.severity for each in violations(log, {}, before)] == [Severity.REPORTED]


def test_a_company_adds_lifts_and_tightens_pairs() -> None:
    own = (
        SegregationPair(one=Function.ENTERED_INVOICE, other=Function.APPROVED_INVOICE, severity=Severity.REPORTED),
        SegregationPair(one=Function.REQUESTED_PURCHASE, other=Function.RECEIVED_GOODS, severity=Severity.FORBIDDEN),
    )
    policy = policy_at(NOW, own, ())
    entered = [Involvement(person="anna", function=Function.ENTERED_INVOICE)]
    asked = [Involvement(person="anna", function=Function.REQUESTED_PURCHASE)]
    assert conflicts("anna", Function.APPROVED_INVOICE, entered, policy) == ()
    assert conflicts("anna", Function.RECEIVED_GOODS, asked, policy)


@pytest.mark.parametrize("pair", sorted(NEVER_EXCEPTED))
def test_nobodys_approval_of_their_own_wish_can_be_allowed_by_anybody(pair: tuple[Function, Function]) -> None:
    lifted = SegregationPair(one=pair[0], other=pair[1], severity=Severity.ALLOWED)
    policy = policy_at(NOW, (lifted,), (exception(*pair),))
    assert conflicts("anna", pair[1], [Involvement(person="anna", function=pair[0])], policy)
    with pytest.raises(BusinessError):
        refuse_never_excepted(*pair)


def test_what_is_never_excepted_is_forbidden_in_the_first_place() -> None:
    assert NEVER_EXCEPTED <= CONFLICTS
    assert not CONFLICTS & REPORTED

import stat

from sandbox.portal_app import PortalSettings
from tests.sandbox.customers import BankCustomer, Payment, RealTime

EXPIRED = "Sitzung abgelaufen"


def test_password_and_code_open_the_frames(visitor: BankCustomer) -> None:
    assert "TAN-Eingabe" in visitor.enter_password()
    assert "<frameset" in visitor.enter_code(visitor.code())


def test_credentials_are_random_per_home_and_private(visitor: BankCustomer, settings: PortalSettings) -> None:
    assert stat.S_IMODE(settings.credentials_path.stat().st_mode) == 0o600
    assert len(visitor.credentials.password) >= 16


def test_without_the_password_no_code_is_taken(visitor: BankCustomer) -> None:
    assert EXPIRED in visitor.enter_code(visitor.code())


def test_a_wrong_code_is_refused_and_the_right_one_still_works(visitor: BankCustomer) -> None:
    visitor.enter_password()
    wrong = f"{(int(visitor.code()) + 1) % 10**6:06d}"
    assert "ungültig" in visitor.enter_code(wrong)
    assert "<frameset" in visitor.enter_code(visitor.code())


def test_a_code_counts_once(visitor: BankCustomer) -> None:
    visitor.enter_password()
    code = visitor.code()
    visitor.enter_code(code)
    visitor.enter_password()
    assert "bereits verwendet" in visitor.enter_code(code)


def test_three_wrong_passwords_lock_the_login_even_for_the_right_one(visitor: BankCustomer) -> None:
    assert "falsch" in visitor.enter_password("wrong")
    assert "falsch" in visitor.enter_password("wrong")
    assert "gesperrt" in visitor.enter_password("wrong")
    assert "gesperrt" in visitor.enter_password()


def test_the_right_password_forgives_earlier_wrong_ones(visitor: BankCustomer) -> None:
    for _ in range(3):
        visitor.enter_password("wrong")
        visitor.enter_password("wrong")
        assert "TAN-Eingabe" in visitor.enter_password()


def test_pages_need_a_session(visitor: BankCustomer) -> None:
    for path in ("/banking", "/konten", "/auftraege", "/auszuege", "/zahlung/neu"):
        assert EXPIRED in visitor.page(path)


def test_a_session_times_out_without_requests(customer: BankCustomer, time: RealTime) -> None:
    time.seconds += 599
    assert EXPIRED not in customer.page("/konten")
    time.seconds += 601
    assert EXPIRED in customer.page("/konten")


def test_a_new_login_ends_the_older_session_before_it_can_pay(
    customer: BankCustomer, bank_url: str, settings: PortalSettings, time: RealTime
) -> None:
    number = customer.prepare(Payment())
    second = BankCustomer(bank_url, settings, time)
    with second.http:
        assert "<frameset" in second.sign_in()
        assert EXPIRED in customer.submit(number).text
        assert EXPIRED not in second.page("/konten")
        assert "TW00000000000001" not in second.page("/auftraege")


def test_logging_out_ends_the_session(customer: BankCustomer) -> None:
    assert "Abgemeldet" in customer.page("/abmelden")
    assert EXPIRED in customer.page("/konten")

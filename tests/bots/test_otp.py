from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from pydantic import SecretStr

from bots.otp import OneTimePasswords
from models.errors import BusinessError
from models.portal import Credential
from tests.bots.fakes import FakeCredentials

pytestmark = pytest.mark.behaviour("R5")
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The seed of the examples in RFC 6238."""
ANNA = Credential(login="anna", password=SecretStr("x"), totp_seed=SecretStr(SEED))


class SteppedClock:
    """Stands still until somebody sleeps."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC) + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def source() -> FakeCredentials:
    return FakeCredentials(ANNA)


def valid_at(clock: SteppedClock, code: SecretStr) -> bool:
    return pyotp.TOTP(SEED).verify(code.get_secret_value(), for_time=clock())


async def test_a_code_in_the_middle_of_its_window_is_given_at_once() -> None:
    clock = SteppedClock(12)
    code = await OneTimePasswords(clock, clock.sleep).code("bank", ANNA, source())
    assert valid_at(clock, code)
    assert clock.seconds == 12


async def test_a_code_about_to_expire_is_not_given_but_the_next() -> None:
    clock = SteppedClock(27)
    code = await OneTimePasswords(clock, clock.sleep).code("bank", ANNA, source())
    assert valid_at(clock, code)
    assert 30 <= clock.seconds < 31


async def test_a_second_code_for_a_login_comes_from_the_next_window_in_whatever_process_it_is_asked_for() -> None:
    clock, kept = SteppedClock(1), source()
    first = await OneTimePasswords(clock, clock.sleep).code("bank", ANNA, kept)
    second = await OneTimePasswords(clock, clock.sleep).code("bank", ANNA, kept)
    assert first.get_secret_value() != second.get_secret_value()
    assert 30 <= clock.seconds < 31


async def test_with_two_seconds_left_the_next_window_is_waited_for() -> None:
    clock, kept = SteppedClock(28), source()
    code = await OneTimePasswords(clock, clock.sleep).code("bank", ANNA, kept)
    assert valid_at(clock, code) and 30 <= clock.seconds < 31
    assert kept.windows == {"bank": int(clock().timestamp()) // 30}


async def test_another_portal_need_not_wait() -> None:
    clock, kept = SteppedClock(1), source()
    passwords = OneTimePasswords(clock, clock.sleep)
    await passwords.code("bank", ANNA, kept)
    await passwords.code("tax", ANNA, kept)
    assert clock.seconds == 1


async def test_a_short_period_is_served_although_it_is_shorter_than_the_usual_rest() -> None:
    clock, kept = SteppedClock(0.5), source()
    quick = ANNA.model_copy(update={"totp_period": 2})
    passwords = OneTimePasswords(clock, clock.sleep)
    await passwords.code("bank", quick, kept)
    await passwords.code("bank", quick, kept)
    assert 2 <= clock.seconds < 2.2


async def test_without_a_seed_the_person_to_act_is_told_what_is_missing() -> None:
    clock = SteppedClock(0)
    with pytest.raises(BusinessError, match="store its TOTP seed") as missing:
        await OneTimePasswords(clock, clock.sleep).code("bank", ANNA.model_copy(update={"totp_seed": None}), source())
    assert missing.value.code == "portal.no_totp_seed"


async def test_the_examples_of_rfc_6238_come_out() -> None:
    clock = SteppedClock(0)
    start = clock().timestamp()
    for moment, code in ((1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")):
        clock.seconds = moment - start
        given = await OneTimePasswords(clock, clock.sleep).code("bank", ANNA, source())
        assert given.get_secret_value() == code


async def test_a_seed_of_eighty_bits_as_many_portals_print_it_works() -> None:
    clock = SteppedClock(0)
    printed = ANNA.model_copy(update={"totp_seed": SecretStr("jbsw y3dp ehpk 3pxp")})
    given = await OneTimePasswords(clock, clock.sleep).code("bank", printed, source())
    assert len(given.get_secret_value()) == 6


async def test_a_seed_that_is_none_is_refused_without_being_shown() -> None:
    clock = SteppedClock(0)
    wrong = ANNA.model_copy(update={"totp_seed": SecretStr("canary-0815!")})
    with pytest.raises(BusinessError, match="is not base32") as refused:
        await OneTimePasswords(clock, clock.sleep).code("bank", wrong, source())
    assert "canary" not in str(refused.value)
    assert refused.value.__context__ is None

"""Numbers, amounts, lengths of time and dates are read exactly, or not at all."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.extract.numbers import DATE, NUMBER, WORD_NUMBERS, day, duration, existing, number

FOUND = re.compile(NUMBER, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("30", "en", "30"),
        ("2.5", "en", "2.5"),
        ("2,5", "fr", "2.5"),
        ("2,5", "en", "2.5"),
        ("1,000", "en", "1000"),
        ("1.000", "de", "1000"),
        ("1.000", "en", "1"),
        ("100.000", "fr", "100000"),
        ("100.000", "de", "100000"),
        ("100 000", "fr", "100000"),
        ("100'000", "de", "100000"),
        ("1,234,567.5", "en", "1234567.5"),
        ("1.234.567,5", "de", "1234567.5"),
        ("1.000.000", "en", "1000000"),
        ("0.125", "en", "0.125"),
        ("0.125", "fr", "0.125"),
        ("0,125", "de", "0.125"),
        ("0,125", "en", "0.125"),
        ("thirty", "en", "30"),
        ("Thirty (30)", "en", "30"),
        ("12 (twelve)", "en", "12"),
        ("twenty-five", "en", "25"),
        ("twenty five", "en", "25"),
        ("one hundred", "en", "100"),
        ("one hundred fifty", "en", "150"),
        ("one hundred and fifty (150)", "en", "150"),
        ("one thousand two hundred", "en", "1200"),
        ("two and one-half", "en", "2.5"),
        ("four and one-half", "en", "4.5"),
        ("one and a half", "en", "1.5"),
        ("one-half", "en", "0.5"),
        ("2 1/2", "en", "2.5"),
        ("2½", "en", "2.5"),
        ("1/2", "en", "0.5"),
        ("two and one-half (2.5)", "en", "2.5"),
        ("trente", "fr", "30"),
        ("trente (30)", "fr", "30"),
        ("cent cinquante", "fr", "150"),
        ("deux cents", "fr", "200"),
        ("mille", "fr", "1000"),
        ("vingt et un", "fr", "21"),
        ("soixante-dix", "fr", "70"),
        ("quatre-vingts", "fr", "80"),
        ("quatre-vingt-dix", "fr", "90"),
        ("2.500,75", "de", "2500.75"),
        ("0,3", "de", "0.3"),
        ("drei", "de", "3"),
        ("Zwölf (12)", "de", "12"),
        ("30 (dreißig)", "de", "30"),
        ("eines", "de", "1"),
        ("siebzehn", "de", "17"),
        ("einundzwanzig", "de", "21"),
        ("sechsundsechzig", "de", "66"),
        ("hundert", "de", "100"),
        ("hundertfünfzig", "de", "150"),
        ("einhunderteins", "de", "101"),
        ("zweihundertundzehn", "de", "210"),
        ("tausend", "de", "1000"),
        ("zwölfhundert", "de", "1200"),
        ("dreißigtausend", "de", "30000"),
        ("dreissigtausend", "de", "30000"),
        ("fünfundzwanzigtausend", "de", "25000"),
        ("eintausendzweihundertdreiundvierzig", "de", "1243"),
        ("eine Million", "de", "1000000"),
        ("zwei Millionen", "de", "2000000"),
        ("zweieinhalb", "de", "2.5"),
        ("eineinhalb", "de", "1.5"),
        ("anderthalb", "de", "1.5"),
        ("dreimal", "de", "3"),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(text: str, language: str, value: str) -> None:
    found = FOUND.fullmatch(text)
    assert found is not None
    assert number(text, language) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *("thirty (31)", "30 (thirteen)", "one and two", "two two", "ounces", "two and one-half (25)"),
        *("dreizwei", "zehnundzwei", "undzwei", "hunderthundert", "tausendtausend", "dreißig (13)"),
    ],
)
def test_words_that_make_no_one_number_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no number|two different numbers"):
        number(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("not exceed 1.5 ounces", "1.5"),
        ("not exceed two thirds", "two"),
        ("no more than 2/3 ounce", None),
        ("10-20 mg", "10"),
        ("someone", None),
        ("a tenth", None),
        ("THC2", None),
        ("30 150", "30 150"),
        ("30 1500", "30"),
        ("2018 150", "2018"),
        ("thirty one-ounce packages", "thirty"),
        ("thirty-day", "thirty"),
        ("twenty-five-day", "twenty-five"),
        ("one hundred fifty dollars", "one hundred fifty"),
        ("keine Verschreibung", None),
        ("allein, einige, kleiner, beachtet, Achtung, vereinzelt", None),
        ("vierteljährlich, zweitens, einfach, sechste", None),
        ("mehr als dreißigtausend Euro", "dreißigtausend"),
        ("zweijährig oder zwei", "zwei"),
    ],
)
def test_a_part_of_a_number_is_never_taken_for_it(text: str, found: str | None) -> None:
    hit = FOUND.search(text)
    assert (hit.group(0) if hit else None) == found


@given(st.integers(0, 999_999), st.sampled_from([("en", ","), ("de", "."), ("fr", " "), ("fr", "."), ("de", "'")]))
def test_thousands_are_written_with_any_separator_of_the_language(value: int, how: tuple[str, str]) -> None:
    language, mark = how
    text = f"{value:,}".replace(",", mark)
    assert FOUND.fullmatch(text)
    assert number(text, language) == value


@given(st.decimals(0, 9999, places=2), st.sampled_from(["en", "de", "fr"]))
def test_decimals_are_exact(value: Decimal, language: str) -> None:
    text = str(value) if language == "en" else str(value).replace(".", ",")
    assert number(text, language) == value


@pytest.mark.parametrize("word", sorted(WORD_NUMBERS))
def test_every_word_for_a_number_is_understood(word: str) -> None:
    assert number(word) == WORD_NUMBERS[word]


@given(st.integers(1, 999))
def test_english_words_are_understood_up_to_a_thousand(value: int) -> None:
    small = {n: word for word, n in reversed(list(WORD_NUMBERS.items()))}  # the English words come first
    hundreds, rest = divmod(value, 100)
    words = [f"{small[hundreds]} hundred"] if hundreds else []
    words += [small[rest]] if rest else []
    assert number(" and ".join(words)) == value


@given(st.integers(1, 999_999))
def test_german_words_are_understood_up_to_a_million(value: int) -> None:
    written = in_german(value)
    assert FOUND.fullmatch(written)
    assert number(written, "de") == value


def in_german(value: int) -> str:
    """A number in one German word."""
    ones = ["ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
    stems = ["ein", "zwan", "drei", "vier", "fünf", "sech", "sieb", "acht", "neun"]
    thousands, below = divmod(value, 1_000)
    hundreds, rest = divmod(below, 100)
    tens, unit = divmod(rest, 10)
    written = (in_german(thousands) if thousands > 1 else "") + "tausend" if thousands else ""
    written += f"{ones[hundreds - 1]}hundert" if hundreds else ""
    if 12 < rest < 20:
        return f"{written}{stems[unit - 1]}zehn"
    if rest > 12:
        ending = "dreißig" if tens == 3 else f"{stems[tens - 1]}zig"
        return written + (f"{ones[unit - 1]}und" if unit else "") + ending
    return written + (ones[rest - 1] if rest else "")


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("30-day", "en", "P30D"),
        ("thirty (30) day", "en", "P30D"),
        ("thirty (30) days", "en", "P30D"),
        ("one year", "en", "P1Y"),
        ("12 months", "en", "P12M"),
        ("2 weeks", "en", "P2W"),
        ("72 hours", "en", "PT72H"),
        ("un an", "fr", "P1Y"),
        ("six mois", "fr", "P6M"),
        ("trente jours", "fr", "P30D"),
        ("90 jours", "fr", "P90D"),
        ("drei Monate", "de", "P3M"),
        ("sieben Tagen", "de", "P7D"),
        ("30 Kalendertage", "de", "P30D"),
        ("einem Tag", "de", "P1D"),
        ("zwei Wochen", "de", "P2W"),
        ("eines Jahres", "de", "P1Y"),
        ("12-Monate", "de", "P12M"),
        ("72 Stunden", "de", "PT72H"),
        ("fünf (5) Jahren", "de", "P5Y"),
    ],
)
def test_a_length_of_time_keeps_its_unit(text: str, language: str, iso: str) -> None:
    assert duration(text, language) == iso


@pytest.mark.parametrize(
    "text",
    [
        *("1.5 years", "one and a half years", "some days", "30", "30 fortnights", "year"),
        *("anderthalb Jahre", "zweieinhalb Monate", "sechs Werktage", "ein halbes Jahr", "ein Vierteljahr", "Monate"),
    ],
)
def test_a_length_that_is_not_whole_units_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no length of time|not a whole number"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("February 3, 2022", date(2022, 2, 3)),
        ("Feb. 3, 2022", date(2022, 2, 3)),
        ("3 February 2022", date(2022, 2, 3)),
        ("1er avril 2024", date(2024, 4, 1)),
        ("12 août 2021", date(2021, 8, 12)),
        ("2022-02-03", date(2022, 2, 3)),
        ("1. April 2024", date(2024, 4, 1)),
        ("3. März 2022", date(2022, 3, 3)),
        ("24. Dezember 1981", date(1981, 12, 24)),
        ("5. Jänner 2021", date(2021, 1, 5)),
        ("1.4.2024", date(2024, 4, 1)),
        ("01.04.2024", date(2024, 4, 1)),
    ],
)
def test_a_date_is_read_in_each_of_its_forms(text: str, value: date) -> None:
    assert re.fullmatch(DATE, text, re.IGNORECASE)
    assert day(text) == value


@pytest.mark.parametrize(
    "text", ["February 30, 2022", "31 avril 2024", "2022-13-01", "soon", "3/2/2022", "31. April 2024", "1.13.2024"]
)
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not exist|no date"):
        day(text)


def test_an_attribute_with_a_date_that_does_not_exist_is_named() -> None:
    with pytest.raises(ValueError, match="'2021-02-29' is a date that does not exist"):
        existing("2021-02-29")

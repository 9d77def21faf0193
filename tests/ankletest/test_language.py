"""A language says constants, finished sentences by their templates, and what is put together of both; the rest stays as it is."""

import pytest

from ankletest.language import SOURCE, Language, Texts, language, languages

SAID = {
    "Stand on your {leg}{eyes}.": "Stehen Sie auf dem {leg:Bein}{eyes}.",
    " and close your eyes": " mit geschlossenen Augen",
    "{device}: {rate} Hz, {least} Hz needed": "{device}: {rate} Hz, {least} Hz sind nötig",
    "the pad": "die Platte",
    "hold time": "Haltezeit",
    "DFA, where the slope changes": "DFA, Knick der Steigung",
    "ML": "ML",
    "median {value}": "Median {value}",
    "median frequency": "Medianfrequenz",
    "the link is lost": "die Verbindung ist verloren",
    "Left": "Links",
    "{percent} % lost": "{percent} % verloren",
    "check of {called}: {words}": "Prüfung: {called}, {words}",
    "check of {called}: {words}. {hint}": "Prüfung: {called}, {words}. {hint}",
    "{count} trials": "{count} Versuche",
}
TEXTS = Texts(
    SAID,
    frozenset({"{count} trials"}),
    {"words_calibration.STATE_COLUMNS": {"Left": "Noch"}, "decimal": {".": ","}},
    {"Bein": {"left leg": "linken Bein"}},
)
GERMAN = Language("de", TEXTS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hold time", "Haltezeit"),
        ("Hold time", "Haltezeit"),
        ("Stand on your left leg.", "Stehen Sie auf dem linken Bein."),
        ("Stand on your left leg and close your eyes.", "Stehen Sie auf dem linken Bein mit geschlossenen Augen."),
        ("the pad: 12.5 Hz, 50 Hz needed", "die Platte: 12,5 Hz, 50 Hz sind nötig"),
        ("median frequency, ML", "Medianfrequenz, ML"),
        ("DFA, where the slope changes, ML", "DFA, Knick der Steigung, ML"),
        ("DFA, where it changes, ML", "DFA, where it changes, ML"),
        ("median 3.2", "Median 3,2"),
        ("the link is lost; 1.5 % lost", "die Verbindung ist verloren; 1,5 % verloren"),
        ("hold time\nhold time", "Haltezeit\nHaltezeit"),
        ("The link is lost. the pad", "Die Verbindung ist verloren. die Platte"),
        ("check of the pad: the link is lost. the pad", "Prüfung: die Platte, die Verbindung ist verloren. die Platte"),
    ],
)
def test_a_finished_sentence_is_known_again(text: str, said: str) -> None:
    assert GERMAN.say(text) == said


@pytest.mark.parametrize("text", ["", "AB-17", "1.2.3", "version 1.2.3", "native-pad E3141D43", "3 trials", "Frau Müller, 3.4.1970"])
def test_names_versions_and_what_is_not_known_stay(text: str) -> None:
    assert GERMAN.say(text) == text


def test_a_number_alone_has_the_decimal_sign_of_the_language() -> None:
    assert [GERMAN.say(text) for text in ("3.25", "−1.5", "12.3 kg", "0.5 %")] == ["3,25", "−1,5", "12,3 kg", "0,5 %"]


def test_one_word_may_be_said_otherwise_in_one_place() -> None:
    assert GERMAN.word("Left") == "Links"
    assert GERMAN.word("Left", "words_calibration.STATE_COLUMNS") == "Noch"


def test_a_constant_keeps_its_slots() -> None:
    assert GERMAN.word("{count} trials").format(count=3) == "3 Versuche"


def test_what_was_chosen_on_screen_is_recorded_in_english() -> None:
    assert GERMAN.english("Haltezeit") == "hold time"
    assert GERMAN.english("in eigenen Worten") == "in eigenen Worten"


def test_english_is_as_it_is_written() -> None:
    english = language(SOURCE)

    assert english.say("the pad: 12.5 Hz, 50 Hz needed") == "the pad: 12.5 Hz, 50 Hz needed"
    assert english.word("Left", "words_calibration.STATE_COLUMNS") == "Left"
    assert english.english("Haltezeit") == "Haltezeit"


def test_a_language_that_is_not_there_is_english() -> None:
    assert language("tlh").code == SOURCE


def test_german_comes_with_the_program() -> None:
    german = language("de")

    assert languages() == ("en", "de")
    assert german.say("E-RATE: 104.5 Hz measured, 200 Hz announced") == "E-RATE: 104,5 Hz gemessen, 200 Hz angekündigt"
    assert german.say("the left foot sensor: link lost").startswith("Sensor Fuß links: ")
    assert german.say("about 3.5 % of the samples are lost") == "etwa 3,5 % der Abtastwerte sind verloren"
    assert german.say("Stand on your right leg and close your eyes, and keep still.") == (
        "Stehen Sie auf dem rechten Bein und schließen Sie die Augen, und halten Sie still."
    )


def test_a_day_is_written_as_the_language_writes_it_and_what_is_told_of_it_is_said() -> None:
    german = language("de")

    assert german.say("2026-11-02") == "02.11.2026"
    assert german.say("2026-11-02: pain 1 of 10, at most 2 is asked for: held.") == (
        "02.11.2026: Schmerz 1 von 10, verlangt ist höchstens 2: eingehalten."
    )
    assert german.say("AB-17, visit of 2026-11-02 14:05") == "AB-17, Termin vom 02.11.2026 14:05"
    assert german.say("2026-13-02 gone") == "2026-13-02 gone"
    assert language("en").say("2026-11-02") == "2026-11-02"


def test_a_bound_of_the_ladder_is_said_as_one() -> None:
    said = language("de").say("2026-11-02: Heel raise, left: heel raises is 20, at least 20 is asked for: held.")

    assert said == "02.11.2026: Fersenheben, links: Fersenheben ist 20, verlangt ist mindestens 20: eingehalten."


@pytest.mark.parametrize(
    ("text", "told"), [("Put 5 kg on.", "Legen Sie 5 kg auf."), ("Leave 12.5 kg on.", "Lassen Sie 12,5 kg darauf.")]
)  # fmt: skip
def test_a_step_with_a_weight_is_said_whole(text: str, told: str) -> None:
    assert language("de").say(text) == told

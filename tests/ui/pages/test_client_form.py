"""The form of a client, with mouse and keys: everything is kept, what is wrong is said beside it, nobody is entered twice unasked."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ankletest.metrics.published import Sex
from ankletest.samples import Side
from ankletest.store.client_book import entered
from ankletest.store.people import Consent, Details, Purpose, Said, Wrong, measure_key
from tests.ui.desktop import Desktop
from ui.pages.client_fields import today
from ui.pages.client_form import SEEN_S
from ui.words import clients as texts

KEY = Qt.Key
LEVER = measure_key("heel_raise", "lever_m", Side.LEFT)
ANNA = Details(
    "AB-1", "Anna Berg", 62.5, Side.RIGHT, Sex.FEMALE, 1990, date(1990, 3, 12), 1.71, Side.LEFT, Side.RIGHT, "sprain", date(2026, 1, 20),
    {LEVER: 0.151}, "by tram", (Consent(Purpose.TESTS, Said.GIVEN, date(2026, 2, 1)),),
)  # fmt: skip


def test_everything_that_is_entered_by_hand_is_kept(desktop: Desktop) -> None:
    desktop.page.begin_new()
    for name, text in (
        ("name", "Anna Berg"), ("birth_date", "12.03.1990"), ("height_m", "171"), ("mass_kg", "62,5"), ("injury", "sprain"),
        ("injured_on", "2026-01-20"), ("note", "by tram"), (LEVER, "15.1"),
    ):  # fmt: skip
        desktop.write(name, text)
    for name, value in (("sex", "female"), ("involved", "right"), ("dominant", "left"), ("tested", "right")):
        desktop.choose(name, value)
    choice = desktop.form.consents.choices[Purpose.TESTS]
    choice.setCurrentIndex(choice.findData("given"))
    assert desktop.form.fields["code"].text == "AB-1", "a code is proposed when the name is left"
    desktop.save()

    kept = desktop.book.by_code("AB-1")
    assert entered(kept, consents=()) == entered(ANNA, consents=())
    assert kept.consents == (Consent(Purpose.TESTS, Said.GIVEN, today()),)
    assert desktop.furniture.visit.client.code == "AB-1"
    assert desktop.furniture.test.side.side is Side.RIGHT, "the leg that is tested is chosen"


def test_a_known_client_is_shown_and_saved_as_it_was(desktop: Desktop) -> None:
    desktop.book.enter(ANNA)
    desktop.page.refresh()
    QTest.keyClick(desktop.page.list.search, KEY.Key_F2)

    assert desktop.page.views.currentWidget() is desktop.form
    assert not desktop.form.changed
    details, wrong = desktop.form.read()
    assert (details, wrong) == (ANNA, [])
    desktop.save()
    assert not desktop.page.undo.isVisible(), "nothing was changed"
    assert [e.act for e in desktop.store._desk.entries(of=desktop.book.by_code("AB-1").id)] == ["add"]


def test_an_edit_is_undone_by_the_button_and_by_keys(desktop: Desktop) -> None:
    desktop.book.enter(ANNA)
    for way in ("button", "keys"):
        desktop.page.refresh()
        QTest.mouseClick(desktop.page.list.summary.edit, Qt.MouseButton.LeftButton)
        desktop.write("mass_kg", "70")
        desktop.save()
        assert desktop.book.by_code("AB-1").mass_kg == 70.0
        assert desktop.page.undo.isVisible()
        if way == "button":
            QTest.mouseClick(desktop.page.undo, Qt.MouseButton.LeftButton)
        else:
            QTest.keyClick(desktop.page.list.search, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert entered(desktop.book.by_code("AB-1")) == ANNA, way
        assert desktop.page.done.text() == texts.UNDONE.format(code="AB-1")
        assert not desktop.page.undo.isVisible()


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("birth_date", "31.02.1990", texts.WRONG["NO_DATE"]),
        ("birth_date", "3/4/1990", texts.WRONG["EITHER_ORDER"]),
        ("birth_date", (today() + timedelta(days=1)).isoformat(), texts.WRONG["AHEAD"]),
        ("height_m", "17", "This is not between 50 cm and 250 cm."),
        ("mass_kg", "150 g", texts.WRONG["OTHER_UNIT"]),
        ("mass_kg", "500", "This is not between 15 kg and 250 kg."),
        (LEVER, "3 cm", "This is not between 8 cm and 25 cm."),
        ("injured_on", "soon", texts.WRONG["NO_DATE"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_goes_with_the_next_letter(
    desktop: Desktop, name: str, text: str, sentence: str
) -> None:
    desktop.page.begin_new()
    desktop.write("code", "AB-1")
    desktop.write(name, text)
    field = desktop.form.fields.get(name) or desktop.form.measures[name]
    desktop.save()

    assert field.error.text() == sentence
    assert field.control.accessibleDescription() == sentence
    assert desktop.book.count() == 0
    QTest.keyClick(field.control, KEY.Key_Backspace)
    assert not field.error.isVisible()


def test_without_a_code_or_with_another_s_nothing_is_saved(desktop: Desktop) -> None:
    desktop.book.enter(ANNA)
    desktop.page.begin_new()
    desktop.save()
    assert desktop.form.fields["code"].error.text() == texts.WRONG["NO_CODE"]
    desktop.write("code", "AB-1")
    desktop.save()

    assert desktop.form.fields["code"].error.text() == texts.WRONG["CODE_TAKEN"]
    assert desktop.book.count() == 1


def test_somebody_alike_is_told_before_and_opened_instead(desktop: Desktop) -> None:
    desktop.book.enter(ANNA)
    desktop.page.begin_new()
    desktop.write("name", "Berg Anna")
    desktop.write("birth_date", "1990-03-12")
    desktop.write("mass_kg", "60")
    (button,) = desktop.form.others

    assert desktop.form.warning.isVisible()
    assert button.accessibleName() == "Open AB-1 instead"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desktop.page.views.currentWidget() is desktop.page.list
    assert desktop.page.list.chosen.code == "AB-1"
    assert desktop.book.count() == 1


def test_the_click_that_brings_the_warning_up_does_not_save_and_the_next_does(desktop: Desktop) -> None:
    desktop.book.enter(ANNA)
    desktop.page.begin_new()
    desktop.write("code", "AB-2")
    desktop.write("name", "Anna Berg")
    desktop.save()
    assert (desktop.book.count(), desktop.form.save.text()) == (1, texts.SAVE_ANYWAY)
    desktop.save()
    assert desktop.book.count() == 1, "a double click is no answer"

    QTest.qWait(round(1000 * SEEN_S) + 50)
    desktop.save()
    assert [c.code for c in desktop.book.find()] == ["AB-1", "AB-2"]


def test_an_edit_that_leaves_name_and_birth_alone_asks_nothing(desktop: Desktop) -> None:
    desktop.book.enter(ANNA)
    desktop.book.enter(entered(ANNA, code="AB-2"))
    desktop.page.refresh()
    QTest.keyClick(desktop.page.list.search, KEY.Key_F2)
    desktop.write("mass_kg", "64")
    desktop.save()

    assert desktop.book.by_code("AB-1").mass_kg == 64.0


def test_what_would_be_lost_is_asked_for(desktop: Desktop) -> None:
    desktop.page.begin_new()
    QTest.keyClick(desktop.form.fields["name"].control, KEY.Key_Escape)
    assert desktop.page.views.currentWidget() is desktop.page.list, "nothing was entered"

    desktop.page.begin_new()
    desktop.write("name", "Anna")
    QTest.keyClick(desktop.form.fields["name"].control, KEY.Key_Escape)
    desktop.answer(texts.STAY)
    assert desktop.page.views.currentWidget() is desktop.form
    assert desktop.form.fields["name"].text == "Anna"
    QTest.mouseClick(desktop.form.cancel, Qt.MouseButton.LeftButton)
    desktop.answer(texts.LEAVE)
    assert desktop.page.views.currentWidget() is desktop.page.list
    assert desktop.book.count() == 0


def test_another_page_and_back_loses_nothing_and_closing_the_window_asks(desktop: Desktop) -> None:
    desktop.page.begin_new()
    desktop.write("name", "Anna")
    desktop.shell.show_page("test")
    desktop.shell.show_page("clients")
    assert desktop.form.fields["name"].text == "Anna"

    desktop.shell.close()
    assert desktop.shell.isVisible()
    desktop.answer(texts.STAY)
    assert desktop.shell.isVisible()
    desktop.shell.close()
    desktop.answer(texts.LEAVE)
    assert not desktop.shell.isVisible()


def test_consent_keeps_its_history_and_a_day_can_be_corrected(desktop: Desktop) -> None:
    desktop.book.enter(ANNA)
    desktop.page.refresh()
    QTest.keyClick(desktop.page.list.search, KEY.Key_F2)
    rows = desktop.form.consents
    rows.choices[Purpose.TESTS].setCurrentIndex(rows.choices[Purpose.TESTS].findData("withdrawn"))
    rows.choices[Purpose.RESEARCH].setCurrentIndex(rows.choices[Purpose.RESEARCH].findData("refused"))
    rows.days[Purpose.RESEARCH].setText("2026-02-02")
    desktop.save()
    assert desktop.book.by_code("AB-1").consents == (
        *ANNA.consents, Consent(Purpose.TESTS, Said.WITHDRAWN, today()), Consent(Purpose.RESEARCH, Said.REFUSED, date(2026, 2, 2)),
    )  # fmt: skip

    QTest.keyClick(desktop.page.list.search, KEY.Key_F2)
    rows.days[Purpose.TESTS].setText("2026-02-31")
    desktop.save()
    assert rows.error.text() == texts.WRONG["NO_DATE"]
    rows.days[Purpose.TESTS].setText("2026-02-28")
    rows.choices[Purpose.RESEARCH].setCurrentIndex(0)
    desktop.save()
    assert desktop.book.by_code("AB-1").consents == (*ANNA.consents, Consent(Purpose.TESTS, Said.WITHDRAWN, date(2026, 2, 28)))


def test_the_code_stays_once_a_recording_carries_it(desktop: Desktop) -> None:
    client = desktop.book.enter(ANNA)
    desktop.store._desk.open_visit(client, desktop.store._desk.folder / "recordings" / "v.mcap")
    desktop.page.refresh()
    QTest.keyClick(desktop.page.list.search, KEY.Key_F2)

    assert desktop.form.fields["code"].control.isReadOnly()
    assert desktop.form.sentence.text() == texts.CODE_KEPT


def test_tab_goes_through_the_form_in_the_order_in_which_it_is_read(desktop: Desktop) -> None:
    desktop.page.begin_new()
    seen = []
    for _ in range(12):
        widget = desktop.shell.focusWidget()
        seen.append(widget.accessibleName())
        QTest.keyClick(widget, KEY.Key_Tab)

    assert seen[:6] == [
        *(texts.FIELD[n] for n in ("name", "code", "birth_date", "sex")), "Height, cm", "Body mass, kg",
    ]  # fmt: skip


def test_every_sentence_of_the_core_has_one_of_the_window() -> None:
    assert set(texts.WRONG) == {wrong.name for wrong in Wrong}
    assert set(texts.PURPOSE) == {purpose.value for purpose in Purpose}
    assert set(texts.SAID) == {"", *(said.value for said in Said)}

"""The calibration page as somebody uses it: by keys through the whole wizard, with the mouse, and with the ear."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from calibration.certificate import Certificate, Figure, Identity, Limit
from calibration.folder import save
from ui.furnish import CERTIFICATES
from ui.words import calibration as told

KEY = Qt.Key
WAIT_MS = 30_000
FOOT = Identity("native-imu", "F-7")


def filed(folder, *, age_d: float, passed: bool = True, kind: str = "gyro_rest", bias: float = 0.01) -> Certificate:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=age_d)
    one = Certificate(
        kind, 1, FOOT, at, at + timedelta(days=30), "KM",
        parameters=(Figure("gyro_bias", "rad/s", (bias, 0.0, -bias)),),
        limits=(Limit("noise", "noise", 0.1 if passed else 0.5, 0.3, "°/s"),),
        passed=passed, why="" if passed else "noise: 0.5 °/s (limit ≤ 0.3)",
    )  # fmt: skip
    save(folder / "data" / CERTIFICATES, one)
    return one


@pytest.fixture
def page(room):
    """The page, looked at in an active window."""
    room.shell.show_page("calibration")
    room.shell.activateWindow()
    with room.qtbot.waitActive(room.shell):
        pass
    return room.furniture.calibration


def press(room, key: Qt.Key) -> None:
    room.qtbot.keyClick(room.shell.focusWidget() or room.shell, key)


def tab_to(room, name: str) -> None:
    seen = []
    for _ in range(40):
        widget = room.shell.focusWidget()
        seen.append(widget.accessibleName() if widget is not None else "")
        if widget is not None and widget.accessibleName() == name:
            return
        press(room, KEY.Key_Tab)
    raise AssertionError(f"no way to {name} by Tab: {seen}")


def sheet(page):
    return page.wizard.sheets.currentWidget()


def test_an_empty_page_says_what_to_do(page) -> None:
    assert page.sentence.text() == told.EMPTY
    assert not page.calibrate.isEnabled()
    assert page.plot.accessibleDescription() == told.DRIFT_EMPTY


def test_the_state_of_each_device_is_seen_at_a_glance_by_shape_and_word(room, page, tmp_path) -> None:
    filed(tmp_path, age_d=100.0, bias=0.02)
    filed(tmp_path, age_d=60.0, passed=False)
    filed(tmp_path, age_d=20.0)
    filed(tmp_path, age_d=3.0, kind="acc_poses", passed=False)
    room.qtbot.keyClick(page, KEY.Key_F5)

    rows = [[page.table.item(row, column).text() for column in range(6)] for row in range(page.table.rowCount())]
    assert [row[0] for row in rows] == ["■  failed", "▲  due soon"]
    assert rows[1][1:3] == ["native-imu F-7", "Motion sensor: zero of the gyro"]
    assert rows[1][5] in {"9 d", "10 d"}  # the clock may have gone on by a second since it was made
    assert [chip.words for chip in page.chips if not chip.isHidden()][:2] == ["failed: 1", "due soon: 1"]
    assert page.chips[0].state == "bad"

    page.table.selectRow(1)
    assert page.history.rowCount() == 3
    assert [page.history.item(k, 1).text() for k in range(3)] == ["●  passed", "■  failed", "●  passed"]
    assert "3 certificates, first 1.146" in page.plot.accessibleDescription()  # 0.02 rad/s
    page.history.selectRow(1)
    room.qtbot.mouseClick(page.show_button, Qt.MouseButton.LeftButton)
    assert page.single.view.table.item(0, 0).text() == told.BROKEN
    assert page.single.chip.words == told.FAILED
    room.qtbot.mouseClick(page.single.back, Qt.MouseButton.LeftButton)
    assert page.stack.currentWidget() is page.overview


def test_a_damaged_certificate_is_told_and_the_others_are_shown(room, page, tmp_path) -> None:
    filed(tmp_path, age_d=1.0)
    (tmp_path / "data" / CERTIFICATES / "x.certificate.json").write_text("{", encoding="utf-8")
    page.reload()

    assert page.table.rowCount() == 1
    assert page.sentence.text().startswith("1 damaged")


def test_a_whole_calibration_by_keys_alone_ends_in_a_certificate(room, page) -> None:
    room.connect(0)
    spoken: list[str] = []
    room.furniture.calibrating.told.connect(spoken.append)
    room.shell.show_page("calibration")
    tab_to(room, told.STATE_TABLE)
    press(room, KEY.Key_Return)
    form = page.wizard.form
    assert sheet(page) is form
    tab_to(room, told.PROCEDURE)
    press(room, KEY.Key_Down)
    assert form.chosen is not None
    assert form.chosen.key == "pad_span"
    assert [form.plan.item(k).text() for k in (0, 1)] == ["1.  Take everything off.", "2.  Put 5 kg on."]
    weights = form.boxes["weight_kg"]
    tab_to(room, weights.head)
    assert weights.head.endswith("(kg)")
    weights.selectAll()
    room.qtbot.keyClicks(weights, "10 20 x")
    press(room, KEY.Key_Return)
    assert "“x” is no number" in form.sentence.text()
    weights.selectAll()
    room.qtbot.keyClicks(weights, "10 20 30 40,5")
    press(room, KEY.Key_Return)

    going = page.wizard.going
    assert sheet(page) is going
    calibrating = room.furniture.calibrating
    room.qtbot.waitUntil(lambda: going.list.count() >= 4, timeout=WAIT_MS)
    assert going.captured.right().endswith("/ 9")
    assert 0 < going.bar.value() < going.bar.maximum()
    assert "Put" in going.guide.head or "Leave" in going.guide.head
    room.qtbot.waitUntil(lambda: "Force" in {n.accessibleName() for n in going.numbers.findChildren(type(going.numbers.number("force")))})
    room.qtbot.waitUntil(lambda: not calibrating.busy, timeout=WAIT_MS)

    end = page.wizard.end
    assert sheet(page) is end
    assert end.guide.head == told.PASSED_HEAD
    assert [end.view.table.item(row, 0).text() for row in range(end.view.table.rowCount())] == [told.HELD] * 5
    assert spoken[:2] == ["Take everything off.", "Put 10 kg on."]
    assert spoken[-1] == "Done. Thank you."
    press(room, KEY.Key_Space)
    assert page.stack.currentWidget() is page.overview
    assert page.table.item(0, 0).text() == "●  passed"


def test_escape_cancels_and_the_refusal_is_named_with_its_hint(room, page) -> None:
    room.connect(0)
    room.shell.show_page("calibration")
    page.open_wizard()
    page.wizard.form.choose("pad", "pad_span")
    room.qtbot.mouseClick(page.wizard.form.begin, Qt.MouseButton.LeftButton)
    calibrating = room.furniture.calibrating
    room.qtbot.waitUntil(lambda: calibrating.run is not None, timeout=WAIT_MS)
    press(room, KEY.Key_Space)  # nothing: nobody cancels with the key that goes on
    assert calibrating.busy
    press(room, KEY.Key_Escape)
    room.qtbot.waitUntil(lambda: not calibrating.busy, timeout=WAIT_MS)

    end = page.wizard.end
    assert end.guide.head.startswith("No certificate: ")
    assert "by the operator" in end.guide.why
    assert not end.view.isVisible()
    assert not end.pdf.isVisible()
    press(room, KEY.Key_Space)
    assert sheet(page) is page.wizard.form
    press(room, KEY.Key_Escape)
    assert page.stack.currentWidget() is page.overview


def test_only_procedures_for_the_device_are_offered_and_what_was_entered_stays(room, page) -> None:
    room.connect(0, 1)
    room.shell.show_page("calibration")
    page.open_wizard()
    form = page.wizard.form
    form.choose("foot-left", "gyro_rest")
    offered = [form.procedure.itemData(k) for k in range(form.procedure.count())]
    assert "gyro_rest" in offered
    assert "pad_tare" not in offered
    assert form.nothing.isVisible()

    form.choose("pad", "pad_span")
    form.boxes["range_n"].setText("800")
    form.choose("pad", "pad_cop")
    form.choose("pad", "pad_span")
    assert form.boxes["range_n"].text() == "800"


def test_a_page_left_during_a_calibration_comes_back_to_it(room, page) -> None:
    room.connect(0)
    room.shell.show_page("calibration")
    page.open_wizard()
    page.wizard.form.choose("pad", "pad_span")
    page.wizard.begin()
    room.shell.show_page("devices")
    room.shell.show_page("calibration")
    assert sheet(page) is page.wizard.going
    room.furniture.calibrating.cancel()
    room.qtbot.waitUntil(lambda: not room.furniture.calibrating.busy, timeout=WAIT_MS)


def test_a_certificate_is_saved_as_pdf_or_it_is_told_why_not(room, page, tmp_path) -> None:
    one = filed(tmp_path, age_d=1.0)
    page.reload()
    room.qtbot.mouseClick(page.pdf, Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    path = tmp_path / "c.pdf"
    dialog.fileSelected.emit(str(path))
    dialog.close()
    assert path.read_bytes().startswith(b"%PDF")
    assert page.sentence.text() == told.SAVED.format(name="c.pdf")
    page.save_pdf(one, tmp_path / "nowhere" / "c.pdf")
    assert "cannot be written" in page.sentence.text()


def test_every_control_of_the_wizard_has_a_name(room, page) -> None:
    room.connect(0)
    room.shell.show_page("calibration")
    page.open_wizard()
    page.wizard.form.choose("pad", "pad_cop")
    named = [*page.wizard.form.boxes.values(), page.wizard.form.device, page.wizard.form.operator, page.wizard.form.plan,
             page.wizard.form.begin, page.wizard.going.cancel, page.wizard.going.list, page.wizard.going.bar, page.wizard.end.again,
             page.wizard.end.next, page.wizard.end.pdf, page.wizard.back, page.single.back, page.single.pdf]  # fmt: skip
    assert [widget for widget in named if not widget.accessibleName()] == []

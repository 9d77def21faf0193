"""A new physio's first day and a second visit a month later, at the real window, with a picture of each page where wanted.

Devices are simulated and their clock runs fast; everything else is the program as it is: its store, its recordings, its files.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ankletest.programme.felt import Reason
from ankletest.store import keys
from ankletest.store.desk import KEYS, Desk
from ankletest.store.records import VisitRecord
from tests.ui.conftest import fast_hub
from tests.ui.hands import KEY, LONG_MS, Hands, KeysAlone, MouseAndKeys, strike
from tests.ui.pictures import keep, keep_page
from ui.furnish import Furniture
from ui.pages.asking import FeltDialog, LeaveDialog, StopDialog
from ui.pages.recovery import RecoveryDialog
from ui.rounds import Stage
from ui.shell import Shell

PASSPHRASE = "seven quiet otters"  # noqa: S105  of a store that lives for one test
HEEL = "heel_raise."
"""The lengths that a heel raise needs for its height and work."""
NAME, CODE = "Anna Berg", "AB-1"
PRACTICE_ROWS = (0, 1, 2, 5, 6)
"""The pad, and a sensor on either foot and either shin."""
RUN_MS = 60_000
"""A heel-raise set of a tireless person, at the speed of the simulated clock, on a busy machine."""
WIDE, HIGH = 1280, 800
LOOK = 3
"""Row of the settings for colours, size of text and language."""
EVENTS = 5
"""The sensor check, and four of the first trial: in the midst of a lunge."""
MONTH = timedelta(days=30)


class Physio:
    """Somebody who has never seen the program.

    Parameters
    ----------
    hands
        A mouse and keys, or keys alone.
    folder
        The data folder; not there yet the first time.
    pictures
        Where pictures of the pages go; None: nowhere.
    """

    def __init__(self, qtbot: QtBot, hands: type[Hands], folder: Path, pictures: Path | None = None) -> None:
        self.qtbot = qtbot
        self.folder = folder
        self._kind = hands
        self._pictures = pictures
        self.seen: list[str] = []

    # ---- the window --------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the program."""
        self.shell = Shell()
        self.pages = Furniture(self.shell, fast_hub(), folder=self.folder)
        self.shell.resize(WIDE, HIGH)
        self.shell.show()
        self.qtbot.waitExposed(self.shell)
        self.shell.activateWindow()
        with self.qtbot.waitActive(self.shell):
            pass
        self.hands: Hands = self._kind(self.qtbot, self.shell)

    def end(self) -> None:
        """Close the window, if it is not closed yet."""
        if not isValid(self.shell):
            return
        self.shell.close()
        self.until(lambda: not self.shell.isVisible())
        self.shell.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def until(self, done: Callable[[], bool], timeout: int = LONG_MS) -> None:
        """Wait for something."""
        self.qtbot.waitUntil(done, timeout=timeout)

    def settle(self) -> None:
        """Wait until no job goes on."""
        self.until(lambda: not self.pages.jobs.busy)
        QApplication.processEvents()

    def look(self, name: str, window: QWidget | None = None) -> None:
        """Look at the window, and keep a picture where one is wanted."""
        for _ in range(4):
            QApplication.processEvents()
        self.seen.append(name)
        if self._pictures is not None:
            keep(window or self.shell, self._pictures / f"{len(self.seen):02d}-{name}.png")

    def beside(self, name: str, window: QWidget) -> None:
        """Look at a box that belongs to the picture before."""
        QApplication.processEvents()
        if self._pictures is not None:
            keep(window, self._pictures / f"{len(self.seen):02d}-{name}.png")

    # ---- the first day -----------------------------------------------------------------------------------------------------------

    def unlock(self) -> None:
        """Type the passphrase on the page of clients."""
        self.hands.page("clients")
        clients = self.pages.clients
        self.hands.write(clients.passphrase, PASSPHRASE)
        self.hands.press(clients.unlock_button)
        self.until(lambda: self.pages.visit.store is not None)
        self.settle()

    def make_store(self) -> None:
        """Choose a passphrase with a slip in its repeat, see that it is told, and take the recovery code."""
        self.hands.page("clients")
        clients = self.pages.clients
        self.hands.write(clients.passphrase, PASSPHRASE)
        self.hands.write(clients.again, PASSPHRASE[:-1] + "z")
        self.hands.press(clients.unlock_button)
        assert clients.lock_card.pair.wrong.text(), "the slip is told"
        assert self.pages.visit.store is None
        self.hands.write(clients.again, PASSPHRASE)
        self.look("passphrase")
        self.hands.press(clients.unlock_button)
        self.until(lambda: isinstance(QApplication.activeModalWidget(), RecoveryDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, RecoveryDialog)
        self.hands.press(dialog.tick)
        self.until(dialog.tick.isChecked)
        self.beside("recovery-code", dialog)
        self.hands.press(dialog.leave)
        self.until(lambda: self.pages.visit.store is not None)
        self.settle()

    def enter_client(self) -> None:
        """Fill in the form."""
        clients, form = self.pages.clients, self.pages.clients.form
        self.hands.press(clients.list.new)
        self.hands.write(form.fields["name"].control, NAME)
        self.hands.write(form.fields["code"].control, CODE)
        self.hands.write(form.fields["birth_date"].control, "1998-04-02")
        self.hands.choose(form.fields["sex"].control, "female")
        self.hands.write(form.fields["height_m"].control, "168")
        self.hands.write(form.fields["mass_kg"].control, "61.5")
        for field in (one for key, one in form.measures.items() if key.startswith(HEEL)):
            self.hands.write(field.control, "17.5 cm")
        self.hands.choose(form.fields["involved"].control, "left")
        self.hands.choose(next(iter(form.consents.choices.values())), "given")
        self.look("client-form")
        self.hands.press(form.save)
        self.until(lambda: clients.views.currentWidget() is clients.list)

    def find_client(self) -> None:
        """Find a known client by some letters, and take them."""
        clients = self.pages.clients
        self.hands.write(clients.list.search, NAME[:4])
        self.hands.press(clients.list.summary.take)
        self.until(lambda: self.pages.visit.client is not None)
        self.settle()

    def connect(self, *, picture: str = "") -> None:
        """Tick the practice devices and connect."""
        self.hands.page("devices")
        devices = self.pages.devices
        self.until(lambda: devices.found.rowCount() > max(PRACTICE_ROWS))
        for row in PRACTICE_ROWS:
            # The list is made anew whenever another device is heard; who looks sees the row that is there now.
            self.until(lambda row=row: devices.found.tick(row).isVisible())
            self.hands.press(devices.found.tick(row))
            self.until(lambda row=row: devices.found.tick(row).isChecked())
        if picture:
            self.look(picture)
        self.hands.press(devices.connect_button)
        visit = self.pages.visit
        self.until(lambda: visit.session is not None and visit.session.now_s > 1.0)

    def begin_battery(self, key: str, *, picture: str = "") -> None:
        """Choose a battery and begin."""
        self.hands.page("visit")
        page = self.pages.battery
        self.hands.choose(page.choice.combo, key)
        if picture:
            self.look(picture)
        self.hands.press(page.begin)
        self.until(lambda: self.shell.page == "test")

    def start_next(self) -> None:
        """Start what comes next, without waiting for the rest to be over."""
        self.hands.press(self.pages.test.round_bar.now)
        self.until(lambda: self.pages.visit.running)

    def do_set(self, exam: str, *, going: str = "", done: str = "", felt: str = "") -> None:
        """Do one set of the battery, let it count, and ask how it felt."""
        rounds, test = self.pages.rounds, self.pages.test
        assert rounds.setup is not None
        assert rounds.setup.exam == exam
        self.start_next()
        if going:
            self.until(lambda: self.pages.visit.session is not None and self.pages.visit.session.busy)
            self.qtbot.wait(700)
            self.look(going)
        self.until(lambda: rounds.stage is Stage.DECIDING, RUN_MS)
        if done:
            self.look(done)
        self.hands.press(test.live.guide.accept)
        self.until(lambda: isinstance(test.round_bar.asking, FeltDialog))
        dialog = test.round_bar.asking
        assert isinstance(dialog, FeltDialog)
        self._answer(dialog, {"pain": 1, "effort": 5, "ease": 8})
        if felt:
            self.look(felt, dialog)
        self.hands.press(dialog.save)
        self.until(lambda: test.round_bar.asking is None)

    def _answer(self, dialog: FeltDialog, said: dict[str, int]) -> None:
        for name, value in said.items():
            scale = dialog.scales[name]
            if isinstance(self.hands, KeysAlone):
                self.hands.reach(scale)
                strike(KEY(KEY.Key_0.value + value))
            else:
                self.hands.press(scale.button(value))
            assert scale.value == value

    def stop_for_pain(self, *, picture: str = "") -> None:
        """Stop a set that goes on, as the client says it hurts."""
        test = self.pages.test
        self.start_next()
        self.qtbot.wait(300)
        if isinstance(self.hands, KeysAlone):
            strike(KEY.Key_X)
        else:
            self.hands.press(test.stop_set)
        self.until(lambda: isinstance(test.round_bar.asking, StopDialog))
        dialog = test.round_bar.asking
        assert isinstance(dialog, StopDialog)
        self.hands.press(dialog.reasons[Reason.PAIN])
        self.until(lambda: dialog.understood.isVisible())
        if picture:
            self.look(picture, dialog)
        self.hands.press(dialog.understood)
        self.until(lambda: test.round_bar.asking is None and bool(self.pages.rounds.stops))

    def check_sensors(self, *, picture: str) -> None:
        """Let the program look at what is worn, with the client doing as told."""
        self.until(lambda: self.shell.page == "test")  # the program goes there by itself once devices are connected
        self.hands.page("devices")
        self.hands.press(self.pages.devices.check)
        self.until(lambda: self.shell.page == "check")
        page, checking = self.pages.check, self.pages.checking
        self.hands.press(page.start)
        self.until(lambda: checking.going is None and checking.report is not None, RUN_MS)
        self.look(picture)
        self.hands.press(page.to_test)
        self.until(lambda: self.shell.page == "test")

    def look_behind(self, key: str, *, picture: str) -> None:
        """Look at the trace behind a number on the page of results, and come back."""
        page = self.pages.results
        row = next(row for row in range(page.exams.rowCount()) if (line := page.exams.line_at(row)) and line.metric.key == key)
        self.hands.cell(page.exams, row, 1)
        self.until(lambda: page.traces.window is not None and page.traces.window.isVisible())
        window = page.traces.window
        assert window is not None
        self.look(picture, window)
        strike(KEY.Key_Escape)
        self.until(lambda: page.traces.window is None or not isValid(window) or not window.isVisible())

    def write_paper(self, button: QWidget, path: Path, *, picture: str) -> None:
        """Write the report or the client's sheet of the visit."""
        self.hands.press(button)
        self._name_file(path)
        self.until(path.exists)
        self.settle()
        if self._pictures is not None:
            keep_page(path, 1, self._pictures / f"{len(self.seen):02d}-{picture}.png")

    def replay(self, path: Path, *, picture: str) -> None:
        """Open a recording, and let it play for a moment."""
        self.hands.page("replay")
        page = self.pages.replay
        self.hands.press(page.open_button)
        self._name_file(path)
        self.settle()
        self.until(lambda: page.playing is not None)
        for _ in range(EVENTS):
            self.hands.press(page.next)
        self.hands.press(page.play)
        self.qtbot.wait(1500)
        self.look(picture)
        self.hands.press(page.play)

    def about(self, *, picture: str) -> None:
        """See what program this is."""
        strike(KEY.Key_F1)
        self.until(lambda: QApplication.activeModalWidget() is not None)
        self.look(picture, QApplication.activeModalWidget())
        strike(KEY.Key_Escape)
        self.until(lambda: QApplication.activeModalWidget() is None)

    def _name_file(self, path: Path) -> None:
        """Type a path where the program asks for a file."""
        self.until(lambda: self._file_dialog() is not None)
        dialog = self._file_dialog()
        assert dialog is not None
        line = next(one for one in dialog.findChildren(QLineEdit) if one.objectName() == "fileNameEdit")
        self.hands.write(line, str(path))
        strike(KEY.Key_Return)

    def _file_dialog(self) -> QFileDialog | None:
        return next((w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog) and w.isVisible()), None)


def visits(it: Physio, pdf: Path) -> None:
    """Do both visits; whatever happens, the window is closed."""
    try:
        first_visit(it, pdf)
        a_month_goes_by(it.folder)
        second_visit(it)
    finally:
        it.end()


def first_visit(it: Physio, pdf: Path) -> None:
    """Start for the first time, enter a client, and test both legs until it hurts."""
    it.start()
    it.look("first-start")
    it.make_store()
    it.enter_client()
    it.look("clients")
    it.connect(picture="devices")
    it.check_sensors(picture="check")
    it.look("test")
    it.begin_battery("ankle_basic", picture="battery")
    it.do_set("lunge", going="lunge", done="lunge-done", felt="felt")
    it.do_set("lunge")
    it.do_set("heel_raise", going="heel-raise")
    it.do_set("heel_raise")
    it.stop_for_pain(picture="pain-stop")
    it.hands.page("visit")
    it.look("battery-locked")
    it.hands.page("results")
    it.settle()
    it.look("results")
    it.look_behind("lunge_angle", picture="trace")
    exports = it.pages.results.exports
    it.write_paper(exports.to_pdf, pdf, picture="report")
    it.write_paper(exports.to_sheet, pdf.with_name("sheet.pdf"), picture="sheet")
    it.end()


def a_month_goes_by(folder: Path) -> None:
    """Put what was done a month back: the program takes the day from the machine, and nobody waits that long."""
    key = keys.unlock(folder / KEYS, PASSPHRASE)
    desk = Desk.open(folder, key)
    key.wipe()
    with desk.database.writing() as session:
        for visit in session.query(VisitRecord):
            visit.opened_at -= MONTH
    desk.close()


def second_visit(it: Physio) -> None:
    """Come back, test the range and the calf again, and see what became of them."""
    it.start()
    it.unlock()
    it.find_client()
    it.look("client-again")
    it.replay(next((it.folder / "recordings").glob("*.mcap")), picture="replay")
    it.connect()
    it.begin_battery("ankle_basic")
    it.do_set("lunge")
    it.do_set("lunge")
    it.do_set("heel_raise")
    it.do_set("heel_raise")
    it.hands.press(it.pages.test.round_bar.leave)
    leaving = it.pages.test.round_bar.asking
    assert isinstance(leaving, LeaveDialog)
    it.hands.press(leaving.end)
    it.hands.page("followup")
    it.settle()
    it.look("follow-up")
    it.hands.page("calibration")
    it.look("calibration")
    it.hands.page("settings")
    it.hands.row(it.pages.settings.groups, LOOK)
    it.look("settings")
    it.about(picture="about")
    it.end()


__all__ = ["CODE", "KeysAlone", "MouseAndKeys", "Physio", "a_month_goes_by", "first_visit", "second_visit", "visits"]

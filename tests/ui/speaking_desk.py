"""Walks in another language through the pages of the desk, without devices: clients, follow-up, results of a store, settings, batteries.

``python -m tests.ui.speaking_desk LANGUAGE FOLDER``: as ``tests.ui.speaking`` does for the pages of a test.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.ui.speaking import VISIT, Walk, write
from ui import tongue
from ui.pages.recovery import RecoveryDialog

LEFT = Qt.MouseButton.LeftButton
PASSPHRASE = "sprunggelenk"  # noqa: S105  of a store that is made for this walk
WORDS = "blaue Ente steigt still"
TABLE = """Nachname;Vorname;Geburtsdatum;Größe;Zimmer
Berg;Anna;12.03.1990;171;4
Dorn;Carl;30.02.1980;180;5
Fink;Eva;3/4/1999;1,62;7
Dorn;Gustav;4.4.1970;;7
"""
WRONG = {"birth_date": "30.02.1990", "height_m": "20", "mass_kg": "viel", "injured_on": "3/4/2020"}


def desk(one: Walk) -> None:
    """Open the store, and go through everything that is done with it."""
    room, pages = one.room, one.pages
    for page in ("followup", "settings"):
        room.shell.show_page(page)
        one.look(f"locked-{page}")
    settings(one, "locked")
    room.shell.show_page("clients")
    one.look("locked-clients")
    chosen(one)
    one.waitUntil(lambda: pages.clients.store is not None)
    idle(one)
    one.look("clients-none")
    clients(one)
    follow_up(one)
    results(one)
    settings(one, "open")
    asked(one)
    editor(one)


def chosen(one: Walk) -> None:
    """Choose a passphrase: ones that are not taken, a slip in the repeat, and the recovery code."""
    door = one.pages.clients.lock_card
    for stage, typed in (("short", "kurz"), ("common", "passwort1234"), ("same", "aaaaaaaaaaaa"), ("row", "qwertzuiop"), ("words", WORDS)):
        fill(door.passphrase, typed)
        one.look(f"passphrase-{stage}")
    fill(door.passphrase, PASSPHRASE)
    door.eye.click()
    click(door.button)
    one.look("passphrase-once")
    fill(door.again, "sprunggelenx")
    one.look("passphrase-slip")
    fill(door.again, PASSPHRASE)
    click(door.button)
    one.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), RecoveryDialog))
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RecoveryDialog)
    click(dialog.copy)
    one.look("recovery", dialog)
    click(dialog.leave)
    one.look("recovery-not-yet", dialog)
    dialog.tick.setChecked(True)
    click(dialog.leave)


def idle(one: Walk) -> None:
    """Wait until no job goes on."""
    for _ in range(3):
        one.waitUntil(lambda: not one.pages.jobs.busy)
        one.app.processEvents()


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def questions() -> list[QDialog]:
    """Return what is open beside the window."""
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


def ask(one: Walk, stage: str) -> None:
    """Look at the question that is open, and leave it."""
    question = QApplication.activeModalWidget()
    one.look(stage, question)
    question.done(0)
    one.app.processEvents()


def clients(one: Walk) -> None:
    """Enter a client by the form, with faults first; a second like the first; import a list."""
    page = one.pages.clients
    page.begin_new()
    one.look("clients-new")
    form = page.form
    fields = {"code": "AB-17", "name": "Anna Berg", "injury": "Kapselriss", "note": "mit der Bahn", "injured_on": "20.01.2026"} | WRONG
    for name, text in fields.items():
        fill(form.fields[name].control, text)
    click(form.save)
    one.look("clients-wrong")
    for name, text in {"birth_date": "12.03.1990", "height_m": "171", "mass_kg": "62,5", "injured_on": "20.01.2026"}.items():
        fill(form.fields[name].control, text)
    for name, value in (("sex", "female"), ("involved", "left"), ("dominant", "right"), ("tested", "left")):
        box = form.fields[name].control
        box.setCurrentIndex(box.findData(value))
    for choice, said in zip(form.consents.choices.values(), ("given", "refused", "withdrawn"), strict=True):
        choice.setCurrentIndex(choice.findData(said))
    one.look("clients-filled")
    page.leave_form()
    ask(one, "clients-unsaved")
    click(form.save)
    one.waitUntil(lambda: page.views.currentWidget() is page.list)
    one.look("clients-saved")
    page.begin_new()
    for name, text in {"code": "AB-18", "name": "Berg Anna", "birth_date": "12.03.1990"}.items():
        fill(form.fields[name].control, text)
    QTest.qWait(900)  # until those who are alike are looked for
    click(form.save)
    one.look("clients-alike")
    page.show_list()
    page.list.edit_chosen()
    fill(form.fields["mass_kg"].control, "64")
    one.look("clients-edit")
    click(form.save)
    one.waitUntil(lambda: page.views.currentWidget() is page.list)
    one.look("clients-undo")
    path = one.folder / "liste.csv"
    path.write_text(TABLE, "utf-8")
    page.importer.open(str(path))
    idle(one)
    one.look("import")
    click(page.importing.confirm)
    idle(one)
    one.look("import-done")
    click(page.undo_import)
    ask(one, "import-undo")


def fill(control, text: str) -> None:
    """Write over what is in a field."""
    control.setFocus()
    control.selectAll()
    QTest.keyClicks(control, text)


def follow_up(one: Walk) -> None:
    """Enter months of visits of the client, and see trends, ladder, targets, the due list."""
    from ankletest.programme.felt import Felt, Reason, Stop
    from tests.ui.followed import both, visited

    room, pages = one.room, one.pages
    page = pages.follow_up
    store = pages.visit.store
    inner = store._desk
    (client,) = [found for found in inner.clients("AB-17") if found.code == "AB-17"]
    take(one, "AB-17")
    one.look("followup-new")
    now = datetime.now(UTC)
    for k in range(3):
        at = now - timedelta(days=28 * (2 - k) + 2)
        stance = both("stance", {"velocity": 60.0 - 10 * k, "hold_time": 30.0}, {"velocity": 36.0, "hold_time": 30.0}, tag=f"s{k}", u=0.5)
        lunge = both("lunge", {"lunge_angle": 36.0}, {"lunge_angle": 40.0}, tag=f"l{k}", u=0.4)
        hops = both("hops", {"contact_time": 0.24 - 0.002 * k}, {"contact_time": 0.23}, tag=f"h{k}")
        stop = Stop(Reason.PAIN, "l2l", at) if k == 2 else None
        visited(inner, client, at, *stance, *lunge, *hops, felt=Felt(pain=1, ease=8), stop=stop)
    room.shell.show_page("test")
    take(one, "AB-17")
    one.look("followup")
    click(page.next_day.keep)
    one.look("followup-answered")
    page.everything.setChecked(True)
    one.look("followup-all")
    click(page.ladder.other)
    one.look("followup-other")
    click(page.ladder.accept)
    idle(one)
    for leg in range(page.targets.leg.count()):
        page.targets.leg.setCurrentIndex(leg)
        for origin in range(page.targets.origin.count()):
            page.targets.origin.setCurrentIndex(origin)
            one.look(f"followup-target-{leg}-{origin}")
            if page.targets.set_button.isEnabled():
                click(page.targets.set_button)
                idle(one)
    one.look("followup-targets")
    click(page.ladder.rules)
    ask(one, "followup-rules")
    page.ask_recompute()
    one.look("followup-recompute", page.recompute_dialog)
    click(page.recompute_dialog.one)
    idle(one)
    one.look("followup-recomputed", page.recompute_dialog)
    page.recompute_dialog.done(0)
    click(page.due_button)
    idle(one)
    one.look("followup-due")


def take(one: Walk, code: str) -> None:
    """Take a client, and show the page of follow-up."""
    visit = one.pages.visit
    visit.choose_client(next(card for card in visit.store.clients(code) if card.code == code))
    one.room.shell.show_page("followup")
    idle(one)


def results(one: Walk) -> None:
    """Compare by exam what is stored and what the shipped recording holds, and open the trace behind a number."""
    from ui.pages.results import STORED
    from ui.survey import survey

    page = one.pages.results
    one.room.shell.show_page("results")
    page.source.setCurrentIndex(page.source.findData(STORED))
    one.look("results-stored")
    click(page.view_trials)
    one.look("results-stored-trials")
    click(page.view_exams)
    page.show_recording(survey(one.pages.hub, VISIT, lambda _: None))
    page.everything.setChecked(True)
    one.look("results-exams")
    table = page.exams
    seen: set[str] = set()
    for row in range(table.rowCount()):
        line = table.line_at(row)
        if line is None or line.metric.key in seen or len(seen) > MOST_TRACES:
            continue
        seen.add(line.metric.key)
        for column in (1, 2):
            table.setFocus()
            table.setCurrentCell(row, column)
            QTest.keyClick(table, Qt.Key.Key_Return)
            idle(one)
            if questions():
                ask(one, f"trace-{line.metric.key}-{column}")
                break


MOST_TRACES = 12
"""Each number opens the same window; a dozen have shown all of its texts."""


def settings(one: Walk, tag: str) -> None:
    """Show every group."""
    from ui.words import settings as words_settings

    one.room.shell.show_page("settings")
    for key in words_settings.GROUPS:
        one.pages.settings.show_group(key)
        idle(one)
        one.look(f"settings-{tag}-{key}")


def asked(one: Walk) -> None:
    """Open the questions of the settings, and make a backup."""
    pages = one.pages
    safety = pages.settings.safety
    pages.settings.show_group("sound")
    pages.settings.look.text.setFocus()
    pages.settings.show_group("measuring")
    gravity = pages.settings.measuring.gravity
    for k in range(gravity.count()):
        gravity.setCurrentIndex(k)
        gravity.activated.emit(k)
        one.look(f"settings-gravity-{k}")
    pages.settings.show_group("safety")
    place = one.folder / "sicherung"
    place.mkdir()
    safety.backup_to(place)
    idle(one)
    one.look("settings-backed-up")
    safety.restore_from(next(place.iterdir()))
    ask(one, "settings-restore")
    safety.ask_passphrase()
    ask(one, "settings-passphrase")
    click(safety.never)
    ask(one, "settings-never")
    target = one.folder / "neu"
    target.mkdir()
    safety.move_to(target)
    ask(one, "settings-move")
    safety.code.setText("XX-0")
    safety.ask_erase()
    one.look("settings-nobody")
    for question in questions():
        question.done(0)
    safety.code.setText("AB-17")
    safety.ask_erase()
    ask(one, "settings-erase")
    pages.settings.show_group("log")
    idle(one)
    one.look("settings-log")


def editor(one: Walk) -> None:
    """Copy a battery, look at each exam of it, save it, delete it."""
    choice = one.pages.battery.choice
    one.room.shell.show_page("visit")
    one.look("batteries")
    click(choice.copy)
    window = choice.editor
    one.look("editor", window)
    for row in range(window.table.rowCount()):
        window.table.selectRow(row)
        one.look(f"editor-{row}", window)
    click(window.add)
    for k in range(window.form.exam.count()):
        window.form.exam.setCurrentIndex(k)
        one.look(f"editor-exam-{k}", window)
    window.title.setText("")
    window.save()
    one.look("editor-refused", window)
    window.reject()
    ask(one, "editor-unsaved")
    window.title.setText("Meine")
    click(window.keep)
    one.waitUntil(lambda: not questions())
    one.app.processEvents()
    one.look("editor-closed")
    one.look("batteries-own")
    click(choice.delete)
    ask(one, "batteries-delete")


def main(code: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tongue.speak(code)
    one = Walk(folder)
    try:
        desk(one)
    finally:
        for question in questions():
            question.done(0)
        one.pages.clients.show_list()  # a form that was changed would ask before the window closes
        one.close()
    write(one)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

"""The page of clients: find, take, enter, change, import; and the store's door, as the clinic's clients are kept encrypted."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ankletest.errors import AnkletestError
from ankletest.language import plural
from ankletest.store.client_book import entered
from ankletest.store.people import Details, changed_fields
from ui.desk.store_port import ClientCard, StorePort
from ui.pages.client_form import MOST_ALIKE, ClientForm, Twin
from ui.pages.client_import import ImportView, alike_told
from ui.pages.client_importing import ClientImporting, whos_who
from ui.pages.client_list import ClientList
from ui.pages.store_door import StoreDoor
from ui.pages.weigh_line import WeighLine
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.card import label
from ui.widgets.question import ask_first
from ui.words import clients as texts
from ui.words import common as words
from ui.words import pages as words_pages


class ClientsPage(QWidget):
    """Chooses whose visit it is; ``unlock`` asks for the store to be opened with a passphrase."""

    unlock = Signal(str)

    def __init__(self, visit: Visit, *, lockable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit = visit
        self._editing: ClientCard | None = None
        self._undo: tuple[str, Details] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(words_pages.CLIENTS, "h1", self))
        head.addStretch(1)
        self.lock_card = StoreDoor(lockable=lockable, parent=self)
        self.passphrase, self.again, self.unlock_button = self.lock_card.passphrase, self.lock_card.again, self.lock_card.button
        self.sentence = self.lock_card.sentence
        self.done = label("", "fact", self)
        self.undo = QPushButton(texts.UNDO, self)
        self.undo.setToolTip(texts.UNDO_HINT)
        self.undo_import = QPushButton(texts.IMPORT_UNDO, self)
        for widget in (self.done, self.undo, self.undo_import):
            widget.hide()
            head.addWidget(widget)
        for button in (self.undo, self.undo_import):
            button.setAccessibleName(button.text())
        self.list = ClientList(self)
        self.client_card = self.list.card
        self.form = ClientForm(self)
        self.weigh_line = WeighLine(visit, self.form)
        self.form.offer_weighing(self.weigh_line)
        self.weigh_line.taken.connect(self.form.take_mass)
        self.importing = ImportView(self)
        self.importer = ClientImporting(visit, self.importing, self)
        self.views = QStackedWidget(self)
        for view in (self.list, self.form, self.importing):
            self.views.addWidget(view)
        self._head = QWidget(self)
        head.setContentsMargins(0, 0, 0, 0)
        self._head.setLayout(head)
        column.addWidget(self._head)
        column.addWidget(self.lock_card)
        column.addWidget(self.views, 1)
        self._wire()
        self.refresh()

    def _wire(self) -> None:
        self.lock_card.unlock.connect(self.unlock)
        self.list.searched.connect(self._search)
        self.list.taken.connect(self._take)
        self.list.edited.connect(self._edit)
        self.list.fresh.connect(self.begin_new)
        self.list.import_wanted.connect(self.importer.choose_file)
        self.list.export_wanted.connect(self.importer.choose_target)
        self.list.undo_wanted.connect(self._undo_edit)
        self.form.saved.connect(self._save)
        self.form.cancelled.connect(self.leave_form)
        self.form.other_wanted.connect(self._open_other)
        self.importing.cancelled.connect(self.show_list)
        self.importer.read.connect(self._show_import)
        self.importer.ended.connect(self._import_ended)
        self.undo.clicked.connect(self._undo_edit)
        self.undo_import.clicked.connect(self._ask_undo_import)
        self._visit.client_changed.connect(self.refresh)
        self._visit.client_edited.connect(self.refresh)
        for keys, action in (("Ctrl+N", self.begin_new), ("F2", self.list.edit_chosen), ("Ctrl+Z", self._undo_edit)):
            shortcut = QShortcut(QKeySequence(keys), self.list if keys != "Ctrl+N" else self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)

    # ---- what is shown ----------------------------------------------------------------------------------------------------------

    @property
    def store(self) -> StorePort | None:
        """The open store."""
        return self._visit.store

    @property
    def unsaved(self) -> bool:
        """True while something is entered that would be lost."""
        return self.views.currentWidget() is self.form and self.form.changed

    def say(self, text: str) -> None:
        """Show a sentence of the store."""
        self.lock_card.say(text)
        self._show_lock()

    def refresh(self) -> None:
        """Show the clients found."""
        store = self.store
        self.views.setEnabled(store is not None)
        taken = self._visit.client
        self.client_card.set_right(words_pages.TAKEN.format(code=taken.code) if taken else words_pages.NO_CLIENT)
        self.setFocusProxy(self.passphrase if store is None else self.list.search)
        self.lock_card.set_open(is_open=store is not None)
        self._show_lock()
        if store is None:
            return
        self._search(self.list.search.text())
        self.undo_import.setVisible(self.importer.last() is not None)

    def _show_lock(self) -> None:
        """Show the card of the store unless it says only that the store is open, or something is entered."""
        said = self.sentence.text()
        nothing = self.store is not None and said in {"", words_pages.STORE_OPEN, words_pages.STORE_LOCKED, words_pages.NO_STORE}
        self.lock_card.setVisible(not nothing and self.views.currentWidget() is self.list)

    def show_list(self) -> None:
        """Show the list again."""
        self._editing = None
        self._head.show()
        self.views.setCurrentWidget(self.list)
        self.refresh()
        self.list.search.setFocus()

    # ---- one client -------------------------------------------------------------------------------------------------------------

    def begin_new(self) -> None:
        """Show an empty form."""
        if self.views.currentWidget() is self.list:
            self._show_form(None)

    def leave_form(self) -> None:
        """Go back to the list; what would be lost is asked for first."""
        if self.unsaved:
            self._confirm(self.show_list)
        else:
            self.show_list()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask before the window is closed over something unsaved."""
        if event.type() == QEvent.Type.Close and watched is self.window() and self.unsaved:
            event.ignore()
            self._confirm(self._close_window)
            return True
        return super().eventFilter(watched, event)

    def _search(self, words: str) -> None:
        store = self.store
        if store is None:
            return
        taken = self._visit.client
        try:
            cards = [ClientCard.of(client) for client in store.book.find(words)]
        except AnkletestError as error:
            self.say(say(str(error)))
            return
        self.list.show_cards(cards, taken=taken.code if taken else "", anybody=bool(words))

    def _take(self, card: ClientCard) -> None:
        self._visit.choose_client(card)

    def _edit(self, card: ClientCard) -> None:
        self._show_form(card)

    def _show_form(self, card: ClientCard | None) -> None:
        store = self.store
        if store is None:
            return
        try:
            known = store.book.by_code(card.code) if card is not None else None
            kept = store.book.has_visits(known.id) if known is not None else False
        except AnkletestError as error:
            self.say(say(str(error)))
            return
        self._editing = ClientCard.of(known) if known is not None else None
        self._told("")
        self._head.hide()
        self.views.setCurrentWidget(self.form)
        self._show_lock()
        self.window().removeEventFilter(self)
        self.window().installEventFilter(self)
        self.form.begin(self._editing, code_kept=kept, look_up=self._twins, propose=self._free_code)

    def _twins(self, details: Details) -> list[Twin]:
        store = self.store
        if store is None:
            return []
        try:
            found = store.book.alike(details, but=self._editing.code if self._editing else "")[:MOST_ALIKE]
            known = whos_who(store.book, {one.token for one in found})
        except AnkletestError as error:
            self.form.say(say(str(error)))
            return []
        return [Twin(one.token, alike_told(one, known)) for one in found]

    def _free_code(self, name: str) -> str:
        return self.store.book.free_code(name) if self.store is not None else ""

    def _save(self, details: Details) -> None:
        store, before = self.store, self._editing
        if store is None:
            self.form.say(texts.NO_STORE)
            return
        try:
            other = store.book.by_code(details.code)
            if other is not None and (before is None or other.code != before.code):
                self.form.refuse_code()
                return
            known = store.book.by_code(before.code) if before is not None else None
            done = ClientCard.of(store.book.enter(details) if known is None else store.book.change(known.id, details))
        except AnkletestError as error:
            self.form.say(say(str(error)))
            return
        self._undo = (done.code, entered(before)) if before is not None and changed_fields(before, done) else None
        self._told(texts.SAVED.format(code=done.code))
        self._know(before, done)
        self.list.search.setText(done.code if before is None else self.list.search.text())
        self.show_list()
        self.list.choose(done.code)

    def _know(self, before: ClientCard | None, done: ClientCard) -> None:
        """Tell the visit: a new client is taken, one of this visit is known anew."""
        taken = self._visit.client
        if before is None:
            self._visit.choose_client(done)
        elif taken is not None and taken.code == before.code:
            self._visit.know_client(done)

    def _undo_edit(self) -> None:
        store, undo = self.store, self._undo
        if store is None or undo is None or self.views.currentWidget() is not self.list:
            return
        self._undo = None
        code, before = undo
        try:
            known = store.book.by_code(code)
            if known is None:
                return
            done = ClientCard.of(store.book.change(known.id, before))
        except AnkletestError as error:
            self._told(say(str(error)))
            return
        self._told(texts.UNDONE.format(code=done.code))
        self._know(ClientCard.of(known), done)
        self.refresh()
        self.list.choose(done.code)

    def _open_other(self, code: str) -> None:
        """Leave the form for a client who is there already."""
        store = self.store
        other = store.book.by_code(code) if store is not None else None
        if other is None:
            return
        self.show_list()
        self.list.search.setText(code)
        self.list.choose(code)

    def _told(self, sentence: str) -> None:
        self.done.setText(sentence)
        self.done.setVisible(bool(sentence))
        self.undo.setVisible(bool(sentence) and self._undo is not None)

    # ---- many clients, and questions --------------------------------------------------------------------------------------------

    def _show_import(self) -> None:
        self._head.hide()
        self.views.setCurrentWidget(self.importing)
        self._show_lock()

    def _import_ended(self, sentence: str) -> None:
        self._undo = None
        self.list.search.clear()  # who was found before is not who has come
        self.show_list()
        self._told(sentence)

    def _ask_undo_import(self) -> None:
        last = self.importer.last()
        if last is not None:
            count = last.clients - last.used
            title = plural(texts.IMPORT_UNDO_TITLE, count).format(count=count, when=words.moment(last.at))
            kept = plural(texts.IMPORT_KEPT, last.used).format(used=last.used) if last.used else ""
            self._question_of(title, kept, texts.IMPORT_UNDO, self.importer.undo)

    def _confirm(self, leave: Callable[[], object]) -> None:
        self._question_of(texts.UNSAVED_TITLE, texts.UNSAVED_TEXT, texts.LEAVE, leave)

    def _question_of(self, title: str, text: str, do: str, action: Callable[[], object]) -> None:
        """Ask before something is done that cannot be undone."""
        stay = texts.STAY if do == texts.LEAVE else texts.CANCEL
        ask_first(self, title, text, do=do, stay=stay, action=action)

    def _close_window(self) -> None:
        self.show_list()
        self.window().close()

"""The page of follow-up: a client's history, targets and ladder, the question of the day after; who is due where nobody is taken."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ankletest import metrics
from ankletest.errors import AnkletestError
from ankletest.exams.conditions import Conditions, conditions_of
from ankletest.language import plural
from ankletest.programme.decisions import Decision, basis_of, standing
from ankletest.programme.ladder import DECAYS, Ladder, propose
from ankletest.programme.ladder_file import InForce
from ankletest.programme.past import PastVisit, asked_again, seen_of
from ankletest.programme.trend import Point, Track, tracks, trend_of
from ankletest.store.follow_up import AskedClient, DueClient, KeptTarget
from ui.desk.following import Following
from ui.desk.store_port import ClientCard
from ui.jobs import Jobs, Progress
from ui.pages.followup_asked import AskedCard
from ui.pages.followup_due import DueCard
from ui.pages.followup_history import History
from ui.pages.followup_ladder import LadderCard
from ui.pages.followup_next_day import NextDayCard
from ui.pages.followup_recompute import RecomputeDialog
from ui.pages.followup_targets import TargetsCard, Wanted
from ui.tongue import say
from ui.visit import Visit
from ui.widgets.card import label
from ui.widgets.question import ask_first
from ui.words import common as words
from ui.words import followup as told

Asked = TypeVar("Asked")
CLINICAL = frozenset(metric.key for metric in metrics.METRICS if metric.clinical)
LEFT_SHARE, RIGHT_SHARE = 13, 8
SIDE_PX = 380


class FollowUpPage(QWidget):
    """Shows what became of a client.

    ``result_wanted`` carries when a visit was and the number of a trial in it; ``asked`` tells that a client is taken who has to be asked
    about the day after a stop.
    """

    result_wanted = Signal(object, int)
    asked = Signal()

    def __init__(self, visit: Visit, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._visit, self._jobs = visit, jobs
        self._passed: set[str] = set()
        self._seen_store: Following | None = None
        self._rules: InForce | None = None
        self.recompute_dialog: RecomputeDialog | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(self._head())
        self.sentence = label("", "sub", self)
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.sentence)
        self.next_day = NextDayCard(self)
        column.addWidget(self.next_day)
        self.body = QStackedWidget(self)
        lists = QWidget(self.body)
        both = QVBoxLayout(lists)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(14)
        self.to_ask, self.due = AskedCard(lists), DueCard(lists)
        both.addWidget(self.to_ask)
        both.addWidget(self.due, 1)
        self.body.addWidget(lists)
        self.body.addWidget(self._client_side())
        column.addWidget(self.body, 1)
        visit.client_changed.connect(self._client_changed)
        visit.trials_changed.connect(self._changed)

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(told.PAGE, "h1", self))
        self.whose = label("", "sub", self)
        head.addWidget(self.whose, 1)
        self.everything = QCheckBox(told.EVERYTHING, self)
        self.everything.setToolTip(told.EVERYTHING_HINT)
        self.due_button = QPushButton(told.DUE_BUTTON, self)
        self.due_button.setCheckable(True)
        self.due_button.setProperty("kind", "choice")
        self.due_button.setToolTip(told.DUE_HINT)
        self.recompute = QPushButton(told.RECOMPUTE, self)
        self.recompute.setToolTip(told.RECOMPUTE_HINT)
        for widget in (self.everything, self.due_button, self.recompute):
            widget.setAccessibleName(widget.text())
            head.addWidget(widget)
        self.everything.toggled.connect(self.refresh)
        self.due_button.toggled.connect(self.refresh)
        self.recompute.clicked.connect(self.ask_recompute)
        return head

    def _client_side(self) -> QWidget:
        whole = QWidget(self.body)
        line = QHBoxLayout(whole)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(14)
        self.history = History(whole)
        line.addWidget(self.history, LEFT_SHARE)
        scroll = QScrollArea(whole)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMinimumWidth(SIDE_PX)
        inside = QWidget(scroll)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(14)
        self.ladder = LadderCard(inside)
        self.targets = TargetsCard(inside)
        column.addWidget(self.ladder)
        column.addWidget(self.targets)
        column.addStretch(1)
        scroll.setWidget(inside)
        line.addWidget(scroll, RIGHT_SHARE)
        self.history.chosen.connect(self._point_chosen)
        self.ladder.decided.connect(self._decide)
        self.ladder.edit.connect(self._edit_rules)
        self.ladder.back.connect(self._ask_rules_back)
        self.targets.wanted.connect(self._add_target)
        self.targets.removed.connect(self._remove_target)
        self.next_day.answered.connect(self._answer)
        self.next_day.later.connect(self._later)
        self.due.chosen.connect(self._open_client)
        self.to_ask.chosen.connect(self._open_client)
        return whole

    # ---- what is shown --------------------------------------------------------------------------------------------------------

    @property
    def _following(self) -> Following | None:
        store = self._visit.store
        return store.following if store is not None else None

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is there by now."""
        super().showEvent(event)
        self.refresh()

    def event(self, event: QEvent) -> bool:
        """Read rules again that were edited while the window was not in front; anything else on the page stays as it is."""
        following = self._following if event.type() == QEvent.Type.WindowActivate and self.isVisible() else None
        if following is not None and self._rules is not None and following.ladder() != self._rules:
            self.refresh()
        return super().event(event)

    def refresh(self) -> None:
        """Show the client who is taken, else who is due."""
        following, client = self._following, self._visit.client
        listed = self.due_button.isChecked() or client is None
        self.recompute.setEnabled(following is not None and not following.read_only)
        self.due_button.setEnabled(following is not None and client is not None)
        self.everything.setEnabled(following is not None and not listed)
        self.body.setVisible(following is not None)
        self.body.setCurrentIndex(0 if listed else 1)
        if following is None:
            self.whose.setText("")
            self.next_day.ask(None)
            self._say(told.NO_STORE)
            return
        self._say("")
        if listed:
            self._list_due(following)
        if client is None:
            self.whose.setText("")
            self.next_day.ask(None)
            return
        self._try(lambda: self._show_client(following, client))

    def _show_client(self, following: Following, client: ClientCard) -> None:
        kept, in_force = following.targets(client.code), following.ladder()
        self._rules, self.ladder.able = in_force, not following.read_only
        visits = following.visits(client.code, None if self.everything.isChecked() else _keys(kept, in_force.ladder))
        told_of = [visit for visit in visits if visit.told]
        self.whose.setText(
            plural(told.OF_CLIENT, len(told_of)).format(code=client.code, visits=len(told_of), since=words.day(told_of[0].when))
            if told_of
            else told.OF_NEW_CLIENT.format(code=client.code)
        )
        self._ask(visits)
        if self.body.currentIndex() == 0:
            return
        person = client.person(datetime.now(UTC).year)
        found = tracks(visits)
        self.history.show_tracks(found, person, _levels(kept, found), everything=self.everything.isChecked())
        self.targets.show_targets(kept, found, person)
        decisions = following.decisions(client.code)
        step, basis = standing(in_force.ladder, decisions), basis_of(visits)
        last = decisions[-1] if decisions else None
        settled = last is not None and last.basis == basis
        proposal = None if settled else propose(in_force.ladder, step, seen_of(visits), involved=client.involved, person=person)
        self.ladder.show_ladder(in_force, step, proposal, last, basis)

    def _ask(self, visits: Sequence[PastVisit]) -> PastVisit | None:
        visit = asked_again(visits, datetime.now(UTC).astimezone())
        open_ = visit if visit is not None and visit.id not in self._passed else None
        self.next_day.ask(open_)
        return open_

    def _list_due(self, following: Following) -> None:
        self._seen_store = following

        now = datetime.now(UTC).astimezone()

        def work(_: Progress) -> tuple[list[DueClient], list[AskedClient]]:
            return following.due_list(), following.asked_list(now)

        job = self._jobs.run(told.DUE_JOB, work)
        job.done.connect(self._show_due)
        job.failed.connect(self._failed)

    def _show_due(self, found: tuple[list[DueClient], list[AskedClient]]) -> None:
        # The store may have been locked meanwhile: then no name may be put on the screen.
        if self._following is self._seen_store and self._seen_store is not None:
            due, asked = found
            self.due.show_due(due, datetime.now(UTC).astimezone().date())
            self.to_ask.show_asked(asked)

    # ---- what is done ---------------------------------------------------------------------------------------------------------

    def ask_recompute(self) -> None:
        """Open the window that analyses stored trials again."""
        following, client = self._following, self._visit.client
        if following is None:
            return
        dialog = RecomputeDialog(following, client.code if client is not None else "", self._visit.hub.models, self._jobs, self)
        dialog.recomputed.connect(self.refresh)
        dialog.destroyed.connect(self._forget_dialog)
        self.recompute_dialog = dialog
        dialog.open()

    def halt(self) -> None:
        """Let a recompute end soon: the window is closed."""
        if self.recompute_dialog is not None:
            self.recompute_dialog.halt()

    def _forget_dialog(self) -> None:
        self.recompute_dialog = None

    def _client_changed(self) -> None:
        """Another client: ask what is to be asked of them, wherever the window is."""
        self.due_button.blockSignals(True)
        self.due_button.setChecked(False)
        self.due_button.blockSignals(False)
        following, client = self._following, self._visit.client
        self.next_day.ask(None)
        if self.isVisible():
            self.refresh()
        if following is None or client is None:
            return
        self._try(lambda: self._tell_asked(following, client))

    def _tell_asked(self, following: Following, client: ClientCard) -> None:
        if self._ask(following.visits(client.code, ())) is not None:
            self.asked.emit()

    def _changed(self) -> None:
        if self.isVisible():
            self.refresh()

    def _point_chosen(self, point: Point) -> None:
        self.result_wanted.emit(point.trial.when, point.trial.number)

    def _open_client(self, code: str) -> None:
        store = self._visit.store
        if store is None:
            return
        card = self._try(lambda: next((one for one in store.clients(code) if one.code == code), None))
        if card is None:
            return
        if card == self._visit.client:
            self.due_button.setChecked(False)
        else:
            self._visit.choose_client(card)

    def _answer(self, visit: str, pain: int) -> None:
        self._keep(lambda following, _: following.tell_pain(visit, pain), told.NEXT_DAY_KEPT.format(pain=pain))

    def _later(self) -> None:
        following, client = self._following, self._visit.client
        if following is not None and client is not None:
            visit = asked_again(following.visits(client.code, ()), datetime.now(UTC).astimezone())
            self._passed |= {visit.id} if visit is not None else set()
        self.next_day.ask(None)

    def _decide(self, decision: Decision) -> None:
        self._keep(lambda following, code: following.decide(code, decision))

    def _add_target(self, one: Wanted) -> None:
        self._keep(lambda following, code: following.add_target(code, one.target, one.setup, version=one.version, note=one.note))

    def _remove_target(self, target: object) -> None:
        if isinstance(target, uuid.UUID):
            self._keep(lambda following, _: following.remove_target(target))

    def _edit_rules(self) -> None:
        """Open the clinic's own rules in the editor of this machine; the first time they are a copy of the program's."""
        following = self._following
        path = self._try(following.copy_rules) if following is not None else None
        if path is not None:
            opened = QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
            self.refresh()
            self._say((told.RULES_OPENED if opened else told.RULES_COPIED).format(path=path))

    def _ask_rules_back(self) -> None:
        ask_first(
            self, told.RULES_BACK_TITLE, told.RULES_BACK_TEXT, do=told.RULES_BACK_DO, stay=told.CANCEL, action=self._put_rules_away
        )  # fmt: skip

    def _put_rules_away(self) -> None:
        following = self._following
        kept = self._try(following.put_rules_away) if following is not None else None
        if kept is not None:
            self.refresh()
            self._say(told.RULES_ARE_BACK.format(name=kept.name))

    def _keep(self, keep: Callable[[Following, str], None], said: str = "") -> None:
        following, client = self._following, self._visit.client
        if following is None or client is None:
            return
        try:
            keep(following, client.code)
        except AnkletestError as error:
            self._say(say(str(error)))
            return
        self.refresh()
        self._say(said)

    def _try(self, ask: Callable[[], Asked]) -> Asked | None:
        try:
            return ask()
        except AnkletestError as error:
            self._say(say(str(error)))
            return None

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, AnkletestError):
            raise error
        self._say(say(str(error)))

    def _say(self, text: str) -> None:
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))


def _keys(kept: Sequence[KeptTarget], ladder: Ladder) -> frozenset[str]:
    """Return which numbers the page needs while it does not show all: clinical ones, those of targets, and what the ladder looks at."""
    return CLINICAL.union(DECAYS, (one.target.metric for one in kept), (form.metric for rung in ladder.rungs for form in rung.forms))


def _levels(kept: Sequence[KeptTarget], found: Sequence[Track]) -> dict[Conditions, Mapping[tuple[str, str], float]]:
    """Return targets as levels of the plots, by track, metric and leg; one of an older version has no place in a trend of another."""
    levels: dict[Conditions, dict[tuple[str, str], float]] = {}
    for one in kept:
        conditions = conditions_of(one.setup)
        track = next((each for each in found if each.conditions == conditions), None)
        metric = next((each for each in track.metrics if each.key == one.target.metric), None) if track is not None else None
        if track is not None and metric is not None and trend_of(track, metric).version == one.version:
            levels.setdefault(conditions, {})[one.target.metric, one.setup.side.value] = one.target.value
    return dict(levels)

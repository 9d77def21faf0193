"""What the window asks for before an exam: what its clinical numbers need."""

from ankletest import exams
from ui.pages.setup_bar import SetupBar


def test_what_only_the_research_tier_needs_is_not_asked_for(qtbot) -> None:
    bar = SetupBar()
    qtbot.addWidget(bar)
    research = {(exam.key, ask.key) for exam in exams.EXAMS for ask in exam.asks if ask.research}

    assert ("stance", "foot_length_m") in research
    assert research.isdisjoint(bar.asked)
    assert set(bar.asked) == {(exam.key, ask.key) for exam in exams.EXAMS for ask in exam.asks} - research

"""The stylesheet of the window with tokens to fill in; colours themselves are in ``theme``.

Spin boxes have no arrows because the sheet gives them none: told ``NoButtons``, Qt 6.11 leaves the text of a styled box one pixel of room.
The text of a box then begins at its very edge, whatever padding the sheet asks for: ``ask_box.inset`` moves it.
"""

QSS = """
QToolTip {{ background:{text}; color:{surface}; border:none; padding:5px 8px; }}
QFrame#card {{ background:{surface}; border:1px solid {border}; border-radius:12px; }}
QFrame#nav {{ background:{nav}; }}
QFrame#nav QToolButton {{ color:{nav_text}; background:transparent; border:2px solid transparent; border-radius:10px;
  padding:3px 0 1px 0; font-size:11px; font-weight:500; }}
QFrame#nav QToolButton:hover {{ background:{nav_active}; }}
QFrame#nav QToolButton:checked {{ background:{nav_active}; color:{on_nav}; }}
QFrame#nav QToolButton:focus {{ border:2px solid {on_nav}; }}
QLabel#logo {{ background:{accent}; color:{on_accent}; border-radius:12px; font-size:22px; font-weight:700; }}
QPushButton {{ background:{surface}; color:{text}; border:1px solid {border}; border-radius:8px; padding:9px 16px; font-weight:500; }}
QPushButton:hover {{ background:{raised}; border-color:{edge}; }}
QPushButton:pressed {{ background:{border}; }}
QPushButton:disabled {{ color:{faint}; background:{bg}; }}
QPushButton:focus {{ border:2px solid {accent}; padding:8px 15px; }}
QPushButton[kind="primary"] {{ background:{accent}; color:{on_accent}; border:1px solid {accent}; font-weight:600; font-size:16px;
  padding:12px 26px; }}
QPushButton[kind="danger"] {{ background:{bad}; color:{on_bad}; border:1px solid {bad}; font-weight:600; font-size:16px;
  padding:12px 26px; }}
QPushButton[kind="primary"]:disabled, QPushButton[kind="danger"]:disabled {{ background:{border}; color:{faint}; border-color:{border}; }}
QPushButton[kind="primary"]:focus, QPushButton[kind="danger"]:focus {{ border:2px solid {text}; padding:11px 25px; }}
QPushButton[kind="choice"]:checked {{ background:{accent_soft}; color:{text}; border-color:{accent}; font-weight:600; }}
QWidget#scale {{ border-radius:10px; }}
QWidget#scale:focus {{ background:{surface}; }}
QWidget#scale QPushButton {{ padding:0; }}
QWidget#scale QPushButton:checked {{ background:{accent}; color:{on_accent}; border-color:{accent}; font-weight:600; }}
QWidget#segments QPushButton {{ border-radius:0; min-width:84px; padding:8px 14px; }}
QWidget#segments QPushButton#left {{ border-top-left-radius:8px; border-bottom-left-radius:8px; border-right:none; }}
QWidget#segments QPushButton#right {{ border-top-right-radius:8px; border-bottom-right-radius:8px; }}
QWidget#segments QPushButton#left:checked {{ background:{left}; color:{on_accent}; border-color:{left}; font-weight:600; }}
QWidget#segments QPushButton#right:checked {{ background:{right}; color:{on_accent}; border-color:{right}; font-weight:600; }}
QWidget#segments QPushButton:focus {{ border:2px solid {text}; padding:7px 13px; }}
QLabel[role="h1"] {{ font-size:22px; font-weight:600; color:{text}; }}
QLabel[role="h2"] {{ font-size:16px; font-weight:600; color:{text}; }}
QLabel[role="sub"] {{ font-size:13px; color:{muted}; }}
QLabel[role="fact"] {{ font-size:13px; font-weight:500; color:{text}; }}
QLabel[role="fact"][state="good"] {{ color:{good}; }}
QLabel[role="fact"][state="bad"] {{ color:{bad}; }}
QLabel[role="cap"] {{ font-size:12px; font-weight:500; color:{muted}; }}
QLabel[role="big"] {{ font-size:30px; font-weight:600; color:{muted}; }}
QLabel[role="error"] {{ font-size:13px; font-weight:500; color:{bad}; }}
QLabel#chip {{ border:1px solid {border}; border-radius:13px; padding:4px 11px; font-size:12px; font-weight:500; background:{raised};
  color:{muted}; }}
QLabel#chip[state="good"] {{ background:{good_soft}; border-color:{good_soft}; color:{good}; }}
QLabel#chip[state="warn"] {{ background:{warn_soft}; border-color:{warn_soft}; color:{warn}; }}
QLabel#chip[state="bad"] {{ background:{bad_soft}; border-color:{bad_soft}; color:{bad}; }}
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit, QPlainTextEdit {{ background:{surface}; color:{text}; border:1px solid {edge};
  border-radius:8px; padding:7px 10px; selection-background-color:{accent}; selection-color:{on_accent}; }}
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus, QPlainTextEdit:focus {{ border:2px solid {accent};
  padding:6px 9px; }}
QSpinBox, QDoubleSpinBox, QDateEdit {{ padding:5px 10px 6px 10px; }}
QSpinBox:focus, QDoubleSpinBox:focus, QDateEdit:focus {{ padding:4px 9px 5px 9px; }}
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled, QPlainTextEdit:disabled {{ color:{faint}; background:{bg};
  border-color:{border}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width:0; height:0; border:none; }}
QMenu {{ background:{surface}; color:{text}; border:1px solid {border}; padding:4px; }}
QMenu::item {{ padding:7px 14px; border-radius:6px; }}
QMenu::item:selected {{ background:{accent_soft}; color:{text}; }}
QComboBox::drop-down {{ border:none; width:24px; }}
QComboBox::down-arrow {{ image:url("{arrow}"); width:12px; height:12px; }}
QComboBox QAbstractItemView {{ background:{surface}; border:1px solid {border}; selection-background-color:{accent_soft};
  selection-color:{text}; }}
QTableView, QListView, QTreeView {{ background:{surface}; alternate-background-color:{raised}; border:1px solid {border};
  border-radius:8px; gridline-color:{grid}; selection-background-color:{accent_soft}; selection-color:{text}; }}
QTableView:focus, QListView:focus, QTreeView:focus {{ border:2px solid {accent}; }}
QListWidget#groups {{ background:transparent; border:none; outline:none; }}
QListWidget#groups::item {{ color:{text}; border:2px solid transparent; border-radius:8px; padding:9px 10px; margin-bottom:4px; }}
QListWidget#groups::item:hover {{ background:{surface}; }}
QListWidget#groups::item:selected {{ background:{accent_soft}; color:{text}; }}
QListWidget#groups:focus {{ border:none; }}
QListWidget#groups::item:selected:active {{ border:2px solid {accent}; }}
QListWidget#groups::item:selected:!active {{ border:2px solid transparent; }}
QCheckBox {{ spacing:8px; padding:5px; border:2px solid transparent; border-radius:6px; }}
QCheckBox:focus {{ border:2px solid {accent}; }}
QCheckBox::indicator {{ width:16px; height:16px; border:2px solid {edge}; border-radius:4px; background:{surface}; }}
QCheckBox::indicator:checked {{ background:{accent}; border-color:{accent}; image:url("{tick}"); }}
QCheckBox::indicator:disabled {{ border-color:{border}; }}
QCheckBox:disabled {{ color:{faint}; }}
QSlider:horizontal {{ min-height:26px; border:2px solid transparent; border-radius:6px; }}
QSlider:focus {{ border:2px solid {accent}; }}
QHeaderView::section {{ background:{raised}; color:{muted}; border:none; border-bottom:1px solid {border}; padding:7px 10px;
  font-size:12px; font-weight:500; }}
QScrollArea {{ border:none; background:transparent; }}
QScrollBar:vertical {{ background:transparent; width:10px; margin:2px; }}
QScrollBar::handle:vertical {{ background:{edge}; border-radius:3px; min-height:28px; }}
QScrollBar:horizontal {{ background:transparent; height:10px; margin:2px; }}
QScrollBar::handle:horizontal {{ background:{edge}; border-radius:3px; min-width:28px; }}
QAbstractScrollArea::corner {{ background:transparent; border:none; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height:0; width:0; }}
QProgressBar {{ background:{grid}; border:none; border-radius:4px; max-height:8px; text-align:center; color:transparent; }}
QProgressBar::chunk {{ background:{accent}; border-radius:4px; }}
"""

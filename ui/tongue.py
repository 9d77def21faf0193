"""The language of the window: chosen once at the start, put on the words of every page, and said of what the core tells; no texts."""

import importlib
import os
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType, ModuleType
from typing import cast

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

import ui.words
from ankletest.language import SOURCE, Language, language, languages

SETTING = "ANKLETEST_LANGUAGE"
"""Variable that says ``en``, ``de`` or ``system``."""
SYSTEM = "system"
NOT_TEXT = "NOT_TEXT"
"""A module of words names in it which of its constants are keys of the program or are recorded: they stay as they are."""


class _Spoken:
    """The language that is spoken now, and the English of what was put on."""

    def __init__(self) -> None:
        self.language: Language = language(SOURCE)
        self.english: dict[str, dict[str, object]] = {}


_NOW = _Spoken()


def wanted(setting: str = SYSTEM) -> str:
    """Return the code of the language.

    That of the setting; where it leaves it to the system that of the variable, else of the system where it is there, else English.
    """
    asked = setting if setting != SYSTEM else os.environ.get(SETTING, "") or SYSTEM
    code = QLocale.system().name().partition("_")[0] if asked == SYSTEM else asked
    return code if code in languages() else SOURCE


def speak(code: str) -> None:
    """Put a language on every module of words; before the pages are imported, as some of them take words then.

    English again gives every constant back as it was written.
    """
    _NOW.language = language(code)
    QLocale.setDefault(QLocale(code))
    for name, module in modules():
        _put_on(module, name)


def modules() -> Iterator[tuple[str, ModuleType]]:
    """Yield every module of words by its name."""
    for found in pkgutil.iter_modules(ui.words.__path__):
        yield found.name, importlib.import_module(f"{ui.words.__name__}.{found.name}")


def say(text: str) -> str:
    """Return what the core tells in the language of the window."""
    return _NOW.language.say(text)


def english(text: str) -> str:
    """Return the English of a text that was chosen on screen: what is recorded and stored does not depend on the language."""
    return _NOW.language.english(text)


def spoken() -> str:
    """Return the code of the language that is spoken."""
    return _NOW.language.code


def translate_qt(app: QApplication) -> None:
    """Let Qt's own dialogs and buttons speak too; without its file of texts they stay English."""
    if spoken() == SOURCE:
        return
    theirs = QTranslator(app)
    if theirs.load(f"qtbase_{spoken()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(theirs)


def said_of(value: object, word: Callable[[str], str]) -> object:
    """Return a constant with every text in it said by ``word``; keys of mappings stay."""
    if isinstance(value, str):
        return word(value)
    if isinstance(value, tuple):
        return tuple(said_of(one, word) for one in cast("tuple[object, ...]", value))
    if isinstance(value, (dict, MappingProxyType)):
        table = {key: said_of(one, word) for key, one in cast("Mapping[object, object]", value).items()}
        return table if isinstance(value, dict) else MappingProxyType(table)
    return value


def constants(module: ModuleType) -> dict[str, object]:
    """Return the constants of a module of words that are texts, by name."""
    fixed = (*cast("tuple[str, ...]", getattr(module, NOT_TEXT, ())), NOT_TEXT)
    return {name: value for name, value in vars(module).items() if name.isupper() and name not in fixed}


def _put_on(module: ModuleType, name: str) -> None:
    written = _NOW.english.setdefault(name, constants(module))
    for constant, value in written.items():
        setattr(module, constant, said_of(value, partial(_NOW.language.word, place=f"{name}.{constant}")))

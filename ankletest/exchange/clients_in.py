"""Takes a table of clients apart: which column is what, what every row says, what is wrong with it, who it could be; it stores nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from ankletest.exchange.cells import (
    UNITS,
    DateOrder,
    Unreadable,
    order_of,
    read_birth,
    read_consent,
    read_date,
    read_height,
    read_length,
    read_mass,
    read_sex,
    read_side,
    read_tested,
)
from ankletest.exchange.sheet import Line, Sheet
from ankletest.samples import Side
from ankletest.store.alike import Alike, Face, Faces, Kind, plain
from ankletest.store.client_book import free_codes
from ankletest.store.people import Consent, Details, Fault, Purpose, Said, Wrong, faults, kept_asks, measure_key

MEASURES = tuple(measure_key(exam, ask.key, side) for exam, ask in kept_asks() for side in Side)
FIELDS = (
    "code", "name", "first_name", "last_name", "birth_date", "sex", "height_m", "mass_kg", "involved", "injury", "injured_on", "dominant",
    "tested", "note", *(f"consent_{purpose.value}{tail}" for purpose in Purpose for tail in ("", "_on")), *MEASURES,
)  # fmt: skip
"""What a column may be."""
DATES = frozenset({"birth_date", "injured_on", *(f"consent_{purpose.value}_on" for purpose in Purpose)})
HEADINGS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "code": ("code", "id", "client", "client id", "client code", "number", "no", "nr", "nummer", "patient id", "patientennummer", "pat nr",
             "kuerzel", "klient", "klienten id", "kundennummer", "patientnr", "patient no", "pid"),
    "name": ("name", "full name", "patient", "patient name", "client name", "vollstaendiger name", "name vorname", "klientenname"),
    "first_name": ("first name", "firstname", "given name", "forename", "vorname", "first"),
    "last_name": ("last name", "lastname", "surname", "family name", "nachname", "familienname", "zuname", "last"),
    "birth_date": ("birth date", "birthdate", "date of birth", "dob", "birthday", "born", "geburtsdatum", "geburtstag", "geb", "geboren",
                   "geb datum", "geb am", "geboren am", "year of birth", "birth year", "geburtsjahr", "jahrgang"),
    "sex": ("sex", "gender", "geschlecht", "anrede", "m w", "w m", "m w d"),
    "height_m": ("height", "body height", "stature", "groesse", "koerpergroesse", "koerperhoehe"),
    "mass_kg": ("mass", "weight", "body mass", "body weight", "gewicht", "koerpergewicht", "masse", "koerpermasse"),
    "involved": ("involved", "involved side", "involved leg", "injured side", "injured leg", "affected side", "affected leg", "side",
                 "seite", "betroffene seite", "verletzte seite", "verletztes bein", "betroffenes bein", "injury side", "verletzungsseite"),
    "injury": ("injury", "diagnosis", "diagnose", "verletzung", "what injury", "befund"),
    "injured_on": ("injured on", "injury date", "date of injury", "verletzungsdatum", "verletzt am", "unfalldatum", "unfalltag",
                   "datum der verletzung", "accident date"),
    "dominant": ("dominant", "dominant side", "dominant leg", "kicking leg", "dominante seite", "dominantes bein", "schussbein",
                 "standbein"),
    "tested": ("tested", "tested side", "tested leg", "test leg", "testbein", "getestetes bein", "getestete seite", "testseite"),
    "note": ("note", "notes", "remark", "remarks", "comment", "comments", "notiz", "notizen", "bemerkung", "bemerkungen", "anmerkung",
             "kommentar"),
    "consent_tests": ("consent", "consent tests", "einwilligung", "einverstaendnis", "zustimmung", "einwilligung tests"),
    "consent_tests_on": ("consent on", "consent date", "consent tests on", "date of consent", "einwilligung am", "datum der einwilligung",
                         "einwilligungsdatum"),
    "consent_sharing": ("consent sharing", "einwilligung weitergabe"),
    "consent_sharing_on": ("consent sharing on", "einwilligung weitergabe am"),
    "consent_research": ("consent research", "einwilligung forschung"),
    "consent_research_on": ("consent research on", "einwilligung forschung am"),
    "stance.foot_length_m.left": ("foot length left", "left foot length", "fusslaenge links", "fusslaenge l", "linke fusslaenge"),
    "stance.foot_length_m.right": ("foot length right", "right foot length", "fusslaenge rechts", "fusslaenge r", "rechte fusslaenge"),
    "stance.foot_width_m.left": ("foot width left", "left foot width", "fussbreite links", "fussbreite l"),
    "stance.foot_width_m.right": ("foot width right", "right foot width", "fussbreite rechts", "fussbreite r"),
    "heel_raise.lever_m.left": ("heel raise lever left", "hebel links", "fersenhebel links"),
    "heel_raise.lever_m.right": ("heel raise lever right", "hebel rechts", "fersenhebel rechts"),
})  # fmt: skip
"""How columns are called, in English and German, plain: small letters, no accents or marks, no unit."""
LINE = "line "
"""Before the number of a row of the same table, as the token of who is alike."""
NOT_KICKING = frozenset({"standbein"})
"""Headings of the other leg than the one that kicks."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table is read: what each column is (by its number), in which unit, and which number of a date is the day (None: not known)."""

    columns: Mapping[int, str]
    units: Mapping[int, str]
    order: DateOrder | None = None
    turned: frozenset[int] = frozenset()

    def put(self, index: int, field: str) -> "Plan":
        """Return the plan with a column as something else, empty for nothing; no two columns are the same."""
        columns = {k: name for k, name in self.columns.items() if name != field and k != index}
        return replace(self, columns={**columns, index: field} if field else columns)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was understood: who it is unless something is wrong, and who it could be."""

    line: int
    details: Details
    wrong: tuple[Fault, ...] = ()
    alike: tuple[Alike, ...] = ()

    @property
    def good(self) -> bool:
        """True where it can be imported without a question."""
        return not self.wrong and not self.alike


def guess(sheet: Sheet) -> Plan:
    """Guess what the columns are from their headings, and the order of dates from what is in them."""
    columns: dict[int, str] = {}
    units: dict[int, str] = {}
    turned: set[int] = set()
    for index, heading in enumerate(sheet.header):
        name, unit = _heading(heading)
        exact = next((field for field in FIELDS if heading.strip().casefold() == field), None)
        field = exact or next((field for field, names in HEADINGS.items() if name in names), None)
        if unit:
            units[index] = unit
        if field is not None and field not in columns.values():
            columns[index] = field
            if name in NOT_KICKING:
                turned.add(index)
    return Plan(columns, units, _order(sheet, columns), frozenset(turned))


def read_clients(sheet: Sheet, plan: Plan, known: Faces, codes: frozenset[str], today: date) -> list[Row]:
    """Read every row.

    Parameters
    ----------
    sheet
        The table.
    plan
        What its columns are.
    known
        Everybody in the store; who is in the table is held against those above in it, too, as ``line N``.
    codes
        The codes that are taken. Who has none gets one: initials and the lowest free number.
    today
        No day may be after it.
    """
    written = {cell.casefold() for index, field in plan.columns.items() if field == "code" for cell in sheet.column(index)}
    give = free_codes({*codes, *written})
    taken = {code.casefold() for code in codes}
    seen: set[str] = set()
    rows: list[Row] = []
    for line in sheet.lines:
        details, wrong = _details(line, plan)
        if not details.code and not details.name:
            wrong.append(Fault("name", Wrong.NOBODY))
        elif details.code.casefold() in seen:
            wrong.append(Fault("code", Wrong.CODE_TWICE, details.code))
        if details.code:
            seen.add(details.code.casefold())
        wrong += [fault for fault in faults(details, today) if fault.wrong is not Wrong.NO_CODE]
        face = Face(f"{LINE}{line.number}", details.name, details.birth_date, details.birth_year)
        alike = [] if wrong else known.find(face)
        if details.code.casefold() in taken:
            alike.insert(0, Alike(details.code, Kind.CODE))
        if not wrong:
            known.put(face)
            if not details.code:
                details = replace(details, code=give(details.name))
        rows.append(Row(line.number, details, tuple(wrong), tuple(alike)))
    return rows


def _details(line: Line, plan: Plan) -> tuple[Details, list[Fault]]:
    """Return what a row says, as far as it can be read, and what cannot."""
    wrong: list[Fault] = []
    told: dict[str, str] = {}
    values: dict[str, object] = {}
    measures: dict[str, float] = {}
    said: dict[str, Said] = {}
    days: dict[str, date] = {}
    for index, field in plan.columns.items():
        text = line.cells[index] if index < len(line.cells) else ""
        if not text:
            continue
        unit = plan.units.get(index, "")
        try:
            if field == "birth_date":
                values["birth_date"], values["birth_year"] = read_birth(text, plan.order)
            elif field in DATES:
                days[field] = read_date(text, plan.order)
            elif field in MEASURES:
                measures[field] = read_length(text, unit)
            elif field.startswith("consent_"):
                said[field] = read_consent(text)
            elif field in _READERS:
                value = _READERS[field](text, unit)
                values[field] = value.other if index in plan.turned and isinstance(value, Side) else value
            else:
                told[field] = text
        except Unreadable as why:
            wrong.append(Fault(field, why.wrong, text))
    name = told.get("name") or " ".join(told[part] for part in ("first_name", "last_name") if part in told)
    consents = tuple(
        Consent(purpose, said[key], days.get(f"{key}_on")) for purpose in Purpose if (key := f"consent_{purpose.value}") in said
    )
    details = Details(
        told.get("code", ""), " ".join(name.split()), injury=told.get("injury", ""), injured_on=days.get("injured_on"),
        note=told.get("note", ""), measures=measures, consents=consents,
    )  # fmt: skip
    return replace(details, **values), wrong  # type: ignore[arg-type]  # each reader's value is of its field's type


_READERS: Mapping[str, Callable[[str, str], object]] = MappingProxyType({
    "sex": lambda text, _: read_sex(text),
    "height_m": read_height,
    "mass_kg": read_mass,
    "involved": lambda text, _: read_side(text),
    "dominant": lambda text, _: read_side(text),
    "tested": lambda text, _: read_tested(text),
})  # fmt: skip


def _heading(text: str) -> tuple[str, str]:
    """Return a heading in plain letters, and the unit that it names."""
    words = plain(text).split()
    if len(words) > 1 and words[-1] in UNITS:
        return " ".join(words[:-1]), words[-1]
    return " ".join(words), ""


def _order(sheet: Sheet, columns: Mapping[int, str]) -> DateOrder | None:
    return order_of([text for index, field in columns.items() if field in DATES for text in sheet.column(index)])

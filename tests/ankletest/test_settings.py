"""The settings file: what is written is read again, wrong entries are told one by one, a newer file is kept, gravity is the place's."""

import math
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ankletest.errors import SettingsError
from ankletest.settings import (
    FORMAT,
    NEVER,
    STANDARD_G,
    GravityBy,
    Length,
    Mass,
    Scheme,
    Settings,
    checked,
    gravity_at,
    load,
    save,
)

OTHER = Settings(
    length=Length.INCH, mass=Mass.POUND, gravity=GravityBy.PLACE, latitude_deg=-33.5, altitude_m=420.0, typed_m_s2=9.81,
    clinic='Praxis "Sprung" \\ Söhne', logo="logo.png", language="de", theme=Scheme.DARK, text_percent=150, volume_percent=40, muted=True,
    voice=False, sound_device="Line out", lock_minutes=NEVER, data_folder="C:\\data", old_data_folder="/old",
    backup_folder="/backups", backup_days=30,
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "settings.toml"


def test_nothing_there_is_the_defaults_and_no_sentence(path: Path) -> None:
    loaded = load(path)
    assert loaded.settings == Settings()
    assert loaded.told == ()
    assert not path.exists(), "reading writes nothing"


def test_every_entry_comes_back_as_it_was_written(path: Path) -> None:
    assert all(getattr(OTHER, one.name) != getattr(Settings(), one.name) for one in fields(Settings)), "each differs from its default"
    save(path, OTHER)
    assert load(path).settings == OTHER
    assert load(path).told == ()
    assert [p.name for p in path.parent.iterdir()] == ["settings.toml"], "nothing is left beside it"


@given(clinic=st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")), max_size=120))
def test_any_name_of_one_line_comes_back(tmp_path_factory: pytest.TempPathFactory, clinic: str) -> None:
    path = tmp_path_factory.mktemp("names") / "settings.toml"
    save(path, Settings(clinic=clinic))
    assert load(path).settings.clinic == clinic


WRONG = (
    ("length", '"yard"'), ("mass", "3"), ("gravity", "true"), ("latitude_deg", "91.0"), ("altitude_m", '"high"'), ("typed_m_s2", "nan"),
    ("clinic", '"two\\nlines"'), ("logo", '"../secret.png"'), ("language", '"fr"'), ("theme", '"pink"'), ("text_percent", "151"),
    ("volume_percent", "50.5"), ("muted", "1"), ("voice", '"yes"'), ("sound_device", "7"), ("lock_minutes", "-1.0"), ("data_folder", "[]"),
    ("lock_minutes", "false"), ("typed_m_s2", "1.6"), ("text_percent", "true"), ("lock_minutes", "inf"),
)  # fmt: skip


@pytest.mark.parametrize(("key", "value"), WRONG)
def test_a_wrong_entry_is_told_and_only_that_one_is_the_default(path: Path, key: str, value: str) -> None:
    save(path, OTHER)
    lines = [f"{key} = {value}" if line.startswith(f"{key} = ") else line for line in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join(lines), "utf-8")

    loaded = load(path)

    assert loaded.settings == replace(OTHER, **{key: getattr(Settings(), key)})
    assert len(loaded.told) == 1
    assert loaded.told[0].startswith(f"Settings: {key} is ")
    assert "used instead" in loaded.told[0]


def test_an_entry_that_nobody_knows_is_told(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('colour = "blue"\nclinic = "Sole"\n', "utf-8")
    loaded = load(path)
    assert loaded.settings == Settings(clinic="Sole")
    assert loaded.told == ("Settings: nobody knows the entry colour; it is left out.",)


@pytest.mark.parametrize("content", [b"clinic = ", b"\xff\xfe", b"[[["])
def test_a_file_that_is_no_toml_gives_the_defaults_and_is_kept_when_settings_are_written(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    loaded = load(path)
    assert loaded.settings == Settings()
    assert "cannot be read" in loaded.told[0]
    save(path, OTHER)
    assert load(path).settings == OTHER
    assert path.with_name("settings-kept-1.toml").read_bytes() == content


def test_what_a_newer_program_wrote_is_used_as_far_as_it_is_known_and_kept(path: Path) -> None:
    path.parent.mkdir()
    content = f'format = {FORMAT + 1}\nclinic = "Sole"\nfuture = 3\n'
    path.write_text(content, "utf-8")
    loaded = load(path)
    assert loaded.settings == Settings(clinic="Sole")
    assert len(loaded.told) == 1
    assert f"format {FORMAT + 1}" in loaded.told[0]
    assert f"format {FORMAT}" in loaded.told[0]
    for _ in range(2):
        save(path, Settings())
        path.write_text(content, "utf-8")
    assert {p.name for p in path.parent.iterdir()} == {"settings.toml", "settings-kept-1.toml", "settings-kept-2.toml"}
    assert path.with_name("settings-kept-1.toml").read_text("utf-8") == content


def test_what_may_not_be_written_is_refused_and_the_file_is_as_it_was(path: Path) -> None:
    save(path, OTHER)
    before = path.read_bytes()
    for wrong in (replace(OTHER, text_percent=500), replace(OTHER, lock_minutes=0.5), replace(OTHER, typed_m_s2=math.nan)):
        with pytest.raises(SettingsError):
            save(path, wrong)
        with pytest.raises(SettingsError):
            checked(wrong)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(SettingsError, match="cannot be written"):
        save(in_the_way / "settings.toml", Settings())


# Normal gravity of WGS 84 at the equator, 45° and the pole, m/s² (NIMA TR8350.2, table 3.4 and its closed formula).
@pytest.mark.parametrize(("latitude", "expected"), [(0.0, 9.7803253359), (45.0, 9.8061977695), (90.0, 9.8321849378), (-45.0, 9.8061977695)])
def test_gravity_is_that_of_the_ellipsoid(latitude: float, expected: float) -> None:
    assert gravity_at(latitude, 0.0) == pytest.approx(expected, abs=1e-9)  # digits of the published values


def test_gravity_is_less_on_a_mountain() -> None:
    assert gravity_at(47.0, 0.0) - gravity_at(47.0, 1000.0) == pytest.approx(0.003086, abs=1e-12)


def test_the_gravity_of_the_settings_is_what_was_chosen() -> None:
    settings = Settings(latitude_deg=60.0, altitude_m=100.0, typed_m_s2=9.79)
    assert settings.gravity_m_s2 == STANDARD_G
    assert replace(settings, gravity=GravityBy.PLACE).gravity_m_s2 == gravity_at(60.0, 100.0)
    assert replace(settings, gravity=GravityBy.TYPED).gravity_m_s2 == 9.79


def test_settings_are_read_without_anything_heavy() -> None:
    code = "import sys, ankletest.settings; print(sorted({'numpy', 'scipy', 'PySide6', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from connectors.core.errors import ConfigurationError
from orchestration.planning_settings import read_settings, write_settings
from orchestration.settings import Settings

HEADER = "scope,key,lead_time_days,service_level,pack_size\n"
RECIPES = "menu_item,ingredient,quantity,unit,stock_unit\n"


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.csv"
    path.write_text(text, encoding=encoding)
    return folder


def rows(folder: Path, table: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        write_settings(connection, read_settings(folder))
        return connection.execute(f"from raw_settings.{table}").fetchall()


def test_without_files_there_is_the_default_row_and_nothing_else(tmp_path: Path) -> None:
    assert rows(tmp_path, "replenishment") == [
        ("default", None, Decimal(7), Decimal(0), 7, Decimal("0.95"), Decimal(1), Decimal(0), None, None)
    ]
    assert rows(tmp_path, "item_map") == []
    assert rows(tmp_path, "location_map") == []
    assert rows(tmp_path, "recipes") == []
    assert rows(tmp_path, "dayparts") == [
        ("breakfast", 5),
        ("lunch", 11),
        ("afternoon", 15),
        ("dinner", 17),
        ("late night", 22),
    ]


def test_the_dayparts_of_a_file_are_all_that_there_are(tmp_path: Path) -> None:
    folder = write(tmp_path / "s", "dayparts", "daypart,starts_at_hour\nnight,0\nday,8\n")
    assert rows(folder, "dayparts") == [("night", 0), ("day", 8)]
    assert len(rows(write(tmp_path / "s", "dayparts", "daypart,starts_at_hour\n"), "dayparts")) == 5


def test_quantities_of_recipes_are_told_in_the_unit_in_which_the_ingredient_is_counted(
    tmp_path: Path,
) -> None:
    text = (
        "LATTE,BEANS,18,g,kg\nMOCHA,BEANS,0.02,,\nLATTE,MILK,200,ml,L\nPIE,FLOUR,8,oz,lb\n"
        "PIE,BUTTER,100,g,lb\nPIE,EGG,2,,\nPIE,SUGAR,1.5,oz,g\n"
    )
    assert rows(write(tmp_path / "s", "recipes", RECIPES + text), "recipes") == [
        ("LATTE", "BEANS", Decimal("0.018"), "kg"),
        ("MOCHA", "BEANS", Decimal("0.02"), "kg"),
        ("LATTE", "MILK", Decimal("0.2"), "l"),
        ("PIE", "FLOUR", Decimal("0.5"), "lb"),
        ("PIE", "BUTTER", Decimal("0.22046226"), "lb"),
        ("PIE", "EGG", Decimal(2), None),
        ("PIE", "SUGAR", Decimal("42.52428469"), "g"),
    ]


def test_a_recipe_may_stand_in_another(tmp_path: Path) -> None:
    text = "PASTA,SAUCE,0.2,,\nSAUCE,TOMATO,0.8,,\nPASTA,TOMATO,1,,\nPIZZA,SAUCE,0.1,,\n"
    assert len(rows(write(tmp_path / "s", "recipes", RECIPES + text), "recipes")) == 4


def test_the_tables_have_exact_types(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        write_settings(connection, read_settings(tmp_path))
        types = dict(
            connection.execute(
                "select column_name, data_type from information_schema.columns"
                " where table_schema = 'raw_settings' and table_name = 'replenishment'"
            ).fetchall()
        )
    assert types["scope"] == "VARCHAR"
    assert types["review_period_days"] == types["shelf_life_days"] == "INTEGER"
    assert {types[name] for name in ("lead_time_days", "service_level", "pack_size", "max_stock")} == {
        "DECIMAL(18,4)"
    }


def test_a_default_row_keeps_what_it_says_and_is_completed(tmp_path: Path) -> None:
    folder = write(tmp_path / "s", "replenishment", HEADER + "default,,3.5,,\nitem,SKU-1,,0.98,12\n")
    default, item = rows(folder, "replenishment")
    assert default[:6] == ("default", None, Decimal("3.5"), Decimal(0), 7, Decimal("0.95"))
    assert item[:7] == ("item", "SKU-1", None, None, None, Decimal("0.98"), Decimal(12))


def test_a_byte_order_mark_and_empty_lines_are_no_trouble(tmp_path: Path) -> None:
    folder = write(tmp_path / "s", "item_map", "item_id,item_key\n\na:1,tea\n,\n", encoding="utf-8-sig")
    assert rows(folder, "item_map") == [("a:1", "tea")]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        (
            "replenishment",
            "scope,key,leadtime_days\n",
            "line 1: there is no column 'leadtime_days'; did you mean 'lead_time_days'?",
        ),
        ("replenishment", "key,lead_time_days\n", "line 1: the column 'scope' is missing; add it."),
        (
            "replenishment",
            HEADER.strip() + ",pack_size\n",
            "line 1: the column 'pack_size' stands there twice; keep one.",
        ),
        (
            "replenishment",
            HEADER + "item,a,-1,,\n",
            "line 2: lead_time_days is '-1'; input should be greater than or equal to 0.",
        ),
        (
            "replenishment",
            HEADER + "item,a,soon,,\n",
            "line 2: lead_time_days is 'soon'; input should be a valid decimal.",
        ),
        (
            "replenishment",
            HEADER + "item,a,,0.49,\n",
            "line 2: service_level is '0.49'; input should be greater than or equal to 0.5.",
        ),
        (
            "replenishment",
            HEADER + "item,a,,95,\n",
            "line 2: service_level is '95'; input should be less than or equal to 0.999.",
        ),
        (
            "replenishment",
            HEADER + "item,a,,,0\n",
            "line 2: pack_size is '0'; input should be greater than 0.",
        ),
        (
            "replenishment",
            HEADER + "shop,a,,,\n",
            "line 2: scope is 'shop'; input should be 'item', 'supplier', 'category' or 'default'.",
        ),
        ("replenishment", HEADER + "item,,,,\n", "line 2: a row of scope item needs a key; fill the cell."),
        (
            "replenishment",
            HEADER + "default,a,,,\n",
            "line 2: the default row has no key; leave the cell empty.",
        ),
        (
            "replenishment",
            HEADER + "item,a,1,,\nitem,b,1,,\nitem, a,2,,\n",
            "line 4: 'item a' stands in line 2 already; keep one of the two.",
        ),
        (
            "replenishment",
            HEADER + "item,a,1\n",
            "line 2: 3 cells under 5 columns; write one cell a column, and quote a cell that holds a comma.",
        ),
        (
            "item_map",
            "item_id,item_key\na:1,\n",
            "line 2: item_key is an empty cell; input should be a valid string.",
        ),
        (
            "location_map",
            "location_id,location_key\na,x\na,y\n",
            "line 3: 'a' stands in line 2 already; keep one of the two.",
        ),
        (
            "dayparts",
            "daypart,starts_at\n",
            "line 1: there is no column 'starts_at'; did you mean 'starts_at_hour'?",
        ),
        (
            "dayparts",
            "daypart,starts_at_hour\nlunch,24\n",
            "line 2: starts_at_hour is '24'; input should be less than or equal to 23.",
        ),
        (
            "dayparts",
            "daypart,starts_at_hour\nlunch,11:30\n",
            "line 2: starts_at_hour is '11:30'; input should be a valid integer, "
            "unable to parse string as an integer.",
        ),
        (
            "dayparts",
            "daypart,starts_at_hour\nnight,0\nlunch,11\nlunch,14\n",
            "line 4: 'lunch' stands in line 3 already; keep one of the two.",
        ),
        (
            "dayparts",
            "daypart,starts_at_hour\nnight,0\nday,0\n",
            "line 3: '0' stands in line 2 already; keep one of the two.",
        ),
        (
            "dayparts",
            "daypart,starts_at_hour\nnot told,0\n",
            "line 2: daypart is 'not told'; sales without a known hour are called that; choose another name.",
        ),
        (
            "recipes",
            RECIPES + "LATTE,BEANS,0,,\n",
            "line 2: quantity is '0'; input should be greater than 0.",
        ),
        (
            "recipes",
            RECIPES + "LATTE,BEANS,2,cup,ml\n",
            "line 2: unit is 'cup'; input should be 'each', 'g', 'kg', 'oz', 'lb', 'ml' or 'l'.",
        ),
        (
            "recipes",
            RECIPES + "LATTE,MILK,1,,\nLATTE,BEANS,18,g,\n",
            "line 3: the quantity is in g, but no line tells in which unit 'BEANS' is counted; "
            "fill its stock_unit, or empty unit if it is the same.",
        ),
        (
            "recipes",
            RECIPES + "LATTE,MILK,200,g,l\n",
            "line 2: g is a weight, but 'MILK' is counted in l, a volume; use units of one kind.",
        ),
        (
            "recipes",
            RECIPES + "LATTE,MILK,200,ml,l\nMOCHA,MILK,150,ml,ml\n",
            "line 3: 'MILK' is counted in ml here and in l above; write the same stock_unit in both.",
        ),
        (
            "recipes",
            RECIPES + "LATTE,GOLD,0.000001,g,kg\n",
            "line 2: 0.000001 g are 0 kg to 8 places; use a smaller stock_unit.",
        ),
        (
            "recipes",
            RECIPES + "LATTE,LATTE,1,,\n",
            "line 2: 'LATTE' cannot be its own ingredient; name another, or delete the line.",
        ),
        (
            "recipes",
            RECIPES + "PIE,DOUGH,1,,\nDOUGH,FLOUR,1,,\nDOUGH,STARTER,1,,\nSTARTER,DOUGH,1,,\n",
            "line 5: the recipe never ends: 'DOUGH' needs 'STARTER' needs 'DOUGH'; "
            "delete one of these lines.",
        ),
        (
            "recipes",
            RECIPES + "PIE,DOUGH,1,,\nPIE,DOUGH,2,,\n",
            "line 3: 'PIE DOUGH' stands in line 2 already; keep one of the two.",
        ),
    ],
)
def test_a_settings_file_that_cannot_be_used_is_told_by_line_and_fix(
    tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    folder = write(tmp_path / "s", name, text)
    with pytest.raises(ConfigurationError) as caught:
        read_settings(folder)
    assert str(caught.value) == f"{folder / name}.csv, {sentence}"


def test_a_settings_file_that_is_no_utf8_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "s", "item_map", "item_id,item_key\na,Café\n", encoding="latin-1")
    with pytest.raises(ConfigurationError, match=r"item_map\.csv is not UTF-8 text; save it as CSV UTF-8\."):
        read_settings(folder)


def test_the_settings_come_from_the_environment_and_paths_are_absolute(tmp_path: Path) -> None:
    settings = Settings.from_environment({"POS_DATA_DIR": "here", "POS_TIMEZONE": "Europe/London"})
    assert settings.working_file == tmp_path / "here" / "build" / "warehouse.duckdb"
    assert settings.home == tmp_path / "here" / "dagster"
    assert settings.connections_file is None
    (tmp_path / "connections.yaml").touch()
    assert Settings.from_environment({}).connections_file == tmp_path / "connections.yaml"


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (
            "POS_TIMEZONE",
            "Londn",
            "The environment variable POS_TIMEZONE cannot be used: 'Londn' is no IANA",
        ),
        ("POS_HASH_KEY", "short", "The environment variable POS_HASH_KEY cannot be used"),
        (
            "POS_LOCK_TIMEOUT_SECONDS",
            "soon",
            "The environment variable POS_LOCK_TIMEOUT_SECONDS cannot be used",
        ),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment({variable: value})
    assert str(caught.value).startswith(sentence)


def test_a_hash_key_that_is_refused_is_not_shown() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment({"POS_HASH_KEY": "a-secret"})
    assert "a-secret" not in str(caught.value)


def test_a_missing_hash_key_names_the_command_that_makes_one() -> None:
    with pytest.raises(ConfigurationError, match=r"POS_HASH_KEY is not set.*secrets\.token_hex\(32\)"):
        Settings.from_environment({}).required_hash_key()

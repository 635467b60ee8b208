"""What a CSV file becomes: one typed row a line of the file, in the words of the unified layer."""

from connectors.core.tables import DECIMAL, INTEGER, TIMESTAMP, Column, Table

SALES = Table(
    name="sales",
    records="",
    key=("file_hash", "line_number"),
    newest_by="loaded_at",
    description="One line of a sales file: something sold, given back, or written off.",
    columns=(
        Column("file_hash", ""),
        Column("line_number", "", INTEGER),
        Column("row_kind", ""),  # sale, return, write_off
        Column("order_id", ""),
        Column("original_order_id", ""),
        Column("location_id", ""),
        Column("sold_at", "", TIMESTAMP),
        Column("item_id", ""),
        Column("item_name", ""),
        Column("variation_name", ""),
        Column("sku", ""),
        Column("barcode", ""),
        Column("category", ""),
        Column("line_kind", ""),  # item, custom, gift_card, fee
        Column("quantity", "", DECIMAL),  # never negative: row_kind says the direction
        Column("unit_price", "", DECIMAL),
        Column("gross_sales", "", DECIMAL),
        Column("discount", "", DECIMAL),
        Column("tax", "", DECIMAL),
        Column("tip", "", DECIMAL),
        Column("service_charge", "", DECIMAL),
        Column("unit_cost", "", DECIMAL),
        Column("currency", ""),
        Column("customer_key", "", hashed=True),
        Column("payment_method", ""),
        Column("dining_option", ""),
        Column("channel", ""),
    ),
)

FILES = Table(
    name="files",
    records="",
    key=("file_hash",),
    newest_by="loaded_at",
    description="A file that was loaded, known by the hash of its content.",
    columns=(
        Column("file_hash", ""),
        Column("file_name", ""),
        Column("rows_read", "", INTEGER),
        Column("rows_loaded", "", INTEGER),
        Column("rows_rejected", "", INTEGER),
        Column("rows_skipped", "", INTEGER),
        Column("load_order", "", INTEGER),  # of two files that hold one order the later load counts
        Column("first_sold_at", "", TIMESTAMP),
        Column("last_sold_at", "", TIMESTAMP),
    ),
)

LOCATIONS = Table(
    name="locations",
    records="",
    key=("id",),
    newest_by="loaded_at",
    description="A store that the files name, or the connection's one store.",
    columns=(
        Column("id", ""),
        Column("name", ""),
        Column("timezone", ""),
        Column("currency", ""),
        Column("business_day_cutoff_minutes", "", INTEGER),
        Column("when_order_repeats", ""),  # replace or add
    ),
)

TABLES = (SALES, FILES, LOCATIONS)

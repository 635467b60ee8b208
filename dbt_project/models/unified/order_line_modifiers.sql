{{ replaces_changed_records() }}

{{ union_of_pos('order_line_modifiers') }}

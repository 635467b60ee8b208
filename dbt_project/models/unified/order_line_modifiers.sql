{{ union_of_pos('order_line_modifiers') }}

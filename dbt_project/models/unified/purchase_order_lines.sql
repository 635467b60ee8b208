{{ union_of_pos('purchase_order_lines') }}

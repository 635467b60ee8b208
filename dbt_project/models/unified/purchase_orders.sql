{{ union_of_pos('purchase_orders') }}

{{ union_of_pos('inventory_levels') }}

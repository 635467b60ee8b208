{{ union_of_pos('vendor_totals') }}

{{ union_of_pos('suppliers') }}

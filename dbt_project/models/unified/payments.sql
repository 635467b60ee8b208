{{ union_of_pos('payments') }}

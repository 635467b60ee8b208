{{ replaces_changed_records() }}

{{ union_of_pos('payments') }}

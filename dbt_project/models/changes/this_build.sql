-- When this build began: what it writes bears the stamp.
{{ config(pre_hook='{{ forget_what_was_taken_in() }}') }}

select {{ run_time() }} as built_at

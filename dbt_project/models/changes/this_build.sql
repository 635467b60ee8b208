-- When this build began: what it writes bears the stamp.
select {{ run_time() }} as built_at

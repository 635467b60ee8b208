-- When this build began: what it writes bears the stamp.
select {{ build_time() }} as built_at

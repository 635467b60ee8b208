{{ takes_in_observations(unique_key=['location_id', 'item_id', 'observed_on']) }}

with

staged as (
    {{ union_of_pos('inventory_levels') }}
)

select * from staged
where {{ is_new_observation() }}

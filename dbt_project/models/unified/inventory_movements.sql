{{ takes_in_observations(unique_key='movement_id') }}

with

staged as (
    {{ union_of_pos('inventory_movements') }}
)

select * from staged
where {{ is_new_observation() }}

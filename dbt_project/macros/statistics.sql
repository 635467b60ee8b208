{# The levels of the demand quantiles, with their normal scores (inverse of the standard normal distribution). #}
{% macro quantile_levels() -%}
    {{ return([
        {'name': 'q50', 'level': 0.50, 'score': 0.0},
        {'name': 'q80', 'level': 0.80, 'score': 0.8416212335729143},
        {'name': 'q90', 'level': 0.90, 'score': 1.2815515655446004},
        {'name': 'q95', 'level': 0.95, 'score': 1.6448536269514722},
        {'name': 'q98', 'level': 0.98, 'score': 2.0537489106318225},
        {'name': 'q99', 'level': 0.99, 'score': 2.3263478740408408},
    ]) }}
{%- endmacro %}

{# Aggregate: the quantile of a group, interpolated linearly between the two values beside it. #}
{% macro continuous_quantile(expression, level) -%}
    {{ return(adapter.dispatch('continuous_quantile')(expression, level)) }}
{%- endmacro %}

{% macro default__continuous_quantile(expression, level) -%}
    quantile_cont({{ expression }}, {{ level }})
{%- endmacro %}

{% macro spark__continuous_quantile(expression, level) -%}
    percentile({{ expression }}, {{ level }})
{%- endmacro %}

{# What a quantile loses: its level for each unit that it was too low, the rest of 1 for each that it was too high. #}
{% macro pinball(actual, quantile, level) -%}
    greatest({{ level }} * ({{ actual }} - {{ quantile }}), ({{ level }} - 1) * ({{ actual }} - {{ quantile }}))
{%- endmacro %}

{# The normal score of a probability between 0 and 1, as a double: P. J. Acklam's rational approximation of the
   inverse normal distribution, relative error below 1.2e-9. #}
{% macro normal_score(probability) -%}
    {%- set p = 'cast(' ~ probability ~ ' as double)' -%}
    {%- set tail = 'sqrt(-2 * ln(least(' ~ p ~ ', 1 - ' ~ p ~ ')))' -%}
    {%- set centre = '(' ~ p ~ ' - 0.5)' -%}
    {%- set square = '(' ~ centre ~ ' * ' ~ centre ~ ')' -%}
    {%- set a = [-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
                 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00] -%}
    {%- set b = [-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
                 6.680131188771972e+01, -1.328068155288572e+01, 1] -%}
    {%- set c = [-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                 -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00] -%}
    {%- set d = [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
                 3.754408661907416e+00, 1] -%}
    case
        when {{ p }} between 0.02425 and 0.97575
            then {{ centre }} * {{ polynomial(a, square) }} / {{ polynomial(b, square) }}
        else sign({{ p }} - 0.5) * -1 * {{ polynomial(c, tail) }} / {{ polynomial(d, tail) }}
    end
{%- endmacro %}

{# A polynomial by Horner's rule; coefficients from the highest power down. #}
{% macro polynomial(coefficients, variable) -%}
    {%- set terms = namespace(text='cast(' ~ coefficients[0] ~ ' as double)') -%}
    {%- for coefficient in coefficients[1:] -%}
        {%- set terms.text = '(' ~ terms.text ~ ' * ' ~ variable ~ ' + cast(' ~ coefficient ~ ' as double))' -%}
    {%- endfor -%}
    {{ terms.text }}
{%- endmacro %}

{# Demand at any service level, from the quantile columns of a row: between two levels demand runs linearly in
   the normal score; above the highest the last segment goes on with its slope; below the lowest it is the lowest. #}
{% macro demand_at_score(score) -%}
    {%- set levels = quantile_levels() -%}
    case
        when {{ score }} <= {{ levels[0].score }} then {{ levels[0].name }}
        {%- for lower, upper in zip(levels[:-1], levels[1:]) %}
        {% if loop.last %}else{% else %}when {{ score }} <= {{ upper.score }} then{% endif %}
            {{ lower.name }} + ({{ upper.name }} - {{ lower.name }})
            * ({{ score }} - ({{ lower.score }})) / ({{ upper.score }} - ({{ lower.score }}))
        {%- endfor %}
    end
{%- endmacro %}

{# The score k, not below 0, at which the standard loss function of the normal distribution, G(k) = phi(k) -
   k (1 - Phi(k)), is the given loss: the safety factor of a fill rate (Silver, Pyke, Peterson, "Inventory Management
   and Production Planning and Scheduling": a rational function of sqrt(ln(25 / G^2)); here with one degree more
   and coefficients fitted anew, absolute error below 5e-9 down to a loss of 1e-12, which is the least it knows). #}
{% macro score_of_loss(loss) -%}
    {%- set bounded = 'least(0.3989422804014327, greatest(1e-12, ' ~ loss ~ '))' -%}
    {%- set root = '(sqrt(ln(25) - 2 * ln(' ~ bounded ~ ')) - 5)' -%}
    {%- set a = [8.473977673215050e-04, 2.583806492688458e-02, 2.922683010274806e-01, 1.554917986133955e+00,
                 3.928659469438250e+00, 3.778701953788544e+00] -%}
    {%- set b = [8.466292912494703e-04, 2.165541993741102e-02, 1.926276586326522e-01, 7.268912642119588e-01, 1] -%}
    greatest(0, {{ polynomial(a, root) }} / {{ polynomial(b, root) }})
{%- endmacro %}

{# The standard loss function at a quantile level. #}
{% macro loss_at(level) -%}
    {{ return(
        0.3989422804014327 * 2.718281828459045 ** (-0.5 * level.score * level.score) - level.score * (1 - level.level)
    ) }}
{%- endmacro %}

{# Demand above its median, from the quantile columns of a row, as lines that are straight in the normal score k; the
   last one never ends. Of a line: where it starts and ends, its slope, the loss function at its ends, and the units
   that a stock at its end is expected to leave unserved, which is slope G(k) of all lines above it. #}
{% macro demand_lines() -%}
    {%- set levels = quantile_levels() | selectattr('score', 'ge', 0) | list -%}
    {%- set lines = [] -%}
    {%- set above = namespace(shortage='0.0', loss=0.0) -%}
    {%- for start, end in zip(levels[:-1], levels[1:]) | list | reverse -%}
        {%- set slope = '((' ~ end.name ~ ' - ' ~ start.name ~ ') / ' ~ (end.score - start.score) ~ ')' -%}
        {%- do lines.insert(0, {
            'name': start.name, 'from_score': start.score, 'to_score': none if loop.first else end.score, 'slope': slope,
            'loss_at_end': above.loss, 'shortage_at_end': '(' ~ above.shortage ~ ')',
        }) -%}
        {%- set above.shortage = above.shortage ~ ' + ' ~ slope ~ ' * ' ~ (loss_at(start) - above.loss) -%}
        {%- set above.loss = loss_at(start) -%}
    {%- endfor -%}
    {{ return(lines) }}
{%- endmacro %}

{# Demand on these lines, each followed as far as the loss in the column <prefix><name of the line> allows. #}
{% macro demand_at_losses(prefix) -%}
    {%- set lines = demand_lines() -%}
    {{ lines[0].name }}
    {%- for line in lines %}
    + {{ line.slope }} * (
        {% if line.to_score is not none %}least({{ line.to_score }}, {% endif -%}
        greatest({{ line.from_score }}, {{ score_of_loss(prefix ~ line.name) }})
        {%- if line.to_score is not none %}){% endif %} - {{ line.from_score }}
    )
    {%- endfor %}
{%- endmacro %}

{# The service level that pays: the margin of one more unit over that margin and what an unsold unit loses. Null where
   selling does not pay, or where not selling does. #}
{% macro critical_ratio(price, cost, salvage) -%}
    case
        when {{ price }} > {{ cost }} and {{ cost }} > {{ salvage }}
            then {{ ratio(price ~ ' - ' ~ cost, '(' ~ price ~ ') - (' ~ salvage ~ ')') }}
    end
{%- endmacro %}

{# The textbook spread of demand over a span of days: sqrt(days sd^2 + d^2 sdL^2), demand and lead time independent. #}
{% macro classical_demand_sd(days, daily_mean, daily_sd, lead_time_sd) -%}
    sqrt(
        cast({{ days }} as double) * cast({{ daily_sd }} as double) * cast({{ daily_sd }} as double)
        + cast({{ daily_mean }} as double) * cast({{ daily_mean }} as double)
        * cast({{ lead_time_sd }} as double) * cast({{ lead_time_sd }} as double)
    )
{%- endmacro %}

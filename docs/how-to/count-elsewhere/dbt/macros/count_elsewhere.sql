{#-
  Counts a model as a definition.json asks for, and prints counts.json:

    dbt --quiet run-operation count_elsewhere --args "{model: orders, definition: $(cat definition.json)}" > counts.json

  Columns are counted as the types that the warehouse has for them: cast text to numbers or timestamps in the model. Checks: present, unique,
  range of numbers, values; what it does not know, it refuses. Tested with dbt-duckdb; other warehouses may need their own epoch_ms.
-#}
{% macro count_elsewhere(model, definition) %}
  {% set relation = api.Relation.create(database=target.database, schema=target.schema, identifier=model) %}
  {% set scans = ["select 'rows' as item, 0 as slot, count(*) as n, null as least, null as greatest from " ~ relation] %}
  {% for column in definition['columns'] %}
    {% do scans.append(count_elsewhere__column(relation, column, loop.index0)) %}
  {% endfor %}
  {% for check in definition['checks'] %}
    {% do scans.append(count_elsewhere__check(relation, check, loop.index0)) %}
  {% endfor %}
  {% set found = {} %}
  {% for row in run_query(scans | join('\nunion all\n')).rows %}
    {% do found.update({row[0] ~ ' ' ~ row[1]: row}) %}
  {% endfor %}
  {% do print(tojson(count_elsewhere__file(definition, found))) %}
{% endmacro %}

{#- Slots: a bin or a category; -1 missing, -2 not readable or another category, -3 NaN. -#}
{% macro count_elsewhere__column(relation, column, index) %}
  {%- set name = adapter.quote(column['name']) -%}
  {%- set missing = count_elsewhere__missing(name, column.get('missing', [])) -%}
  {%- set text = 'cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')' -%}
  {%- if column['kind'] == 'categorical' -%}
    {%- set number = 'cast(null as double precision)' -%}
    {%- set slot -%}
      case when {{ missing }} then -1
        {% for category in column['categories'] %}when {{ text }} = {{ count_elsewhere__text(category) }} then {{ loop.index0 }} {% endfor %}
        else -2 end
    {%- endset -%}
  {%- else -%}
    {%- set number = count_elsewhere__epoch_ms(name) if column['kind'] == 'timestamp' else 'cast(' ~ name ~ ' as double precision)' -%}
    {%- set slot -%}
      case when {{ missing }} then -1 when lower({{ text }}) = 'nan' then -3
        {% for edge in column['edges'] %}when {{ number }} < {{ edge }} then {{ loop.index0 }} {% endfor %}
        else {{ column['edges'] | length }} end
    {%- endset -%}
  {%- endif -%}
  select 'column {{ index }}' as item, slot, count(*) as n, min(number) as least, max(number) as greatest
  from (select {{ slot }} as slot, {{ number }} as number from {{ relation }}) as t group by slot
{%- endmacro %}

{#- Slots: 0 passed, 1 failed. A check of uniqueness has its keys as least, and those that occur more than once as greatest. -#}
{% macro count_elsewhere__check(relation, check, index) %}
  {%- set item = "'check " ~ index ~ "' as item" -%}
  {%- if check['test'] == 'unique' -%}
    {%- set names = [] -%}
    {%- set whole = [] -%}
    {%- for column in check['columns'] -%}
      {%- do names.append(adapter.quote(column)) -%}
      {%- do whole.append('not (' ~ count_elsewhere__missing(adapter.quote(column), check.get('missing', [])) ~ ')') -%}
    {%- endfor -%}
    select {{ item }}, 0 as slot, coalesce(sum(n), 0) as n, count(*) as least, coalesce(sum(case when n > 1 then 1 else 0 end), 0) as greatest
    from (select count(*) as n from {{ relation }} where {{ whole | join(' and ') }} group by {{ names | join(', ') }}) as t
  {%- else -%}
    {%- set name = adapter.quote(check['column']) -%}
    {%- set missing = count_elsewhere__missing(name, check.get('missing', [])) -%}
    {%- if check['test'] == 'present' -%}
      {%- set slot = 'case when ' ~ missing ~ ' then 1 else 0 end' -%}
    {%- else -%}
      {%- set slot = 'case when ' ~ missing ~ ' then null when ' ~ count_elsewhere__condition(name, check) ~ ' then 0 else 1 end' -%}
    {%- endif -%}
    select {{ item }}, slot, count(*) as n, null as least, null as greatest
    from (select {{ slot }} as slot from {{ relation }}) as t where slot is not null group by slot
  {%- endif -%}
{%- endmacro %}

{% macro count_elsewhere__condition(name, check) %}
  {%- set text = 'cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')' -%}
  {%- if check['test'] == 'values' -%}
    {%- set values = [] -%}
    {%- for value in check['values'] -%}{%- do values.append(count_elsewhere__text(value)) -%}{%- endfor -%}
    {{ text }} {{ 'not ' if check.get('not') }}in ({{ values | join(', ') }})
  {%- elif check['test'] == 'range' and check['type'] == 'number' -%}
    {%- set operators = {'minimum': '>=', 'maximum': '<=', 'exclusiveMinimum': '>', 'exclusiveMaximum': '<'} -%}
    lower({{ text }}) <> 'nan'
    {%- for bound, value in check['bounds'].items() %} and {{ name }} {{ operators[bound] }} {{ value }}{% endfor -%}
  {%- else -%}
    {{ exceptions.raise_compiler_error("count_elsewhere does not know the check '" ~ check['id'] ~ "' (" ~ check['test'] ~ ').') }}
  {%- endif -%}
{%- endmacro %}

{% macro count_elsewhere__missing(name, tokens) %}
  {%- set texts = ["''"] -%}
  {%- for token in tokens -%}{%- do texts.append(count_elsewhere__text(token)) -%}{%- endfor -%}
  ({{ name }} is null or cast({{ name }} as {{ dbt.type_string() }}) in ({{ texts | join(', ') }}))
{%- endmacro %}

{% macro count_elsewhere__text(value) -%}
  '{{ (value | string).replace("'", "''") }}'
{%- endmacro %}

{#- Whole milliseconds since 1970 of a timestamp in UTC, rounded down. -#}
{% macro count_elsewhere__epoch_ms(name) -%}
  {{ return(adapter.dispatch('epoch_ms', 'count_elsewhere')(name)) }}
{%- endmacro %}

{% macro default__epoch_ms(name) -%}
  floor(extract(epoch from cast({{ name }} as timestamp)) * 1000)
{%- endmacro %}

{% macro bigquery__epoch_ms(name) -%}
  unix_millis(timestamp({{ name }}))
{%- endmacro %}

{% macro count_elsewhere__file(definition, found) %}
  {% set columns = [] %}
  {% for column in definition['columns'] %}
    {% set item = 'column ' ~ loop.index0 ~ ' ' %}
    {% set counts = {'name': column['name'], 'kind': column['kind'], 'nulls': count_elsewhere__n(found, item ~ -1)} %}
    {% if column['kind'] == 'categorical' %}
      {% set of_each = [] %}
      {% for category in column['categories'] %}{% do of_each.append(count_elsewhere__n(found, item ~ loop.index0)) %}{% endfor %}
      {% do counts.update({'categories': of_each, 'other': count_elsewhere__n(found, item ~ -2)}) %}
    {% else %}
      {% set bins = [] %}
      {% set values = [] %}
      {% for bin in range(column['edges'] | length + 1) %}
        {% do bins.append(count_elsewhere__n(found, item ~ bin)) %}
        {% set row = found.get(item ~ bin) %}
        {% if row is not none %}{% do values.extend([row[3] | float, row[4] | float]) %}{% endif %}
      {% endfor %}
      {% do counts.update({'nans': count_elsewhere__n(found, item ~ -3), 'invalid': 0, 'bins': bins,
        'minimum': count_elsewhere__number(values | min) if values else none,
        'maximum': count_elsewhere__number(values | max) if values else none}) %}
    {% endif %}
    {% do columns.append(counts) %}
  {% endfor %}
  {% set checks = [] %}
  {% for check in definition['checks'] %}
    {% set item = 'check ' ~ loop.index0 ~ ' ' %}
    {% set passed = count_elsewhere__n(found, item ~ 0) %}
    {% if check['test'] == 'unique' %}
      {% set row = found[item ~ 0] %}
      {% set failed = (row[4] if check.get('count') == 'keys' else row[2] - row[3]) | int %}
      {% do checks.append({'id': check['id'], 'checked': passed, 'failed': failed}) %}
    {% else %}
      {% set failed = count_elsewhere__n(found, item ~ 1) %}
      {% do checks.append({'id': check['id'], 'checked': passed + failed, 'failed': failed}) %}
    {% endif %}
  {% endfor %}
  {{ return({'counts-version': 1, 'definition': definition['digest'], 'engine': 'dbt ' ~ dbt_version ~ ' on ' ~ target.type,
    'rows': found['rows 0'][2] | int, 'columns': columns, 'checks': checks}) }}
{% endmacro %}

{% macro count_elsewhere__n(found, key) %}
  {{ return((found[key][2] | int) if key in found else 0) }}
{% endmacro %}

{#- JSON has no infinities. -#}
{% macro count_elsewhere__number(value) %}
  {{ return('Infinity' if value > 1.7976931348623157e308 else '-Infinity' if value < -1.7976931348623157e308 else value) }}
{% endmacro %}

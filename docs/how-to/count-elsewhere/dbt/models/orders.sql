-- Any model. This one reads a file of DuckDB's, so that the example runs by itself: dbt run --vars '{orders: orders.parquet}'
select * from read_parquet('{{ var("orders") }}')

#![expect(
    clippy::disallowed_methods,
    reason = "what a model says of its columns goes into a migration, which is reviewed"
)]

use reroute_core::migration::Database;
use sea_orm::{
    DbBackend, EntityTrait, Iterable, Schema, StatementBuilder,
    sea_query::{
        ColumnDef, PostgresQueryBuilder, Table, TableCreateStatement, TableRef,
        extension::postgres::TypeCreateStatement,
    },
};

/// What a model says of its table.
#[derive(Debug)]
pub struct Blueprint {
    pub(super) table: String,
    /// It names a schema of its own.
    is_elsewhere: bool,
    /// What it points to.
    parents: Vec<String>,
    /// The types that it needs, each with what makes it.
    pub(super) enums: Vec<String>,
    pub(super) create: String,
    pub(super) indexes: Vec<String>,
    /// Each column, and what adds it to a table that is there.
    pub(super) columns: Vec<(String, String)>,
}

impl Blueprint {
    pub(super) fn of<E: EntityTrait>(entity: E, database: Database) -> Self {
        let backend = match database {
            Database::Sqlite => DbBackend::Sqlite,
            Database::Postgres => DbBackend::Postgres,
        };
        let schema = Schema::new(backend);
        let table = schema.create_table_from_entity(entity);
        let enums = schema.create_enum_from_entity(entity);
        let enums = enums.iter().map(|made: &TypeCreateStatement| made.to_string(PostgresQueryBuilder));
        let add = |column: &ColumnDef| {
            let add = Table::alter().table(entity).add_column(without_unique(column)).take();
            (column.get_column_name(), text(&add, backend))
        };
        Self {
            table: entity.table_name().to_owned(),
            is_elsewhere: entity.schema_name().is_some(),
            parents: parents(&table),
            enums: enums.collect(),
            create: in_lines(&text(&table, backend)),
            indexes: schema.create_index_from_entity(entity).iter().map(|index| text(index, backend)).collect(),
            columns: E::Column::iter()
                .map(|column| schema.get_column_def::<E>(column))
                .map(|column| add(&column))
                .collect(),
        }
    }
}

/// What stands in the way of comparing them at all.
pub(super) fn wrong(blueprints: &[Blueprint]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (nth, blueprint) in blueprints.iter().enumerate() {
        let table = &blueprint.table;
        if blueprints.iter().take(nth).any(|other| other.table == *table) {
            wrong.push(format!("`{table}` is named by two models: leave one of them out of `App::models`"));
        }
        if blueprint.is_elsewhere {
            wrong.push(format!(
                "`{table}` is in a schema of its own: write its migrations by hand, and leave it out of `App::models`"
            ));
        }
        let unknown = blueprint.parents.iter().filter(|parent| blueprints.iter().all(|other| other.table != **parent));
        wrong.extend(unknown.map(|parent| {
            format!(
                "`{table}` points to `{parent}`, which is no model that the application names: add it to `App::models`"
            )
        }));
    }
    wrong
}

/// The statements that make everything, what is pointed to first.
///
/// # Errors
///
/// When tables point to each other in a circle.
pub(super) fn in_order(blueprints: &[Blueprint]) -> Result<Vec<&str>, String> {
    let mut statements: Vec<&str> = Vec::new();
    for made in blueprints.iter().flat_map(|blueprint| &blueprint.enums) {
        if !statements.contains(&&**made) {
            statements.push(made);
        }
    }
    for blueprint in sorted(blueprints)? {
        statements.push(&blueprint.create);
        statements.extend(blueprint.indexes.iter().map(String::as_str));
    }
    Ok(statements)
}

/// The blueprints, what is pointed to first.
pub(super) fn sorted(blueprints: &[Blueprint]) -> Result<Vec<&Blueprint>, String> {
    let mut left: Vec<&Blueprint> = blueprints.iter().collect();
    let mut sorted = Vec::new();
    while !left.is_empty() {
        let waits = |blueprint: &&Blueprint| {
            let parents = blueprint.parents.iter().filter(|parent| **parent != blueprint.table);
            parents.clone().any(|parent| left.iter().any(|other| other.table == *parent))
        };
        let (waiting, ready): (Vec<_>, Vec<_>) = left.iter().copied().partition(waits);
        if ready.is_empty() {
            let names: Vec<String> = left.iter().map(|blueprint| format!("`{}`", blueprint.table)).collect();
            return Err(format!("{} point to each other in a circle: write their migration by hand", names.join(", ")));
        }
        sorted.extend(ready);
        left = waiting;
    }
    Ok(sorted)
}

/// A column whose uniqueness is left to an index: SQLite adds no other.
fn without_unique(column: &ColumnDef) -> ColumnDef {
    let spec = column.get_column_spec();
    let kind = column.get_column_type().cloned();
    let name = column.get_column_name();
    let mut plain =
        kind.map_or_else(|| ColumnDef::new(name.clone()), |kind| ColumnDef::new_with_type(name.clone(), kind));
    if spec.nullable == Some(false) {
        plain.not_null();
    }
    if let Some(default) = &spec.default {
        plain.default(default.clone());
    }
    if let Some(extra) = &spec.extra {
        plain.extra(extra.clone());
    }
    plain
}

fn parents(table: &TableCreateStatement) -> Vec<String> {
    let keys = table.get_foreign_key_create_stmts().iter().map(|key| key.get_foreign_key().get_ref_table());
    let named = keys.filter_map(|parent| match parent {
        Some(TableRef::Table(name, _)) => Some(name.1.to_string()),
        _ => None,
    });
    named.collect()
}

fn text(statement: &impl StatementBuilder, backend: DbBackend) -> String {
    backend.build(statement).sql
}

/// A `CREATE TABLE` with each column in a line of its own.
fn in_lines(create: &str) -> String {
    let mut lines = String::new();
    let (mut depth, mut quote) = (0, None);
    for c in create.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        match c {
            _ if quote.is_some() => lines.push(c),
            ')' if depth == 0 => {
                lines.truncate(lines.trim_end().len());
                lines.push_str("\n)");
            }
            '(' if depth == 1 => lines.push_str("(\n    "),
            ',' if depth == 1 => lines.push_str(",\n    "),
            ' ' if lines.ends_with("    ") => {}
            _ => lines.push(c),
        }
    }
    lines
}

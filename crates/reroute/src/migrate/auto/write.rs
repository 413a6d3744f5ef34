use super::{
    blueprint::{self, Blueprint},
    compare::Change,
    schema::{Index, Parent, Schema},
};

/// The two texts of a migration.
#[derive(Debug, PartialEq)]
pub(in crate::migrate) struct Written {
    pub(in crate::migrate) up: String,
    pub(in crate::migrate) down: String,
}

/// The change as SQL; `None` if it is none.
pub(super) fn write(change: &Change, blueprints: &[Blueprint], wanted: &Schema) -> Option<Written> {
    let (mut up, mut down) = (Vec::new(), Vec::new());
    for name in &change.enums {
        let opening = format!("CREATE TYPE \"{name}\" ");
        up.extend(
            blueprints.iter().flat_map(|blueprint| &blueprint.enums).find(|made| made.starts_with(&opening)).cloned(),
        );
        down.push(format!("DROP TYPE \"{name}\""));
    }
    // They were sorted once already.
    for blueprint in blueprint::sorted(blueprints).unwrap_or_default() {
        let table = &blueprint.table;
        if change.tables.contains(table) {
            up.push(blueprint.create.clone());
            up.extend(blueprint.indexes.iter().cloned());
            down.push(format!("DROP TABLE {}", quoted(table)));
        }
    }
    for (table, column) in &change.columns {
        let blueprint = blueprints.iter().find(|blueprint| blueprint.table == *table);
        let add = blueprint.and_then(|blueprint| blueprint.columns.iter().find(|(name, _)| name == column));
        let parents = wanted.tables.get(table).map(|table| &*table.parents).unwrap_or_default();
        let parent = parents.iter().find(|parent| parent.columns == [column.clone()]);
        up.extend(add.map(|(_, add)| format!("{add}{}", parent.map(references).unwrap_or_default())));
        down.push(format!("ALTER TABLE {} DROP COLUMN {}", quoted(table), quoted(column)));
    }
    for (table, Index { columns, is_unique }) in &change.indexes {
        let name = quoted(&format!("idx-{table}-{}", columns.join("-")));
        let unique = if *is_unique { "UNIQUE " } else { "" };
        let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
        up.push(format!("CREATE {unique}INDEX {name} ON {} ({})", quoted(table), columns.join(", ")));
        down.push(format!("DROP INDEX {name}"));
    }
    if up.is_empty() {
        return None;
    }
    down.reverse();
    Some(Written { up: script(&up), down: script(&down) })
}

fn references(parent: &Parent) -> String {
    let columns: Vec<String> = parent.to.iter().map(|column| quoted(column)).collect();
    let mut text = format!(" REFERENCES {} ({})", quoted(&parent.table), columns.join(", "));
    for (on, action) in [("DELETE", &parent.on_delete), ("UPDATE", &parent.on_update)] {
        if action != "NO ACTION" {
            text.push_str(&format!(" ON {on} {action}"));
        }
    }
    text
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn script(statements: &[String]) -> String {
    statements.iter().map(|statement| format!("{statement};\n")).collect()
}

//! What a database says of its tables.

use std::collections::BTreeMap;

/// Tables and types, by name.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Schema {
    pub(super) tables: BTreeMap<String, Table>,
    /// The values of each type.
    pub(super) enums: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    /// The primary key.
    pub(super) key: Vec<String>,
    pub(super) indexes: Vec<Index>,
    pub(super) parents: Vec<Parent>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) is_nullable: bool,
    pub(super) default: Option<String>,
    /// It fills itself with the next number.
    pub(super) counts: bool,
}

/// An index of whole columns and all rows. Its name is nobody's business.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Index {
    pub(super) columns: Vec<String>,
    pub(super) is_unique: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parent {
    pub(super) columns: Vec<String>,
    pub(super) table: String,
    pub(super) to: Vec<String>,
    pub(super) on_delete: String,
    pub(super) on_update: String,
}

/// Of a column: its table, name and type, whether it must be there, its default, whether it counts.
pub(super) type ColumnRow = (String, String, String, bool, Option<String>, bool);

/// Of a column in an index: its table, the index, whether that is unique, whether it is the primary key, its name unless it is an expression.
pub(super) type IndexRow = (String, String, bool, bool, Option<String>);

/// Of a column in a foreign key: its table, the key, its name, the other table, the column there unless it is the primary key, what happens on
/// `DELETE`, what on `UPDATE`.
pub(super) type ParentRow = (String, String, String, String, Option<String>, String, String);

impl Schema {
    /// Of rows that come in order.
    pub(super) fn of(
        columns: Vec<ColumnRow>,
        indexes: Vec<IndexRow>,
        parents: Vec<ParentRow>,
        enums: Vec<(String, String)>,
    ) -> Self {
        let mut schema = Self::default();
        for (table, name, kind, must_be, default, counts) in columns {
            let default = default.filter(|_| !counts);
            let column = Column { name, kind, is_nullable: !must_be, default, counts };
            schema.tables.entry(table).or_default().columns.push(column);
        }
        schema.index(indexes);
        schema.parents(parents);
        for (name, value) in enums {
            schema.enums.entry(name).or_default().push(value);
        }
        schema
    }

    fn index(&mut self, rows: Vec<IndexRow>) {
        /// No columns where one of them is an expression, which is nothing that a model says.
        struct Found {
            columns: Option<Vec<String>>,
            is_unique: bool,
            is_key: bool,
        }
        let mut found: BTreeMap<(String, String), Found> = BTreeMap::new();
        for (table, index, is_unique, is_key, column) in rows {
            let empty = Found { columns: Some(Vec::new()), is_unique, is_key };
            let known = found.entry((table, index)).or_insert(empty);
            known.columns = known.columns.take().zip(column).map(|(mut columns, column)| {
                columns.push(column);
                columns
            });
        }
        for ((table, _), Found { columns, is_unique, is_key }) in found {
            let (Some(table), Some(columns)) = (self.tables.get_mut(&table), columns) else { continue };
            match is_key {
                true => table.key = columns,
                false => table.indexes.push(Index { columns, is_unique }),
            }
        }
    }

    fn parents(&mut self, rows: Vec<ParentRow>) {
        let mut found: BTreeMap<(String, String), Parent> = BTreeMap::new();
        for (table, key, column, parent, to, on_delete, on_update) in rows {
            let empty = Parent { columns: Vec::new(), table: parent, to: Vec::new(), on_delete, on_update };
            let known = found.entry((table, key)).or_insert(empty);
            known.columns.push(column);
            known.to.extend(to);
        }
        for ((table, _), mut parent) in found {
            if parent.to.is_empty() {
                parent.to = self.tables.get(&parent.table).map(|parent| parent.key.clone()).unwrap_or_default();
            }
            if let Some(table) = self.tables.get_mut(&table) {
                table.parents.push(parent);
            }
        }
    }
}

impl Table {
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

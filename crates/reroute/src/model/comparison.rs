use super::{ColumnsOf, Record};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, ExprTrait, Value,
    sea_query::{BinOper, Expr, Func, LikeExpr, SimpleExpr, extension::postgres::PgExpr},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// What a value of a column is compared with.
#[derive(Clone, Debug)]
pub(super) enum Comparison {
    Compared(BinOper, Value),
    OneOf(Vec<Value>),
    Contains(String),
    StartsWith(String),
    IsNull(bool),
}

impl Comparison {
    /// As a condition of a query. Values are bound, never written into it.
    pub(super) fn condition<M: Record>(&self, column: ColumnsOf<M>, backend: DbBackend) -> Condition {
        let here = Expr::col(column.as_column_ref());
        let condition = match self {
            Self::Compared(operator, Value::TimeDateTimeWithTimeZone(Some(time)))
                if backend == DbBackend::Sqlite && !matches!(operator, BinOper::Equal | BinOper::NotEqual) =>
            {
                return compared_as_text(here, *operator, *time);
            }
            Self::Compared(operator, value) => here.binary(*operator, column.save_as(Expr::val(value.clone()))),
            Self::OneOf(values) => here.is_in(values.iter().map(|value| column.save_as(Expr::val(value.clone())))),
            Self::Contains(text) => like(here, format!("%{}%", escaped(text)), backend),
            Self::StartsWith(text) => like(here, format!("{}%", escaped(text)), backend),
            Self::IsNull(true) => here.is_null(),
            Self::IsNull(false) => here.is_not_null(),
        };
        Condition::all().add(condition)
    }
}

/// Whether a text is like a pattern, whatever the case of its letters: SQLite's own `LIKE` looks at those of ASCII alone.
fn like(text: SimpleExpr, pattern: String, backend: DbBackend) -> SimpleExpr {
    match backend {
        // The backslash is its own way to say so.
        DbBackend::Postgres => text.ilike(pattern),
        _ => text.like(LikeExpr::new(pattern).escape('\\')),
    }
}

/// A text that matches itself alone.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// SQLite keeps a time as its RFC 3339 text in UTC, without zeros at the end: `10:30:00Z` is less than `10:30:00.5Z`, but a greater text.
/// So the seconds are compared first, for which an index serves, and then what is before the `Z`.
fn compared_as_text(here: SimpleExpr, operator: BinOper, time: OffsetDateTime) -> Condition {
    let exact = time.format(&Rfc3339).unwrap_or_default();
    let exact = exact.trim_end_matches('Z');
    let second = exact.split('.').next().unwrap_or_default();
    let coarse = match operator {
        BinOper::GreaterThan | BinOper::GreaterThanOrEqual => here.clone().gte(second),
        _ => here.clone().lte(format!("{second}Z")),
    };
    #[expect(clippy::disallowed_methods, reason = "the name is our own, and sea-query knows no `rtrim`")]
    let fine = SimpleExpr::from(Func::cust("rtrim").args([here, Expr::val("Z")])).binary(operator, Expr::val(exact));
    Condition::all().add(coarse).add(fine)
}

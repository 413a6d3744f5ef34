//! Models, against a real SQLite file and a real PostgreSQL.
#![allow(missing_docs, unreachable_pub, reason = "tests are read, not called")]

mod functions;

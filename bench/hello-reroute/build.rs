//! Writes `src/routes.rs` from the files below `src/routes`.

fn main() {
    reroute_build::routes("src/routes");
}

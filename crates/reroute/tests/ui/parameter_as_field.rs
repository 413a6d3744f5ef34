use reroute::prelude::*;

#[route]
pub struct User {
    id: Path<i64>,
    page: Page,
}

#[route]
impl User {
    #[requires]
    async fn get(&self) -> String {
        self.id.0.to_string()
    }
}

fn main() {}

use reroute::prelude::*;

#[input]
pub struct Order {
    quantity: i64,
}

#[route]
pub struct Orders;

#[route]
impl Orders {
    #[requires(check = Self::may)]
    async fn post(&self) -> &'static str {
        "ordered"
    }

    fn may(Json(order): Json<Order>) -> bool {
        order.quantity < 10
    }
}

fn main() {}

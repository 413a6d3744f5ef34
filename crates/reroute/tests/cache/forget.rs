//! Forgetting by tags, also what is being computed.

use super::{Runs, Service, is_hit, is_stored};
use reroute::{file, prelude::*};
use std::sync::Arc;
use tokio::sync::Notify;

/// Lets a handler begin, and come to its end.
#[derive(Clone, Default)]
pub struct Gate {
    began: Arc<Notify>,
    end: Arc<Notify>,
}

#[route]
pub struct Product {
    runs: State<Runs>,
}

#[route]
impl Product {
    #[public]
    #[cache("60 s", shared, tags("products", "all"), tag = format!("product-{id}"), tag = colour.as_deref().unwrap_or("plain"))]
    async fn get(&self, Path(mut id): Path<u32>, #[query] colour: Option<String>) -> String {
        id += 1;
        format!("{id} {colour:?} {}", self.runs.next())
    }
}

#[route]
pub struct Slow {
    runs: State<Runs>,
    gate: State<Gate>,
}

#[route]
impl Slow {
    #[public]
    #[cache("60 s", shared, tags("slow"))]
    async fn get(&self) -> String {
        let run = self.runs.next();
        self.gate.began.notify_one();
        self.gate.end.notified().await;
        run.to_string()
    }
}

#[tokio::test]
async fn every_tag_forgets() {
    let service = Service::of([file::<Product>("/products/{id}", "product.rs")]);
    for tag in ["products", "all", "product-7", "red", "/products/{id}", "/products/7"] {
        service.cache.clear();
        assert!(is_stored(&service.get("/products/7?colour=red").await));
        for other in ["product-8", "blue", "/products", "Products", "/products/70"] {
            service.cache.forget(other);
        }
        assert!(is_hit(&service.get("/products/7?colour=red").await), "{tag}");
        service.cache.forget(tag);
        assert!(is_stored(&service.get("/products/7?colour=red").await), "{tag}");
    }
    service.cache.clear();
    assert_eq!(service.cache.statistics().entries, 0);
}

fn slow() -> (Service, Gate) {
    let (runs, gate, cache) = (Runs::default(), Gate::default(), reroute::cache::Cache::new(10, 1 << 20));
    let app = App::new(reroute::Tree::new([file::<Slow>("/slow", "slow.rs")]));
    let app = app.state(runs.clone()).state(gate.clone()).cache(cache.clone());
    (Service { app: app.into_service().expect("it starts"), cache, runs }, gate)
}

#[tokio::test]
async fn forgetting_holds_against_what_is_being_computed() {
    for forget in ["slow", "/slow", ""] {
        let (service, gate) = slow();
        let asked = service.get("/slow");
        let forgetting = async {
            gate.began.notified().await;
            if forget.is_empty() {
                service.cache.clear();
            } else {
                service.cache.forget(forget);
            }
            gate.end.notify_one();
        };
        let (first, ()) = tokio::join!(asked, forgetting);
        assert_eq!(
            (first.body.as_str(), first.header("cache-status")),
            ("1", "reroute; fwd=uri-miss; detail=forgotten")
        );
        gate.end.notify_one();
        let second = service.get("/slow").await;
        assert!(is_stored(&second) && second.body == "2", "{second:?}");
    }
}

#[tokio::test]
async fn who_waits_for_what_is_forgotten_computes_anew() {
    let (service, gate) = slow();
    let (one, other) = (service.get("/slow"), service.get("/slow"));
    let forgetting = async {
        gate.began.notified().await;
        service.cache.forget("slow");
        gate.end.notify_one();
        gate.began.notified().await;
        gate.end.notify_one();
    };
    let (one, other, ()) = tokio::join!(one, other, forgetting);
    assert_eq!((one.body.as_str(), other.body.as_str()), ("1", "2"));
}

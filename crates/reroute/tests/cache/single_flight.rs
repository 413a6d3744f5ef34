//! One computation for many.

use super::{Runs, Service};
use reroute::{cache::Cache, file, prelude::*};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many handlers may come to their end, and how: `true` lets the first fail.
#[derive(Clone)]
pub struct Way {
    ends: Arc<Semaphore>,
    how: &'static str,
}

#[route]
pub struct Slow {
    runs: State<Runs>,
    way: State<Way>,
}

#[route]
impl Slow {
    #[public]
    #[cache("60 s", shared)]
    #[timeout("5 s")]
    async fn get(&self) -> Result<Response> {
        let run = self.runs.next();
        self.way.ends.acquire().await?.forget();
        match (run, self.way.how) {
            (1, "error") => Err(Error::not_found()),
            (1, "panic") => panic!("as asked"),
            (1, "not kept") => Ok(([("cache-control", "private")], "private").into_response()),
            _ => Ok("done".into_response()),
        }
    }
}

fn service(how: &'static str) -> (Arc<Service>, Arc<Semaphore>) {
    let (runs, cache, ends) = (Runs::default(), Cache::new(10, 1 << 20), Arc::new(Semaphore::new(0)));
    let app = App::new(reroute::Tree::new([file::<Slow>("/", "index.rs")]));
    let app = app.state(runs.clone()).state(Way { ends: ends.clone(), how }).cache(cache.clone());
    (Arc::new(Service { app: app.into_service().expect("it starts"), cache, runs }), ends)
}

/// Sends that many at once, and waits until all have looked for the answer.
async fn ask(service: &Arc<Service>, many: usize) -> Vec<tokio::task::JoinHandle<super::Answer>> {
    let before = service.cache.statistics().misses;
    let asked = (0..many).map(|_| {
        let service = service.clone();
        tokio::spawn(async move { service.get("/").await })
    });
    let asked = asked.collect();
    while service.cache.statistics().misses < before + many as u64 {
        tokio::task::yield_now().await;
    }
    asked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attack_46_of_200_misses_one_computes() {
    let (service, ends) = service("done");
    let asked = ask(&service, 200).await;
    ends.add_permits(200);
    let mut collapsed = 0;
    for answer in asked {
        let answer = answer.await.expect("it is answered");
        assert_eq!((answer.status, answer.body.as_str()), (200, "done"));
        collapsed += usize::from(answer.header("cache-status") == "reroute; fwd=uri-miss; collapsed");
    }
    assert_eq!((service.runs.count(), collapsed), (1, 199));
}

#[tokio::test]
async fn attack_46_when_nothing_comes_of_it_all_compute_at_once() {
    for (how, status) in [("error", 404), ("panic", 500), ("not kept", 200)] {
        let (service, ends) = service(how);
        let asked = ask(&service, 20).await;
        assert_eq!(service.runs.count(), 1);
        ends.add_permits(1);
        // No convoy: the others run at the same time, before any of them has come to its end.
        while service.runs.count() < 20 {
            tokio::task::yield_now().await;
        }
        ends.add_permits(19);
        let mut statuses = Vec::new();
        for answer in asked {
            statuses.push(answer.await.expect("it is answered").status);
        }
        statuses.sort_unstable_by_key(|one| *one == 200);
        let mut expected = vec![200; 20];
        expected[0] = status;
        assert_eq!(statuses, expected, "{how}");
    }
}

#[tokio::test]
async fn attack_46_a_client_that_goes_away_frees_the_others() {
    let (service, ends) = service("done");
    let leader = ask(&service, 1).await;
    let others = ask(&service, 3).await;
    assert_eq!(service.runs.count(), 1);
    leader.iter().for_each(tokio::task::JoinHandle::abort);
    ends.add_permits(3);
    for answer in others {
        assert_eq!(answer.await.expect("it is answered").body, "done");
    }
    // The next finds it: nothing of the first is left.
    assert!(super::is_hit(&service.get("/").await));
}

#[tokio::test(start_paused = true)]
async fn attack_46_a_time_out_frees_the_others() {
    let (service, ends) = service("done");
    let leader = ask(&service, 1).await;
    tokio::time::advance(std::time::Duration::from_secs(4)).await;
    let others = ask(&service, 3).await;
    assert_eq!(service.runs.count(), 1);
    tokio::time::advance(std::time::Duration::from_secs(2)).await;
    while service.runs.count() < 4 {
        tokio::task::yield_now().await;
    }
    ends.add_permits(3);
    for answer in leader {
        assert_eq!(answer.await.expect("it is answered").status, 503);
    }
    for answer in others {
        assert_eq!(answer.await.expect("it is answered").body, "done");
    }
}

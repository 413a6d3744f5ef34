use super::*;

#[tokio::test(start_paused = true)]
async fn attack_13_a_refusal_says_how_long_to_wait_and_waiting_that_long_helps() {
    let app = app([file::<Plain>("/plain", "plain.rs")]);
    for remaining in (0..5).rev() {
        let ok = get(&app, "GET /plain", None).await;
        assert_eq!((ok.status, ok.header("ratelimit-policy")), (200, "\"ip\";q=5;w=60"));
        assert_eq!(ok.header("ratelimit"), format!("\"ip\";r={remaining};t=60"));
        assert_eq!(ok.header("retry-after"), "");
        pass(Duration::from_millis(100)).await;
    }
    let refused = get(&app, "GET /plain", None).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.header("ratelimit-policy"), "\"ip\";q=5;w=60");
    assert_eq!(refused.header("ratelimit"), "\"ip\";r=0;t=60");
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(refused.header("x-content-type-options"), "nosniff");
    let problem = refused.json();
    assert_eq!((&problem["limit"], &problem["retry_after"]), (&"5/min".into(), &60.into()));
    assert_eq!((&problem["status"], &problem["title"]), (&429.into(), &"Too Many Requests".into()));
    pass(Duration::from_secs(60)).await;
    assert_eq!(get(&app, "GET /plain", None).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn nobody_is_told_to_wait_for_longer_than_the_period() {
    let app = app([file::<Plain>("/plain", "plain.rs")]);
    // At any moment, whatever is left of a tick.
    for nanos in [1, 17, 999, 1_000_003, 123_456_789] {
        pass(Duration::from_secs(61) + Duration::from_nanos(nanos)).await;
        for _ in 0..6 {
            let answer = get(&app, "GET /plain", None).await;
            assert!(answer.header("ratelimit").ends_with("t=60"), "{answer:?}");
            assert!(matches!(answer.header("retry-after"), "" | "60"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_moment_is_still_a_second() {
    let app = app([file::<Plain>("/plain", "plain.rs")]);
    assert_eq!(admitted(&app, "GET /plain", None, 5).await, 5);
    pass(Duration::from_millis(59_990)).await;
    let refused = get(&app, "GET /plain", None).await;
    assert_eq!(
        (refused.status, refused.header("retry-after"), refused.header("ratelimit")),
        (429, "1", "\"ip\";r=0;t=1")
    );
}

#[tokio::test(start_paused = true)]
async fn attack_12_two_bursts_around_a_window_s_edge_are_one_too_many() {
    let app = app([file::<Plain>("/plain", "plain.rs")]);
    pass(Duration::from_secs(55)).await;
    assert_eq!(admitted(&app, "GET /plain", None, 9).await, 5);
    for _ in 0..59 {
        pass(Duration::from_secs(1)).await;
        assert_eq!(admitted(&app, "GET /plain", None, 1).await, 0);
    }
    // Refused requests did not count: the whole limit is free again at once.
    pass(Duration::from_secs(1)).await;
    assert_eq!(admitted(&app, "GET /plain", None, 9).await, 5);
}

#[tokio::test(start_paused = true)]
async fn attack_20_a_head_counts_as_a_get() {
    let app = app([file::<Plain>("/plain", "plain.rs")]);
    for line in ["GET /plain", "HEAD /plain", "GET /plain", "HEAD /plain", "HEAD /plain"] {
        assert_eq!(get(&app, line, None).await.status, 200);
    }
    for line in ["GET /plain", "HEAD /plain"] {
        assert_eq!(get(&app, line, None).await.status, 429);
    }
    assert_eq!(admitted(&app, "POST /plain", None, 4).await, 2);
    let free = get(&app, "PUT /plain", None).await;
    assert_eq!((free.status, free.header("ratelimit")), (200, ""));
}

#[tokio::test(start_paused = true)]
async fn attack_9_one_route_has_one_count_however_its_path_is_spelled() {
    let app = app([file::<Plain>("/users/{id}", "user.rs")]);
    for target in ["/users/1", "/users/2", "/users/3?x=1", "/users/3?x=2", "/users/%C3%A4"] {
        assert_eq!(get(&app, &format!("GET {target}"), None).await.status, 200);
    }
    for target in ["/users/6", "/users/1?y"] {
        assert_eq!(get(&app, &format!("GET {target}"), None).await.status, 429);
    }
    // What is another path is no other count of the handler: it reaches none.
    for target in ["/users/1/", "//users/1", "/USERS/1"] {
        assert_eq!(get(&app, &format!("GET {target}"), None).await.status, 404);
    }
}

#[tokio::test(start_paused = true)]
async fn attack_11_of_100_at_once_exactly_5_are_admitted() {
    let app = app([file::<Plain>("/plain", "plain.rs")]);
    let all = (0..100).map(|_| {
        let app = app.clone();
        tokio::spawn(async move { get(&app, "GET /plain", None).await.status })
    });
    let mut statuses = Vec::new();
    for one in all.collect::<Vec<_>>() {
        statuses.push(one.await.expect("it is answered"));
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 5);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 95);
}

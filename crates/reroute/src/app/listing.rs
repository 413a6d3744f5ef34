use crate::{
    edge::Edge,
    guard::Shared,
    route::{Endpoint, Kind},
};

/// Who may call what: one line for each method of each route, as `routes` prints it.
pub(super) fn listing(edge: &Edge) -> String {
    let mut rows = vec![["METHOD", "PATH", "ACCESS", "FILE", "WHAT"].map(str::to_owned)];
    let resources = &edge.shared().table.resources;
    for resource in resources {
        let access =
            |policy: &crate::guard::Policy| policy.access.as_ref().map_or("nobody".to_owned(), ToString::to_string);
        match &resource.kind {
            Kind::File { endpoints, .. } => rows.extend(endpoints.iter().map(|endpoint| {
                [
                    endpoint.method.to_string(),
                    resource.pattern.clone(),
                    access(&endpoint.policy),
                    resource.origin.clone(),
                    what(endpoint),
                ]
            })),
            Kind::Mount(mount) => {
                let below = format!("{}/*", resource.pattern.trim_end_matches('/'));
                rows.push(["*".to_owned(), below, access(&mount.policy), resource.origin.clone(), String::new()]);
            }
        }
    }
    rows[1..].sort_by(|a, b| a[1].cmp(&b[1]).then_with(|| a[0].cmp(&b[0])));
    let mut widths = [0; 5];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut listing = String::new();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        listing.push_str(cells.join("  ").trim_end());
        listing.push('\n');
    }
    listing
}

/// The handler's own words, and what stands out of the usual.
fn what(endpoint: &Endpoint) -> String {
    let raw = if endpoint.policy.raw_body { " [raw body]" } else { "" };
    let limits = endpoint.policy.limits.iter().map(|limit| format!(" [{limit}]")).collect::<String>();
    let cached = endpoint.policy.cache.as_ref().map(|cache| match cache.shared {
        None => format!(" [cached {:?}]", cache.duration),
        Some(Shared::Public) => format!(" [cached {:?}, shared]", cache.duration),
        Some(Shared::Because(reason)) => format!(" [cached {:?}, shared: {reason}]", cache.duration),
    });
    format!("{}{raw}{limits}{}", endpoint.summary, cached.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::listing;
    use crate::{App, Tree, file, prelude::*};

    #[route]
    pub(crate) struct Hook;

    #[route]
    impl Hook {
        /// Takes anything.
        #[public]
        #[raw_body]
        async fn post(&self, body: String) -> String {
            body
        }

        #[public]
        #[rate_limit("30/5 min", per = "global", count = "failures")]
        async fn put(&self, Json(text): Json<String>) -> String {
            text
        }
    }

    #[test]
    fn what_stands_out_is_shown() {
        let app = App::new(Tree::new([file::<Hook>("/hook", "hook.rs")])).into_service().expect("it starts");
        let listing = listing(&app);
        let line = |method: &str| listing.lines().find(|line| line.starts_with(method)).unwrap_or_default();
        assert!(line("POST").ends_with("Takes anything. [raw body]"), "{listing}");
        assert!(line("PUT").ends_with("hook.rs   [30/5 min failures per global]"), "{listing}");
    }

    #[test]
    fn what_a_caller_needs_is_shown() {
        #[crate::roles]
        pub(crate) enum Role {
            Admin,
            Moderator,
        }

        #[route]
        pub(crate) struct Orders;

        #[route]
        #[requires(Role::Admin, Role::Moderator)]
        impl Orders {
            #[requires(scope = "orders:read", scheme = "api_key", check = Self::may)]
            async fn get(&self) {}

            #[requires(scope = "orders:write")]
            async fn put(&self) {}

            async fn delete(&self) {}

            fn may(&self) -> bool {
                true
            }
        }

        struct Nobody;
        impl Authenticate for Nobody {
            async fn authenticate(&self, _: &Parts, _: &Context) -> Result<Option<Principal>> {
                Ok(None)
            }
        }

        let app = App::new(Tree::new([file::<Orders>("/orders", "orders.rs")])).authenticate(Nobody);
        let listing = listing(&app.into_service().expect("it starts"));
        for access in [
            "/orders  admin|moderator and signed in + scope orders:read + by api_key + check  orders.rs",
            "/orders  admin|moderator and signed in + scope orders:write                      orders.rs",
            "/orders  admin|moderator                                                         orders.rs",
        ] {
            assert!(listing.contains(access), "{listing}");
        }
    }

    #[cfg(feature = "cache")]
    #[test]
    fn what_is_kept_is_shown_with_the_reason_of_a_shared_one() {
        #[route]
        pub(crate) struct Kept;

        #[route]
        impl Kept {
            /// Reads.
            #[public]
            #[cache("60 s")]
            async fn get(&self) {}

            #[public]
            #[cache("5 min", shared = "no two callers differ")]
            async fn head(&self) {}
        }

        let app = App::new(Tree::new([file::<Kept>("/kept", "kept.rs")])).into_service().expect("it starts");
        let listing = listing(&app);
        assert!(listing.contains("Reads. [cached 60s]"), "{listing}");
        assert!(listing.contains("[cached 300s, shared: no two callers differ]"), "{listing}");
    }
}

//! 98, 100, 126 and 127: what stands behind the question mark.

use super::support::{PASSWORD, Shop};

#[test]
fn attack_98_odd_queries_are_refused_or_ignored() {
    let shop = Shop::shared();
    let many = "a=1&".repeat(10_000);
    for query in [many.as_str(), "%", "a=%", "a=%zz", "a=%f", "page=%31%", "a=%ff", "a=%c0%af"] {
        let answer = shop.get(&format!("/products?{query}")).send();
        assert!(matches!(answer.status, 400 | 414 | 422), "{query:.20}: {answer:?}");
    }
    for query in ["a[b][c]=1", "a[]=1&a[]=2", "page[]=7", "page[0]=7", "+", "a+b=c+d", "=", "&&&", "a=b=c", "?", "a;b"]
    {
        let answer = shop.get(&format!("/products?{query}")).send();
        // What can be read and is not ours is ignored; what cannot stand in a URL may be refused.
        assert!(matches!(answer.status, 200 | 400), "{query}: {answer:?}");
        if answer.status == 200 {
            assert_eq!((&answer.json()["page"], &answer.json()["per_page"]), (&1.into(), &20.into()), "{query}");
        }
    }
    assert_eq!(shop.get("/products?page=+1").send().fields(), ["page"]);
    assert_eq!(shop.get("/products?page=1+").send().fields(), ["page"]);
    assert_eq!(shop.get("/products?page=%2B1").send().fields(), ["page"]);
    assert_eq!(shop.get("/products?page=1%00").send().fields(), ["page"]);
    assert_eq!(shop.get("/products?page=1%262").send().fields(), ["page"]);
}

#[test]
fn attack_100_no_page_is_out_of_bounds() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for per_page in ["0", "-1", "101", "1000000000", "18446744073709551615", "18446744073709551616", "1e2", "NaN"] {
        for path in ["/products", "/posts", "/orders"] {
            let answer = shop.get(&format!("{path}?per_page={per_page}")).token(&ada).send();
            assert_eq!(answer.fields(), ["per_page"]);
        }
    }
    for page in ["1000", "1000000000", "9223372036854775807", "18446744073709551615", "18446744073709551616"] {
        for path in ["/products", "/posts", "/orders"] {
            let answer = shop.get(&format!("{path}?per_page=100&page={page}")).token(&ada).send();
            answer.is_dressed();
            match answer.status {
                200 => assert_eq!(
                    (&answer.json()["items"], &answer.json()["page"]),
                    (&[(); 0].into(), &page.parse::<u64>().expect("a number").into())
                ),
                _ => assert_eq!(answer.fields(), ["page"]),
            }
        }
    }
}

/// As it stands in a query: every byte encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn attack_126_only_the_name_of_a_column_sorts() {
    let shop = Shop::shared();
    let root = shop.login("root", PASSWORD);
    let huge = "x".repeat(10_240);
    let list = "name,".repeat(100);
    for name in [
        "name;drop table products",
        "name desc, (select 1)",
        "name -- ",
        "name/**/",
        "\"name\"",
        "`name`",
        "[name]",
        "products.name",
        "users.username",
        "name nulls first",
        "name collate nocase",
        "NAME",
        "\u{ff4e}ame",
        "n\u{430}me",
        "name\u{200b}",
        "name\0",
        "",
        "-",
        "-name",
        "--name",
        "+name",
        "rowid",
        "random()",
        "(case when 1 then name else id end)",
        &huge,
        &list,
    ] {
        for path in ["/products", "/users", "/posts", "/orders"] {
            let answer = shop.get(&format!("{path}?order_by={}", encoded(name))).token(&root).send();
            assert!(answer.body.len() < 1000, "{name:.40}: {}", answer.body.len());
            assert_eq!(answer.fields(), ["order_by"], "{name:.40}");
        }
    }
    for name in ["password_hash", "banned", "users.password_hash"] {
        assert_eq!(shop.get(&format!("/users?order_by={name}")).token(&root).send().fields(), ["order_by"]);
    }
    assert_eq!(shop.get("/products?order_by=name&order_by=name").send().fields(), ["order_by"]);
    assert_eq!(shop.get("/products").send().is(200).json()["total"], 30);
}

#[test]
fn attack_127_a_direction_is_one_of_two_words() {
    let shop = Shop::shared();
    let ada = shop.login("ada", PASSWORD);
    for direction in ["asc", "desc"] {
        shop.get(&format!("/products?order_by=name&direction={direction}")).send().is(200);
        shop.get(&format!("/products?direction={direction}")).send().is(200);
    }
    for other in
        ["ASC", "Desc", "", "asc ", "descending", "asc,desc", "desc nulls last", "desc; drop", "1", "-1", "\u{ff41}sc"]
    {
        for target in ["/products?order_by=name", "/posts?order_by=title", "/orders?order_by=id"] {
            let answer = shop.get(&format!("{target}&direction={}", encoded(other))).token(&ada).send();
            assert_eq!(answer.fields(), ["direction"], "{other}");
        }
    }
}

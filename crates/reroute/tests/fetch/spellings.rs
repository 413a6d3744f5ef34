//! Spellings of URLs that lead inside, and parsers that disagree about them. None is connected to.

use super::{second::assert_agrees, server::Listeners};
use proptest::prelude::*;
use reroute::{
    SafeClient,
    fetch::{FetchError, public_url},
};
use reroute_core::host::OutboundHost;
use std::{collections::BTreeSet, net::IpAddr};

/// Hosts in all their spellings. Every name leads to the loopback.
const HOSTS: &str = "127.0.0.1 127.0.0.2 127.1 127.0.1 127.255.255.255 127.000.000.001 0127.0.0.1 0177.0.0.1 0177.0.0.01 0177.1 0177.0.1 \
    0x7f.1 0x7f.0.0.1 0x7f.0x0.0x0.0x1 0X7F.0.0.1 0x7f000001 0X7f000001 0x0000007f.1 0x7f.0.1 2130706433 02130706433 017700000001 \
    00000177.00.000.01 127.0x0.00.1 127.0.0.1. 127.1. 2130706433. 0x7f000001. 0 0. 0x 0x0 00 0.0.0.0 0.0 0.0.0 0.1 0.0.0.1 0x0.0x0 \
    10.0.0.1 10.1 10.255.255.255 012.1.2.3 012.0x10.2.3 0xa.1 0x0a000001 167772161 01200034567 10.0.0.1. 10.65535 10.0.65535 \
    172.16.0.1 172.16.1 172.31.255.255 0xac100001 2886729729 0254.020.0.1 192.168.0.1 192.168.1 192.168.257 0xc0a80001 3232235521 \
    030052000001 0300.0250.0.1 169.254.169.254 169.254.43518 169.16689662 0xa9fea9fe 2852039166 025177524776 0251.0376.0251.0376 \
    169.254.169.254. 0xA9.0xFE.0xA9.0xFE 100.64.0.1 100.100.100.200 100.127.255.255 1681915905 192.0.0.1 192.0.0.192 192.0.2.1 \
    192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 4294967295 \
    0xffffffff 037777777777 168.63.129.16 0xa83f8110 2822734096 \
    256.1.1.1 127.0.0.256 127.0.0.1.1 127.0.0.0x100 4294967296 0x100000000 040000000000 1.2.3.4.5 127..1 127.0.0.-1 127.0.0.1e1 08 09.1 0xg.1 1.08 \
    [::] [::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001] [0::1] [::127.0.0.1] [::7f00:1] [::2] [::8.8.8.8] \
    [::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:7F00:0001] [0:0:0:0:0:ffff:127.0.0.1] [::ffff:10.0.0.1] [::ffff:a9fe:a9fe] \
    [::ffff:169.254.169.254] [::ffff:8.8.8.8] [::ffff:0:127.0.0.1] [::ffff:0:7f00:1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] \
    [64:ff9b::a9fe:a9fe] [64:FF9B::10.0.0.1] [64:ff9b::8.8.8.8] [64:ff9b:1::1] [64:ff9b:1::7f00:1] [64:ff9b:1:ffff::1] [2002:7f00:1::] \
    [2002:7f00:1::1] [2002:a9fe:a9fe::] [2002:0a00:0001::] [2002:808:808::1] [2001::1] [2001:0:7f00:1::] \
    [2001:0:4136:e378:8000:63bf:80ff:fffe] [2001:0:4136:e378:8000:63bf:f5ff:fffe] [2001:2::1] [2001:10::1] [2001:20::1] [2001:db8::1] \
    [3fff::1] [fe80::1] [FE80::1] [febf::1] [fec0::1] [fc00::1] [fd00::1] [fd00:ec2::254] [fd20:ce::254] [fdff:ffff::1] [ff02::1] [ff00::] \
    [100::1] [5f00::1] [4000::1] [1::1] [2606:4700::5efe:7f00:1] [2606:4700::200:5efe:a00:1] [2606:4700:0:0:0:5efe:127.0.0.1] \
    [::1%25lo] [::1%lo] [fe80::1%25eth0] [fe80::1%eth0] [fe80::1%251] [::1] [::1]. [[::1]] [::1 ::1 [127.0.0.1] [0x7f.1] [::127.1] [:::1] [1] [v1.fe80] [] \
    localhost LOCALHOST LocalHost localhost. a.localhost a.b.LOCALHOST. localhost.localdomain localhost6 ip6-localhost ip6-loopback \
    loopback broadcasthost host.docker.internal kubernetes.default.svc metadata metadata.google.internal metadata.google.internal. \
    instance-data db redis postgres router fritz.box intranet.local printer.local. a.home.arpa \
    127.0.0.1.nip.io 127-0-0-1.sslip.io 7f000001.rbndr.us localtest.me lvh.me customer1.app.localhost.my.company.127.0.0.1.nip.io \
    0x7f000001.example 1.0.0.127.in-addr.arpa good.example good.example. GOOD.example xn--caf-dma.example bücher.example \
    ①②⑦.⓪.⓪.① １２７.０.０.１ １２７。０。０。１ 127。0。0。1 127．0．0．1 127｡0｡0｡1 ０x７f.1 ２１３０７０６４３３ １６９.２５４.１６９.２５４ ⓛⓞⓒⓐⓛⓗⓞⓢⓣ ｌｏｃａｌｈｏｓｔ \
    ℓocalhost loca\u{ad}lhost local\u{200b}host ⅼocalhost 𝟏𝟐𝟕.𝟎.𝟎.𝟏 ¹²⁷.0.0.1 ١٢٧.0.0.1 [：：1] ［::1］ \
    %31%32%37.0.0.1 127.0.0.1%00 %6c%6f%63%61%6c%68%6f%73%74 127%2e0%2e0%2e1 local%68ost good.example%2f good.example%00.evil good.example%23 %5b::1%5d \
    127.0.0.1%0d%0a 127.0.0.1%20 good.example%40evil good.example%5c \
    good.example..  .localhost ..localhost good..example . .. - _ * *.example a,b a;b a'b a(b) a+b a=b a$b a&b a!b a~b a`b a|b a^b a{b} a<b> a\"b";

/// URLs whose parts are not where they seem to be. `{p}` is the place of a port.
const ODD: &[&str] = &[
    "http://good@127.0.0.1{p}/",
    "http://good:pass@127.0.0.1{p}/",
    "http://127.0.0.1@good.example{p}/",
    "http://good.example@127.0.0.1@good.example{p}/",
    "http://@127.0.0.1{p}/",
    "http://:@127.0.0.1{p}/",
    "http://a@b:80@c/",
    "http://a:80@b@127.0.0.1{p}/",
    "http://good.example%40127.0.0.1{p}/",
    "http://127.0.0.1\\@good.example{p}/",
    "http://127.0.0.1{p}\\@good.example/",
    "http://good.example\\@127.0.0.1{p}/",
    "http://good.example{p}\\.evil/",
    "http:\\\\127.0.0.1{p}\\",
    "http:/\\127.0.0.1{p}/",
    "http:\\/127.0.0.1{p}/",
    "\\\\127.0.0.1{p}\\x",
    "http://good.example#@127.0.0.1{p}/",
    "http://good.example?@127.0.0.1{p}/",
    "http://good.example{p}#@127.0.0.1/",
    "http://127.0.0.1{p}#good.example",
    "http://127.0.0.1{p}?good.example",
    "http://127.0.0.1{p};good.example/",
    "http://good.example:80:80/",
    "http://127.0.0.1:80:80/",
    "http://127.0.0.1: 80/",
    "http://127.0.0.1:+80/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:0/",
    "http://good.example:0/",
    "http://127.0.0.1:00080/",
    "http://127.0.0.1:/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:8０/",
    "http://127.0.0.1:80a/",
    "http://good.example:22/",
    "http://good.example:6379/",
    "https://good.example:25/",
    "http://[::1]{p}@good.example/",
    "http://[::1{p}/",
    "http://::1{p}/",
    "http://[::1]x{p}/",
    "http://x[::1]{p}/",
    "ht\ttp://127.0.0.1{p}/",
    "http\n://127.0.0.1{p}/",
    "http:\t//127.0.0.1{p}/",
    "http:/\t/127.0.0.1{p}/",
    "http://\t127.0.0.1{p}/",
    "http://127.\t0.0.1{p}/",
    "http://127.0.0.1\n{p}/",
    "http://127.0.0.1\r\n{p}/",
    "http://127.0.0.1{p}/\r\nHost: good.example\r\n",
    "http://127.0.0.1{p}/ HTTP/1.1\r\nX: y",
    "http://good.example{p}/\r\nX-Injected: 1",
    "http://good.example{p}/\u{0}",
    "http://good.example\u{0}.evil{p}/",
    "http://127.0.0.1\u{0}good.example{p}/",
    " http://127.0.0.1{p}/",
    "http://127.0.0.1{p}/ ",
    "\u{b}http://127.0.0.1{p}/",
    "\u{feff}http://127.0.0.1{p}/",
    "\u{a0}http://127.0.0.1{p}/",
    "http://127.0.0.1\u{3000}{p}/",
    "http://127.0.0.1\u{2028}{p}/",
    "http://127.0.0.1／{p}good.example",
    "http://good.example／@127.0.0.1{p}/",
    "http://good.example＠127.0.0.1{p}/",
    "http://good.example？@127.0.0.1{p}/",
    "http://good.example＃@127.0.0.1{p}/",
    "http://good.example：80@127.0.0.1{p}/",
    "http：//127.0.0.1{p}/",
    "http://good.example＼@127.0.0.1{p}/",
    "http:127.0.0.1{p}/",
    "http:/127.0.0.1{p}/",
    "http:///127.0.0.1{p}/",
    "http:////127.0.0.1{p}/",
    "http://///127.0.0.1{p}/",
    "http://?127.0.0.1{p}",
    "http://#127.0.0.1{p}",
    "http://",
    "http:",
    "http",
    "://127.0.0.1{p}/",
    "//127.0.0.1{p}/",
    "/127.0.0.1{p}",
    "127.0.0.1{p}",
    "",
    "?",
    "HTTP://127.0.0.1{p}/",
    "hTTpS://127.0.0.1{p}/",
    "http+unix://%2fvar%2frun%2fdocker.sock/",
    "unix:/var/run/docker.sock",
    "unix:///var/run/docker.sock",
    "file:///etc/passwd",
    "file://127.0.0.1/etc/passwd",
    "file:/etc/passwd",
    "FILE:///etc/passwd",
    "gopher://127.0.0.1{p}/_INFO",
    "dict://127.0.0.1{p}/info",
    "ftp://127.0.0.1{p}/",
    "ftps://127.0.0.1{p}/",
    "sftp://127.0.0.1{p}/",
    "tftp://127.0.0.1{p}/",
    "ldap://127.0.0.1{p}/",
    "ldaps://127.0.0.1{p}/",
    "jar:http://127.0.0.1{p}!/",
    "ws://127.0.0.1{p}/",
    "wss://127.0.0.1{p}/",
    "smb://127.0.0.1{p}/",
    "netdoc:///etc/passwd",
    "php://input",
    "expect://id",
    "data:text/plain,x",
    "javascript:alert(1)",
    "blob:http://127.0.0.1{p}/x",
    "view-source:http://127.0.0.1{p}/",
    "url:http://127.0.0.1{p}/",
    "about:blank",
    "http://http://127.0.0.1{p}/",
    "https:https://127.0.0.1{p}/",
    "http://127.0.0.1{p}//good.example/../..",
    "http://0x7f.0.0.1{p}/%2e%2e/?x=http://good.example#y",
];

/// Where the table's entries for a port stand.
fn at(template: &str, port: &str) -> String {
    template.replace("{p}", port)
}

/// Every spelling, with `{p}` at the place of a port.
fn spellings() -> Vec<String> {
    let hosts: Vec<&str> = HOSTS.split(' ').filter(|host| !host.is_empty()).collect();
    let ways = hosts.iter().flat_map(|host| [format!("http://{host}{{p}}/"), format!("HTTPS://{host}{{p}}/a?b=c#d")]);
    ways.chain(ODD.iter().map(|odd| (*odd).to_owned())).collect()
}

/// Leads every name to the loopback.
async fn inside(_: String) -> std::io::Result<Vec<IpAddr>> {
    Ok(vec![[127, 0, 0, 1].into()])
}

#[tokio::test]
async fn attacks_117_to_121_no_spelling_leads_inside() {
    let listeners = Listeners::start().await;
    let spellings = spellings();
    let count = spellings.iter().collect::<BTreeSet<_>>().len();
    assert!(count >= 300, "{count}");
    let any = SafeClient::builder().allow_host("*").resolver(inside).build().expect("a client");
    // The same, where each of these hosts is listed with the very port that somebody listens at.
    let port = format!(":{}", listeners.port);
    let mut listed = SafeClient::builder().resolver(inside);
    let mut entries = BTreeSet::new();
    for spelling in &spellings {
        let host = reroute::fetch::Url::parse(&at(spelling, "")).ok().and_then(|url| Some(url.host_str()?.to_owned()));
        entries.extend(host.filter(|host| host != "*" && host.parse::<OutboundHost>().is_ok()));
    }
    assert!(entries.len() > 100);
    for entry in &entries {
        listed = listed.allow_host(&format!("{entry}{port}"));
    }
    let listed = listed.build().expect("a client");
    for spelling in &spellings {
        for (client, url) in [(&any, at(spelling, "")), (&listed, at(spelling, &port))] {
            let error = client.get(&url).send().await.err();
            // TLS knows no such name, and is asked before the name is looked up.
            let is_no_name = format!("{error:?}").contains("InvalidDnsNameError");
            assert!(is_no_name || matches!(error, Some(FetchError::Refused(_))), "{url:?}: {error:?}");
        }
    }
    assert_eq!(listeners.accepted(), 0);
}

#[test]
fn attack_120_public_hosts_may_be_asked_in_one_form() {
    let client = SafeClient::builder().allow_host("*").build().expect("a client");
    for (text, url) in [
        ("http://example.com", "http://example.com/"),
        ("HTTPS://EXAMPLE.com.:443/A?b#c", "https://example.com/A?b"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://8.8.8.8.:80/", "http://8.8.8.8/"),
        ("https://[2606:4700:0::1111]/", "https://[2606:4700::1111]/"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://example.com:80/", "https://example.com:80/"),
        ("https://example.com/?next=http://127.0.0.1/&at=a@b", "https://example.com/?next=http://127.0.0.1/&at=a@b"),
    ] {
        assert_eq!(client.validate_url(text).expect(text).as_str(), url);
        assert_eq!(public_url(text), Ok(()));
    }
    // What some read as a public address, and others otherwise.
    for text in [
        "http://redis/",
        "http://0127.0.0.1/",
        "http://0x08080808/",
        "http://134744072/",
        "http://８.８.８.８/",
        "http://8.8.2056/",
    ] {
        assert!(public_url(text).is_err(), "{text}");
    }
    let nobody = SafeClient::builder().build().expect("a client");
    assert!(nobody.validate_url("https://example.com/").is_err(), "without a list, nobody is asked");
}

fn agree(client: &SafeClient, text: &str) {
    assert_agrees(text, |text| {
        let url = client.validate_url(text).ok()?;
        Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
    });
}

fn any_public() -> &'static SafeClient {
    static CLIENT: std::sync::LazyLock<SafeClient> =
        std::sync::LazyLock::new(|| SafeClient::builder().allow_host("*").build().expect("a client"));
    &CLIENT
}

#[test]
fn attacks_117_to_121_both_decisions_agree_on_the_table() {
    for spelling in spellings() {
        for port in ["", ":80", ":443", ":8080", ":"] {
            agree(any_public(), &at(&spelling, port));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn attacks_117_to_121_both_decisions_agree(
        scheme in "(http|https|HTTP|ftp|httpx)(://|://|://|:/|:|:///)",
        host in "([0-9xXa-fA-F]{1,4}\\.){0,4}[0-9xX]{1,10}\\.?|\\[[0-9a-f:.]{0,24}\\]|([a-zA-Z0-9_-]{1,5}\\.){0,3}(com|localhost|0x7f|1)\\.{0,2}|[!-~]{0,12}",
        port in "(:[0-9]{0,5}|:80|:443|)",
        tail in "[/?#][ -~é]{0,6}|",
    ) {
        agree(any_public(), &format!("{scheme}{host}{port}{tail}"));
    }

    #[test]
    fn attack_117_both_decisions_agree_on_numbers(bits in any::<u32>(), shape in 0u8..6) {
        let [a, b, c, d] = bits.to_be_bytes();
        let host = match shape {
            0 => format!("{bits}"),
            1 => format!("0x{bits:x}"),
            2 => format!("0{bits:o}"),
            3 => format!("{a}.{}", bits & 0xff_ffff),
            4 => format!("0x{a:X}.0{b:o}.{}.", bits & 0xffff),
            _ => format!("0{a:o}.{b}.0x{c:x}.{d:03}"),
        };
        agree(any_public(), &format!("http://{host}/"));
    }

    #[test]
    fn any_text_is_decided_without_a_panic(text in "\\PC{0,40}", wild in ".{0,30}") {
        agree(any_public(), &text);
        agree(any_public(), &wild);
        agree(any_public(), &format!("http://{text}"));
        agree(any_public(), &format!("https://{wild}/"));
    }
}

fn main() {
    let _ = reroute::migrations!("nowhere");
    let _ = reroute::migrations!(3);
    let _ = reroute::migrations!();
}

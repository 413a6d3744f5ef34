use reroute::prelude::*;

#[input]
pub struct Note {
    text: String,
}

#[route]
pub struct Notes;

#[route]
impl Notes {
    #[public]
    async fn get(&self, #[query(max = 100)] per_page: u32) -> String {
        per_page.to_string()
    }

    #[public]
    async fn post(&self, #[body] note: String) -> String {
        note
    }

    #[public]
    async fn put(&self, #[query] #[path] id: u32) -> String {
        id.to_string()
    }

    #[public]
    async fn delete(&self, #[query = "id"] id: u32) -> String {
        id.to_string()
    }

    #[public]
    #[raw_body]
    async fn patch(&self) {}
}

#[route]
pub struct Typed;

#[route]
impl Typed {
    #[public]
    async fn get(&self, #[query(min_length = 3)] per_page: u32) -> String {
        per_page.to_string()
    }

    #[public]
    async fn post(&self, body: String) -> String {
        body
    }

    #[public]
    #[raw_body]
    async fn put(&self, Json(note): Json<Note>) -> String {
        note.text
    }

    #[public]
    async fn patch(&self, #[header] since: std::time::SystemTime) -> String {
        format!("{since:?}")
    }
}

fn main() {}

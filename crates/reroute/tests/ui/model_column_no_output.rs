mod user {
    use reroute::prelude::*;

    #[model("users")]
    pub struct User {
        #[column(private)]
        pub hash: Vec<u8>,
        pub picture: Picture,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, EnumIter, DeriveActiveEnum)]
    #[serde(crate = "reroute::serde")]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::None)")]
    pub enum Picture {
        #[sea_orm(string_value = "round")]
        Round,
    }
}

fn main() {}

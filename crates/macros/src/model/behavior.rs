use super::{arguments::Arguments, columns::Column};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemStruct;

/// What happens before a row is written.
pub(super) fn expand(item: &ItemStruct, columns: &[Column], arguments: &Arguments) -> TokenStream {
    let vis = &item.vis;
    let updated_at = arguments.has_updated_at.then(|| {
        quote! {
            if !self.updated_at.is_set() {
                self.updated_at = ::reroute::sea_orm::ActiveValue::Set(now);
            }
        }
    });
    let behavior = (!arguments.is_own_behavior).then(|| {
        quote! {
            #[::reroute::sea_orm::entity::prelude::async_trait::async_trait]
            impl ::reroute::sea_orm::ActiveModelBehavior for ActiveModel {
                async fn before_save<C: ::reroute::sea_orm::ConnectionTrait>(
                    self,
                    _: &C,
                    insert: bool,
                ) -> ::std::result::Result<Self, ::reroute::sea_orm::DbErr> {
                    ::reroute::__private::Ok(self.stamped(insert))
                }
            }
        }
    });
    let kept = columns.iter().filter(|column| column.variant.is_some()).map(|column| {
        let field = &column.name;
        quote!((&mut ::reroute::__private::model::Kept(&mut self.#field)).keep();)
    });
    quote! {
        impl ActiveModel {
            /// With the times that are not set: of being made, where it is `new`, and of the last change. All times are in UTC.
            #[allow(dead_code, reason = "with `own_behavior` it is for the module to call")]
            #vis fn stamped(mut self, new: bool) -> Self {
                #[allow(unused_imports, reason = "a table may have no columns that need them")]
                use ::reroute::__private::model::{KeepsAnything as _, KeepsTime as _};
                #(#kept)*
                let now = ::reroute::__private::model::now();
                if new && !self.created_at.is_set() {
                    self.created_at = ::reroute::sea_orm::ActiveValue::Set(now);
                }
                #updated_at
                self
            }
        }

        #behavior
    }
}

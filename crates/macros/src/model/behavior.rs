use super::arguments::Arguments;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ItemStruct;

/// What happens before a row is written.
pub(super) fn expand(item: &ItemStruct, arguments: &Arguments) -> TokenStream {
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
    quote! {
        impl ActiveModel {
            /// With the times that are not set: of being made, where it is `new`, and of the last change.
            #[allow(dead_code)]
            #vis fn stamped(mut self, new: bool) -> Self {
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

use super::Clean;

/// Which HTML a [`SanitizedHtml`](super::SanitizedHtml) keeps, as a type: [`policy!`](crate::html::policy) declares one in a line.
pub trait Policy: Send + Sync + 'static {
    /// What cleans by it.
    fn clean() -> &'static Clean;
}

/// Declares a [`Policy`](crate::html::Policy): the tags that are kept, each with the attributes that it may have.
///
/// ```
/// use reroute::html::{SanitizedHtml, policy};
///
/// policy!(pub Note: p br ul li a[href] abbr[title]);
///
/// let note = SanitizedHtml::<Note>::new("<ul><li onclick=x()>one<script>x()</script></ul>");
/// assert_eq!(note.as_str(), "<ul><li>one</li></ul>");
/// ```
///
/// What may do harm is no policy:
///
/// ```compile_fail
/// reroute::html::policy!(Note: p iframe[srcdoc]);
/// ```
#[macro_export]
macro_rules! html_policy {
    ($(#[$about:meta])* $visible:vis $name:ident: $($tag:ident $([$($attribute:ident)*])?)+) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy)]
        $visible struct $name;

        impl $crate::html::Policy for $name {
            fn clean() -> &'static $crate::html::Clean {
                static CLEAN: $crate::html::Clean =
                    $crate::html::Clean::new(&[$((stringify!($tag), &[$($(stringify!($attribute)),*)?])),+]);
                &CLEAN
            }
        }
    };
}

policy! {
    /// What the text of a post needs: `p`, `br`, `strong`, `em`, and `a` with `href` and `title`.
    pub Basic: p br strong em a[href title]
}

#[doc(inline)]
pub use crate::html_policy as policy;

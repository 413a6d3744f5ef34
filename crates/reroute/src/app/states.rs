use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
};

/// What an application shares: what [`App::state`](crate::App::state) was given, and its database.
#[derive(Default)]
pub struct States(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl States {
    /// What was shared of type `T`.
    pub fn get<T: 'static>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// The application's database.
    ///
    /// # Errors
    ///
    /// 500 when it has none.
    #[cfg(feature = "db")]
    pub fn db(&self) -> crate::Result<&crate::Db> {
        self.get().ok_or_else(|| crate::Error::internal("the application has no database: set DATABASE_URL"))
    }

    pub(crate) fn insert<T: Send + Sync + 'static>(&mut self, state: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(state));
    }

    pub(crate) fn types(&self) -> impl Iterator<Item = TypeId> {
        self.0.keys().copied()
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is shared may be secret.
        f.debug_struct("States").field("count", &self.0.len()).finish_non_exhaustive()
    }
}

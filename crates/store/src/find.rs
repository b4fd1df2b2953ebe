//! What a list is asked for, as a value. Whoever asks also hands in the filter that the access
//! policies give; what is found passes both.

use law::time::Moment;

/// What to find, and in which order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Find {
    /// A text that stands in the title, a name or a number.
    pub text: Option<String>,
    /// What else must hold, all of it.
    pub tests: Vec<Test>,
    /// The order.
    pub order: Order,
    /// The greatest first.
    pub descending: bool,
}

/// What must hold of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// One of these fields (`card.field`), of whichever subject, has such a value.
    Card(Vec<String>, Match),
    /// A subject has a name that contains this text, in one of these fields (`card.field`), which are those that
    /// [`crate::rows::Listed::words`] are made of.
    Named(Vec<String>, String),
    /// A subject stands in this state of this process.
    Stage(String, String),
    /// A deadline that can be breached runs out in this time: 羁押, 限制, 办案 or any; of this name
    /// or of any.
    Clock {
        /// The kind of clock.
        clock: Option<String>,
        /// The deadline.
        deadline: Option<String>,
        /// When it runs out.
        due: Span<Moment>,
    },
    /// It is one of these.
    Ids(Vec<String>),
    /// This user has it in hand.
    Handler(String),
    /// The unit or one under it keeps it.
    UnitUnder(String),
    /// Somebody's track has not ended.
    Open(bool),
    /// When something was.
    When(Time, Span<Moment>),
}

/// What a value must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// One of these.
    Among(Vec<String>),
    /// A text that contains this.
    Has(String),
    /// A number in this range.
    Number(Span<i64>),
    /// A text in this range, compared sign by sign: days.
    Text(Span<String>),
    /// There is a value, or none.
    Known(bool),
}

/// From (included) to (excluded).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span<T> {
    /// The first that passes.
    pub from: Option<T>,
    /// The first that passes no more.
    pub to: Option<T>,
}

/// A time of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// When its first process was opened.
    Opened,
    /// When its last hand-over went out.
    Handed,
    /// When it last changed.
    Updated,
    /// When its soonest deadline runs out.
    Due,
}

/// By what a list is sorted; files that are alike in it by their identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Order {
    /// The last change.
    #[default]
    Updated,
    /// The opening of the first process.
    Opened,
    /// The soonest deadline; files without one at the end.
    Due,
    /// The title.
    Title,
    /// A card field that has one value in each file, as text; files without one at the end, whichever way.
    Value(String),
    /// The same, as a number.
    Number(String),
}

impl Find {
    /// Everything, the last change first.
    #[must_use]
    pub fn all() -> Self {
        Self { descending: true, ..Self::default() }
    }

    /// Only files of which this holds too.
    #[must_use]
    pub fn and(mut self, test: Test) -> Self {
        self.tests.push(test);
        self
    }
}

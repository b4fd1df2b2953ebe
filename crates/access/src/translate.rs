//! From a policy's condition to a [`Filter`].
//!
//! One recogniser, [`shape`], says which conditions on a row there are. At reading time [`check`] runs it over the
//! policy as written; at filtering time [`filter`] runs it over what Cedar's partial evaluation left of the policy once
//! the person was known. Partial evaluation only ever folds, so what passes the first passes the second.

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, UnaryOp, Var};

use crate::Filter;

/// A part of a condition that cannot stand in a policy, in Cedar's own notation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untranslatable(pub String);

/// A condition on the row, its operands still expressions over the person.
enum Shape<'a> {
    /// Says nothing about the row.
    Person(&'a Expr),
    And(&'a Expr, &'a Expr),
    Or(&'a Expr, &'a Expr),
    Not(&'a Expr),
    If(&'a Expr, &'a Expr, &'a Expr),
    Sealed,
    Closed,
    UnitIs(&'a Expr),
    /// The row's unit is one of a set.
    UnitAmong(&'a Expr),
    Has(People, &'a Expr),
    HasAny(People, &'a Expr),
    UnitUnder(&'a Expr),
    UnitUnderAny(&'a Expr),
    /// `grade < limit`, or with `true` `grade <= limit`.
    Grade(&'a Expr, bool),
    /// The opposite of a comparison.
    NotGrade(&'a Expr, bool),
    NotUnitIs(&'a Expr),
}

#[derive(Clone, Copy)]
enum People {
    Handlers,
    Removed,
    Grants,
}

/// Refuses a condition that would not translate, whoever asks.
pub fn check(expr: &Expr) -> Result<(), Untranslatable> {
    match shape(expr)? {
        Shape::And(a, b) | Shape::Or(a, b) => check(a).and(check(b)),
        Shape::Not(a) => check(a),
        Shape::If(a, b, c) => check(a).and(check(b)).and(check(c)),
        Shape::Sealed | Shape::Closed => Ok(()),
        Shape::Person(operand)
        | Shape::UnitIs(operand)
        | Shape::NotUnitIs(operand)
        | Shape::UnitAmong(operand)
        | Shape::Has(_, operand)
        | Shape::HasAny(_, operand)
        | Shape::UnitUnder(operand)
        | Shape::UnitUnderAny(operand)
        | Shape::Grade(operand, _)
        | Shape::NotGrade(operand, _) => check_person(operand),
    }
}

/// Translates the conditions of one policy.
pub fn clauses(clauses: &[Clause]) -> Result<Filter, Untranslatable> {
    let parts = clauses.iter().map(|clause| match clause {
        Clause::When(expr) => filter(expr),
        Clause::Unless(expr) => filter(expr).map(Filter::negate),
    });
    Ok(Filter::and(parts.collect::<Result<Vec<_>, _>>()?))
}

/// Translates what is left of a condition once the person is known.
fn filter(expr: &Expr) -> Result<Filter, Untranslatable> {
    Ok(match shape(expr)? {
        Shape::Person(Expr::Literal(Literal::Bool(true))) => Filter::All,
        Shape::Person(Expr::Literal(Literal::Bool(false))) => Filter::Nothing,
        Shape::Person(_) => return refuse(expr),
        Shape::And(a, b) => Filter::and([filter(a)?, filter(b)?]),
        Shape::Or(a, b) => Filter::or([filter(a)?, filter(b)?]),
        Shape::Not(a) => Filter::negate(filter(a)?),
        Shape::If(a, b, c) => {
            let condition = filter(a)?;
            Filter::or([
                Filter::and([condition.clone(), filter(b)?]),
                Filter::and([Filter::negate(condition), filter(c)?]),
            ])
        }
        Shape::Sealed => Filter::SealedIs(true),
        Shape::Closed => Filter::ClosedIs(true),
        Shape::UnitIs(unit) => Filter::UnitIs(string(unit)?),
        Shape::NotUnitIs(unit) => Filter::negate(Filter::UnitIs(string(unit)?)),
        Shape::UnitAmong(units) => any(units, Filter::UnitIs)?,
        Shape::UnitUnder(unit) => Filter::UnitUnder(string(unit)?),
        Shape::UnitUnderAny(units) => any(units, Filter::UnitUnder)?,
        Shape::Has(people, user) => people.has(string(user)?),
        Shape::HasAny(people, users) => any(users, |user| people.has(user))?,
        Shape::Grade(limit, equal) => grade(long(limit)?, equal),
        Shape::NotGrade(limit, equal) => Filter::negate(grade(long(limit)?, equal)),
    })
}

fn shape(expr: &Expr) -> Result<Shape<'_>, Untranslatable> {
    if !mentions_row(expr) {
        return Ok(Shape::Person(expr));
    }
    Ok(match expr {
        Expr::UnaryOp { op: UnaryOp::Not, expr } => Shape::Not(expr),
        Expr::IfThenElse { cond, then_expr, else_expr } => Shape::If(cond, then_expr, else_expr),
        Expr::GetAttr { .. } => match column(expr) {
            Some("sealed") => Shape::Sealed,
            Some("closed") => Shape::Closed,
            _ => return refuse(expr),
        },
        Expr::BinaryOp { op: BinaryOp::And, left, right } => Shape::And(left, right),
        Expr::BinaryOp { op: BinaryOp::Or, left, right } => Shape::Or(left, right),
        Expr::BinaryOp { op, left, right } => match (column(left), *op, column(right)) {
            (Some(name), op, None) if !mentions_row(right) => {
                compared(name, op, right).map_or_else(|| refuse(expr), Ok)?
            }
            (None, BinaryOp::Contains, Some("unit")) if !mentions_row(left) => Shape::UnitAmong(left),
            (None, op, Some(name)) if !mentions_row(left) => {
                turned(op).and_then(|op| compared(name, op, left)).map_or_else(|| refuse(expr), Ok)?
            }
            _ => return refuse(expr),
        },
        _ => return refuse(expr),
    })
}

/// `resource.name op operand`.
fn compared<'a>(name: &str, op: BinaryOp, operand: &'a Expr) -> Option<Shape<'a>> {
    let people = match name {
        "handlers" => Some(People::Handlers),
        "removed" => Some(People::Removed),
        "grants" => Some(People::Grants),
        _ => None,
    };
    Some(match (name, people, op) {
        (_, Some(people), BinaryOp::Contains) => Shape::Has(people, operand),
        (_, Some(people), BinaryOp::ContainsAny) => Shape::HasAny(people, operand),
        ("units", _, BinaryOp::Contains) => Shape::UnitUnder(operand),
        ("units", _, BinaryOp::ContainsAny) => Shape::UnitUnderAny(operand),
        ("unit", _, BinaryOp::Eq) => Shape::UnitIs(operand),
        ("unit", _, BinaryOp::NotEq) => Shape::NotUnitIs(operand),
        ("grade", _, BinaryOp::Less) => Shape::Grade(operand, false),
        ("grade", _, BinaryOp::LessEq) => Shape::Grade(operand, true),
        ("grade", _, BinaryOp::Greater) => Shape::NotGrade(operand, true),
        ("grade", _, BinaryOp::GreaterEq) => Shape::NotGrade(operand, false),
        _ => return None,
    })
}

/// The same comparison read from its right side.
const fn turned(op: BinaryOp) -> Option<BinaryOp> {
    Some(match op {
        BinaryOp::Eq | BinaryOp::NotEq | BinaryOp::ContainsAny => op,
        BinaryOp::Less => BinaryOp::Greater,
        BinaryOp::LessEq => BinaryOp::GreaterEq,
        BinaryOp::Greater => BinaryOp::Less,
        BinaryOp::GreaterEq => BinaryOp::LessEq,
        _ => return None,
    })
}

/// What a policy may say of the person: nothing that could fail, because a policy that fails is passed over in silence.
fn check_person(expr: &Expr) -> Result<(), Untranslatable> {
    match expr {
        Expr::Literal(Literal::Bool(_) | Literal::Long(_) | Literal::String(_)) => Ok(()),
        Expr::GetAttr { expr: of, .. } if matches!(**of, Expr::Var(Var::Principal)) => Ok(()),
        Expr::Set(items) => items.iter().try_for_each(|item| check_person(item)),
        Expr::UnaryOp { op: UnaryOp::Not | UnaryOp::IsEmpty, expr } => check_person(expr),
        Expr::BinaryOp {
            op:
                BinaryOp::Eq
                | BinaryOp::NotEq
                | BinaryOp::Less
                | BinaryOp::LessEq
                | BinaryOp::Greater
                | BinaryOp::GreaterEq
                | BinaryOp::And
                | BinaryOp::Or
                | BinaryOp::Contains
                | BinaryOp::ContainsAll
                | BinaryOp::ContainsAny,
            left,
            right,
        } => check_person(left).and(check_person(right)),
        _ => refuse(expr),
    }
}

impl People {
    fn has(self, user: String) -> Filter {
        match self {
            // One taken off the file is no handler of it, whatever the list still says: the entity is built so as well.
            Self::Handlers => Filter::and([Filter::HandlerHas(user.clone()), Filter::negate(Filter::RemovedHas(user))]),
            Self::Removed => Filter::RemovedHas(user),
            Self::Grants => Filter::GrantHas(user),
        }
    }
}

fn grade(limit: i64, equal: bool) -> Filter {
    let most = if equal { limit } else { limit.saturating_sub(1) };
    match u8::try_from(most) {
        Ok(u8::MAX) => Filter::All,
        Ok(most) => Filter::GradeAtMost(most),
        Err(_) if most < 0 => Filter::Nothing,
        Err(_) => Filter::All,
    }
}

fn any(set: &Expr, part: impl Fn(String) -> Filter) -> Result<Filter, Untranslatable> {
    let Expr::Set(items) = set else {
        return refuse(set);
    };
    let parts = items.iter().map(|item| string(item).map(&part)).collect::<Result<Vec<_>, _>>()?;
    Ok(Filter::or(parts))
}

fn string(expr: &Expr) -> Result<String, Untranslatable> {
    match expr {
        Expr::Literal(Literal::String(value)) => Ok(value.to_string()),
        _ => refuse(expr),
    }
}

fn long(expr: &Expr) -> Result<i64, Untranslatable> {
    match expr {
        Expr::Literal(Literal::Long(value)) => Ok(*value),
        _ => refuse(expr),
    }
}

/// The name in `resource.name`.
fn column(expr: &Expr) -> Option<&str> {
    attribute(expr, &Var::Resource)
}

/// The name in `var.name`.
pub fn attribute<'a>(expr: &'a Expr, var: &Var) -> Option<&'a str> {
    match expr {
        Expr::GetAttr { expr, attr } if matches!(&**expr, Expr::Var(of) if of == var) => Some(attr),
        _ => None,
    }
}

fn mentions_row(expr: &Expr) -> bool {
    expr.reduce(&|part| matches!(part, Expr::Var(Var::Resource)).then_some(true), &|a, b| a || b, false)
}

fn refuse<T>(expr: &Expr) -> Result<T, Untranslatable> {
    Err(Untranslatable(expr.to_string()))
}

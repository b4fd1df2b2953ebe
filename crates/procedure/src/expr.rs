//! Expressions: a small, typed, three-valued part of CEL.
//!
//! The `cel` crate parses; types are checked here against the cards, because CEL itself would
//! take `p.age == 'x'` for false and a missing name for an error at run time. A missing field
//! makes the result unknown, and unknown is never true.

use cel::common::ast::{CallExpr, Expr as Cel, LiteralValue, operators};
use jiff::civil::Date;
use law::time::Moment;
use serde_json::Value;

use crate::model::{FieldRef, FieldType, Id, ValueType};

/// Type of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Whole number.
    Int,
    /// Text, code or option.
    Text,
    /// Yes or no.
    Bool,
    /// Date.
    Date,
    /// Moment.
    Moment,
    /// List of texts.
    List,
}
impl Type {
    fn label(self) -> &'static str {
        match self {
            Self::Int => "整数",
            Self::Text => "文字",
            Self::Bool => "是非",
            Self::Date => "日期",
            Self::Moment => "时刻",
            Self::List => "多选",
        }
    }
}
impl From<FieldType> for Type {
    fn from(f: FieldType) -> Self {
        match f {
            FieldType::Int | FieldType::Fen => Self::Int,
            FieldType::Bool => Self::Bool,
            FieldType::Date => Self::Date,
            FieldType::Moment => Self::Moment,
            FieldType::Enums | FieldType::Table => Self::List,
            _ => Self::Text,
        }
    }
}
impl From<ValueType> for Type {
    fn from(v: ValueType) -> Self {
        match v {
            ValueType::Int => Self::Int,
            ValueType::Date => Self::Date,
        }
    }
}

/// A checked expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A literal.
    Const(V),
    /// A card field.
    Field(FieldRef, Type),
    /// A derived value.
    Derived(Id),
    /// Whether a field is known.
    Has(FieldRef),
    /// Negation.
    Not(Box<Expr>),
    /// Conjunction.
    And(Box<Expr>, Box<Expr>),
    /// Disjunction.
    Or(Box<Expr>, Box<Expr>),
    /// Comparison.
    Compare(Op, Box<Expr>, Box<Expr>),
    /// One of several literals, or an element of a list field.
    In(Box<Expr>, Box<Expr>),
    /// A function of the small library.
    Call(Function, Vec<Expr>),
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `age(birth, on)`: 周岁.
    Age,
    /// `day(moment)`: its date in Asia/Shanghai.
    Day,
    /// `days(from, to)`: days between two dates.
    Days,
    /// `term_end(from, months, credit)`: the last day of a sentence (刑期, 解202.2).
    TermEnd,
    /// `chapter(offence)`: the number of its chapter of 刑法 分则.
    Chapter,
    /// `size(list)`.
    Size,
    /// Addition.
    Add,
    /// Subtraction.
    Sub,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum V {
    Unknown,
    Int(i64),
    Text(String),
    Bool(bool),
    Date(Date),
    Moment(Moment),
    List(Vec<String>),
}

/// Where names in an expression are looked up when it is checked.
pub trait Names {
    /// The card that a variable stands for, and the type of one of its fields or derived values.
    fn lookup(&self, var: &str, field: &str) -> Result<Found, String>;
}

/// What a name stands for.
pub enum Found {
    /// A field of a card.
    Field(FieldRef, FieldType),
    /// An enumerated field with the options it may take.
    Options(FieldRef, FieldType, Vec<Id>),
    /// A derived value.
    Derived(Id, ValueType),
}

/// Parses and checks an expression; the error is Chinese.
pub fn check(source: &str, names: &dyn Names) -> Result<(Expr, Type), String> {
    let parsed = cel::parser::Parser::new().parse(source).map_err(|e| {
        let first = e.errors.first();
        format!("表达式读不通（第 {} 字）：{}", first.map_or(0, |e| e.pos.1), first.map_or("", |e| e.msg.as_str()))
    })?;
    typed(&parsed.expr, names)
}

fn typed(e: &Cel, names: &dyn Names) -> Result<(Expr, Type), String> {
    match e {
        Cel::Literal(l) => match l {
            LiteralValue::Int(i) => Ok((Expr::Const(V::Int(*i.inner())), Type::Int)),
            LiteralValue::String(s) => Ok((Expr::Const(V::Text(s.inner().to_owned())), Type::Text)),
            LiteralValue::Boolean(b) => Ok((Expr::Const(V::Bool(*b.inner())), Type::Bool)),
            _ => Err("只能写整数、文字、true、false".into()),
        },
        Cel::Select(s) => {
            let Cel::Ident(var) = &s.operand.expr else {
                return Err("只能写“卡.字段”".into());
            };
            let found = names.lookup(var, &s.field)?;
            if s.test {
                return match found {
                    Found::Field(f, _) | Found::Options(f, _, _) => Ok((Expr::Has(f), Type::Bool)),
                    Found::Derived(..) => Err("has() 只能用于案卡字段".into()),
                };
            }
            Ok(match found {
                Found::Field(f, t) | Found::Options(f, t, _) => (Expr::Field(f, t.into()), t.into()),
                Found::Derived(v, t) => (Expr::Derived(v), t.into()),
            })
        }
        Cel::Call(c) => call(c, names),
        Cel::Ident(i) => Err(format!("“{i}”不是字段：应写作“卡.字段”")),
        Cel::List(_) => Err("列表只能写在 in 之后".into()),
        _ => Err("不支持这种写法".into()),
    }
}

fn call(c: &CallExpr, names: &dyn Names) -> Result<(Expr, Type), String> {
    if c.target.is_some() {
        return Err(format!("不支持方法“{}”", c.func_name));
    }
    let arg = |i: usize| c.args.get(i).ok_or_else(|| format!("“{}”缺少参数", c.func_name));
    let bool_arg = |i: usize| -> Result<Box<Expr>, String> {
        let (e, t) = typed(&arg(i)?.expr, names)?;
        if t == Type::Bool { Ok(Box::new(e)) } else { Err(format!("此处应为是非，却是{}", t.label())) }
    };
    let compare = |op: Op| -> Result<(Expr, Type), String> {
        let (a, ta) = typed(&arg(0)?.expr, names)?;
        let (b, tb) = typed(&arg(1)?.expr, names)?;
        let (a, b, t) = match (ta, tb, &a, &b) {
            // A date is compared with a literal written as text.
            (Type::Date, Type::Text, _, Expr::Const(V::Text(s))) => {
                let d = s.parse().map_err(|_| format!("“{s}”不是日期"))?;
                (a, Expr::Const(V::Date(d)), Type::Date)
            }
            _ if ta == tb => (a, b, ta),
            _ => return Err(format!("不能比较{}与{}", ta.label(), tb.label())),
        };
        if matches!(t, Type::Bool | Type::Text | Type::List) && !matches!(op, Op::Eq | Op::Ne) {
            return Err(format!("{}不能比大小", t.label()));
        }
        for (x, y) in [(0usize, &b), (1, &a)] {
            if let Expr::Const(V::Text(option)) = y {
                option_exists(&arg(x)?.expr, option, names)?;
            }
        }
        Ok((Expr::Compare(op, Box::new(a), Box::new(b)), Type::Bool))
    };
    let function = |f: Function, want: &[Type], gives: Type| -> Result<(Expr, Type), String> {
        if c.args.len() != want.len() {
            return Err(format!("“{}”应有 {} 个参数", c.func_name, want.len()));
        }
        let mut args = Vec::new();
        for (a, w) in c.args.iter().zip(want) {
            let (e, t) = typed(&a.expr, names)?;
            if t != *w {
                return Err(format!("“{}”的参数应为{}，却是{}", c.func_name, w.label(), t.label()));
            }
            args.push(e);
        }
        Ok((Expr::Call(f, args), gives))
    };
    match c.func_name.as_str() {
        operators::LOGICAL_AND => Ok((Expr::And(bool_arg(0)?, bool_arg(1)?), Type::Bool)),
        operators::LOGICAL_OR => Ok((Expr::Or(bool_arg(0)?, bool_arg(1)?), Type::Bool)),
        operators::LOGICAL_NOT => Ok((Expr::Not(bool_arg(0)?), Type::Bool)),
        operators::EQUALS => compare(Op::Eq),
        operators::NOT_EQUALS => compare(Op::Ne),
        operators::LESS => compare(Op::Lt),
        operators::LESS_EQUALS => compare(Op::Le),
        operators::GREATER => compare(Op::Gt),
        operators::GREATER_EQUALS => compare(Op::Ge),
        operators::ADD => function(Function::Add, &[Type::Int, Type::Int], Type::Int),
        operators::SUBSTRACT => function(Function::Sub, &[Type::Int, Type::Int], Type::Int),
        operators::IN => {
            let (a, t) = typed(&arg(0)?.expr, names)?;
            if t != Type::Text {
                return Err(format!("in 之前应为文字，却是{}", t.label()));
            }
            let list = match &arg(1)?.expr {
                Cel::List(l) => {
                    let mut items = Vec::new();
                    for x in &l.elements {
                        match typed(&x.expr, names)? {
                            (Expr::Const(V::Text(s)), _) => {
                                option_exists(&arg(0)?.expr, &s, names)?;
                                items.push(s);
                            }
                            _ => return Err("in 之后的列表只能写文字".into()),
                        }
                    }
                    Expr::Const(V::List(items))
                }
                other => {
                    let (l, t) = typed(other, names)?;
                    if t != Type::List {
                        return Err(format!("in 之后应为多选字段，却是{}", t.label()));
                    }
                    if let Expr::Const(V::Text(s)) = &a {
                        option_exists(other, s, names)?;
                    }
                    l
                }
            };
            Ok((Expr::In(Box::new(a), Box::new(list)), Type::Bool))
        }
        "age" => function(Function::Age, &[Type::Date, Type::Date], Type::Int),
        "day" => function(Function::Day, &[Type::Moment], Type::Date),
        "days" => function(Function::Days, &[Type::Date, Type::Date], Type::Int),
        "term_end" => function(Function::TermEnd, &[Type::Date, Type::Int, Type::Int], Type::Date),
        "chapter" => function(Function::Chapter, &[Type::Text], Type::Int),
        "size" => function(Function::Size, &[Type::List], Type::Int),
        other => Err(format!("没有函数“{other}”")),
    }
}

/// A literal compared with an enumerated field must be one of its options.
fn option_exists(e: &Cel, option: &str, names: &dyn Names) -> Result<(), String> {
    if let Cel::Select(s) = e
        && let Cel::Ident(var) = &s.operand.expr
        && let Found::Options(f, _, options) = names.lookup(var, &s.field)?
        && !options.iter().any(|o| o.as_str() == option)
    {
        return Err(format!("字段 {f} 没有选项“{option}”"));
    }
    Ok(())
}

/// Where values are looked up when an expression is evaluated.
pub trait Values {
    /// A field's value; none where it is unknown.
    fn field(&self, field: &FieldRef) -> Option<&Value>;
    /// A derived value.
    fn derived(&self, id: &Id, missing: &mut Vec<FieldRef>) -> V;
    /// The chapter of 刑法 分则 in which an offence stands; none where there is no such offence.
    fn chapter(&self, offence: &str) -> Option<u16>;
}

/// Evaluates; fields that were needed and unknown are added to `missing`.
pub fn eval(e: &Expr, values: &dyn Values, missing: &mut Vec<FieldRef>) -> V {
    match e {
        Expr::Const(v) => v.clone(),
        Expr::Field(f, t) => match values.field(f).and_then(|v| read(v, *t)) {
            Some(v) => v,
            None => {
                if !missing.contains(f) {
                    missing.push(f.clone());
                }
                V::Unknown
            }
        },
        Expr::Derived(id) => values.derived(id, missing),
        Expr::Has(f) => V::Bool(values.field(f).is_some()),
        Expr::Not(a) => match eval(a, values, missing) {
            V::Bool(b) => V::Bool(!b),
            _ => V::Unknown,
        },
        Expr::And(a, b) => junction(a, b, values, missing, false),
        Expr::Or(a, b) => junction(a, b, values, missing, true),
        Expr::Compare(op, a, b) => {
            let (a, b) = (eval(a, values, missing), eval(b, values, missing));
            compare(*op, &a, &b)
        }
        Expr::In(a, l) => match (eval(a, values, missing), eval(l, values, missing)) {
            (V::Text(t), V::List(items)) => V::Bool(items.contains(&t)),
            _ => V::Unknown,
        },
        Expr::Call(f, args) => {
            let args: Vec<V> = args.iter().map(|a| eval(a, values, missing)).collect();
            match (f, args.as_slice()) {
                (Function::Age, [V::Date(b), V::Date(on)]) => {
                    law::period::age_at(*b, *on).map_or(V::Unknown, |a| V::Int(i64::from(a)))
                }
                (Function::Day, [V::Moment(m)]) => V::Date(law::time::day(*m)),
                (Function::Days, [V::Date(a), V::Date(b)]) => {
                    a.until(*b).map_or(V::Unknown, |s| V::Int(i64::from(s.get_days())))
                }
                (Function::TermEnd, [V::Date(from), V::Int(months), V::Int(credit)]) => {
                    match (u16::try_from(*months), u32::try_from(*credit)) {
                        (Ok(months), Ok(credit)) => {
                            V::Date(law::period::sentence_end(*from, &law::period::Length::months(months), credit))
                        }
                        _ => V::Unknown,
                    }
                }
                (Function::Chapter, [V::Text(offence)]) => {
                    values.chapter(offence).map_or(V::Unknown, |n| V::Int(i64::from(n)))
                }
                (Function::Size, [V::List(l)]) => V::Int(i64::try_from(l.len()).unwrap_or(i64::MAX)),
                (Function::Add, [V::Int(a), V::Int(b)]) => a.checked_add(*b).map_or(V::Unknown, V::Int),
                (Function::Sub, [V::Int(a), V::Int(b)]) => a.checked_sub(*b).map_or(V::Unknown, V::Int),
                _ => V::Unknown,
            }
        }
    }
}

/// Kleene's and/or: `decides` is the value that settles the result whatever the other side is.
fn junction(a: &Expr, b: &Expr, values: &dyn Values, missing: &mut Vec<FieldRef>, decides: bool) -> V {
    let mut seen = Vec::new();
    let x = eval(a, values, &mut seen);
    if x == V::Bool(decides) {
        return x;
    }
    let y = eval(b, values, &mut seen);
    if y == V::Bool(decides) {
        return y;
    }
    missing.extend(seen);
    match (x, y) {
        (V::Bool(_), V::Bool(_)) => V::Bool(!decides),
        _ => V::Unknown,
    }
}

fn compare(op: Op, a: &V, b: &V) -> V {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (a, b) {
        (V::Unknown, _) | (_, V::Unknown) => return V::Unknown,
        (V::Int(a), V::Int(b)) => a.cmp(b),
        (V::Date(a), V::Date(b)) => a.cmp(b),
        (V::Moment(a), V::Moment(b)) => a.cmp(b),
        (V::Text(a), V::Text(b)) => a.cmp(b),
        (V::Bool(a), V::Bool(b)) => a.cmp(b),
        (V::List(a), V::List(b)) => a.cmp(b),
        _ => return V::Unknown,
    };
    V::Bool(match op {
        Op::Eq => order == Equal,
        Op::Ne => order != Equal,
        Op::Lt => order == Less,
        Op::Le => order != Greater,
        Op::Gt => order == Greater,
        Op::Ge => order != Less,
    })
}

fn read(v: &Value, t: Type) -> Option<V> {
    Some(match t {
        Type::Int => V::Int(v.as_i64()?),
        Type::Bool => V::Bool(v.as_bool()?),
        Type::Text => V::Text(v.as_str()?.to_owned()),
        Type::Date => V::Date(v.as_str()?.parse().ok()?),
        Type::Moment => V::Moment(v.as_str()?.parse().ok()?),
        Type::List => V::List(v.as_array()?.iter().map(|x| x.as_str().unwrap_or_default().to_owned()).collect()),
    })
}

impl Expr {
    /// Whether a derived value is used in it.
    pub(crate) fn mentions_derived(&self) -> bool {
        match self {
            Self::Derived(_) => true,
            Self::Const(_) | Self::Field(..) | Self::Has(_) => false,
            Self::Not(a) => a.mentions_derived(),
            Self::And(a, b) | Self::Or(a, b) | Self::Compare(_, a, b) | Self::In(a, b) => {
                a.mentions_derived() || b.mentions_derived()
            }
            Self::Call(_, args) => args.iter().any(Self::mentions_derived),
        }
    }
}

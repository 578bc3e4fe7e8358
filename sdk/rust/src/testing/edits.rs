//! The edits of one call: recorded while the hook runs, made when it returned.

use super::Conversation;
use crate::abi::{Edit, Family, Field};
use std::cmp::Reverse;

/// An edit that is made after the hook.
#[derive(Debug)]
pub(crate) enum Recorded {
    /// Of a field, with its indices.
    Field(Edit, Field, usize, usize, String),
    /// Of a value that goes by a name.
    Named(Family, String, String),
}

impl Recorded {
    /// Changes the conversation, and returns the host's status.
    fn make(&self, c: &mut Conversation) -> i32 {
        match self {
            Recorded::Field(op, f, i, j, text) => c.apply(*op, *f, *i, *j, text),
            Recorded::Named(family, name, text) => c.set_named(*family, name, text),
        }
    }

    /// When the edit is made, as ABI.md says of `edit`: first what moves nothing, then what takes parts out, then what
    /// takes messages out or puts them in, both from the last place to the first, then system text. At one place what
    /// goes out goes first, and of what comes in the last recorded, so that it ends up in the order it was recorded.
    fn turn(&self, recorded: i64) -> (u8, Reverse<usize>, Reverse<usize>, i64) {
        match *self {
            Recorded::Field(_, Field::System, ..) => (3, Reverse(0), Reverse(0), recorded),
            Recorded::Field(op, Field::Messages, i, ..) => (2, Reverse(i), Reverse(op as usize), -recorded),
            Recorded::Field(Edit::Remove, _, i, j, _) => (1, Reverse(i), Reverse(j), recorded),
            _ => (0, Reverse(0), Reverse(0), recorded),
        }
    }
}

/// Makes edits. The first that can't be made is returned with its status.
pub(crate) fn make(edits: Vec<Recorded>, c: &mut Conversation) -> Result<(), (Recorded, i32)> {
    let mut all: Vec<(i64, Recorded)> = (0..).zip(edits).collect();
    all.sort_by_key(|(recorded, e)| e.turn(*recorded));
    for (_, e) in all {
        let made = e.make(c);
        if made < 0 {
            return Err((e, made));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::{status, Role};
    use crate::testing::Message;

    fn insert(i: usize, text: &str) -> Recorded {
        Recorded::Field(Edit::Insert, Field::Messages, i, Role::User as usize, text.into())
    }

    fn remove(i: usize) -> Recorded {
        Recorded::Field(Edit::Remove, Field::Messages, i, 0, String::new())
    }

    #[test]
    fn indices_are_those_that_the_plugin_read() {
        let texts = ["a", "b", "c"];
        let mut c = Conversation::new(texts.iter().map(|t| Message::user(t)).collect());
        let append = Recorded::Field(Edit::Append, Field::PartText, 2, 0, "!".into());
        let system = Recorded::Field(Edit::Append, Field::System, 0, 0, "s".into());
        let all = vec![system, insert(0, "x"), remove(0), insert(0, "y"), insert(3, "z"), remove(1), append];
        make(all, &mut c).unwrap();
        let got: Vec<String> = c.messages.iter().map(Message::text).collect();
        assert_eq!(got, ["s", "x", "y", "c!", "z"]);
    }

    #[test]
    fn parts_go_from_the_last_to_the_first() {
        let mut m = Message::user("a");
        m.parts.extend(Message::user("b").parts);
        m.parts.extend(Message::user("c").parts);
        let mut c = Conversation::new(vec![m]);
        let out = |j| Recorded::Field(Edit::Remove, Field::PartText, 0, j, String::new());
        make(vec![out(0), out(1)], &mut c).unwrap();
        assert_eq!(c.messages[0].text(), "c");
        let failed = make(vec![out(0), out(5)], &mut c).unwrap_err();
        assert_eq!(failed.1, status::BAD_RANGE);
    }
}

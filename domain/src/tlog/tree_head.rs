//! The text of a checkpoint (c2sp.org/tlog-checkpoint): the log's origin, the number of entries and
//! the root, a line each.

use super::text::{InvalidText, base64, decimal, digest, line};
use crate::Digest;
use std::fmt;

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeHead {
    /// Name of the log: `cap.kz/log`.
    pub origin: String,
    /// How many entries the tree has.
    pub size: u64,
    /// Its root.
    pub root: Digest,
}

impl TreeHead {
    /// The origin of a site's log.
    pub fn origin_of(site: &str) -> String {
        format!("{site}/log")
    }

    /// Reads the text of a note. Lines that follow the three are allowed, and have no meaning here.
    ///
    /// # Errors
    /// It has another form.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let invalid = InvalidText("a checkpoint begins with origin, size and root, a line each");
        let (origin, rest) = line(text).ok_or(invalid)?;
        let (size, rest) = line(rest).ok_or(invalid)?;
        let (root, mut rest) = line(rest).ok_or(invalid)?;
        while !rest.is_empty() {
            let (extension, others) = line(rest).ok_or(invalid)?;
            if extension.is_empty() {
                return Err(InvalidText("a checkpoint has no empty lines"));
            }
            rest = others;
        }
        if origin.is_empty() {
            return Err(InvalidText("a checkpoint begins with the name of its log"));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size: decimal(size).ok_or(InvalidText("the size of a checkpoint isn't a number"))?,
            root: digest(root).ok_or(InvalidText(
                "the root of a checkpoint isn't 32 bytes in base64",
            ))?,
        })
    }
}

impl fmt::Display for TreeHead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = base64(self.root.as_bytes());
        write!(formatter, "{}\n{}\n{root}\n", self.origin, self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_head_is_read_as_it_is_written() {
        let text =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let head = TreeHead::parse(text).unwrap();
        assert_eq!(head.size, 20_852_163);
        assert_eq!(head.to_string(), text);
        assert_eq!(TreeHead::parse(&format!("{text}more\n")), Ok(head));
    }

    #[test]
    fn other_texts_are_no_tree_heads() {
        let text = "example.com/log\n2\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        for bad in [
            "",
            "example.com/log\n2\n",
            text.strip_suffix('\n').unwrap(),
            &text.replace("\n2\n", "\n02\n"),
            &text.replace("\n2\n", "\n+2\n"),
            &text.replace("\n2\n", "\n18446744073709551616\n"),
            &text.replace("2I=", "2I"),
            &text.replace("example.com/log", ""),
            &format!("{text}\nmore\n"),
            &format!("{text}more"),
        ] {
            assert!(TreeHead::parse(bad).is_err(), "{bad}");
        }
    }
}

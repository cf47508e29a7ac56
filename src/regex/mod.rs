//! Go's regular expression syntax over the regex-automata engines.

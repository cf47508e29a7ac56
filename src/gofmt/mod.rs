//! Go's formatting: fmt verbs, strconv's numbers and quotes.

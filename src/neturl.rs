//! URLs as net/url reads and prints them.

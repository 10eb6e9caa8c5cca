//! Answers consent requests at the edge and keeps the consent log.

package io.millrace.reader;

import java.time.LocalDateTime;

/** The least and the greatest value of a column of dates or times, to the second, in UTC. */
public record MomentSpan(LocalDateTime least, LocalDateTime greatest) {}

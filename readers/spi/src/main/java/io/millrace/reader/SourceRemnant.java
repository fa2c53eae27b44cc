package io.millrace.reader;

/**
 * Something that a task made at its source, and that stays there until it is removed.
 *
 * @param kind {@code slot} or {@code publication}
 * @param name as the server calls it
 * @param state for people: what it costs the server
 */
public record SourceRemnant(String kind, String name, String state) {}

package io.millrace.reader;

/**
 * Something that a task made at its source, or a person for it, and that stays there until it is removed.
 *
 * @param kind {@code slot}, {@code publication} or {@code ddl_trigger}
 * @param name as the server calls it
 * @param state for people: what it costs the server
 */
public record SourceRemnant(String kind, String name, String state) {}

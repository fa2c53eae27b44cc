package io.millrace.reader;

import io.millrace.position.SourcePosition;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a source is ahead of what was read of it, and what it keeps for its reader, as it said when it was asked. Immutable.
 *
 * @param committed a place that holds everything committed before the question
 * @param unreadBytes of its log behind what is durable with us; empty where that cannot be told
 * @param slot what it keeps; empty where it keeps nothing for its readers
 */
public record SourceGlance(SourcePosition committed, OptionalLong unreadBytes, Optional<SlotGlance> slot) {}

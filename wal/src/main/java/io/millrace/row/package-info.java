/**
 * Row changes as they lie in memory, from the reader's encoder to the writer's socket: layout constants in a
 * {@code *Descriptor}, reading in a {@code *Flyweight}, writing in a {@code *Encoder}.
 */
package io.millrace.row;

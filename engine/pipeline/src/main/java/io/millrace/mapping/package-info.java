/**
 * Where each selected source table goes at the target, which tables share a lane, and whether a row's newest shape is still
 * the one that was planned. Everything here is immutable and thread-safe.
 */
package io.millrace.mapping;

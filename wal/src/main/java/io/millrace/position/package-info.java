/**
 * Places in a source's history: their one text form, the identity of a transaction, and who contains whom. Only these
 * flow back, from the target to the reader.
 */
package io.millrace.position;

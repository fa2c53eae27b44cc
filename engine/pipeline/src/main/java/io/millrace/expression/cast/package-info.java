/** What becomes of a value of one type in another, and of a literal in quotes. */
package io.millrace.expression.cast;

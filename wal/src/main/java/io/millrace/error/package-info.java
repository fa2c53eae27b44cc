/**
 * What can go wrong, as one numbered table: every error that a person can see has an {@link io.millrace.error.ErrorCode},
 * which says whose fault it is, whether a retry can help, and one line of advice.
 */
package io.millrace.error;

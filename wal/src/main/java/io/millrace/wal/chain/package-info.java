/** Chains: transactions whose rows stand in the log before it is known whether they are committed. */
package io.millrace.wal.chain;

/** Where everything is written that a person or a program reads: results, log lines, progress. */
package io.millrace.daemon.terminal;

/** Sessions are made: each step may rely on the one before. */
package io.millrace.pipeline.opening;

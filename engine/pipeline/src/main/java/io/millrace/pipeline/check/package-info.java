/** What a task finds before a row moves, and every reason why it cannot run. */
package io.millrace.pipeline.check;
